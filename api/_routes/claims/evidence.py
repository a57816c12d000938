"""/api/v1/claims/{claimId}/evidence: the documents that substantiate a claim; those of all: /api/v1/claims/evidence."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api._routes.claims.shared import ClaimId, IfNoneMatch, SeenVersion, Version, answered, tagged
from lib.claims import evidence
from lib.claims.evidence import (
    ClaimEvidence,
    Evidence,
    EvidenceChanges,
    EvidenceQuery,
    EvidenceReview,
    EvidenceWithdrawal,
    NewEvidence,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/claims", tags=["claimEvidence"])

type EvidenceId = Annotated[UUID, Path(description="The id of the document.")]


@router.get("/evidence", name="list_all", responses=documented(401, 404, 422))
async def list_all_evidence(user: CurrentUser, query: Annotated[EvidenceQuery, Query()]) -> Page[Evidence]:
    """Lists the documents of all claims that you may read, newest first, such as those that wait for your decision."""
    items, total = await evidence.list_all_evidence(user, query=query)
    return page_of(items, total, query.place, "/api/v1/claims/evidence", query)


@router.get("/{claim_id}/evidence", name="list", responses=documented(401, 404, 422))
async def list_evidence(user: CurrentUser, claim_id: ClaimId) -> Success[ClaimEvidence]:
    """Lists the documents of a claim, newest first, and the state of its evidence as a whole."""
    return Success(data=await evidence.list_evidence(user, claim_id=claim_id))


@router.post("/{claim_id}/evidence", status_code=201, name="add", responses=documented(401, 403, 404, 409, 422))
async def add_evidence(
    user: CurrentUser, response: Response, claim_id: ClaimId, body: NewEvidence
) -> Success[Evidence]:
    """Adds a document, which counts once a reviewer has accepted it.

    For those who may write the claim, and for its author. A claim has at most 100 documents.
    """
    item = await evidence.add_evidence(user, claim_id=claim_id, evidence=body)
    response.headers["Location"] = f"/api/v1/claims/{claim_id}/evidence/{item.id}"
    return tagged(response, item, item.version)


@router.get(
    "/{claim_id}/evidence/{evidence_id}",
    name="get",
    response_model=Success[Evidence],
    responses={304: {}, **documented(401, 404, 422)},
)
async def get_evidence(
    user: CurrentUser,
    response: Response,
    claim_id: ClaimId,
    evidence_id: EvidenceId,
    if_none_match: IfNoneMatch = None,
) -> Success[Evidence] | Response:
    """Returns a document."""
    item = await evidence.get_evidence(user, claim_id=claim_id, evidence_id=evidence_id)
    return answered(response, item, item.version, if_none_match)


@router.patch(
    "/{claim_id}/evidence/{evidence_id}", name="update", responses=documented(401, 403, 404, 409, 412, 422, 428)
)
async def update_evidence(
    user: CurrentUser,
    response: Response,
    claim_id: ClaimId,
    evidence_id: EvidenceId,
    version: Version,
    body: EvidenceChanges,
) -> Success[Evidence]:
    """Changes the given properties of a document, which then needs a review again.

    Requires `If-Match` with the version you read. For those who may write the claim, and for its author.
    """
    item = await evidence.update_evidence(
        user, claim_id=claim_id, evidence_id=evidence_id, expected_version=version, changes=body
    )
    return tagged(response, item, item.version)


@router.post(
    "/{claim_id}/evidence/{evidence_id}/withdraw", name="withdraw", responses=documented(401, 403, 404, 409, 412, 422)
)
async def withdraw_evidence(
    user: CurrentUser,
    response: Response,
    claim_id: ClaimId,
    evidence_id: EvidenceId,
    version: SeenVersion,
    body: EvidenceWithdrawal,
) -> Success[Evidence]:
    """Takes a document out of use, with a reason. With `If-Match`, only the version that you read.

    For those who may write the claim, and for its author.
    """
    item = await evidence.withdraw_evidence(
        user, claim_id=claim_id, evidence_id=evidence_id, request=body, expected_version=version
    )
    return tagged(response, item, item.version)


@router.post(
    "/{claim_id}/evidence/{evidence_id}/review", name="review", responses=documented(401, 403, 404, 409, 412, 422)
)
async def review_evidence(
    user: CurrentUser,
    response: Response,
    claim_id: ClaimId,
    evidence_id: EvidenceId,
    version: SeenVersion,
    body: EvidenceReview,
) -> Success[Evidence]:
    """Accepts a document, or refuses it with a comment.

    For people who hold the role legal, compliance, regulatory, lrc or sme for the claim, and for platform admins; of
    claims of ingredients, which all brands share, for platform admins alone. Never for those who added or last changed
    the document. With `If-Match`, only the version that was read is decided on.
    """
    item = await evidence.review_evidence(
        user, claim_id=claim_id, evidence_id=evidence_id, review=body, expected_version=version
    )
    return tagged(response, item, item.version)
