"""Comments on contents by GraphQL, beside REST."""

from typing import Any

import pytest

from tests.graph.content.asking import PROBLEM, done, fields_named, mutation, told
from tests.graph.likeness import assert_like
from tests.support.graph import ask, refused, send
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOBODY = "00000000-0000-7000-8000-ffffffffffff"
COMMENT = """id brandId contentId parentId body fieldKey rangeStart rangeEnd mentions { id name }
  attachments { fileId name } editedAt resolvedAt resolvedBy { id name } isDeleted createdBy { id name } createdAt
  updatedAt allowedActions"""
ADD = f"""mutation($id: ID!, $input: CreateCommentInput!) {{ done: createComment(contentId: $id, input: $input) {{
  comment {{ {COMMENT} content {{ id title }} replies {{ id }} }} {PROBLEM} }} }}"""
RESULT = f"comment {{ {COMMENT} replies {{ id }} }}"
EDIT = mutation("updateComment", "input: $input", "$input: UpdateCommentInput!", RESULT)
RESOLVE = mutation("resolveComment", "", "", RESULT)
REOPEN = mutation("reopenComment", "", "", RESULT)
DELETE = mutation("deleteComment", "", "", "deletedId")
THREADS = f"""query($id: ID!, $isResolved: Boolean, $first: Int, $after: String) {{ content(id: $id) {{
  comments(isResolved: $isResolved, first: $first, after: $after) {{ totalCount pageInfo {{ hasNextPage endCursor }}
    nodes {{ {COMMENT} replies {{ {COMMENT} }} }} }} }} }}"""


async def threads(person: Any, content_id: str, **variables: Any) -> dict[str, Any]:
    return (await ask(person, THREADS, id=content_id, **variables))["content"]["comments"]


async def test_threads_are_those_of_rest(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/comments"
    given = {
        "body": "<p>Shorter, <strong>please</strong><script>x</script></p>",
        "fieldKey": "headline",
        "rangeStart": 2,
        "rangeEnd": 8,
        "mentions": [world.id_of(brand.editor)],
        "attachments": [{"fileId": NOBODY, "name": "draft.pdf"}],
    }
    added = await done(brand.viewer, ADD, id=content["id"], input=given)
    first = added["comment"]
    assert (added["problem"], first["body"]) == (None, "<p>Shorter, <strong>please</strong></p>")
    assert (first.pop("content"), first["replies"]) == ({"id": content["id"], "title": content["title"]}, [])
    assert first["attachments"] == given["attachments"]
    assert first["mentions"] == [{"id": world.id_of(brand.editor), "name": "Test"}]
    reply = await done(brand.editor, ADD, id=content["id"], input={"body": "Done", "parentId": first["id"]})
    assert reply["comment"]["parentId"] == first["id"]
    await done(brand.admin, ADD, id=content["id"], input={"body": "Another matter"})
    for person in (brand.admin, brand.editor, brand.viewer):
        listed = await told(person, path)
        page = await threads(person, content["id"])
        assert page["totalCount"] == 2
        assert_like(page["nodes"], listed)
    assert [each["id"] for each in listed[0]["replies"]] == [reply["comment"]["id"]]
    page = await threads(brand.viewer, content["id"], first=1)
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (2, True)
    later = await threads(brand.viewer, content["id"], first=1, after=page["pageInfo"]["endCursor"])
    assert [page["nodes"][0]["id"], later["nodes"][0]["id"]] == [each["id"] for each in listed]
    (error,) = await refused(other.admin, ADD, id=content["id"], input={"body": "x"})
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_what_a_comment_demands(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"body": ""}, "input.body"),
        ({"body": "<p> </p>"}, "input.body"),
        ({"body": "x", "rangeStart": 1}, "input.rangeEnd"),
        ({"body": "x", "rangeStart": 1, "rangeEnd": 2}, "input.fieldKey"),
        ({"body": "x", "parentId": NOBODY}, "input.parentId"),
        ({"body": "x", "mentions": [world.id_of(other.admin)]}, "input.mentions"),
        ({"body": "x", "attachments": [{"fileId": "winter", "name": ""}]}, "input.attachments.0.fileId"),
    ]
    for given, field in cases:
        payload = await done(brand.viewer, ADD, id=content["id"], input=given)
        assert (payload["comment"], payload["problem"]["__typename"]) == (None, "ValidationProblem")
        assert fields_named(payload)[0] == field, given
    (error,) = await refused(brand.viewer, ADD, id=content["id"], input={})
    assert "body" in error["message"]


