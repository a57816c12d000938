"""The use cases of evidence: `(principal, *, …)`, with typed payloads."""

from uuid import UUID

from lib.claims.evidence import repository
from lib.claims.evidence.models import (
    ClaimEvidence,
    Evidence,
    EvidenceChanges,
    EvidenceQuery,
    EvidenceReview,
    EvidenceWithdrawal,
    NewEvidence,
)
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.errors import NotFound


async def list_evidence(principal: Principal, *, claim_id: UUID) -> ClaimEvidence:
    """Lists the evidence of a claim, newest first, with its state as a whole. Raises NotFound."""
    answer = await repository.fetch_all(principal.db, claim_id=claim_id)
    return ClaimEvidence(state=answer["state"], items=read_rows(Evidence, answer["items"]))


async def list_all_evidence(principal: Principal, *, query: EvidenceQuery) -> tuple[list[Evidence], int]:
    """Lists the evidence of all claims that the caller may read, and how much there is. Raises NotFound."""
    rows, total = await repository.fetch_page(principal.db, arguments=query.arguments())
    return read_rows(Evidence, rows), total


async def get_evidence(principal: Principal, *, claim_id: UUID, evidence_id: UUID) -> Evidence:
    """Returns a piece of evidence. Raises NotFound."""
    answer = await repository.fetch_all(principal.db, claim_id=claim_id)
    row = next((row for row in answer["items"] if row["id"] == str(evidence_id)), None)
    if row is None:
        raise NotFound("evidence not found")
    return read_row(Evidence, row)


async def add_evidence(principal: Principal, *, claim_id: UUID, evidence: NewEvidence) -> Evidence:
    """Adds evidence, which counts once a reviewer has accepted it.

    Raises NotFound, Forbidden for callers who may not write the claim, and Conflict for the 101st piece.
    """
    return read_row(Evidence, await repository.add(principal.db, claim_id=claim_id, evidence=evidence))


async def update_evidence(
    principal: Principal, *, claim_id: UUID, evidence_id: UUID, expected_version: int, changes: EvidenceChanges
) -> Evidence:
    """Changes evidence, which then needs a review again.

    Raises PreconditionFailed for a stale version, Conflict for a withdrawn piece, and what `add_evidence` raises.
    """
    row = await repository.update(
        principal.db, claim_id=claim_id, evidence_id=evidence_id, expected_version=expected_version, changes=changes
    )
    return read_row(Evidence, row)


async def withdraw_evidence(
    principal: Principal,
    *,
    claim_id: UUID,
    evidence_id: UUID,
    request: EvidenceWithdrawal,
    expected_version: int | None,
) -> Evidence:
    """Takes evidence out of use. Raises what `update_evidence` raises."""
    row = await repository.withdraw(
        principal.db,
        claim_id=claim_id,
        evidence_id=evidence_id,
        reason=request.reason,
        expected_version=expected_version,
    )
    return read_row(Evidence, row)


async def review_evidence(
    principal: Principal, *, claim_id: UUID, evidence_id: UUID, review: EvidenceReview, expected_version: int | None
) -> Evidence:
    """Accepts or refuses evidence.

    Raises Forbidden without a reviewer role for the claim, and for those who added or changed the document; Conflict,
    with the reviewer and the time, for one that was reviewed already.
    """
    row = await repository.review(
        principal.db,
        claim_id=claim_id,
        evidence_id=evidence_id,
        decision=review.decision,
        comment=review.comment,
        expected_version=expected_version,
    )
    return read_row(Evidence, row)
