"""Claims, their versions, approval, evidence and overrides by GraphQL, beside REST."""

from typing import Any

import pytest

from tests.claims.office import GLOBAL, Shelf, made, open_shelf
from tests.graph.likeness import assert_like
from tests.support.graph import ask, refused
from tests.support.world import World

pytestmark = pytest.mark.anyio

PROBLEM = """clientMutationId problem { __typename ... on StaleVersion { currentVersion }
  ... on ConflictProblem { code } ... on ValidationProblem { details { field } } }"""
BODY = """text status countries effectiveFrom effectiveTo category regulatoryReferences documentationUrls notes approval
  archivedAt version"""
CLAIM = f"""{BODY} id level type subjects {{ kind id name isArchived }} step {{ position name reviewerRole }}
  allowedActions createdBy {{ id name }} createdAt updatedBy {{ id name }} updatedAt"""
APPROVAL = """claimId version approval steps { position name reviewerRole state } reviewers { id name }
  problem allowedActions
  decisions { id claimVersion position stepName reviewerRole decision comment isCurrent isAmended actor { id name }
  createdAt }"""
EVIDENCE = """id claimId title kind url fileReference issuer referenceNumber notes issuedOn expiresOn status state
  reviewedBy { id name } reviewedAt reviewComment version addedBy { id name } createdAt updatedAt allowedActions"""
OVERRIDE = """id masterClaim { id text status level } product { id name } market countries isBlocked
  replacementClaim { id text status level } effect allowedActions version createdBy { id name } createdAt
  updatedBy { id name } updatedAt"""
READ = f"""query ($id: ID!) {{ claim(id: $id) {{ {CLAIM} approvalProcess {{ {APPROVAL} }}
  evidence {{ state items {{ {EVIDENCE} }} }}
  versions {{ nodes {{ claimId {BODY} createdBy {{ id name }} createdAt claim {{ id }} }} totalCount }}
  overrides {{ nodes {{ {OVERRIDE} conflicts {{ id }} }} }} }}
  whole: claim(id: $id) {{ subjects {{ item {{ __typename ... on Product {{ id claimBrand {{ name }} }} }} }} }} }}"""
DOCUMENT = {"title": "Study 12", "kind": "STUDY", "url": "https://files.example.com/12.pdf", "issuedOn": "2025-01-01"}


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    return shelf


async def rest(shelf: Shelf, path: str) -> Any:
    return (await shelf.brand.admin.get(path)).json()["data"]


async def created(shelf: Shelf, text: str = "Kind to skin") -> dict[str, Any]:
    document = (
        f"mutation ($input: CreateClaimInput!) {{ createClaim(input: $input) {{ {PROBLEM} claim {{ {CLAIM} }} }} }}"
    )
    subject = shelf.products["Soap"]["id"]
    given = {"text": {"original": text}, "level": "PRODUCT", "status": "ALLOWED", "subjectIds": [subject]}
    payload = (await ask(shelf.brand.admin, document, input=given))["createClaim"]
    assert payload["problem"] is None
    return payload["claim"]


async def test_a_claim_is_that_of_rest(shelf: Shelf) -> None:
    claim = await created(shelf)
    path = f"/claims/{claim['id']}"
    await made(shelf.brand.admin, f"{path}/evidence", DOCUMENT | {"kind": "study"})
    rule = {"masterClaimId": claim["id"], "productId": shelf.products["Soap"]["id"], "market": "GB"}
    override = await made(shelf.brand.admin, "/market-overrides", rule)
    data = await ask(shelf.brand.admin, READ, id=claim["id"])
    found = data["claim"]
    assert_like(found.pop("approvalProcess"), await rest(shelf, f"{path}/approval"))
    assert_like(found.pop("evidence"), await rest(shelf, f"{path}/evidence"))
    versions = found.pop("versions")
    assert [version.pop("claim") for version in versions["nodes"]] == [{"id": claim["id"]}]
    assert_like(versions["nodes"], await rest(shelf, f"{path}/versions"))
    overrides = found.pop("overrides")["nodes"]
    assert [each.pop("conflicts") for each in overrides] == [[]]
    assert_like(overrides, [await rest(shelf, f"/market-overrides/{override['id']}")])
    assert_like(found, await rest(shelf, path))
    item = {"__typename": "Product", "id": rule["productId"], "claimBrand": {"name": shelf.claim_brand["name"]}}
    assert data["whole"]["subjects"] == [{"item": item}]


