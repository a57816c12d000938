from typing import Any
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.tenancy.poison.planting import corrupt

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
    assert read == template | {"usage": {"count": 0, "lastUsedAt": None}, "allowedActions": ["read"]}
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
    corrupt(world.database, "templates", {"id": brand.template_id}, {"input_fields": fields})
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
        "/templates", params={"id": f"eq.{brand.template_id}", "select": "id"}, json={"output_fields": fields}
    )
    assert response.status_code == 400, response.text


async def test_a_global_template_is_the_platforms(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    name = f"Global {uuid4().hex}"
    assert_problem(await brand.admin.post("/templates", body(brand, brandId=None, name=name)), 403, "FORBIDDEN")
    made = (await platform.post("/templates", body(brand, brandId=None, name=name))).json()["data"]
    path = f"/templates/{made['id']}"
    assert made["brandId"] is None
    assert (await brand.viewer.get(path)).json()["data"]["name"] == name
    assert_problem(await brand.admin.patch(path, 1, {"name": "Ours"}), 403, "FORBIDDEN")
    assert (await platform.patch(path, 1, {"isActive": False})).status_code == 200
    assert (await platform.delete(path)).status_code == 204
    assert_problem(await brand.viewer.get(path), 404, "NOT_FOUND")


async def test_changes(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    made = (await brand.admin.post("/templates", body(brand))).json()["data"]
    path = f"/templates/{made['id']}"
    changes = {"description": "D", "icon": "pen", "category": "Web", "tags": ["a"], "aiEnabled": False, "name": "N"}
    changed = await brand.admin.patch(path, 1, changes)
    assert changed.status_code == 200, changed.text
    item = changed.json()["data"]
    assert {name: item[name] for name in changes} == changes
    assert (item["version"], changed.headers["ETag"]) == (2, '"2"')
    assert item["inputFields"] == made["inputFields"]
    assert_problem(await brand.admin.http.patch(path, json=changes), 428, "PRECONDITION_REQUIRED")
    error = assert_problem(await brand.admin.patch(path, 1, changes), 412, "CONFLICT")
    assert error["details"][0]["message"] == "2"
    for person, status, code in (
        (brand.editor, 403, "FORBIDDEN"),
        (brand.viewer, 403, "FORBIDDEN"),
        (stranger.admin, 404, "NOT_FOUND"),
    ):
        assert_problem(await person.patch(path, 2, changes), status, code)
    for bad in ({}, {"name": None}, {"inputFields": []}, {"brandId": stranger.id}, {"version": 9}):
        assert_problem(await brand.admin.patch(path, 2, bad), 400, "VALIDATION_ERROR")


async def test_contents_keep_to_the_version_that_they_used(world: World) -> None:
    brand = await world.brand()
    made = (await brand.admin.post("/templates", body(brand))).json()["data"]
    path = f"/templates/{made['id']}"
    draft = {"brandId": brand.id, "templateId": made["id"], "title": "Old", "fields": {"topic": "Snow"}}
    old = (await brand.editor.post("/contents", draft)).json()["data"]
    number = {"id": "stars", "name": "Stars", "type": "number", "required": True, "validation": {"min": 1, "max": 5}}
    assert (await brand.admin.patch(path, 1, {"inputFields": [number]})).status_code == 200
    # The old one still has its topic, and knows no stars; a new one is the other way round.
    kept = await brand.editor.patch(f"/contents/{old['id']}", 1, {"fields": {"topic": "Ice"}})
    assert (kept.status_code, kept.json()["data"]["templateVersion"]) == (200, 1)
    assert_problem(
        await brand.editor.patch(f"/contents/{old['id']}", 2, {"fields": {"stars": 3}}), 400, "VALIDATION_ERROR"
    )
    assert_problem(await brand.editor.post("/contents", draft), 400, "VALIDATION_ERROR")
    new = await brand.editor.post("/contents", draft | {"fields": {"stars": 3}})
    assert (new.status_code, new.json()["data"]["templateVersion"]) == (201, 2)
    versions = (await brand.viewer.get(f"{path}/versions")).json()["data"]
    assert [(item["version"], item["inputFields"][0]["id"]) for item in versions] == [(2, "stars"), (1, "topic")]
    first = (await brand.viewer.get(f"{path}/versions/1")).json()["data"]
    assert first == versions[1]
    assert_problem(await brand.viewer.get(f"{path}/versions/3"), 404, "NOT_FOUND")
    stranger = await world.brand()
    assert_problem(await stranger.admin.get(f"{path}/versions"), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.get(f"{path}/versions/1"), 404, "NOT_FOUND")


async def test_use_is_counted_for_the_caller_s_brands(world: World) -> None:
    brand, other, platform = await world.brand(), await world.brand(), await world.platform_admin()
    name = f"Shared {uuid4().hex}"
    made = (await platform.post("/templates", body(brand, brandId=None, name=name))).json()["data"]
    for tenant, times in ((brand, 2), (other, 1)):
        for _ in range(times):
            draft = {"brandId": tenant.id, "templateId": made["id"], "fields": {"topic": "Snow"}}
            assert (await tenant.editor.post("/contents", draft)).status_code == 201
    for tenant, times in ((brand, 2), (other, 1)):
        usage = (await tenant.viewer.get(f"/templates/{made['id']}")).json()["data"]["usage"]
        assert (usage["count"], usage["lastUsedAt"] is not None) == (times, True)
    error = assert_problem(await platform.delete(f"/templates/{made['id']}"), 409, "CONFLICT")
    assert error["details"][0]["message"] == "3"


async def test_deactivated_it_makes_no_new_contents(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    path = f"/templates/{brand.template_id}"
    assert (await brand.admin.patch(path, 1, {"isActive": False})).status_code == 200
    draft = {"brandId": brand.id, "templateId": brand.template_id, "title": "x", "fields": {"topic": "Snow"}}
    assert_problem(await brand.editor.post("/contents", draft), 409, "CONFLICT")
    edited = await brand.editor.patch(f"/contents/{content['id']}", 1, {"fields": {"topic": "Ice"}})
    assert edited.status_code == 200
    listed = (await brand.viewer.get("/templates", brandId=brand.id)).json()["data"]
    assert brand.template_id not in {item["id"] for item in listed}
    inactive = (await brand.viewer.get("/templates", brandId=brand.id, active="false")).json()["data"]
    assert [item["id"] for item in inactive] == [brand.template_id]


async def test_only_the_platform_deletes(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    for person in (brand.admin, brand.editor):
        assert_problem(await person.delete(f"/templates/{brand.template_id}"), 403, "FORBIDDEN")
    assert_problem(await stranger.admin.delete(f"/templates/{brand.template_id}"), 404, "NOT_FOUND")


async def test_the_plan_bounds_how_many_there_are(world: World) -> None:
    brand = await world.brand()
    account = world.rows("insert into public.accounts (name) values ('Small') returning id")[0]["id"]
    world.rows("update public.brands set account_id = %s where id = %s", account, brand.id)
    for number in range(9):
        assert (await brand.admin.post("/templates", body(brand, name=f"T{number}"))).status_code == 201
    assert_problem(await brand.admin.post("/templates", body(brand, name="T10")), 403, "PLAN_LIMIT_EXCEEDED")


async def test_list_filters(world: World) -> None:
    brand = await world.brand()
    wanted = body(brand, name="Recipe of the week", category="Food", contentType="recipe")
    made = (await brand.admin.post("/templates", wanted)).json()["data"]["id"]
    for query in ({"category": "Food"}, {"contentType": "recipe"}, {"q": "of the WEEK"}):
        page = (await brand.viewer.get("/templates", brandId=brand.id, **query)).json()
        assert [item["id"] for item in page["data"]] == [made], query
        assert page["pagination"]["totalItems"] == 1
    assert (await brand.viewer.get("/templates", brandId=brand.id, page=99)).json()["data"] == []
