"""Changes of the status of contents by GraphQL, from submission to the archive."""

from typing import Any

import pytest

from local.stack.client import RunningStack
from tests.graph.content.asking import done, fields_named, mutation, told
from tests.graph.likeness import assert_alike
from tests.publishing.saga.desk import Desk
from tests.support.graph import ask, refused
from tests.support.world import World

pytestmark = pytest.mark.anyio

LATER = "2098-01-02T03:04:05Z"
SUBMIT = mutation(
    "submitContent",
    "input: $input, expectedVersion: $version",
    "$input: SubmitContentInput, $version: Int",
    "content { id status version review { run { id priority workflow { id } } } }",
)
APPROVE = mutation(
    "approveContent", "input: $input, expectedVersion: $version", "$input: ApproveContentInput, $version: Int"
)
PUBLISH = mutation(
    "publishContent",
    "expectedVersion: $version",
    "$version: Int",
    "content { id status version publishedAt publishedBy { id } publicationBegun { id } }",
)
SCHEDULE = mutation(
    "scheduleContent",
    "scheduledFor: $at, expectedVersion: $version",
    "$at: DateTime!, $version: Int",
    "content { id status version scheduledFor }",
)
UNSCHEDULE = mutation("unscheduleContent", "expectedVersion: $version", "$version: Int")
ARCHIVE = mutation("archiveContent", "reason: $reason, expectedVersion: $version", "$reason: String, $version: Int")
REOPEN = mutation("reopenContent", "expectedVersion: $version", "$version: Int")
WITHDRAW = mutation("withdrawContent", "reason: $reason, expectedVersion: $version", "$reason: String!, $version: Int")
REJECT = mutation(
    "rejectContent", "input: $input, expectedVersion: $version", "$input: RejectContentInput!, $version: Int"
)
CHANGES = mutation(
    "requestChanges", "input: $input, expectedVersion: $version", "$input: RequestChangesInput!, $version: Int"
)
RESTART = mutation(
    "restartContentReview",
    "input: $input, expectedVersion: $version",
    "$input: RestartContentReviewInput, $version: Int",
)


async def test_from_draft_to_archive_and_back(world: World) -> None:
    brand = await world.brand()
    content_id = (await world.draft(brand))["id"]
    given: dict[str, Any] = {"workflowId": brand.workflow_id, "priority": "HIGH"}
    submitted = await done(brand.editor, SUBMIT, id=content_id, input=given, version=1)
    assert submitted["problem"] is None
    assert (submitted["content"]["status"], submitted["content"]["version"]) == ("PENDING_REVIEW", 2)
    run = submitted["content"]["review"]["run"]
    assert (run["priority"], run["workflow"]) == ("HIGH", {"id": brand.workflow_id})
    approved = await done(brand.viewer, APPROVE, id=content_id, input={"comment": "Reads well"}, version=2)
    assert approved["content"] == {"id": content_id, "status": "APPROVED", "version": 3}
    scheduled = (await done(brand.admin, SCHEDULE, id=content_id, at=LATER, version=3))["content"]
    assert (scheduled["status"], scheduled["scheduledFor"]) == ("SCHEDULED", LATER)
    unscheduled = await done(brand.admin, UNSCHEDULE, id=content_id, version=4)
    assert unscheduled["content"] == {"id": content_id, "status": "APPROVED", "version": 5}
    published = (await done(brand.admin, PUBLISH, id=content_id, version=5))["content"]
    assert (published["status"], published["publicationBegun"]) == ("PUBLISHED", None)
    assert published["publishedBy"] == {"id": world.id_of(brand.admin)}
    archived = await done(brand.admin, ARCHIVE, id=content_id, reason="Out of season", version=6)
    assert archived["content"]["status"] == "ARCHIVED"
    reopened = await done(brand.admin, REOPEN, id=content_id, version=7)
    assert reopened["content"] == {"id": content_id, "status": "DRAFT", "version": 8}
    one = await told(brand.viewer, f"/contents/{content_id}")
    one.pop("review")
    await assert_alike(brand.viewer, "content(id: $id)", "Content", one, declared="$id: ID!", id=content_id)
    versions = await told(brand.viewer, f"/contents/{content_id}/versions")
    assert [each["feedback"] for each in versions if each["feedback"]] == ["Out of season"]
    history = (await told(brand.viewer, f"/contents/{content_id}/review"))["history"]["items"]
    assert "Reads well" in [entry["comment"] for entry in history]


