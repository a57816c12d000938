"""Delete and restore, duplicate, slugs, titles, assignees, quotas."""

import re
from typing import Any
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World
from tests.support.xss import VECTORS, executed

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"


async def test_deleted_and_brought_back(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}"
    for person, status, code in ((brand.viewer, 403, "FORBIDDEN"), (stranger.admin, 404, "NOT_FOUND")):
        assert_problem(await person.delete(path), status, code)
        assert_problem(await person.post(f"{path}/restore"), status, code)
    assert_problem(await brand.editor.post(f"{path}/restore"), 409, "CONFLICT")
    assert (await brand.editor.delete(path)).status_code == 204
    for suffix in ("", "/versions", "/events", "/comments", "/score"):
        assert_problem(await brand.admin.get(f"{path}{suffix}"), 404, "NOT_FOUND")
    assert_problem(await brand.editor.delete(path), 404, "NOT_FOUND")
    assert_problem(await brand.editor.patch(path, 2, {"title": "x"}), 404, "NOT_FOUND")
    assert (await brand.admin.get("/contents", brandId=brand.id)).json()["data"] == []
    bin_ = (await brand.admin.get("/contents", brandId=brand.id, deleted="true")).json()["data"]
    assert [(item["id"], item["_links"]["restore"]) for item in bin_] == [(content["id"], f"/api/v1{path}/restore")]
    assert (await brand.viewer.get("/contents", brandId=brand.id, deleted="true")).json()["data"] == []
    restored = await brand.editor.post(f"{path}/restore")
    assert restored.status_code == 200, restored.text
    same = ("title", "fields", "slug", "status", "tags")
    assert {name: restored.json()["data"][name] for name in same} == {name: content[name] for name in same}
    events = [event["type"] for event in (await brand.viewer.get(f"{path}/events")).json()["data"]]
    assert events == ["ContentCreated", "ContentDeleted", "ContentUpdated"]


async def test_an_editor_deletes_own_drafts_an_admin_others(world: World) -> None:
    brand = await world.brand()
    theirs = await world.draft(brand, by=brand.admin)
    assert_problem(await brand.editor.delete(f"/contents/{theirs['id']}"), 403, "FORBIDDEN")
    own = await world.draft(brand)
    await brand.editor.post(f"/contents/{own['id']}/submit")
    assert_problem(await brand.editor.delete(f"/contents/{own['id']}"), 403, "FORBIDDEN")
    assert (await brand.admin.delete(f"/contents/{own['id']}")).status_code == 204
    published = await world.published(brand)
    assert_problem(await brand.admin.delete(f"/contents/{published['id']}"), 409, "CONFLICT")


async def test_duplicates(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand, tags=["a"], body="<p>Text</p>", metadata={"metaTitle": "M"})
    path = f"/contents/{content['id']}/duplicate"
    copy = await brand.editor.post(path, {})
    assert copy.status_code == 201, copy.text
    made = copy.json()["data"]
    assert (made["title"], made["parentId"]) == (f"Copy of {content['title']}", content["id"])
    assert (made["status"], made["version"], made["body"], made["tags"]) == ("draft", 1, "<p>Text</p>", ["a"])
    assert made["slug"] != content["slug"]
    named = (await brand.editor.post(path, {"title": "Mine"})).json()["data"]
    assert named["title"] == "Mine"
    assert_problem(await brand.viewer.post(path, {}), 403, "FORBIDDEN")
    assert_problem(await other.editor.post(path, {}), 404, "NOT_FOUND")
    # Into another brand: only one that the caller may write, and nothing of the first comes along but the text.
    assert_problem(await brand.editor.post(path, {"brandId": other.id}), 404, "NOT_FOUND")
    world.join(brand.editor, other.id, "viewer")
    assert_problem(await brand.editor.post(path, {"brandId": other.id}), 403, "FORBIDDEN")
    world.rows(
        "update public.brand_members set role = 'editor' where user_id = %s and brand_id = %s",
        world.id_of(brand.editor),
        other.id,
    )
    moved = (await brand.editor.post(path, {"brandId": other.id})).json()["data"]
    assert (moved["brandId"], moved["parentId"], moved["templateId"]) == (other.id, None, None)
    assert moved["fields"] == {"headline": "A headline"}, "the brief stays where it was written"
    assert_problem(await brand.viewer.get(f"/contents/{moved['id']}"), 404, "NOT_FOUND")


