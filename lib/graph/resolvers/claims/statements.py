"""Resolves claims and their versions: lib/graph/schema/claims.graphql"""

from typing import Any
from uuid import UUID

from lib.claims import evidence, overrides
from lib.claims import statements as service
from lib.claims.catalogue import ClaimBrand, Ingredient, Product
from lib.claims.evidence import ClaimEvidence
from lib.claims.overrides import MarketOverride, OverrideQuery
from lib.claims.statements import (
    Claim,
    ClaimApproval,
    ClaimChanges,
    ClaimComparison,
    ClaimQuery,
    ClaimVersion,
    NewClaim,
)
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.claims.bound import PAGES, bindings, paged

bindings.represents("Claim", Claim)
bindings.represents("ClaimVersion", ClaimVersion)
bindings.represents("ClaimComparison", ClaimComparison)
bindings.represents("ClaimFilter", ClaimQuery, omits=PAGES)
bindings.enum(
    "ClaimSort",
    UPDATED_AT="updatedAt",
    CREATED_AT="createdAt",
    TEXT="text",
    STATUS="status",
    LEVEL="level",
    CATEGORY="category",
    EFFECTIVE_FROM="effectiveFrom",
    EFFECTIVE_TO="effectiveTo",
)
_SUBJECTS: dict[str, type[ClaimBrand | Product | Ingredient]] = {
    "claim_brand": ClaimBrand,
    "product": Product,
    "ingredient": Ingredient,
}
bindings.link(
    "ClaimSubject", "item", links.read_item, lambda subject: {"model": _SUBJECTS[subject.kind], "item_id": subject.id}
)
bindings.link("ClaimVersion", "claim", links.read_claim, links.claim_id_of)


@bindings.node("Claim")
async def claim_by_id(info: Info, claim_id: UUID) -> Claim:
    """Finds a claim by its id."""
    return await service.get_claim(info.context.principal, claim_id=claim_id)


@bindings.query(operation="claims.get")
async def claim(info: Info, *, id: UUID) -> Claim:
    """Reads a claim."""
    return await claim_by_id(info, id)


@bindings.query(operation="claims.list")
async def claims(info: Info, *, paging: Paging, filter: ClaimQuery | None = None) -> Connection[Claim]:
    """Lists claims."""
    items, total = await service.list_claims(info.context.principal, query=paged(filter or ClaimQuery(), paging))
    return connection_of(items, paging, total=total)


@bindings.query(operation="claims.getVersion")
async def claim_version(info: Info, *, claim_id: UUID, version: int) -> ClaimVersion:
    """Reads a claim as it was in one version."""
    return await service.get_version(info.context.principal, claim_id=claim_id, version=version)


@bindings.query(operation="claims.compareVersions")
async def claim_comparison(info: Info, *, claim_id: UUID, from_version: int, to_version: int) -> ClaimComparison:
    """Compares two versions of a claim."""
    return await service.compare_versions(
        info.context.principal, claim_id=claim_id, from_version=from_version, to_version=to_version
    )


@bindings.field("Claim", "approvalProcess", operation="claimApprovals.get")
async def approval_of_claim(parent: Claim, info: Info) -> ClaimApproval:
    """Reads the approval of a claim."""
    return await service.get_approval(info.context.principal, claim_id=parent.id)


@bindings.field("Claim", "evidence", operation="claimEvidence.list")
async def evidence_of_claim(parent: Claim, info: Info) -> ClaimEvidence:
    """Reads the documents of a claim."""
    return await evidence.list_evidence(info.context.principal, claim_id=parent.id)


@bindings.field("Claim", "versions", operation="claims.listVersions")
async def versions_of_claim(parent: Claim, info: Info, *, paging: Paging) -> Connection[ClaimVersion]:
    """Lists the versions of a claim."""
    items, total = await service.list_versions(info.context.principal, claim_id=parent.id, page=paging.request)
    return connection_of(items, paging, total=total)


@bindings.field("Claim", "overrides")
async def overrides_of_claim(
    parent: Claim, info: Info, *, paging: Paging, filter: OverrideQuery | None = None
) -> Connection[MarketOverride]:
    """Lists the market overrides of a claim."""
    query = paged(filter or OverrideQuery(), paging, claim_id=parent.id)
    items, total = await overrides.list_overrides(info.context.principal, query=query)
    return connection_of(items, paging, total=total)


@bindings.mutation(operation="claims.create")
async def create_claim(info: Info, *, input: NewClaim) -> dict[str, Any]:
    """Creates a claim."""
    return {"claim": await service.create_claim(info.context.principal, claim=input)}


@bindings.mutation(operation="claims.update")
async def update_claim(info: Info, *, id: UUID, input: ClaimChanges, expected_version: int) -> dict[str, Any]:
    """Changes a claim."""
    changed = await service.update_claim(
        info.context.principal, claim_id=id, expected_version=expected_version, changes=input
    )
    return {"claim": changed}


@bindings.mutation(operation="claims.delete")
async def delete_claim(info: Info, *, id: UUID) -> dict[str, Any]:
    """Deletes a claim."""
    await service.delete_claim(info.context.principal, claim_id=id)
    return {"deletedId": id}


async def _archive(info: Info, claim_id: UUID, version: int | None, *, is_archived: bool) -> Claim:
    return await service.archive_claim(
        info.context.principal, claim_id=claim_id, is_archived=is_archived, expected_version=version
    )


@bindings.mutation(operation="claims.archive")
async def archive_claim(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Archives a claim."""
    return {"claim": await _archive(info, id, expected_version, is_archived=True)}


@bindings.mutation(operation="claims.restore")
async def restore_claim(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Takes a claim out of the archive."""
    return {"claim": await _archive(info, id, expected_version, is_archived=False)}
