"""Threads below a content, and the feed of what happens in a brand."""

import asyncio
from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"


async def test_threads_anchors_and_mentions(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}/comments"
    anchored = {
        "body": "<p>Shorter, <strong>please</strong><script>x</script></p>",
        "fieldKey": "headline",
        "rangeStart": 2,
        "rangeEnd": 10,
        "mentions": [world.id_of(brand.editor)],
    }
    created = await brand.viewer.post(path, anchored)
    assert created.status_code == 201, created.text
    first = created.json()["data"]
    assert first["body"] == "<p>Shorter, <strong>please</strong></p>"
    assert (first["fieldKey"], first["rangeStart"], first["rangeEnd"]) == ("headline", 2, 10)
    reply = (await brand.editor.post(path, {"body": "Done", "parentId": first["id"]})).json()["data"]
    other = (await brand.admin.post(path, {"body": "Another matter"})).json()["data"]
    page = (await brand.viewer.get(path)).json()
    assert [thread["id"] for thread in page["data"]] == [first["id"], other["id"]]
    thread = page["data"][0]
    assert thread["createdBy"] == {"id": world.id_of(brand.viewer), "name": "Test"}
    assert thread["mentions"] == [{"id": world.id_of(brand.editor), "name": "Test"}]
    assert (thread["allowedActions"], thread["replies"][0]["allowedActions"]) == (["edit", "delete", "resolve"], [])
    assert [(each["id"], each["body"]) for each in thread["replies"]] == [(reply["id"], "Done")]
    assert page["pagination"]["totalItems"] == 2
    assert len((await brand.viewer.get(path, pageSize=1, page=2)).json()["data"]) == 1
    nested = {"body": "x", "parentId": reply["id"]}
    assert_problem(await brand.editor.post(path, nested), 400, "VALIDATION_ERROR")
    assert_problem(await brand.editor.post(path, {"body": "x", "parentId": NOBODY}), 400, "VALIDATION_ERROR")
    mention = {"body": "x", "mentions": [world.id_of(stranger.admin)]}
    assert_problem(await brand.editor.post(path, mention), 400, "VALIDATION_ERROR")
    assert_problem(await stranger.admin.get(path), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.post(path, {"body": "x"}), 404, "NOT_FOUND")


async def test_edit_resolve_and_delete(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/comments"
    made = (await brand.viewer.post(path, {"body": "First"})).json()["data"]
    one = f"/comments/{made['id']}"
    second_viewer = await world.member(brand, "viewer")
    for person, status, code in ((second_viewer, 403, "FORBIDDEN"), (stranger.admin, 404, "NOT_FOUND")):
        assert_problem(await person.http.patch(one, json={"body": "x"}), status, code)
        assert_problem(await person.post(f"{one}/resolve"), status, code)
        assert_problem(await person.delete(one), status, code)
    edited = await brand.viewer.http.patch(one, json={"body": "Second"})
    assert made["editedAt"] is None
    assert edited.json()["data"]["body"] == "Second"
    assert edited.json()["data"]["editedAt"] > made["createdAt"]
    assert (await brand.admin.http.patch(one, json={"body": "Third"})).status_code == 200
    kept = world.rows("select body from public.comment_revisions where comment_id = %s order by id", made["id"])
    assert [row["body"] for row in kept] == ["First", "Second"]
    # Its author, an admin, or who made the content.
    resolved = (await brand.editor.post(f"{one}/resolve")).json()["data"]
    assert resolved["resolvedBy"] == {"id": world.id_of(brand.editor), "name": "Test"}
    assert resolved["allowedActions"] == ["reopen"]
    assert (await brand.viewer.get(path, resolved="false")).json()["data"] == []
    assert len((await brand.viewer.get(path, resolved="true")).json()["data"]) == 1
    reopened = (await brand.viewer.post(f"{one}/reopen")).json()["data"]
    assert (reopened["resolvedAt"], reopened["editedAt"]) == (None, resolved["editedAt"])
    reply = (await brand.editor.post(path, {"body": "Answer", "parentId": made["id"]})).json()["data"]
    assert (await brand.viewer.delete(one)).status_code == 204
    thread = (await brand.viewer.get(path)).json()["data"][0]
    assert (thread["isDeleted"], thread["body"], len(thread["replies"])) == (True, "…", 1)
    assert_problem(await brand.viewer.http.patch(one, json={"body": "x"}), 404, "NOT_FOUND")
    assert_problem(await brand.editor.post(path, {"body": "x", "parentId": made["id"]}), 400, "VALIDATION_ERROR")
    assert (await brand.editor.delete(f"/comments/{reply['id']}")).status_code == 204
    assert (await brand.viewer.get(path)).json()["data"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body": ""},
        {"body": "<script>x</script>"},
        {"body": "x" * 10_001},
        {"body": "x", "rangeStart": 1},
        {"body": "x", "rangeStart": 5, "rangeEnd": 2, "fieldKey": "a"},
        {"body": "x", "rangeStart": 1, "rangeEnd": 2},
        {"body": "x", "mentions": ["y"]},
        {"body": "x", "resolvedAt": "2020-01-01T00:00:00Z"},
    ],
)
async def test_comments_that_cannot_be(world: World, body: dict[str, Any]) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}/comments"
    assert_problem(await brand.editor.post(path, body), 400, "VALIDATION_ERROR")


