"""Records of generations, their usage, and budgets."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.demo.callers import Person
from tests.ai.support import answered
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def used_brand(world: World) -> Brand:
    brand = await world.brand()
    await answered(brand.editor, "titles", {"brandId": brand.id, "topic": "Frost", "count": 2})
    await answered(brand.editor, "titles", {"brandId": brand.id, "topic": "Frost", "count": 2})
    await answered(brand.admin, "keywords", {"brandId": brand.id, "content": "Cold air holds little water."})
    return brand


def name_of(world: World, person: Person) -> str:
    names = world.rows("select first_name, last_name from public.profiles where id = %s", world.id_of(person))[0]
    return f"{names['first_name']} {names['last_name']}".strip()


async def usage(person: Person, **parameters: Any) -> dict[str, Any]:
    response = await person.get("/ai/usage", **parameters)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def test_usage(world: World) -> None:
    brand = await used_brand(world)
    data = await usage(brand.viewer, brandId=brand.id)
    assert data["totals"]["generations"] == 3
    assert (data["totals"]["cached"], data["totals"]["failed"]) == (1, 0)
    assert data["totals"]["cost"] > 0
    (day,) = data["items"]
    assert day["day"] == datetime.now(UTC).date().isoformat()
    assert day["tool"] is day["user"] is day["brandId"] is None
    by_tool = await usage(brand.editor, brandId=brand.id, groupBy=["tool", "user", "model", "brand"])
    assert {(item["tool"], item["user"]["id"], item["generations"]) for item in by_tool["items"]} == {
        ("title_suggestion", world.id_of(brand.editor), 2),
        ("keyword_extraction", world.id_of(brand.admin), 1),
    }
    assert {item["user"]["name"] for item in by_tool["items"]} == {
        name_of(world, each) for each in (brand.editor, brand.admin)
    }
    assert {(item["provider"], item["model"], item["brandId"]) for item in by_tool["items"]} == {
        ("azure_openai", "gpt-4o-mini", brand.id)
    }


async def test_usage_covers_only_own_brands(world: World) -> None:
    brand, other = await used_brand(world), await used_brand(world)
    data = await usage(brand.editor, groupBy=["brand"])
    assert [item["brandId"] for item in data["items"]] == [brand.id]
    assert_problem(await brand.editor.get("/ai/usage", brandId=other.id), 404, "NOT_FOUND")


async def test_usage_by_user_requires_member_read(world: World) -> None:
    brand = await used_brand(world)
    assert_problem(await brand.viewer.get("/ai/usage", brandId=brand.id, groupBy="user"), 403, "FORBIDDEN")
    assert (await usage(brand.viewer, groupBy=["user"]))["items"] == []


async def test_periods(world: World) -> None:
    brand = await used_brand(world)
    today = datetime.now(UTC).date()
    before = await usage(
        brand.viewer, brandId=brand.id, **{"from": today - timedelta(days=9), "to": today - timedelta(days=1)}
    )
    assert before["items"] == []
    for period in (
        {"from": today, "to": today - timedelta(days=1)},
        {"from": today - timedelta(days=400)},
        {"from": "x"},
    ):
        assert_problem(await brand.viewer.get("/ai/usage", **period), 400, "VALIDATION_ERROR")
    assert_problem(await brand.viewer.get("/ai/usage", groupBy="colour"), 400, "VALIDATION_ERROR")
    assert (await brand.viewer.get("/ai/usage", to="0001-01-02")).status_code == 200


async def test_generations(world: World) -> None:
    brand, stranger = await used_brand(world), await world.brand()
    response = await brand.viewer.get("/ai/generations", brandId=brand.id, type="title_suggestion")
    body = response.json()
    assert body["pagination"]["totalItems"] == 2
    assert [item["isCacheHit"] for item in body["data"]] == [True, False]
    assert all("output" not in item for item in body["data"])
    one = (await brand.viewer.get(f"/ai/generations/{body['data'][0]['id']}")).json()["data"]
    assert len(one["output"]["result"]["titles"]) == 2
    assert one["user"] == {"id": world.id_of(brand.editor), "name": name_of(world, brand.editor)}
    assert one["calls"] == [], "it comes from the cache"
    (call,) = body["data"][1]["calls"]
    assert (call["provider"], call["outcome"]) == ("azure_openai", "completed")
    assert (await stranger.admin.get("/ai/generations", brandId=brand.id)).json()["data"] == []
    assert_problem(await stranger.admin.get(f"/ai/generations/{one['id']}"), 404, "NOT_FOUND")


async def test_names_of_former_members_are_not_shown(world: World) -> None:
    brand = await used_brand(world)
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(brand.editor))
    listed = (await brand.viewer.get("/ai/generations", brandId=brand.id, type="title_suggestion")).json()["data"]
    assert {(item["user"]["id"], item["user"]["name"]) for item in listed} == {(world.id_of(brand.editor), None)}


async def test_a_budget(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    read = (await brand.admin.get("/ai/budget", brandId=brand.id)).json()["data"]
    assert (read["amount"], read["spent"], read["quota"]) == (None, 0, None)
    put = await brand.admin.http.put("/ai/budget", json={"brandId": brand.id, "amount": 12.5})
    assert put.status_code == 200, put.text
    assert put.json()["data"]["amount"] == 12.5
    await answered(brand.editor, "titles", {"brandId": brand.id, "topic": "Frost", "count": 2})
    read = (await brand.admin.get("/ai/budget", brandId=brand.id)).json()["data"]
    assert 0 < read["spent"] < 0.01
    assert read["reserved"] == 0
    for person, status, code in ((brand.editor, 403, "FORBIDDEN"), (stranger.admin, 404, "NOT_FOUND")):
        assert_problem(await person.get("/ai/budget", brandId=brand.id), status, code)
        assert_problem(await person.http.put("/ai/budget", json={"brandId": brand.id, "amount": 1}), status, code)
    for amount in (-1, "x", None, 1e12):
        response = await brand.admin.http.put("/ai/budget", json={"brandId": brand.id, "amount": amount})
        assert_problem(response, 400, "VALIDATION_ERROR")
    audited = world.rows(
        "select details from public.audit_log where brand_id = %s and action = 'ai.budget_set'", brand.id
    )
    assert [row["details"] for row in audited] == [{"from": None, "to": 12.5}]
