"""Checks of texts and contents, the reach of changes and its tasks by GraphQL, beside REST."""

from typing import Any

import pytest

from tests.graph.likeness import assert_like
from tests.support.graph import ask, refused
from tests.support.shelf import ClaimShelf
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

FINDINGS = """findings { verdict source match section sentence sentenceStart start end reason claimId claimVersion
  claimText status evidence similarity ruleId replacement { text claimId source }
  stronger { text claimId } claim { id } }"""
CHECK = f"""id contentId contentVersion market source overall violations productIds isCurrent isValid validUntil
  checkedBy {{ id name }} createdAt overrideReason overriddenBy {{ id name }} overriddenAt omittedFindings {FINDINGS}"""
PROBLEM = "problem { __typename ... on ConflictProblem { code } ... on ValidationProblem { details { field } } }"


def without_links(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for finding in findings:
        claim = finding.pop("claim")
        assert (claim and claim["id"]) == finding["claimId"]
    return findings


async def content_of(world: World, brand: Brand, text: str) -> str:
    return (await world.draft(brand, fields={"topic": "winter", "headline": text}))["id"]


async def test_a_text_is_checked_as_by_rest(world: World) -> None:
    brand = await world.brand()
    ClaimShelf.of(world, brand).claim("Soothes dry skin")
    document = f"""query ($input: CheckTextForClaimsInput!) {{ checkTextForClaims(input: $input) {{ brandId productIds
      characters validUntil brand {{ id }} markets {{ market overall violations counts {FINDINGS} }} }} }}"""
    body = {"brandId": str(brand.id), "text": "It soothes dry skin. It heals eczema."}
    found = (await ask(brand.viewer, document, input=body))["checkTextForClaims"]
    assert found.pop("brand") == {"id": str(brand.id)}
    for market in found["markets"]:
        market["findings"] = without_links(market["findings"])
    assert found["markets"][0]["findings"]
    assert_like(found, (await brand.viewer.post("/claims/check", body)).json()["data"])
    errors = await refused(brand.viewer, document, input={"brandId": str(brand.id)})
    assert errors[0]["extensions"]["details"][0]["field"] == "input.text"


async def test_a_content_is_checked_and_its_violations_accepted(world: World) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    shelf.claim("Soothes dry skin")
    shelf.claim("Heals eczema", "disallowed")
    content = await content_of(world, brand, "It soothes dry skin. It heals eczema.")
    document = f"mutation ($id: ID!) {{ checkContentClaims(contentId: $id) {{ {PROBLEM} checks {{ {CHECK} }} }} }}"
    (check,) = (await ask(brand.editor, document, id=content))["checkContentClaims"]["checks"]
    path = f"/contents/{content}/claims"
    without_links(check["findings"])
    assert_like(check, (await brand.editor.get(f"{path}/checks/{check['id']}")).json()["data"])
    read = f"""query ($id: ID!, $check: ID!) {{ contentCheck(contentId: $id, id: $check) {{ overall content {{ id }} }}
      content(id: $id) {{ claimChecks {{ nodes {{ {CHECK} }} totalCount }}
        claims {{ contentId version isPublished publishedAt publishedVersions refusal totalCount nodes {{
          market section sentence startOffset endOffset claimId claimVersion claimText claimStatus verdict
          overrideReason checkId evidence {{ id title kind referenceNumber expiresOn }} claim {{ id }} }} }} }} }}"""
    data = await ask(brand.viewer, read, id=content, check=check["id"])
    assert data["contentCheck"] == {"overall": "REJECTED", "content": {"id": content}}
    (listed,) = data["content"]["claimChecks"]["nodes"]
    without_links(listed["findings"])
    assert_like(listed, (await brand.viewer.get(f"{path}/checks/{check['id']}")).json()["data"])
    bill, expected = data["content"]["claims"], (await brand.viewer.get(path)).json()["data"]
    assert (bill.pop("totalCount"), len(bill["nodes"])) == (expected["totalItems"], len(expected["items"]))
    assert bill["nodes"]
    assert_like(without_links(bill.pop("nodes")), expected["items"])
    assert_like(bill, expected)
    accept = f"""mutation ($id: ID!, $check: ID!) {{ overrideContentCheck(contentId: $id, id: $check,
      input: {{reason: "Cleared"}}) {{ {PROBLEM} check {{ overrideReason }} }} }}"""
    data = await ask(brand.admin, accept, id=content, check=check["id"])
    assert data["overrideContentCheck"] == {"problem": None, "check": {"overrideReason": "Cleared"}}
    again = (await ask(brand.admin, accept, id=content, check=check["id"]))["overrideContentCheck"]
    assert again["problem"]["__typename"] == "ConflictProblem"


async def test_the_reach_of_a_change_and_its_tasks(world: World) -> None:
    brand = await world.brand()
    claim = ClaimShelf.of(world, brand).claim("Soothes dry skin")
    content = await content_of(world, brand, "It soothes dry skin")
    assert (await brand.editor.post(f"/contents/{content}/claims/check")).status_code == 200
    document = """query ($id: ID!) { claimImpact(claimId: $id, input: {change: {status: DISALLOWED}}) {
      published pending markets totalCount nodes { brandId contentId contentTitle contentStatus contentVersion
        isPublished market section sentence claimId claimVersion claimText effect draft
        brand { id } content { id } claim { id } } } }"""
    reach = (await ask(brand.admin, document, id=claim))["claimImpact"]
    expected = (await brand.admin.post(f"/claims/{claim}/impact", {"change": {"status": "disallowed"}})).json()["data"]
    (item,) = reach.pop("nodes")
    assert [item.pop(name)["id"] for name in ("brand", "content", "claim")] == [str(brand.id), content, str(claim)]
    assert_like([item], expected["items"])
    assert reach.pop("totalCount") == expected["total"]
    assert_like(reach, expected)
    document = f"""mutation ($id: ID!, $input: OpenClaimTasksInput) {{ openClaimTasks(claimId: $id, input: $input) {{
      {PROBLEM} outcome {{ remaining refused items {{ outcome taskId contentId content {{ id }} }} }} }} }}"""
    given = {"assigneeId": world.id_of(brand.editor), "dueOn": "2027-01-31"}
    outcome = (await ask(brand.admin, document, id=claim, input=given))["openClaimTasks"]["outcome"]
    (opened,) = outcome["items"]
    assert (opened["outcome"], opened["content"]) == ("OPENED", {"id": content})
    document = """query { claimTasks(filter: {mine: true, sort: CREATED_AT}) { totalCount nodes { id brandId kind title
      claimId claimText evidenceId days contentId contentTitle market sentence draft dueOn assignee { id name } state
      closedBy { id name } closedAt closingComment createdBy { id name } createdAt allowedActions
      claim { id } content { id } brand { id } evidence { id } } } }"""
    (task,) = (await ask(brand.editor, document))["claimTasks"]["nodes"]
    linked = {name: task.pop(name) for name in ("claim", "content", "brand", "evidence")}
    assert (linked["content"], linked["evidence"]) == ({"id": content}, None)
    assert_like([task], (await brand.editor.get("/claims/tasks", mine=True)).json()["data"])
    close = f"""mutation ($id: ID!) {{ closeClaimTask(id: $id, input: {{state: DONE}}) {{
      {PROBLEM} task {{ state }} }} }}"""
    closed = await ask(brand.editor, close, id=opened["taskId"])
    assert closed["closeClaimTask"]["task"] == {"state": "DONE"}


async def test_settings_and_who_may_set_them(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    document = """mutation ($id: ID!, $version: Int!) { setClaimSettings(brandId: $id, expectedVersion: $version,
      input: {markets: ["DE", "GB"]}) { problem { __typename } settings { markets version } } }"""
    payload = (await ask(brand.admin, document, id=str(brand.id), version=1))["setClaimSettings"]
    assert payload == {"problem": None, "settings": {"markets": ["DE", "GB"], "version": 2}}
    stale = (await ask(brand.admin, document, id=str(brand.id), version=1))["setClaimSettings"]
    assert stale["problem"] == {"__typename": "StaleVersion"}
    for person, status in ((brand.viewer, 403), (stranger.admin, 404)):
        errors = await refused(person, document, id=str(brand.id), version=2)
        assert errors[0]["extensions"]["status"] == status
    read = """query ($id: ID!) { claimSettings(brandId: $id) { brandId markets checkedMarkets isDelivered hasClaims
      version allowedActions } }"""
    found = (await ask(brand.viewer, read, id=str(brand.id)))["claimSettings"]
    assert_like(found, (await brand.viewer.get(f"/claims/settings/{brand.id}")).json()["data"])
