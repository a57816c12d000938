from typing import Any
from uuid import uuid4

import pytest

from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"
IDENTITY = {"mission": "Calm skin", "vision": "No pain", "values": ["care"], "usp": "Five ingredients"}


async def read(person: Person, brand_id: str) -> dict[str, Any]:
    response = await person.get(f"/brands/{brand_id}")
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def test_list_holds_own_brands_with_their_counts(world: World) -> None:
    brand, _ = await world.brand(), await world.brand()
    await world.draft(brand)
    await world.draft(brand)
    for person in (brand.admin, brand.editor, brand.viewer):
        page = (await person.get("/brands")).json()
        assert [item["id"] for item in page["data"]] == [brand.id]
        assert page["pagination"] == {"page": 1, "pageSize": 20, "totalPages": 1, "totalItems": 1}
        assert page["data"][0]["counts"] == {"contents": 2, "templates": 1, "workflows": 1, "members": 3}
    assert (await brand.viewer.get("/brands", q=brand.name.upper())).json()["pagination"]["totalItems"] == 1
    assert (await brand.viewer.get("/brands", q="nothing like it")).json()["data"] == []
    assert (await brand.viewer.get("/brands", page=7)).json()["pagination"]["totalItems"] == 1


async def test_counts_of_contents_are_for_who_may_read_them(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "update public.brand_members set restrictions = '{content.read}' where user_id = %s", world.id_of(brand.viewer)
    )
    assert (await brand.viewer.get("/brands")).json()["data"][0]["counts"]["contents"] is None


async def test_read(world: World) -> None:
    brand = await world.brand()
    response = await brand.viewer.get(f"/brands/{brand.id}")
    item = response.json()["data"]
    assert (item["name"], item["country"], item["subBrands"]) == (brand.name, "GB", [])
    assert response.headers["ETag"].startswith(f'"{item["version"]}-')
    assert "stale-while-revalidate" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]
    assert item["_links"]["members"] == f"/api/v1/brands/{brand.id}/members"
    assert "accountId" not in item
    unchanged = await brand.viewer.http.get(f"/brands/{brand.id}", headers={"If-None-Match": response.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize("brand_id", [NOBODY, "not-an-id"])
async def test_not_existing(world: World, brand_id: str) -> None:
    brand = await world.brand()
    expected = (404, "NOT_FOUND") if brand_id == NOBODY else (400, "VALIDATION_ERROR")
    assert_problem(await brand.admin.get(f"/brands/{brand_id}"), *expected)


async def test_a_platform_admin_creates(world: World) -> None:
    platform = await world.platform_admin()
    name = f"Åurora Süd {uuid4().hex[:8]}"
    response = await platform.post("/brands", {"name": name, "identity": IDENTITY, "country": "SE", "language": "sv"})
    assert response.status_code == 201, response.text
    item = response.json()["data"]
    assert item["slug"] == f"aurora-sud-{name.rsplit(' ', 1)[1]}"
    assert (item["identity"], item["version"], item["language"]) == (IDENTITY, 1, "sv")
    assert response.headers["Location"] == f"/api/v1/brands/{item['id']}"
    assert (await read(platform, item["id"]))["name"] == name
    assert_problem(await platform.post("/brands", {"name": name}), 409, "ALREADY_EXISTS")


async def test_nobody_else_creates_renames_or_deletes(world: World) -> None:
    brand = await world.brand()
    for person in (brand.admin, brand.editor, brand.viewer):
        assert_problem(await person.post("/brands", {"name": "Mine"}), 403, "FORBIDDEN")
        assert_problem(await person.delete(f"/brands/{brand.id}"), 403, "FORBIDDEN")
        assert_problem(await person.patch(f"/brands/{brand.id}", 1, {"name": "Other"}), 403, "FORBIDDEN")


async def test_an_account_has_as_many_brands_as_its_plan(world: World) -> None:
    platform = await world.platform_admin()
    account = world.rows("insert into public.accounts (name) values ('Small') returning id::text")[0]["id"]
    for _ in range(3):
        created = await platform.post("/brands", {"name": f"B {uuid4().hex}", "accountId": account})
        assert created.status_code == 201, created.text
    refused = await platform.post("/brands", {"name": f"B {uuid4().hex}", "accountId": account})
    assert_problem(refused, 403, "PLAN_LIMIT_EXCEEDED")


CHANGES = {
    "description": "Skin care",
    "identity": IDENTITY,
    "toneOfVoice": "Warm",
    "communicationStyle": "As a friend",
    "personality": ["calm"],
    "guardrails": ["No cure"],
    "keyMessages": ["Five ingredients"],
    "targetAudience": "Sensitive people",
    "country": "FR",
    "language": "fr",
    "currency": "EUR",
    "allowedContentTypes": ["article", "blog_post"],
    "colors": {"primary": "#1A7F64", "accent": "#FFFFFF"},
    "logo": {"url": "https://cdn.aurora.test/l.svg", "altText": "Aurora", "type": "dark"},
    "websiteUrls": ["https://aurora.test"],
    "settings": {"defaultDueDays": 7},
}


async def test_an_admin_changes_everything_that_is_theirs(world: World) -> None:
    brand = await world.brand()
    version = (await read(brand.admin, brand.id))["version"]
    response = await brand.admin.patch(f"/brands/{brand.id}", version, CHANGES)
    assert response.status_code == 200, response.text
    item = response.json()["data"]
    assert {name: item[name] for name in CHANGES} == CHANGES
    assert item["version"] == version + 1
    assert await read(brand.admin, brand.id) == item | {"subBrands": []}
    of_reader = {"allowedActions", "_links", "subBrands"}
    seen = await read(brand.viewer, brand.id)
    assert {name: seen[name] for name in seen.keys() - of_reader} == {
        name: item[name] for name in item.keys() - of_reader
    }
    merged = await brand.admin.patch(f"/brands/{brand.id}", version + 1, {"identity": {"usp": None, "vision": "New"}})
    assert merged.json()["data"]["identity"] == {"mission": "Calm skin", "vision": "New", "values": ["care"]}


async def test_only_who_may_changes(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    for person in (brand.editor, brand.viewer):
        assert_problem(await person.patch(f"/brands/{brand.id}", 1, {"description": "x"}), 403, "FORBIDDEN")
    assert_problem(await stranger.admin.patch(f"/brands/{brand.id}", 1, {"description": "x"}), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.get(f"/brands/{brand.id}"), 404, "NOT_FOUND")


async def test_a_change_names_the_version_that_it_saw(world: World) -> None:
    brand = await world.brand()
    path = f"/brands/{brand.id}"
    version = (await read(brand.admin, brand.id))["version"]
    assert_problem(await brand.admin.http.patch(path, json={"description": "x"}), 428, "PRECONDITION_REQUIRED")
    assert (await brand.admin.patch(path, version, {"description": "first"})).status_code == 200
    error = assert_problem(await brand.admin.patch(path, version, {"description": "second"}), 412, "CONFLICT")
    assert error["details"][0]["message"] == str(version + 1)
    assert (await read(brand.admin, brand.id))["description"] == "first"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"description": None},
        {"country": "GBR"},
        {"language": "EN"},
        {"currency": "eur"},
        {"colors": {"primary": "red"}},
        {"colors": {"secondary": "#000000"}},
        {"logo": {"url": "javascript:alert(1)", "altText": "x"}},
        {"websiteUrls": ["ftp://x"]},
        {"websiteUrls": ["https://x.test"] * 6},
        {"settings": {"unknown": 1}},
        {"allowedContentTypes": ["No Type"]},
        {"version": 3},
        {"guardrails": [""]},
    ],
)
async def test_changes_that_cannot_be(world: World, changes: dict[str, Any]) -> None:
    brand = await world.brand()
    assert_problem(await brand.admin.patch(f"/brands/{brand.id}", 1, changes), 400, "VALIDATION_ERROR")