async def test_decisions_against_a_content(world: World) -> None:
    brand = await world.brand()
    content_id = (await world.draft(brand))["id"]
    await done(brand.editor, SUBMIT, id=content_id)
    asked = await done(brand.viewer, CHANGES, id=content_id, input={"reason": "Too long"}, version=2)
    assert asked["content"]["status"] == "DRAFT"
    again = await done(brand.editor, SUBMIT, id=content_id)
    assert again["content"]["status"] == "PENDING_REVIEW"
    rejected = await done(brand.viewer, REJECT, id=content_id, input={"reason": "Off topic"})
    assert rejected["content"]["status"] == "REJECTED"
    restarted = await done(brand.admin, RESTART, id=content_id, input={"priority": "URGENT"})
    assert restarted["content"]["status"] == "PENDING_REVIEW"
    withdrawn = await done(brand.editor, WITHDRAW, id=content_id, reason="Not yet")
    assert withdrawn["content"]["status"] == "DRAFT"
    for document, person, given in (
        (REJECT, brand.viewer, {"input": {"reason": ""}}),
        (CHANGES, brand.viewer, {"input": {"reason": " " * 3}}),
    ):
        assert fields_named(await done(person, document, id=content_id, **given)) == ["input.reason"]
    assert fields_named(await done(brand.editor, WITHDRAW, id=content_id, reason="")) == ["reason"]
    (error,) = await refused(brand.viewer, REJECT, id=content_id, input={})
    assert "reason" in error["message"]


async def test_demanded_fields_are_named(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": " "})
    payload = await done(brand.editor, SUBMIT, id=content["id"])
    assert (payload["content"], payload["problem"]["__typename"]) == (None, "ValidationProblem")
    assert {(each["field"], each["code"]) for each in payload["problem"]["details"]} == {
        ("fields.topic", "REQUIRED_FIELD_MISSING"),
        ("fields.headline", "REQUIRED_FIELD_MISSING"),
    }
    complete = await world.draft(brand)
    bad = await done(brand.editor, SUBMIT, id=complete["id"], input={"workflowId": "winter"})
    assert (bad["content"], fields_named(bad)) == (None, ["input.workflowId"])
    unknown = await done(brand.editor, SUBMIT, id=complete["id"], input={"workflowId": content["id"]})
    by_rest = await brand.editor.post(f"/contents/{complete['id']}/submit", {"workflowId": content["id"]})
    assert (unknown["content"], unknown["problem"]["code"]) == (None, by_rest.json()["error"]["code"])
    approved = await world.approved(brand)
    past = await done(brand.admin, SCHEDULE, id=approved["id"], at="2020-01-01T00:00:00Z")
    assert (past["content"], fields_named(past)) == (None, ["scheduledFor"])
    bad = await done(
        brand.viewer, APPROVE, id=approved["id"], input={"publishedUrl": "x" * 2001, "comment": "x" * 5001}
    )
    assert fields_named(bad) == ["input.comment", "input.publishedUrl"]
    long = await done(brand.admin, ARCHIVE, id=approved["id"], reason="x" * 5001)
    assert fields_named(long) == ["reason"]


STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "submit": (SUBMIT, {}),
    "approve": (APPROVE, {}),
    "reject": (REJECT, {"input": {"reason": "x"}}),
    "changes": (CHANGES, {"input": {"reason": "x"}}),
    "restart": (RESTART, {}),
    "withdraw": (WITHDRAW, {"reason": "x"}),
    "publish": (PUBLISH, {}),
    "schedule": (SCHEDULE, {"at": LATER}),
    "unschedule": (UNSCHEDULE, {}),
    "archive": (ARCHIVE, {}),
    "reopen": (REOPEN, {}),
}