async def test_the_feed_of_a_brand(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    content = await world.published(brand)
    await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "Nice"})
    page = (await brand.viewer.get("/activity", brandId=brand.id, pageSize=100)).json()
    entries = page["data"]
    assert entries == sorted(entries, key=lambda entry: entry["id"], reverse=True)
    newest = entries[0]
    assert (newest["verb"], newest["object"]["type"], newest["object"]["title"]) == (
        "added",
        "comment",
        content["title"],
    )
    assert newest["actor"] == {"id": world.id_of(brand.viewer), "name": "Test"}
    assert {"created", "published", "started", "status changed"} <= {entry["verb"] for entry in entries}
    assert "changes" not in str([entry["data"] for entry in entries])
    # Only users who manage members see the events about members.
    await brand.admin.put(f"/brands/{brand.id}/members/{world.id_of(brand.viewer)}", {"role": "viewer"})
    assert "UserAssigned" not in {entry["type"] for entry in entries}
    admins = (await brand.admin.get("/activity", brandId=brand.id, type="UserRoleChanged")).json()["data"]
    assert {entry["type"] for entry in admins} <= {"UserRoleChanged"}
    assert_problem(await stranger.admin.get("/activity", brandId=brand.id), 404, "NOT_FOUND")
    of_type = (
        await brand.viewer.get("/activity", brandId=brand.id, type=["ContentPublished", "ContentCreated"])
    ).json()
    assert [entry["type"] for entry in of_type["data"]] == ["ContentPublished", "ContentCreated"]
    by_admin = (await brand.viewer.get("/activity", brandId=brand.id, actor=world.id_of(brand.admin))).json()["data"]
    assert {entry["actor"]["id"] for entry in by_admin} == {world.id_of(brand.admin)}
    until = (await brand.viewer.get("/activity", brandId=brand.id, to="2020-01-01T00:00:00Z")).json()["data"]
    since = (await brand.viewer.get("/activity", **{"brandId": brand.id, "from": "2999-01-01T00:00:00Z"})).json()[
        "data"
    ]
    assert (until, since) == ([], [])
    seen: list[str] = []
    link: str | None = f"/activity?brandId={brand.id}&pageSize=3"
    while link:
        page = (await brand.viewer.get(link)).json()
        seen += [entry["id"] for entry in page["data"]]
        link = page["links"]["next"] and page["links"]["next"].removeprefix("/api/v1")
    assert seen == [entry["id"] for entry in entries]
    for query in ({}, {"brandId": "x"}, {"brandId": brand.id, "type": "x"}, {"brandId": brand.id, "cursor": "x"}):
        assert_problem(await brand.viewer.get("/activity", **query), 400, "VALIDATION_ERROR")


async def test_twenty_comments_at_once_all_stay(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}/comments"
    answers = await asyncio.gather(*(brand.editor.post(path, {"body": f"c{number}"}) for number in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert (await brand.viewer.get(path, pageSize=100)).json()["pagination"]["totalItems"] == 20
