"""One operation on many contents by GraphQL: each with a result of its own."""

from typing import Any

import pytest

from tests.graph.content.asking import PROBLEM, fields_named, told
from tests.graph.likeness import assert_like
from tests.support.graph import ask, refused, send
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"
CHANGE = f"""mutation($input: ChangeContentsInput!) {{ done: changeContents(input: $input) {{ {PROBLEM}
  outcome {{ succeeded failed items {{ contentId status version contentStatus
    error {{ code message details {{ field code message rule }} }} }} }} }} }}"""


async def change(person: Any, operation: str, ids: list[str] | None = None, **given: Any) -> dict[str, Any]:
    named = {"contentIds": ids} if ids is not None else {}
    return (await ask(person, CHANGE, input={"operation": operation} | named | given))["done"]


async def test_some_may_fail_and_others_succeed(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    own = [(await world.draft(brand))["id"] for _ in range(2)]
    foreign = (await world.draft(other))["id"]
    published = (await world.published(brand))["id"]
    ids = [*own, foreign, published, NOBODY]
    payload = await change(brand.editor, "UPDATE", ids, changes={"tags": ["bulk"], "dueAt": "2031-01-01T00:00:00Z"})
    outcome = payload["outcome"]
    assert (payload["problem"], outcome["succeeded"], outcome["failed"]) == (None, 2, 3)
    by_id = {item["contentId"]: item for item in outcome["items"]}
    assert {name: item["status"] for name, item in by_id.items()} == dict.fromkeys(own, 200) | {
        foreign: 404,
        published: 409,
        NOBODY: 404,
    }
    assert (by_id[own[0]]["version"], by_id[own[0]]["contentStatus"]) == (2, "DRAFT")
    assert by_id[published]["error"]["code"] == "CONFLICT"
    assert by_id[published]["error"]["details"][0]["rule"].startswith("content.edit")
    by_rest = await brand.editor.post(
        "/contents/bulk", {"contentIds": ids[2:], "operation": "update", "changes": {"tags": ["bulk"]}}
    )
    answered = [item for item in outcome["items"] if item["error"]]
    assert_like(answered, by_rest.json()["data"]["items"])
    one = await told(brand.viewer, f"/contents/{own[0]}")
    assert (one["tags"], one["dueAt"]) == (["bulk"], "2031-01-01T00:00:00Z")
    assert (await told(other.viewer, f"/contents/{foreign}"))["tags"] == []


async def test_each_operation(world: World) -> None:
    brand = await world.brand()
    ids = [(await world.draft(brand, tags=["old"]))["id"] for _ in range(2)]
    viewer = world.id_of(brand.viewer)

    async def state(operation: str, person: Any, **given: Any) -> list[str | None]:
        named = None if operation == "APPROVE" else ids
        payload = await change(person, operation, named, **given)
        assert payload["problem"] is None, payload
        return [item["contentStatus"] for item in payload["outcome"]["items"]]

    async def read() -> list[dict[str, Any]]:
        found = [await told(brand.viewer, f"/contents/{each}") for each in ids]
        return [{"contentId": each["id"], "contentVersion": each["version"]} for each in found]

    assert await state("TAG", brand.editor, add=["new"], remove=["old"]) == ["DRAFT"] * 2
    assert await state("ASSIGN", brand.editor, add=[viewer]) == ["DRAFT"] * 2
    one = await told(brand.viewer, f"/contents/{ids[0]}")
    assert (one["tags"], [each["id"] for each in one["assignees"]]) == (["new"], [viewer])
    assert await state("SUBMIT", brand.editor) == ["PENDING_REVIEW"] * 2
    assert await state("WITHDRAW", brand.editor, reason="Not yet") == ["DRAFT"] * 2
    await state("SUBMIT", brand.editor)
    assert await state("REQUEST_CHANGES", brand.viewer, reason="Too long") == ["DRAFT"] * 2
    await state("SUBMIT", brand.editor)
    assert await state("REJECT", brand.viewer, reason="Off topic") == ["REJECTED"] * 2
    assert await state("RESTART", brand.admin) == ["PENDING_REVIEW"] * 2
    assert await state("APPROVE", brand.viewer, contents=await read(), comment="Fine") == ["APPROVED"] * 2
    assert await state("SCHEDULE", brand.admin, scheduledFor="2098-01-01T00:00:00Z") == ["SCHEDULED"] * 2
    assert await state("UNSCHEDULE", brand.admin) == ["APPROVED"] * 2
    assert await state("PUBLISH", brand.admin) == ["PUBLISHED"] * 2
    assert await state("ARCHIVE", brand.admin) == ["ARCHIVED"] * 2
    assert await state("REOPEN", brand.admin) == ["DRAFT"] * 2
    await state("DELETE", brand.admin)
    (error,) = await refused(brand.admin, "query($id: ID!) { content(id: $id) { id } }", id=ids[0])
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert await state("RESTORE", brand.admin) == ["DRAFT"] * 2


async def test_what_an_operation_demands(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    one = [content["id"]]
    cases: list[tuple[str, list[str] | None, dict[str, Any], str]] = [
        ("UPDATE", one, {}, "input.changes"),
        ("UPDATE", one, {"changes": {"title": None}}, "input.changes.title"),
        ("TAG", [], {"add": ["a"]}, "input.contentIds"),
        ("TAG", None, {"add": ["a"]}, "input.contentIds"),
        ("TAG", ["winter"], {"add": ["a"]}, "input.contentIds.0"),
        ("TAG", one * 101, {"add": ["a"]}, "input.contentIds"),
        ("ASSIGN", one, {"add": ["winter"]}, "input.add.0"),
        ("REJECT", one, {}, "input.reason"),
        ("SCHEDULE", one, {"scheduledFor": "winter"}, "input.scheduledFor"),
        ("PUBLISH", one, {"reason": "x"}, "input.reason"),
        (
            "APPROVE",
            None,
            {"contents": [{"contentId": content["id"], "contentVersion": 0}]},
            "input.contents.0.contentVersion",
        ),
        ("APPROVE", one, {}, "input.contents"),
    ]
    for operation, ids, given, field in cases:
        payload = await change(brand.editor, operation, ids, **given)
        assert (payload["outcome"], payload["problem"]["__typename"]) == (None, "ValidationProblem"), operation
        assert field in fields_named(payload), (operation, payload)


async def test_a_viewer_changes_none(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    payload = await change(brand.viewer, "TAG", [content["id"]], add=["a"])
    (item,) = payload["outcome"]["items"]
    assert (item["status"], item["error"]["code"], item["version"]) == (403, "FORBIDDEN", None)


async def test_it_runs_once_under_a_key(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    given = {"operation": "DELETE", "contentIds": [content["id"]]}
    body = {"query": CHANGE, "variables": {"input": given}}
    key = {"Idempotency-Key": f"many-{content['id']}"}
    first, second = [(await send(brand.admin, body, **key)).json()["data"]["done"]["outcome"] for _ in range(2)]
    assert (first["succeeded"], second) == (1, first)