@pytest.mark.parametrize("name", STEPS)
async def test_a_step_is_refused_as_by_rest(world: World, name: str) -> None:
    document, given = STEPS[name]
    brand, other = await world.brand(), await world.brand()
    content_id = (await world.draft(brand) if name != "submit" else await world.published(brand))["id"]
    # The present state does not allow it, and the rule says why.
    payload = await done(brand.admin, document, id=content_id, **given)
    if name not in ("approve", "archive"):  # an admin approves and archives drafts of others at once
        problem = payload["problem"]
        assert (payload["content"], problem["__typename"], problem["code"]) == (None, "ConflictProblem", "CONFLICT")
    version = (await told(brand.admin, f"/contents/{content_id}"))["version"]
    stale = await done(brand.admin, document, id=content_id, version=version + 5, **given)
    assert stale["problem"]["__typename"] in ("StaleVersion", "ConflictProblem")
    if stale["problem"]["__typename"] == "StaleVersion":
        assert stale["problem"]["currentVersion"] == version
    (error,) = await refused(other.admin, document, id=content_id, **given)
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert (await told(brand.admin, f"/contents/{content_id}"))["version"] == version


async def test_who_may_take_a_step(world: World) -> None:
    brand = await world.brand()
    draft, approved = await world.draft(brand), await world.approved(brand)
    for document, person, content, given in (
        (SUBMIT, brand.viewer, draft, {}),
        (PUBLISH, brand.editor, approved, {}),
        (SCHEDULE, brand.viewer, approved, {"at": LATER}),
        (ARCHIVE, brand.viewer, approved, {}),
        (REOPEN, brand.viewer, approved, {}),
    ):
        (error,) = await refused(person, document, id=content["id"], **given)
        assert error["extensions"]["code"] == "FORBIDDEN"
        assert error["extensions"]["details"][0]["rule"].startswith("content.")


async def test_an_expected_version_is_kept_to(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    stale = await done(brand.editor, SUBMIT, id=content["id"], version=2)
    assert stale["problem"] == {"__typename": "StaleVersion", "code": "STALE_VERSION", "currentVersion": 1}
    # The next mutation of the same request expects nothing.
    document = """mutation($id: ID!) {
      stale: submitContent(id: $id, expectedVersion: 9) { problem { __typename } }
      submitContent(id: $id) { content { status } problem { __typename } } }"""
    both = await ask(brand.editor, document, id=content["id"])
    assert both == {
        "stale": {"problem": {"__typename": "StaleVersion"}},
        "submitContent": {"content": {"status": "PENDING_REVIEW"}, "problem": None},
    }


async def test_a_publication_begins_where_channels_take_the_content(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    desk = Desk(world, stack)
    try:
        await desk.channel(brand)
    finally:
        await desk.close()
    content = await world.approved(brand)
    payload = await done(
        brand.admin,
        mutation("publishContent", "", "", "content { status publicationBegun { id status step } publication { id } }"),
        id=content["id"],
    )
    begun = payload["content"]["publicationBegun"]
    assert (begun["status"], bool(begun["step"])) == ("RUNNING", True)
    assert payload["content"]["publication"] == {"id": begun["id"]}
    # Other answers lead to the publication itself.
    query = "query($id: ID!) { content(id: $id) { publicationBegun { id } publication { id } } }"
    found = (await ask(brand.viewer, query, id=content["id"]))["content"]
    assert found == {"publicationBegun": None, "publication": {"id": begun["id"]}}