async def test_slugs_are_made_and_kept_unique(world: World) -> None:
    brand, other = await world.brand(), await world.brand()

    async def slug(**body: Any) -> str:
        response = await brand.editor.post("/contents", {"brandId": brand.id} | body)
        assert response.status_code == 201, response.text
        return response.json()["data"]["slug"]

    assert [await slug(title="Crème Brûlée & Co.") for _ in range(3)] == [
        "creme-brulee-co", "creme-brulee-co-2", "creme-brulee-co-3",
    ]  # fmt: skip
    assert re.fullmatch("content-[0-9a-f]{10}", await slug(title="日本語"))
    assert await slug(title="x", slug="my-own") == "my-own"
    taken = {"brandId": brand.id, "title": "x", "slug": "my-own"}
    error = assert_problem(await brand.editor.post("/contents", taken), 409, "CONFLICT")
    assert error["details"][0]["field"] == "slug"
    elsewhere = await other.editor.post("/contents", taken | {"brandId": other.id})
    assert elsewhere.json()["data"]["slug"] == "my-own"
    content = await world.draft(brand)
    changed = await brand.editor.patch(f"/contents/{content['id']}", 1, {"slug": "another"})
    assert changed.json()["data"]["slug"] == "another"
    assert_problem(await brand.editor.patch(f"/contents/{content['id']}", 2, {"slug": "my-own"}), 409, "CONFLICT")
    for bad in ("My-Own", "a b", "", "x" * 201, "ä"):
        assert_problem(await brand.editor.post("/contents", taken | {"slug": bad}), 400, "VALIDATION_ERROR")


async def test_a_title_is_found_where_none_is_given(world: World) -> None:
    brand = await world.brand()
    cases = {
        "<p>Cold <strong>wind</strong> blows</p>": "Cold wind blows",
        "<p>" + "long " * 40 + "</p>": ("long " * 40)[:80].strip(),
    }
    for body, title in cases.items():
        made = (await brand.editor.post("/contents", {"brandId": brand.id, "body": body})).json()["data"]
        assert made["title"] == title
    untitled = (await brand.editor.post("/contents", {"brandId": brand.id})).json()["data"]["title"]
    assert untitled.startswith("Untitled 20")


async def test_assignees_are_members_and_leave_with_their_membership(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    helper = await world.member(brand, "editor")
    people = [world.id_of(helper), world.id_of(brand.viewer)]
    content = await world.draft(brand, assignees=people)
    assert sorted(person["id"] for person in content["assignees"]) == sorted(people)
    assert content["dueAt"] is not None
    path = f"/contents/{content['id']}"
    for unknown in (world.id_of(stranger.admin), NOBODY):
        error = assert_problem(await brand.editor.patch(path, 1, {"assignees": [unknown]}), 400, "VALIDATION_ERROR")
        assert error["details"][0]["field"] == "assignees"
    removed = await brand.admin.delete(f"/brands/{brand.id}/members/{world.id_of(helper)}")
    assert removed.status_code == 204
    assert [each["id"] for each in (await brand.editor.get(path)).json()["data"]["assignees"]] == [
        world.id_of(brand.viewer)
    ]
    rows = world.rows("select user_id::text from public.content_assignees where content_id = %s", content["id"])
    assert [row["user_id"] for row in rows] == [world.id_of(brand.viewer)]


async def test_the_plan_bounds_contents_of_a_month(world: World) -> None:
    brand = await world.brand()
    account = world.rows("insert into public.accounts (name) values ('Small') returning id")[0]["id"]
    world.rows("update public.brands set account_id = %s where id = %s", account, brand.id)
    used = "insert into public.quota_usage values (%s, 'contents', date_trunc('month', now() at time zone 'UTC'), 99)"
    world.rows(used, account)
    body = {"brandId": brand.id, "title": uuid4().hex}
    last = await brand.editor.post("/contents", body)
    assert last.status_code == 201
    for request in (("/contents", body), (f"/contents/{last.json()['data']['id']}/duplicate", {})):
        error = assert_problem(await brand.editor.post(*request), 429, "QUOTA_EXCEEDED")
        assert error["details"][0]["message"].startswith("resets at 20")


@pytest.mark.parametrize(
    "change",
    [
        {"title": "<b>"},
        {"title": "x" * 201},
        {"fields": {str(number): 1 for number in range(51)}},
        {"fields": {"": 1}},
        {"fields": {"a": "x" * 200_001}},
        {"tags": ["x" * 51]},
        {"tags": [str(number) for number in range(51)]},
        {"metadata": {"ogImage": "javascript:x"}},
        {"metadata": {"unknown": 1}},
        {"dueAt": "tomorrow"},
        {"dueAt": "2026-01-01T00:00:00"},
        {"assignees": ["x"]},
        {"brandId": None},
        {"type": "Article"},
        {"status": "published"},
        {"body": "x" * 200_001},
    ],
)
async def test_contents_that_cannot_be(world: World, change: dict[str, Any]) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "title": "x"} | change
    assert_problem(await brand.editor.post("/contents", body), 400, "VALIDATION_ERROR")


