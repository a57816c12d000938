"""/api/v1/claims/{claimId}/evidence: the documents that substantiate a claim, and their review."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Response

from api._routes.claims.shared import ClaimId
from lib.claims import evidence
from lib.claims.evidence import (
    ClaimEvidence,
    Evidence,
    EvidenceChanges,
    EvidenceReview,
    EvidenceWithdrawal,
    NewEvidence,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, seen_version, version_tag
from lib.core.http.envelope import Success
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/claims/{claim_id}/evidence", tags=["claimEvidence"])

type EvidenceId = Annotated[UUID, Path(description="The id of the document.")]


def _tagged(response: Response, item: Evidence) -> Success[Evidence]:
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.get("", name="list", responses=documented(401, 404, 422))
async def list_evidence(user: CurrentUser, claim_id: ClaimId) -> Success[ClaimEvidence]:
    """Lists the documents of a claim, newest first, and the state of its evidence as a whole."""
    return Success(data=await evidence.list_evidence(user, claim_id=claim_id))


@router.post("", status_code=201, name="add", responses=documented(401, 403, 404, 409, 422))
async def add_evidence(
    user: CurrentUser, response: Response, claim_id: ClaimId, body: NewEvidence
) -> Success[Evidence]:
    """Adds a document, which counts once a reviewer has accepted it.

    For those who may write the claim, and for its author. A claim has at most 100 documents.
    """
    item = await evidence.add_evidence(user, claim_id=claim_id, evidence=body)
    response.headers["Location"] = f"/api/v1/claims/{claim_id}/evidence/{item.id}"
    return _tagged(response, item)


@router.get("/{evidence_id}", name="get", responses=documented(401, 404, 422))
async def get_evidence(
    user: CurrentUser, response: Response, claim_id: ClaimId, evidence_id: EvidenceId
) -> Success[Evidence]:
    """Returns a document."""
    return _tagged(response, await evidence.get_evidence(user, claim_id=claim_id, evidence_id=evidence_id))


@router.patch("/{evidence_id}", name="update", responses=documented(401, 403, 404, 409, 412, 422, 428))
async def update_evidence(
    user: CurrentUser,
    response: Response,
    claim_id: ClaimId,
    evidence_id: EvidenceId,
    version: Annotated[int, Depends(expected_version)],
    body: EvidenceChanges,
) -> Success[Evidence]:
    """Changes the given properties of a document, which then needs a review again.

    Requires `If-Match` with the version you read. For those who may write the claim, and for its author.
    """
    item = await evidence.update_evidence(
        user, claim_id=claim_id, evidence_id=evidence_id, expected_version=version, changes=body
    )
    return _tagged(response, item)


@router.post("/{evidence_id}/withdraw", name="withdraw", responses=documented(401, 403, 404, 409, 422))
async def withdraw_evidence(
    user: CurrentUser, response: Response, claim_id: ClaimId, evidence_id: EvidenceId, body: EvidenceWithdrawal
) -> Success[Evidence]:
    """Takes a document out of use, with a reason. For those who may write the claim, and for its author."""
    item = await evidence.withdraw_evidence(user, claim_id=claim_id, evidence_id=evidence_id, request=body)
    return _tagged(response, item)


@router.post("/{evidence_id}/review", name="review", responses=documented(401, 403, 404, 409, 412, 422))
async def review_evidence(
    user: CurrentUser,
    response: Response,
    claim_id: ClaimId,
    evidence_id: EvidenceId,
    version: Annotated[int | None, Depends(seen_version)],
    body: EvidenceReview,
) -> Success[Evidence]:
    """Accepts a document, or refuses it with a comment.

    For people with a reviewer role for the claim, and never for the person who added the document. With `If-Match`,
    only the version that was read is decided on.
    """
    item = await evidence.review_evidence(
        user, claim_id=claim_id, evidence_id=evidence_id, review=body, expected_version=version
    )
    return _tagged(response, item)
