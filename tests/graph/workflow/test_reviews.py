"""Reviews by GraphQL: the review of a content, the acts on it, and figures."""

from typing import Any

import pytest

from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.workflow.office import data, decide, review, step, submitted

pytestmark = pytest.mark.anyio


def act(name: str, input_type: str | None, version: bool = False) -> str:
    """Returns the document of an act on a review."""
    declared = "$id: ID!" + (f", $input: {input_type}" if input_type else "") + (", $version: Int" if version else "")
    given = "id: $id" + (", input: $input" if input_type else "") + (", expectedVersion: $version" if version else "")
    return f"""mutation({declared}) {{ done: {name}({given}) {{
      content {{ id status review {{ run {{ status outcome }} }} }}
      problem {{ __typename ... on ConflictProblem {{ code details {{ field message }} }}
        ... on StaleVersion {{ code }} }}
    }} }}"""


DECIDE = act("decideReview", "DecideReviewInput!", version=True)


async def done(person: Any, document: str, content_id: str, **variables: Any) -> dict[str, Any]:
    return (await ask(person, document, id=content_id, **variables))["done"]


async def test_a_review_is_the_same_as_by_rest(world: World) -> None:
    brand = await world.brand()
    legal = step("Legal", brand.viewer.email, instructions="Read it")
    content_id = await submitted(world, brand, legal, step("Board", brand.admin.email))
    data(await decide(brand.viewer, content_id, "approve", comment="Fine"))
    for person in (brand.viewer, brand.editor, brand.admin):
        told = await review(person, content_id)
        entries = told.pop("history")["items"]
        field = "review(contentId: $id)"
        await assert_alike(person, field, "Review", told, declared="$id: ID!", id=content_id)
        document = """query($id: ID!) { review(contentId: $id) {
          history { totalCount nodes { id action comment stepName from { id } to { id } } }
          later: history(first: 1, after: "YWZ0ZXI6MQ") { nodes { id } }
          content { id review { run { id workflow { id } } } } brand { id } run { workflow { id name } } } }"""
        found = (await ask(person, document, id=content_id))["review"]
        assert [each["id"] for each in found["history"]["nodes"]] == [each["id"] for each in entries]
        assert found["history"]["totalCount"] == len(entries)
        assert found["later"]["nodes"] == [{"id": entries[1]["id"]}]
        assert found["content"]["review"]["run"]["id"] == told["run"]["id"]
        assert found["run"]["workflow"]["id"] == told["run"]["workflowId"]
        assert found["brand"]["id"] == brand.id