async def test_types_are_those_of_the_brand(world: World) -> None:
    brand = await world.brand()
    version = (await brand.admin.get(f"/brands/{brand.id}")).json()["data"]["version"]
    await brand.admin.patch(f"/brands/{brand.id}", version, {"allowedContentTypes": ["article"]})
    content = await world.draft(brand)
    bad = {"brandId": brand.id, "title": "x", "type": "blog_post"}
    assert_problem(await brand.editor.post("/contents", bad), 400, "VALIDATION_ERROR")
    changed = await brand.editor.patch(f"/contents/{content['id']}", 1, {"type": "blog_post"})
    assert_problem(changed, 400, "VALIDATION_ERROR")


async def test_metadata_and_fields_are_merged_and_null_takes_away(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, metadata={"metaTitle": "T", "keywords": ["a"]})
    path = f"/contents/{content['id']}"
    changes = {"metadata": {"metaTitle": None, "metaDescription": "D"}, "fields": {"headline": None}}
    changed = (await brand.editor.patch(path, 1, changes)).json()["data"]
    assert changed["metadata"] == {"keywords": ["a"], "metaDescription": "D"}
    assert changed["fields"] == {"topic": "winter"}


async def test_no_vector_of_the_corpus_is_executable_anywhere(world: World) -> None:
    """Body, every field, comments, and imported texts."""
    brand = await world.brand()
    api_vectors = [vector.replace("\x00", "") for vector in VECTORS]
    made: list[str] = []
    for start in range(0, len(api_vectors), 40):
        some = dict(enumerate(api_vectors[start : start + 40]))
        fields = {f"f{number}": vector for number, vector in some.items()} | {"deep": {"list": list(some.values())}}
        body = {"brandId": brand.id, "title": "x", "fields": fields, "body": "".join(some.values())}
        created = await brand.editor.post("/contents", body | {"excerpt": "".join(some.values())[:2000]})
        assert created.status_code == 201, created.text
        item = created.json()["data"]
        # A summary is text, which pages escape.
        assert "excerpt" in item["plainTexts"]
        values = [item["body"], *item["fields"].pop("deep")["list"], *item["fields"].values()]
        assert len(values) == 1 + 2 * len(some)
        assert [executed(value) for value in values if executed(value)] == []
        made.append(item["id"])
    rows = [{"title": "x", "body": vector, "fields": {"a": vector}} for vector in api_vectors]
    report = (await brand.editor.post("/contents/import", {"brandId": brand.id, "data": rows})).json()["data"]
    stored = world.rows("select body, fields from public.contents where id = any(%s::uuid[])", report["contentIds"])
    assert len(stored) == len(api_vectors)
    assert [row for row in stored if executed(row["body"]) or executed(row["fields"]["a"])] == []
    for vector in api_vectors[:20]:
        comment = await brand.editor.post(f"/contents/{made[0]}/comments", {"body": f"x {vector}"})
        assert executed(comment.json()["data"]["body"]) == []
