"""Resolves the evidence of claims: lib/graph/schema/claim_evidence.graphql"""

from typing import Any
from uuid import UUID

from lib.claims import evidence as service
from lib.claims.evidence import (
    ClaimEvidence,
    Evidence,
    EvidenceChanges,
    EvidenceQuery,
    EvidenceReview,
    EvidenceWithdrawal,
    NewEvidence,
)
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.claims.bound import PAGES, bindings, paged

bindings.represents("Evidence", Evidence)
bindings.represents("ClaimEvidence", ClaimEvidence)
bindings.represents("EvidenceFilter", EvidenceQuery, omits=PAGES)
bindings.link("Evidence", "claim", links.read_claim, links.claim_id_of)


@bindings.query("evidence", operation="claimEvidence.get")
async def one_document(info: Info, *, claim_id: UUID, id: UUID) -> Evidence:
    """Reads a document."""
    return await service.get_evidence(info.context.principal, claim_id=claim_id, evidence_id=id)


@bindings.query(operation="claimEvidence.listAll")
async def evidence_of_claims(
    info: Info, *, paging: Paging, filter: EvidenceQuery | None = None
) -> Connection[Evidence]:
    """Lists documents of all claims."""
    query = paged(filter or EvidenceQuery(), paging)
    items, total = await service.list_all_evidence(info.context.principal, query=query)
    return connection_of(items, paging, total=total)


@bindings.mutation(operation="claimEvidence.add")
async def add_evidence(info: Info, *, claim_id: UUID, input: NewEvidence) -> dict[str, Any]:
    """Adds a document."""
    return {"evidence": await service.add_evidence(info.context.principal, claim_id=claim_id, evidence=input)}


@bindings.mutation(operation="claimEvidence.update")
async def update_evidence(
    info: Info, *, claim_id: UUID, id: UUID, input: EvidenceChanges, expected_version: int
) -> dict[str, Any]:
    """Changes a document."""
    changed = await service.update_evidence(
        info.context.principal, claim_id=claim_id, evidence_id=id, expected_version=expected_version, changes=input
    )
    return {"evidence": changed}


@bindings.mutation(operation="claimEvidence.withdraw")
async def withdraw_evidence(
    info: Info, *, claim_id: UUID, id: UUID, input: EvidenceWithdrawal, expected_version: int | None = None
) -> dict[str, Any]:
    """Takes a document out of use."""
    withdrawn = await service.withdraw_evidence(
        info.context.principal, claim_id=claim_id, evidence_id=id, request=input, expected_version=expected_version
    )
    return {"evidence": withdrawn}


@bindings.mutation(operation="claimEvidence.review")
async def review_evidence(
    info: Info, *, claim_id: UUID, id: UUID, input: EvidenceReview, expected_version: int | None = None
) -> dict[str, Any]:
    """Decides on a document."""
    reviewed = await service.review_evidence(
        info.context.principal, claim_id=claim_id, evidence_id=id, review=input, expected_version=expected_version
    )
    return {"evidence": reviewed}