async def test_a_comment_is_changed_resolved_and_deleted(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    path = f"/contents/{content['id']}/comments"
    one = (await brand.viewer.post(path, {"body": "First"})).json()["data"]
    assert (await brand.editor.post(path, {"body": "Answer", "parentId": one["id"]})).status_code == 201
    colleague = await world.member(brand, "viewer")
    for document, given in ((EDIT, {"input": {"body": "x"}}), (RESOLVE, {}), (DELETE, {})):
        for person, code in ((colleague, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
            (error,) = await refused(person, document, id=one["id"], **given)
            assert error["extensions"]["code"] == code
    edited = await done(
        brand.viewer, EDIT, id=one["id"], input={"body": "Second", "mentions": [world.id_of(brand.admin)]}
    )
    assert (edited["comment"]["body"], edited["comment"]["editedAt"] is not None) == ("Second", True)
    assert [each["id"] for each in edited["comment"]["mentions"]] == [world.id_of(brand.admin)]
    assert fields_named(await done(brand.viewer, EDIT, id=one["id"], input={"body": ""})) == ["input.body"]
    stranger = await done(brand.viewer, EDIT, id=one["id"], input={"body": "x", "mentions": [world.id_of(other.admin)]})
    assert fields_named(stranger) == ["input.mentions"]
    resolved = (await done(brand.editor, RESOLVE, id=one["id"]))["comment"]
    assert resolved["resolvedBy"] == {"id": world.id_of(brand.editor), "name": "Test"}
    assert (await threads(brand.viewer, content["id"], isResolved=False))["nodes"] == []
    page = await threads(brand.viewer, content["id"], isResolved=True)
    assert_like(page["nodes"], await told(brand.viewer, path, resolved="true"))
    assert len(page["nodes"]) == 1
    reopened = (await done(brand.viewer, REOPEN, id=one["id"]))["comment"]
    assert (reopened["resolvedAt"], reopened["resolvedBy"]) == (None, None)
    assert (await done(brand.viewer, DELETE, id=one["id"]))["deletedId"] == one["id"]
    (thread,) = (await threads(brand.viewer, content["id"]))["nodes"]
    assert (thread["body"], thread["isDeleted"], len(thread["replies"])) == ("…", True, 1)
    for document, given in ((EDIT, {"input": {"body": "x"}}), (RESOLVE, {}), (DELETE, {})):
        gone = await send(
            brand.viewer,
            {"query": document, "variables": {"id": one["id"]} | given},
        )
        answer = gone.json()
        codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
        assert codes or answer["data"]["done"]["problem"], document
    (error,) = await refused(brand.viewer, DELETE, id=NOBODY)
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_a_comment_is_added_once_under_a_key(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    body = {"query": ADD, "variables": {"id": content["id"], "input": {"body": "Once"}}}
    key = {"Idempotency-Key": f"comment-{content['id']}"}
    first, second = [(await send(brand.viewer, body, **key)).json() for _ in range(2)]
    assert first["data"] == second["data"]
    assert (await threads(brand.viewer, content["id"]))["totalCount"] == 1
    other = body | {"variables": {"id": content["id"], "input": {"body": "Another"}}}
    reused = (await send(brand.viewer, other, **key)).json()
    assert reused["data"]["done"] is None or reused["data"]["done"]["problem"] is not None
    assert (await threads(brand.viewer, content["id"]))["totalCount"] == 1