async def test_a_claim_is_changed_and_compared(shelf: Shelf) -> None:
    claim = await created(shelf)
    document = f"""mutation ($id: ID!) {{
      updateClaim(id: $id, input: {{text: {{original: "Kind to dry skin"}}}}, expectedVersion: 1, clientMutationId: "m")
        {{ {PROBLEM} claim {{ version text countries }} }}
      stale: updateClaim(id: $id, input: {{notes: "x"}}, expectedVersion: 1) {{ {PROBLEM} claim {{ id }} }}
      invalid: updateClaim(id: $id, input: {{text: {{de: "Sanft"}}}}, expectedVersion: 2) {{ {PROBLEM} claim {{ id }} }}
      archiveClaim(id: $id) {{ {PROBLEM} claim {{ archivedAt }} }}
      restoreClaim(id: $id) {{ {PROBLEM} claim {{ archivedAt }} }} }}"""
    data = await ask(shelf.brand.admin, document, id=claim["id"])
    assert data["updateClaim"]["clientMutationId"] == "m"
    changed = data["updateClaim"]["claim"]
    assert (changed["version"], changed["text"]) == (2, {"original": "Kind to dry skin"})
    assert changed["countries"] == [GLOBAL]
    assert data["stale"]["problem"]["__typename"] == "StaleVersion"
    assert data["invalid"]["problem"] == {"__typename": "ValidationProblem", "details": [{"field": "input.text"}]}
    assert data["archiveClaim"]["claim"]["archivedAt"] is not None
    assert data["restoreClaim"]["claim"]["archivedAt"] is None
    document = """query ($id: ID!) { claimVersion(claimId: $id, version: 1) { text version }
      claimComparison(claimId: $id, fromVersion: 1, toVersion: 2) { fromVersion toVersion
        changes { field kind before after runs { kind text } } } }"""
    data = await ask(shelf.brand.viewer, document, id=claim["id"])
    assert data["claimVersion"] == {"text": {"original": "Kind to skin"}, "version": 1}
    response = await shelf.brand.viewer.http.get(f"/claims/{claim['id']}/versions/compare?from=1&to=2")
    assert_like(data["claimComparison"], response.json()["data"])
    data = await ask(
        shelf.brand.admin, f"mutation ($id: ID!) {{ deleteClaim(id: $id) {{ deletedId {PROBLEM} }} }}", id=claim["id"]
    )
    assert data["deleteClaim"]["deletedId"] == claim["id"]


async def test_claims_are_listed_by_filters(shelf: Shelf) -> None:
    claim = await created(shelf)
    await shelf.claim("brand", "disallowed", text="Heals")
    document = """query ($brand: ID!) { claims(filter: {brandId: $brand, status: [ALLOWED], sort: CREATED_AT},
      pagination: {pageSize: 5}) { nodes { id } totalCount } }"""
    data = await ask(shelf.brand.viewer, document, brand=str(shelf.brand.id))
    assert data["claims"] == {"nodes": [{"id": claim["id"]}], "totalCount": 1}