async def test_a_content_that_was_never_submitted_has_no_review(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    found = await ask(brand.editor, "query($id: ID!) { content(id: $id) { review { runCount } } }", id=content["id"])
    assert found["content"]["review"] is None
    query = "query($id: ID!) { review(contentId: $id) { runCount run { id } steps { id } } }"
    assert (await ask(brand.editor, query, id=content["id"]))["review"] == {"runCount": 0, "run": None, "steps": []}
    (error,) = await refused(other.admin, query, id=content["id"])
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_decisions(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
    version = (await review(brand.viewer, content_id))["contentVersion"]
    (error,) = await refused(brand.editor, DECIDE, id=content_id, input={"decision": "APPROVE"})
    assert error["extensions"]["status"] == 403
    (error,) = await refused(other.admin, DECIDE, id=content_id, input={"decision": "APPROVE"})
    assert error["extensions"]["code"] == "NOT_FOUND"
    stale = await done(brand.viewer, DECIDE, content_id, input={"decision": "APPROVE"}, version=version + 1)
    assert (stale["content"], stale["problem"]["code"]) == (None, "STALE_VERSION")
    changes = {"decision": "REQUEST_CHANGES", "comment": "Cite a source"}
    asked = await done(brand.viewer, DECIDE, content_id, input=changes, version=version)
    assert (asked["content"]["id"], asked["problem"]) == (content_id, None)
    late = await done(brand.viewer, DECIDE, content_id, input={"decision": "APPROVE"})
    assert (late["content"], late["problem"]["__typename"]) == (None, "ConflictProblem")
    resumed = await done(brand.editor, act("resumeReview", None), content_id)
    assert resumed["content"]["review"]["run"] == {"status": "ACTIVE", "outcome": None}
    rejected = await done(brand.viewer, DECIDE, content_id, input={"decision": "REJECT", "comment": "No"})
    assert rejected["content"]["status"] == "REJECTED"
    assert rejected["content"]["review"]["run"] == {"status": "COMPLETED", "outcome": "REJECTED"}
    restarted = await done(
        brand.admin, act("restartReview", "RestartReviewInput"), content_id, input={"priority": "HIGH"}
    )
    assert restarted["content"]["review"]["run"]["status"] == "ACTIVE"


async def test_other_acts(world: World) -> None:
    brand = await world.brand()
    colleague = await world.member(brand, "viewer")
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email, allowSkip=True))
    moved = {"assigneeId": world.id_of(colleague), "reason": "Away"}
    delegated = await done(brand.viewer, act("delegateReview", "DelegateReviewInput!"), content_id, input=moved)
    assert delegated["problem"] is None
    back = {"assigneeId": world.id_of(brand.viewer), "fromId": world.id_of(colleague)}
    reassigned = await done(brand.admin, act("reassignReview", "ReassignReviewInput!"), content_id, input=back)
    assert reassigned["problem"] is None
    assert (await review(brand.admin, content_id))["steps"][0]["tasks"][-1]["assignee"]["id"]
    skipped = await done(
        brand.viewer, act("skipReviewStep", "SkipReviewStepInput!"), content_id, input={"reason": "Small"}
    )
    assert skipped["content"]["status"] == "APPROVED"
    ends = ((brand.editor, "withdrawReview", "withdrawn"), (brand.admin, "cancelReview", "cancelled"))
    for person, name, reason in ends:
        one = await submitted(world, brand, step("Legal", brand.viewer.email))
        ended = await done(person, act(name, "EndReviewInput!"), one, input={"reason": reason})
        assert ended["content"]["status"] == "DRAFT"
        (error,) = await refused(brand.viewer, act(name, "EndReviewInput!"), id=one, input={"reason": reason})
        assert error["extensions"]["status"] in (403, 409)


async def test_figures(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
    data(await decide(brand.viewer, content_id))
    span = {"brandId": brand.id, "from": "2026-11-01T00:00:00Z", "to": "2027-01-31T00:00:00Z", "granularity": "week"}
    told = data(await brand.admin.get("/review-analytics", **span))
    await assert_alike(
        brand.admin,
        "reviewFigures(filter: $filter)",
        "ReviewReport",
        told,
        declared="$filter: ReviewFiguresFilter",
        filter=span | {"granularity": "WEEK"},
    )
    query = """query($filter: ReviewFiguresFilter) { reviewFigures(filter: $filter) {
      brands { finished brand { id } } workflows { definition { id } workflow } } }"""
    found = (await ask(brand.admin, query, filter={"brandId": brand.id}))["reviewFigures"]
    assert [each["brand"]["id"] for each in found["brands"]] == [brand.id]
    assert [each["definition"]["id"] for each in found["workflows"]] == [told["workflows"][0]["workflowId"]]
    late = {"brandId": brand.id, "from": "2026-12-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"}
    (error,) = await refused(brand.admin, query, filter=late)
    assert (error["extensions"]["code"], error["extensions"]["details"][0]["field"]) == (
        "VALIDATION_ERROR",
        "filter.from",
    )
    stranger = (await world.brand()).admin
    (error,) = await refused(stranger, query, filter={"brandId": brand.id})
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_vetting_feedback_is_listed(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
    query = 'query($id: ID!) { vettingFeedback(contentId: $id, market: "GB") { id items { summary } } }'
    assert (await ask(brand.viewer, query, id=content_id))["vettingFeedback"] == []
    assert (await refused(other.admin, query, id=content_id))[0]["extensions"]["code"] == "NOT_FOUND"
    bad = query.replace("GB", "Britain")
    assert (await refused(brand.viewer, bad, id=content_id))[0]["extensions"]["code"] == "VALIDATION_ERROR"