async def test_a_brand_with_work_in_it_is_deleted_on_purpose_only(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    content = await world.draft(brand)
    error = assert_problem(await platform.delete(f"/brands/{brand.id}"), 409, "CONFLICT")
    assert {item["field"]: item["message"] for item in error["details"]} == {"contents": "1", "workflows": "1"}
    assert (await read(brand.admin, brand.id))["id"] == brand.id
    assert (await platform.delete(f"/brands/{brand.id}", cascade="true")).status_code == 204
    for path in (f"/brands/{brand.id}", f"/contents/{content['id']}"):
        assert_problem(await brand.admin.get(path), 404, "NOT_FOUND")
    assert (await brand.admin.get("/brands")).json()["data"] == []


async def sub_brand(platform: Person, parent: Brand) -> dict[str, Any]:
    body = {"name": f"Sub {uuid4().hex}", "parentBrandId": parent.id}
    response = await platform.post("/brands", body)
    assert response.status_code == 201, response.text
    return response.json()["data"]


async def test_sub_brands(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    child = await sub_brand(platform, brand)
    assert child["_links"]["parent"] == f"/api/v1/brands/{brand.id}"
    assert child["parent"]["id"] == child["parentBrandId"] == brand.id
    assert child["createdBy"] is None, "the platform made it: no tenant learns who"
    # A brand of its own: who belongs to the parent alone does not learn of it.
    assert (await read(brand.admin, brand.id))["subBrands"] == []
    assert_problem(await brand.admin.get(f"/brands/{child['id']}"), 404, "NOT_FOUND")
    world.join(brand.admin, child["id"], "viewer")
    known = {"id": child["id"], "name": child["name"], "slug": child["slug"]}
    assert (await read(brand.admin, brand.id))["subBrands"] == [known]
    listed = (await brand.admin.get("/brands", parentBrandId=brand.id)).json()["data"]
    assert [item["id"] for item in listed] == [child["id"]]
    version = (await read(platform, brand.id))["version"]
    renamed = await platform.patch(f"/brands/{child['id']}", 1, {"description": "Of a child only"})
    assert renamed.status_code == 200
    assert (await read(platform, brand.id))["version"] == version, (
        "what a child says of itself is no change of its parent"
    )
    above = await platform.patch(f"/brands/{brand.id}", (await read(platform, brand.id))["version"], {
        "parentBrandId": child["id"]
    })  # fmt: skip
    assert_problem(above, 400, "VALIDATION_ERROR")


async def test_completeness(world: World) -> None:
    brand = await world.brand()
    item = await read(brand.viewer, brand.id)
    assert item["completeness"]["score"] == 25
    assert {"identity", "guardrails", "logo", "workflows"} <= set(item["completeness"]["missing"])
    whole = CHANGES | {"guardrails": [f"Never {number}" for number in range(5)]}
    await brand.admin.patch(f"/brands/{brand.id}", item["version"], whole)
    await brand.admin.post(f"/brands/{brand.id}/agencies", {"name": "Authority"})
    body = {"workflows": [{"workflowId": brand.workflow_id}]}
    complete = (await brand.admin.put(f"/brands/{brand.id}/workflows", body)).json()["data"]["completeness"]
    assert (complete["score"], complete["missing"]) == (100, [])
    assert [hint.split(":")[0] for hint in complete["hints"]] == ["identity", "toneOfVoice"]