async def test_a_claim_is_approved(shelf: Shelf) -> None:
    admin, legal = shelf.brand.admin, await shelf.world.member(shelf.brand, "viewer")
    version = await ask(
        shelf.platform, "query ($id: ID!) { claimBrand(id: $id) { version } }", id=shelf.claim_brand["id"]
    )
    document = f"""mutation ($at: ID!, $version: Int!, $reviewer: AddClaimReviewerInput!) {{
      setApprovalSteps(claimBrandId: $at, input: {{steps: [{{name: "Legal", reviewerRole: LEGAL}}]}},
        expectedVersion: $version) {{ {PROBLEM} steps {{ position name reviewerRole }} version }}
      addClaimReviewer(input: $reviewer) {{ {PROBLEM}
        reviewer {{ id user {{ id }} reviewerRole brand {{ id }} }} }} }}"""
    role = {"brandId": str(shelf.brand.id), "userId": shelf.world.id_of(legal), "reviewerRole": "LEGAL"}
    data = await ask(
        admin, document, at=shelf.claim_brand["id"], version=version["claimBrand"]["version"], reviewer=role
    )
    assert data["setApprovalSteps"]["steps"] == [{"position": 1, "name": "Legal", "reviewerRole": "LEGAL"}]
    reviewer = data["addClaimReviewer"]["reviewer"]
    assert (reviewer["user"]["id"], reviewer["brand"]["id"]) == (role["userId"], role["brandId"])
    document = """query ($brand: ID!) { claimReviewers(filter: {brandId: $brand}) {
      nodes { id reviewerRole claimBrand { id } } } }"""
    listed = await ask(admin, document, brand=role["brandId"])
    assert listed["claimReviewers"]["nodes"] == [{"id": reviewer["id"], "reviewerRole": "LEGAL", "claimBrand": None}]
    claim = await created(shelf)
    document = f"mutation ($id: ID!) {{ submitClaim(id: $id) {{ {PROBLEM} claim {{ approval version }} }} }}"
    submitted = (await ask(admin, document, id=claim["id"]))["submitClaim"]["claim"]
    assert submitted["approval"] == "PENDING"
    again = (await ask(admin, document, id=claim["id"]))["submitClaim"]["problem"]
    assert again["__typename"] == "ConflictProblem"
    document = f"""mutation ($id: ID!, $version: Int!) {{ decideClaim(id: $id, input: {{decision: APPROVE}},
      expectedVersion: $version) {{ {PROBLEM} claim {{ approval }} }} }}"""
    decided = await ask(legal, document, id=claim["id"], version=submitted["version"])
    assert decided["decideClaim"]["claim"]["approval"] == "APPROVED"
    document = "mutation ($id: ID!) { removeClaimReviewer(id: $id) { deletedId } }"
    removed = await ask(admin, document, id=reviewer["id"])
    assert removed["removeClaimReviewer"] == {"deletedId": reviewer["id"]}


async def test_evidence_from_its_addition_to_its_withdrawal(shelf: Shelf) -> None:
    claim = await created(shelf)
    document = f"""mutation ($id: ID!, $input: AddEvidenceInput!) {{ addEvidence(claimId: $id, input: $input) {{
      {PROBLEM} evidence {{ {EVIDENCE} claim {{ id }} }} }} }}"""
    payload = (await ask(shelf.brand.admin, document, id=claim["id"], input=DOCUMENT))["addEvidence"]
    item = payload["evidence"]
    assert item.pop("claim") == {"id": claim["id"]}
    assert_like(item, await rest(shelf, f"/claims/{claim['id']}/evidence/{item['id']}"))
    missing = {name: value for name, value in DOCUMENT.items() if name != "url"}
    payload = (await ask(shelf.brand.admin, document, id=claim["id"], input=missing))["addEvidence"]
    assert payload["problem"] == {"__typename": "ValidationProblem", "details": [{"field": "input.url"}]}
    change = f"""mutation ($claim: ID!, $id: ID!) {{
      updateEvidence(claimId: $claim, id: $id, input: {{notes: "Both"}}, expectedVersion: 1) {{ {PROBLEM}
        evidence {{ notes version }} }} }}"""
    data = await ask(shelf.brand.admin, change, claim=claim["id"], id=item["id"])
    assert data["updateEvidence"]["evidence"] == {"notes": "Both", "version": 2}
    review = f"""mutation ($claim: ID!, $id: ID!) {{
      reviewEvidence(claimId: $claim, id: $id, input: {{decision: ACCEPT}}, expectedVersion: 2) {{ {PROBLEM}
        evidence {{ status state }} }} }}"""
    data = await ask(shelf.platform, review, claim=claim["id"], id=item["id"])
    assert data["reviewEvidence"]["evidence"] == {"status": "ACCEPTED", "state": "VALID"}
    read = """query ($claim: ID!, $id: ID!, $brand: ID!) { evidence(claimId: $claim, id: $id) { status }
      evidenceOfClaims(filter: {brandId: $brand, status: [ACCEPTED]}) { nodes { id } } }"""
    data = await ask(shelf.brand.viewer, read, claim=claim["id"], id=item["id"], brand=str(shelf.brand.id))
    assert data == {"evidence": {"status": "ACCEPTED"}, "evidenceOfClaims": {"nodes": [{"id": item["id"]}]}}
    end = f"""mutation ($claim: ID!, $id: ID!) {{ withdrawEvidence(claimId: $claim, id: $id,
      input: {{reason: "Old"}}) {{ {PROBLEM} evidence {{ status reviewComment }} }} }}"""
    data = await ask(shelf.brand.admin, end, claim=claim["id"], id=item["id"])
    assert data["withdrawEvidence"]["evidence"] == {"status": "WITHDRAWN", "reviewComment": "Old"}


