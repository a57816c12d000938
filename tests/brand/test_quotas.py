"""Tests the quota of a brand: figures for admins, yes or no for users of AI, nothing for others."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def account(world: World, *brands: Brand, plan: str = "starter", overage: str = "block") -> str:
    made = world.rows(
        "insert into public.accounts (name, plan, overage) values (%s, %s, %s) returning id::text",
        uuid4().hex,
        plan,
        overage,
    )[0]["id"]
    for brand in brands:
        world.rows("update public.brands set account_id = %s where id = %s", made, brand.id)
    return made


async def test_an_admin_sees_each_limit_and_its_use(world: World) -> None:
    brand, sister = await world.brand(), await world.brand()
    made = account(world, brand, sister)
    await world.draft(brand)
    await world.draft(sister)
    world.rows("insert into public.quota_usage values (%s, 'generations', date_trunc('month', now()), 1000)", made)
    data = (await brand.admin.get(f"/brands/{brand.id}/quota")).json()["data"]
    assert (data["plan"], data["overage"], data["hasApi"], data["hasSingleSignOn"]) == (
        "starter",
        "block",
        False,
        False,
    )
    assert data["month"] == f"{datetime.now(UTC):%Y-%m}-01"
    assert data["usage"] == {
        "brands": {"limit": 3, "used": 2},
        "users": {"limit": 20, "used": 6},
        "templates": {"limit": 10, "used": 2},
        "contents": {"limit": 100, "used": 2},
        "generations": {"limit": 1000, "used": 1000},
        "storageBytes": {"limit": 10737418240, "used": 0},
    }
    assert data["generations"] == {"isLimited": True, "isExhausted": True}
    assert data["budget"] == {"isLimited": False, "isExhausted": False}


async def test_an_editor_sees_whether_ai_may_be_used(world: World) -> None:
    brand = await world.brand()
    account(world, brand, plan="professional")
    response = await brand.admin.put("/ai/budget", {"brandId": brand.id, "amount": "0"})
    assert response.status_code == 200, response.text
    data = (await brand.editor.get(f"/brands/{brand.id}/quota")).json()["data"]
    assert data["usage"] is None
    assert data["plan"] == "professional"
    assert data["generations"] == {"isLimited": True, "isExhausted": False}
    assert data["budget"] == {"isLimited": True, "isExhausted": True}


async def test_overage_limits_nothing(world: World) -> None:
    brand = await world.brand()
    account(world, brand, overage="notify")
    data = (await brand.admin.get(f"/brands/{brand.id}/quota")).json()["data"]
    assert data["overage"] == "notify"
    assert data["generations"] == {"isLimited": False, "isExhausted": False}


async def test_without_an_account_nothing_is_limited(world: World) -> None:
    brand = await world.brand()
    data = (await brand.admin.get(f"/brands/{brand.id}/quota")).json()["data"]
    assert (data["plan"], data["overage"], data["usage"], data["hasApi"]) == (None, None, None, True)
    assert data["generations"] == {"isLimited": False, "isExhausted": False}


async def test_not_member_viewer_and_anonymous(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    path = f"/brands/{brand.id}/quota"
    assert_problem(await brand.viewer.get(path), 403, "FORBIDDEN")
    assert_problem(await other.admin.get(path), 404, "NOT_FOUND")
    assert_problem(await (await world.person()).get(path), 401, "UNAUTHORIZED")
