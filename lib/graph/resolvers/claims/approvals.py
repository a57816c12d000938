"""Resolves the approval of claims: lib/graph/schema/claim_approvals.graphql"""

from typing import Any
from uuid import UUID

from lib.claims import statements as service
from lib.claims.catalogue import ClaimBrand
from lib.claims.statements import (
    ApprovalSteps,
    ClaimApproval,
    ClaimDecision,
    ClaimReviewer,
    ClaimReviewerQuery,
    NewClaimReviewer,
)
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.claims.bound import PAGES, bindings, paged

bindings.represents("ClaimApproval", ClaimApproval)
bindings.represents("ClaimReviewer", ClaimReviewer)
bindings.represents("ClaimReviewerFilter", ClaimReviewerQuery, omits=PAGES)
bindings.link("ClaimApproval", "claim", links.read_claim, links.claim_id_of)
bindings.link(
    "ClaimReviewer", "claimBrand", links.read_item, links.item_of(ClaimBrand, "claim_brand"), embedded="claim_brand"
)
bindings.link("ClaimReviewer", "brand", links.read_brand, links.brand_id_of)


@bindings.query(operation="claimApprovals.listReviewers")
async def claim_reviewers(info: Info, *, paging: Paging, filter: ClaimReviewerQuery) -> Connection[ClaimReviewer]:
    """Lists reviewers of a brand."""
    items, total = await service.list_reviewers(info.context.principal, query=paged(filter, paging))
    return connection_of(items, paging, total=total)


@bindings.mutation(operation="claimApprovals.submit")
async def submit_claim(info: Info, *, id: UUID) -> dict[str, Any]:
    """Puts a claim into approval."""
    return {"claim": await service.submit_claim(info.context.principal, claim_id=id)}


@bindings.mutation(operation="claimApprovals.decide")
async def decide_claim(info: Info, *, id: UUID, input: ClaimDecision, expected_version: int) -> dict[str, Any]:
    """Decides on the open step of a claim."""
    decided = await service.decide_claim(
        info.context.principal, claim_id=id, expected_version=expected_version, decision=input
    )
    return {"claim": decided}


@bindings.mutation(operation="claimApprovals.setSteps")
async def set_approval_steps(
    info: Info, *, claim_brand_id: UUID, input: ApprovalSteps, expected_version: int
) -> dict[str, Any]:
    """Replaces the approval steps of a claim brand."""
    steps, version = await service.set_steps(
        info.context.principal, claim_brand_id=claim_brand_id, expected_version=expected_version, steps=input
    )
    return {"steps": steps, "version": version}


@bindings.mutation(operation="claimApprovals.addReviewer")
async def add_claim_reviewer(info: Info, *, input: NewClaimReviewer) -> dict[str, Any]:
    """Gives a member a reviewer role."""
    return {"reviewer": await service.add_reviewer(info.context.principal, reviewer=input)}


@bindings.mutation(operation="claimApprovals.removeReviewer")
async def remove_claim_reviewer(info: Info, *, id: UUID) -> dict[str, Any]:
    """Takes a reviewer role from a member."""
    await service.remove_reviewer(info.context.principal, reviewer_id=id)
    return {"deletedId": id}