async def test_overrides_are_written_and_conflict(shelf: Shelf) -> None:
    claim, product = await created(shelf), shelf.products["Soap"]["id"]
    document = f"""mutation ($claim: ID!, $product: ID!, $market: String!, $force: Boolean) {{
      createMarketOverride(input: {{masterClaimId: $claim, productId: $product, market: $market, force: $force}})
        {{ {PROBLEM} override {{ {OVERRIDE} }} warnings {{ id }} }} }}"""
    at = {"claim": claim["id"], "product": product}
    admin = shelf.brand.admin
    first = (await ask(admin, document, **at, market="GB", force=False))["createMarketOverride"]["override"]
    assert_like(first, await rest(shelf, f"/market-overrides/{first['id']}"))
    barred = (await ask(admin, document, **at, market="__ALL_COUNTRIES__", force=False))["createMarketOverride"]
    assert (barred["override"], barred["problem"]["__typename"]) == (None, "ConflictProblem")
    forced = (await ask(admin, document, **at, market="__ALL_COUNTRIES__", force=True))["createMarketOverride"]
    assert forced["warnings"] == [{"id": first["id"]}]
    read = """query ($id: ID!, $claim: ID!, $product: ID!) {
      marketOverride(id: $id) { conflicts { id } product { id version } masterClaim { claim { id } } }
      marketOverrides(filter: {productId: $product, sort: MARKET}) { nodes { market } totalCount }
      overrideConflicts(masterClaimId: $claim, productId: $product, market: "IE") { id } }"""
    data = await ask(shelf.brand.viewer, read, id=first["id"], **at)
    assert data["marketOverride"]["conflicts"] == [{"id": forced["override"]["id"]}]
    assert data["marketOverride"]["masterClaim"] == {"claim": {"id": claim["id"]}}
    assert data["marketOverrides"]["totalCount"] == 2
    assert data["overrideConflicts"] == [{"id": forced["override"]["id"]}]
    change = f"""mutation ($id: ID!) {{
      updateMarketOverride(id: $id, input: {{isBlocked: false}}, expectedVersion: 1) {{ {PROBLEM}
        override {{ effect }} }}
      deleteMarketOverride(id: $id) {{ deletedId {PROBLEM} }} }}"""
    data = await ask(admin, change, id=first["id"])
    assert data["updateMarketOverride"]["override"] == {"effect": "EXEMPTS"}
    assert data["deleteMarketOverride"]["deletedId"] == first["id"]


async def test_not_member(shelf: Shelf, world: World) -> None:
    claim, curious = await created(shelf), (await world.brand()).admin
    errors = await refused(curious, "query ($id: ID!) { claim(id: $id) { text } }", id=claim["id"])
    assert errors[0]["extensions"]["code"] == "NOT_FOUND"
    document = "mutation ($id: ID!) { deleteClaim(id: $id) { deletedId } }"
    for person, status in ((curious, 404), (shelf.brand.viewer, 403)):
        errors = await refused(person, document, id=claim["id"])
        assert errors[0]["extensions"]["status"] == status
