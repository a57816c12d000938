from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def body(brand: Brand, **changes: Any) -> dict[str, Any]:
    return {
        "brandId": brand.id,
        "name": "Launch article",
        "contentType": "article",
        "inputFields": [{"id": "topic", "name": "Topic", "type": "short_text", "required": True}],
        "outputFields": [{"id": "body", "name": "Body", "type": "html", "aiPrompt": "Write it", "maxLength": 500}],
    } | changes


async def test_valid(world: World) -> None:
    brand = await world.brand()
    created = await brand.admin.post("/templates", body(brand))
    assert created.status_code == 201, created.text
    template = created.json()["data"]
    read = (await brand.viewer.get(f"/templates/{template['id']}")).json()["data"]
    assert read == template | {"usage": {"count": 0, "lastUsedAt": None}}
    assert read["outputFields"][0]["aiPrompt"] == "Write it"
    listed = (await brand.viewer.get("/templates", brandId=brand.id, pageSize=100)).json()["data"]
    assert template["id"] in {item["id"] for item in listed}
    assert {item["brandId"] for item in listed} <= {brand.id, None}


@pytest.mark.parametrize("role", ["editor", "viewer"])
async def test_only_admins_create(world: World, role: str) -> None:
    brand = await world.brand()
    assert_problem(await getattr(brand, role).post("/templates", body(brand)), 403, "FORBIDDEN")


async def test_not_member(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    assert_problem(await stranger.admin.post("/templates", body(brand)), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.get(f"/templates/{brand.template_id}"), 404, "NOT_FOUND")
    listed = (await stranger.admin.get("/templates", brandId=brand.id)).json()["data"]
    assert brand.id not in {item["brandId"] for item in listed}


async def test_a_name_is_used_once_in_a_brand(world: World) -> None:
    brand = await world.brand()
    await brand.admin.post("/templates", body(brand))
    again = await brand.admin.post("/templates", body(brand, name="LAUNCH ARTICLE"))
    assert_problem(again, 409, "ALREADY_EXISTS")


@pytest.mark.parametrize(
    "changes",
    [
        {"inputFields": []},
        {"outputFields": []},
        {"inputFields": [{"id": "body", "name": "Twice", "type": "short_text"}]},
        {"inputFields": [{"id": "1bad", "name": "x", "type": "short_text"}]},
        {"inputFields": [{"id": "x", "name": "x", "type": "hologram"}]},
        {"outputFields": [{"id": "x", "name": "x", "maxLength": 0}]},
        {"name": " "},
        {"contentType": "Article"},
    ],
)
async def test_templates_that_cannot_be(world: World, changes: dict[str, Any]) -> None:
    brand = await world.brand()
    assert_problem(await brand.admin.post("/templates", body(brand, **changes)), 400, "VALIDATION_ERROR")


async def test_a_stored_shape_that_cannot_be(world: World) -> None:
    brand = await world.brand()
    fields = '[{"id": "x", "name": "X", "type": "hologram"}]'
    # As it might have been stored before there was a check.
    world.rows("set session_replication_role = replica")
    world.rows("update public.templates set input_fields = %s where id = %s", fields, brand.template_id)
    world.rows("set session_replication_role = origin")
    assert_problem(await brand.admin.get(f"/templates/{brand.template_id}"), 422, "UNPROCESSABLE")


@pytest.mark.parametrize(
    "fields",
    [
        [],
        {},
        "x",
        [7],
        [{"id": "x"}],
        [{"id": 7, "name": "X"}],
        [{"id": "x", "name": "X", "required": "yes"}],
        [{"id": "x", "name": "X"}, {"id": "x", "name": "Y"}],
        [{"id": "topic", "name": "Also an input"}],
    ],
)
async def test_the_database_refuses_what_is_no_list_of_fields(world: World, fields: object) -> None:
    brand = await world.brand()
    api = world.data_api(brand.admin.access_token)
    response = await api.http.patch(
        "/templates", params={"id": f"eq.{brand.template_id}"}, json={"output_fields": fields}
    )
    assert response.status_code == 400, response.text
