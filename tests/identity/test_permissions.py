"""Tests the list of the caller's permissions in each brand, as policies and commands decide them."""

import json
from uuid import uuid4

import jwt
import psycopg
import pytest

from tests.identity.test_api_keys import make
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH = "/users/me/permissions"


def of_role(world: World, role: str) -> list[str]:
    rows = world.rows("select name from private.permissions where least_role <= %s::public.brand_role", role)
    return sorted(row["name"] for row in rows)


async def test_each_role(world: World) -> None:
    brand = await world.brand()
    for name in ("viewer", "editor", "admin"):
        page = (await getattr(brand, name).get(PATH)).json()
        (held,) = page["data"]
        assert held["brand"]["id"] == brand.id
        assert held["role"] == name
        assert held["permissions"] == of_role(world, name)
        assert (held["grants"], held["restrictions"], held["expiresAt"]) == ([], [], None)
        assert page["pagination"]["totalItems"] == 1


async def test_grants_restrictions_and_expiry(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "update public.brand_members set permissions = '{content.publish}', restrictions = '{content.edit}', "
        "expires_at = now() + interval '1 day' where user_id = %s",
        world.id_of(brand.editor),
    )
    (held,) = (await brand.editor.get(PATH)).json()["data"]
    assert "content.publish" in held["permissions"]
    assert "content.edit" not in held["permissions"]
    assert (held["grants"], held["restrictions"]) == (["content.publish"], ["content.edit"])
    assert held["expiresAt"] is not None
    world.rows(
        "update public.brand_members set expires_at = now() - interval '1 second' where user_id = %s",
        world.id_of(brand.editor),
    )
    assert (await brand.editor.get(PATH)).json()["data"] == []


async def test_several_brands_by_name_and_one_by_its_id(world: World) -> None:
    brands = sorted([await world.brand() for _ in range(3)], key=lambda brand: brand.name)
    person = brands[0].editor
    for brand in brands[1:]:
        world.join(person, brand.id, "viewer")
    page = (await person.get(PATH, pageSize=2)).json()
    assert [held["brand"]["name"] for held in page["data"]] == [brand.name for brand in brands[:2]]
    assert page["pagination"]["totalItems"] == 3
    assert page["links"]["next"] == "/api/v1/users/me/permissions?page=2&pageSize=2"
    (held,) = (await person.get(PATH, brandId=brands[2].id)).json()["data"]
    assert (held["brand"]["id"], held["role"]) == (brands[2].id, "viewer")


async def test_a_stranger_learns_nothing_of_a_brand(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    assert (await other.admin.get(PATH, brandId=brand.id)).json()["data"] == []


async def test_a_platform_admin_holds_everything(world: World) -> None:
    brand = await world.brand()
    (held,) = (await (await world.platform_admin()).get(PATH, brandId=brand.id)).json()["data"]
    assert held["role"] is None
    assert held["permissions"] == of_role(world, "admin")


async def test_an_api_key_has_what_its_scopes_leave(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.admin, other.id, "admin")
    key = await make(brand, "brands:read")
    stranger = await world.person()
    (held,) = (await stranger.http.get(PATH, headers={"X-API-Key": key["key"]})).json()["data"]
    assert (held["brand"]["id"], held["role"]) == (brand.id, "admin")
    assert held["permissions"] == ["analytics.read", "brand.read"]


async def test_anonymous(world: World) -> None:
    assert_problem(await (await world.person()).get(PATH), 401, "UNAUTHORIZED")


async def test_all_permissions_at_once_are_those_that_policies_ask_for_one_by_one(
    world: World, database: psycopg.Connection
) -> None:
    """Rules of contents and lists of permissions ask `access_to_brands`, policies `brands_permitting`."""
    brand, other = await world.brand(), await world.brand()
    key = await make(brand, "content:read", "content:write")
    admin = await world.signed_in()
    world.rows("insert into private.platform_admins (user_id) values (%s)", world.id_of(admin))
    for change, person in (
        ("permissions = '{content.publish}', restrictions = '{content.edit,comment.write}'", brand.editor),
        ("expires_at = now() - interval '1 day'", brand.viewer),
        ("expires_at = now() + interval '1 day'", other.viewer),
    ):
        world.rows(f"update public.brand_members set {change} where user_id = %s", world.id_of(person))
    world.rows("update public.profiles set is_active = false where id = %s", world.id_of(other.editor))
    callers = [jwt.decode(each.access_token, options={"verify_signature": False}) for each in (
        brand.admin, brand.editor, brand.viewer, other.admin, other.editor, other.viewer, admin,
    )]  # fmt: skip
    world.rows("update public.user_sessions set mfa_verified_at = now() where id = %s", callers[-1]["session_id"])
    callers += [
        {"sub": world.id_of(brand.admin), "role": "authenticated", "api_key_id": key["id"]},
        callers[0] | {"session_id": str(uuid4())},
    ]
    held: list[int] = []
    for claims in callers:
        with database.transaction(force_rollback=True):
            database.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(claims)])
            one_by_one = database.execute(
                "select permissions.name, unnest(private.brands_permitting(permissions.name)) from private.permissions"
            ).fetchall()
            at_once = database.execute(
                "select unnest(access.permissions), access.brand_id from private.access_to_brands(null) as access"
            ).fetchall()
        assert sorted(at_once) == sorted(one_by_one), claims
        held.append(len(at_once))
    assert held[0] > held[1] > held[2] == 0
    assert held[6] > held[0] > held[7] > 0
    assert held[8] == 0
