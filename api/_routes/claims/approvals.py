"""/api/v1/claims/{claimId}/approval, the steps of claim brands, and /api/v1/claim-reviewers: who approves claims."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api._routes.claims.shared import ClaimBrandId, ClaimId, IfNoneMatch, Version, answered, tagged
from lib.claims import statements
from lib.claims.statements import (
    ApprovalStep,
    ApprovalSteps,
    Claim,
    ClaimApproval,
    ClaimDecision,
    ClaimReviewer,
    ClaimReviewerQuery,
    NewClaimReviewer,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import version_tag
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["claimApprovals"])


@router.get(
    "/claims/{claim_id}/approval",
    name="get",
    response_model=Success[ClaimApproval],
    responses={304: {}, **documented(401, 404, 422)},
)
async def get_approval(
    user: CurrentUser, response: Response, claim_id: ClaimId, if_none_match: IfNoneMatch = None
) -> Success[ClaimApproval] | Response:
    """Returns the approval of a claim: its steps, who decided, who is asked, and what you may do."""
    item = await statements.get_approval(user, claim_id=claim_id)
    return answered(response, item, item.version, if_none_match)


@router.post("/claims/{claim_id}/approval", name="submit", responses=documented(401, 403, 404, 409))
async def submit_claim(user: CurrentUser, response: Response, claim_id: ClaimId) -> Success[Claim]:
    """Puts a claim into approval by the steps of its claim brand: it has no effect until the last one approves it.

    Requires `claim.write`. A claim of several claim brands follows the steps of the one with the lowest id.
    """
    item = await statements.submit_claim(user, claim_id=claim_id)
    return tagged(response, item, item.version)


@router.post("/claims/{claim_id}/approval/decisions", name="decide", responses=documented(401, 403, 404, 409, 412, 428))
async def decide_claim(
    user: CurrentUser, response: Response, claim_id: ClaimId, version: Version, body: ClaimDecision
) -> Success[Claim]:
    """Approves or rejects the open step of a claim's approval, perhaps with another text.

    For people who hold the reviewer role of the step, and platform admins; never for those who wrote the claim or
    changed it since its last approval, nor for a user who approved an earlier step. A rejection sends the claim back to
    its first step. Requires `If-Match` with the version you read: if another user decided since, the answer is 409 with
    the name and the time.
    """
    item = await statements.decide_claim(user, claim_id=claim_id, expected_version=version, decision=body)
    return tagged(response, item, item.version)


@router.get("/claim-brands/{claim_brand_id}/approval-steps", name="list_steps", responses=documented(401, 404))
async def list_steps(
    user: CurrentUser, response: Response, claim_brand_id: ClaimBrandId
) -> Success[list[ApprovalStep]]:
    """Lists the steps by which claims of a claim brand are approved, in order.

    The `ETag` is the version of the claim brand: send it as `If-Match` with a change.
    """
    steps, version = await statements.list_steps(user, claim_brand_id=claim_brand_id)
    response.headers["ETag"] = version_tag(version)
    return Success(data=steps)


@router.put(
    "/claim-brands/{claim_brand_id}/approval-steps",
    name="set_steps",
    responses=documented(401, 403, 404, 409, 412, 428),
)
async def set_steps(
    user: CurrentUser, response: Response, claim_brand_id: ClaimBrandId, version: Version, body: ApprovalSteps
) -> Success[list[ApprovalStep]]:
    """Replaces the steps by which claims of a claim brand are approved; 409 while claims are in approval by them.

    Requires `If-Match` with the version of the claim brand that you read, and `claim.write` in a brand that is linked
    to it.
    """
    steps, now = await statements.set_steps(user, claim_brand_id=claim_brand_id, expected_version=version, steps=body)
    response.headers["ETag"] = version_tag(now)
    return Success(data=steps)


@router.get("/claim-reviewers", name="list_reviewers", responses=documented(401, 404))
async def list_reviewers(user: CurrentUser, query: Annotated[ClaimReviewerQuery, Query()]) -> Page[ClaimReviewer]:
    """Lists the members of a brand who hold reviewer roles."""
    items, total = await statements.list_reviewers(user, query=query)
    return page_of(items, total, query.place, "/api/v1/claim-reviewers", query)


@router.post("/claim-reviewers", status_code=201, name="add_reviewer", responses=documented(401, 403, 404, 409))
async def add_reviewer(user: CurrentUser, body: NewClaimReviewer) -> Success[ClaimReviewer]:
    """Gives a member of a brand a reviewer role, for one claim brand or all that the brand is linked to.

    Requires `member.manage`.
    """
    return Success(data=await statements.add_reviewer(user, reviewer=body))


@router.delete(
    "/claim-reviewers/{reviewer_id}", status_code=204, name="remove_reviewer", responses=documented(401, 403, 404)
)
async def remove_reviewer(
    user: CurrentUser, reviewer_id: Annotated[UUID, Path(description="The id of the assignment.")]
) -> Response:
    """Takes a reviewer role from a member. Requires `member.manage`."""
    await statements.remove_reviewer(user, reviewer_id=reviewer_id)
    return Response(status_code=204)
