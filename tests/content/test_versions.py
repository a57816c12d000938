"""Versions: made by saves and autosaves, listed, read, compared, restored, and kept as long as they are worth it."""

import asyncio
import os
from collections import Counter
from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World

# `make fuzz` lets more of them write.
WRITERS = int(os.environ.get("CONTENT_WRITERS", "25"))

pytestmark = pytest.mark.anyio


async def autosave(person: Any, path: str, version: int, body: dict[str, Any]) -> Any:
    return await person.http.patch(path, params={"autosave": "true"}, json=body, headers={"If-Match": f'"{version}"'})


async def test_saves_count_majors_and_autosaves_minors(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    steps = [("save", (2, 0)), ("autosave", (2, 1)), ("autosave", (2, 2)), ("save", (3, 0))]
    for number, (kind, expected) in enumerate(steps, 1):
        body = {"title": f"Title {number}"}
        send = autosave if kind == "autosave" else lambda person, path, version, body: person.patch(path, version, body)
        item = (await send(brand.editor, path, number, body)).json()["data"]
        assert (item["majorVersion"], item["minorVersion"]) == expected
    noted = await brand.editor.http.patch(
        path, params={"note": "For the client"}, json={"title": "Noted"}, headers={"If-Match": '"5"'}
    )
    assert noted.status_code == 200
    listed = (await brand.viewer.get(f"{path}/versions")).json()
    assert [(item["version"], item["action"], item["note"]) for item in listed["data"]] == [
        (6, "saved", "For the client"),
        (5, "saved", ""),
        (4, "autosave", ""),
        (3, "autosave", ""),
        (2, "saved", ""),
        (1, "saved", ""),
    ]
    assert "snapshot" not in listed["data"][0]
    assert listed["pagination"]["totalItems"] == 6


async def test_of_autosaves_the_latest_ten_are_kept(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    await brand.editor.patch(path, 1, {"title": "Saved"})
    for version in range(2, 15):
        assert (await autosave(brand.editor, path, version, {"title": f"t{version}"})).status_code == 200
    versions = (await brand.viewer.get(f"{path}/versions", pageSize=100)).json()["data"]
    kept = Counter(item["action"] for item in versions)
    assert kept == {"saved": 2, "autosave": 10}
    assert [item["version"] for item in versions] == [*range(15, 5, -1), 2, 1]
    assert_problem(await brand.viewer.get(f"{path}/versions/3"), 404, "NOT_FOUND")


async def test_read_and_compare(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    first = {"title": "Cold wind", "body": "<p>Skin feels <strong>tight</strong> today</p>", "tags": ["a"]}
    content = await world.draft(brand, **first)
    path = f"/contents/{content['id']}"
    changes = {
        "title": "Cold dry wind",
        "body": "<p>Skin feels <em>tight</em> now</p>",
        "tags": ["a", "b"],
        "fields": {"headline": None, "topic": "winter"},
        "metadata": {"metaTitle": "M"},
        "dueAt": "2031-01-01T00:00:00Z",
    }
    assert (await brand.editor.patch(path, 1, changes)).status_code == 200
    snapshot = (await brand.viewer.get(f"{path}/versions/1")).json()["data"]["snapshot"]
    assert {name: snapshot[name] for name in first} == first
    assert all(name.isalpha() for name in snapshot), "no column's name"
    assert (snapshot["dueAt"], snapshot["templateId"]) == (content["dueAt"], content["templateId"])
    compared = (await brand.viewer.get(f"{path}/versions/compare", **{"from": 1, "to": 2})).json()["data"]
    found = {change["field"]: change for change in compared["changes"]}
    assert set(found) == {"title", "body", "tags", "fields.headline", "metadata.metaTitle", "dueAt"}
    assert [(run["kind"], run["text"]) for run in found["title"]["runs"]] == [
        ("equal", "Cold "), ("insert", "dry "), ("equal", "wind"),
    ]  # fmt: skip
    for side, kind in ((first["body"], "insert"), (changes["body"], "delete")):
        assert "".join(run["text"] for run in found["body"]["runs"] if run["kind"] != kind) == side
    assert (found["tags"]["kind"], found["tags"]["before"], found["tags"]["after"]) == ("changed", ["a"], ["a", "b"])
    assert (found["fields.headline"]["kind"], found["metadata.metaTitle"]["kind"]) == ("removed", "added")
    same = (await brand.viewer.get(f"{path}/versions/compare", **{"from": 2, "to": 2})).json()["data"]
    assert same["changes"] == []
    for person, query, status, code in (
        (stranger.admin, {"from": 1, "to": 2}, 404, "NOT_FOUND"),
        (brand.viewer, {"from": 1, "to": 9}, 404, "NOT_FOUND"),
        (brand.viewer, {"from": 1}, 400, "VALIDATION_ERROR"),
        (brand.viewer, {"from": 0, "to": 1}, 400, "VALIDATION_ERROR"),
    ):
        assert_problem(await person.get(f"{path}/versions/compare", **query), status, code)
    assert_problem(await stranger.admin.get(f"{path}/versions/1"), 404, "NOT_FOUND")


async def test_restore_writes_a_new_version(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    content = await world.draft(brand, tags=["a"])
    path = f"/contents/{content['id']}"
    changed = (await brand.editor.patch(path, 1, {"title": "Other", "tags": [], "slug": "elsewhere"})).json()["data"]
    restore = f"{path}/versions/1/restore"
    assert_problem(await brand.viewer.post(restore), 403, "FORBIDDEN")
    assert_problem(await stranger.admin.post(restore), 404, "NOT_FOUND")
    assert_problem(await brand.editor.post(f"{path}/versions/9/restore"), 404, "NOT_FOUND")
    stale = await brand.editor.http.post(restore, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "CONFLICT")
    restored = await brand.editor.http.post(restore, headers={"If-Match": f'"{changed["version"]}"'})
    item = restored.json()["data"]
    assert (item["version"], item["title"], item["tags"]) == (3, content["title"], ["a"])
    assert item["slug"] == "elsewhere", "an address is no part of the text"
    newest = (await brand.viewer.get(f"{path}/versions")).json()["data"][0]
    assert (newest["action"], newest["note"]) == ("restored", "restored version 1")
    published = await world.published(brand)
    refused = await brand.admin.post(f"/contents/{published['id']}/versions/1/restore")
    assert_problem(refused, 409, "CONFLICT")


async def test_a_version_by_hand(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/versions"
    made = await brand.editor.post(path, {"note": "Before the photo shoot"})
    assert (made.status_code, made.json()["data"]["version"]) == (201, 2)
    newest = (await brand.viewer.get(path)).json()["data"][0]
    assert (newest["version"], newest["note"], newest["action"]) == (2, "Before the photo shoot", "saved")
    assert_problem(await brand.viewer.post(path, {}), 403, "FORBIDDEN")
    assert_problem(await stranger.editor.post(path, {}), 404, "NOT_FOUND")
    assert_problem(await brand.editor.post(path, {"note": "x" * 2001}), 400, "VALIDATION_ERROR")


async def test_many_writers_lose_nothing(world: World) -> None:
    """Each writer edits the version it read, and on a conflict reads and tries again: no edit is overwritten."""
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    writers = WRITERS
    people = [brand.editor, brand.admin, *[await world.member(brand, "editor") for _ in range(8)]]
    # Each writer adds a tag: an overwritten edit would lose one. The data API is used, since limits refuse this rate.
    world.rows(
        "update public.contents set template_id = null, template_version = null, fields = '{}' where id = %s",
        path.rsplit("/", 1)[1],
    )
    winners: Counter[int] = Counter()

    async def write(number: int) -> None:
        api = world.data_api(people[number % len(people)].access_token).http
        content_id = path.rsplit("/", 1)[1]
        while True:
            rows = (await api.get("/contents", params={"id": f"eq.{content_id}", "select": "version,tags"})).json()
            seen = rows[0]["version"]
            body = {
                "content_id": content_id,
                "expected_version": seen,
                "changes": {"tags": [*rows[0]["tags"], str(number)]},
            }
            answer = await api.post("/rpc/update_content", json=body)
            if answer.status_code == 200:
                assert answer.json()[0]["version"] == seen + 1
                winners[seen] += 1
                return
            assert answer.status_code == 412, answer.text

    await asyncio.gather(*(write(number) for number in range(writers)))
    content = (await brand.editor.get(path)).json()["data"]
    assert sorted(content["tags"], key=int) == [str(number) for number in range(writers)]
    assert len(winners) == writers
    assert set(winners.values()) == {1}, "a version had two winners"
    versions = world.rows(
        "select version from public.content_versions where content_id = %s order by version", path.rsplit("/", 1)[1]
    )
    assert [row["version"] for row in versions][-writers:] == list(
        range(content["version"] - writers + 1, content["version"] + 1)
    )
    assert len({row["version"] for row in versions}) == len(versions)


async def test_fifty_updates_at_once_of_one_version_have_one_winner(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    answers = await asyncio.gather(*(brand.editor.patch(path, 1, {"title": f"t{number}"}) for number in range(50)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 49}
    for answer in answers:
        if answer.status_code == 412:
            assert assert_problem(answer, 412, "CONFLICT")["details"][0]["message"] == "2"
