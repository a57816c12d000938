"""The use cases of claims and of their approval."""

from uuid import UUID

from lib.claims.statements import repository
from lib.claims.statements.approvals import (
    ApprovalSteps,
    ClaimApproval,
    ClaimDecision,
    ClaimReviewer,
    ClaimReviewerQuery,
    NewClaimReviewer,
)
from lib.claims.statements.comparison import compare
from lib.claims.statements.models import (
    ApprovalStep,
    Claim,
    ClaimChanges,
    ClaimComparison,
    ClaimQuery,
    ClaimVersion,
    NewClaim,
)
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound
from lib.core.http.heavy import run_heavy


async def list_claims(principal: Principal, *, query: ClaimQuery) -> tuple[list[Claim], int]:
    """Lists the claims that the caller may read, and how many match. Raises NotFound for a foreign brand."""
    rows, total = await repository.fetch_claims(principal.db, arguments=query.arguments())
    return read_rows(Claim, rows), total


async def get_claim(principal: Principal, *, claim_id: UUID) -> Claim:
    """Returns a claim, also one that is archived. Raises NotFound."""
    row = await repository.fetch_claim(principal.db, claim_id=claim_id)
    if row is None:
        raise NotFound("claim not found")
    return read_row(Claim, row)


async def create_claim(principal: Principal, *, claim: NewClaim) -> Claim:
    """Creates a claim.

    Raises NotFound for subjects that the caller may not read, Forbidden without `claim.write`, ValidationFailed for
    unknown countries and for unknown or archived subjects, Conflict where there is such a claim.
    """
    return read_row(Claim, (await repository.create(principal.db, claim=claim))[0])


async def update_claim(principal: Principal, *, claim_id: UUID, expected_version: int, changes: ClaimChanges) -> Claim:
    """Changes a claim. A change of what was approved, or is in approval, begins the approval again.

    Raises PreconditionFailed for a stale version, and what `create_claim` raises.
    """
    rows = await repository.update(principal.db, claim_id=claim_id, expected_version=expected_version, changes=changes)
    return read_row(Claim, rows[0])


async def archive_claim(
    principal: Principal, *, claim_id: UUID, is_archived: bool, expected_version: int | None = None
) -> Claim:
    """Archives or restores a claim. Raises Conflict while its approval is pending, PreconditionFailed."""
    rows = await repository.archive(
        principal.db, claim_id=claim_id, is_archived=is_archived, expected_version=expected_version
    )
    return read_row(Claim, rows[0])


async def delete_claim(principal: Principal, *, claim_id: UUID) -> None:
    """Deletes a claim with its versions. Raises Conflict while its approval is pending, or it replaces another."""
    await repository.delete(principal.db, claim_id=claim_id)


async def list_versions(principal: Principal, *, claim_id: UUID, page: PageRequest) -> tuple[list[ClaimVersion], int]:
    """Lists the versions of a claim, newest first, and how many there are. Raises NotFound."""
    rows, total = await repository.fetch_versions(
        principal.db, claim_id=claim_id, offset=page.offset, size=page.page_size
    )
    if total == 0:
        raise NotFound("claim not found")
    return read_rows(ClaimVersion, rows), total


async def get_version(principal: Principal, *, claim_id: UUID, version: int) -> ClaimVersion:
    """Returns a claim as it was in one version. Raises NotFound."""
    rows, _ = await repository.fetch_versions(principal.db, claim_id=claim_id, versions=[version])
    if not rows:
        raise NotFound("claim version not found")
    return read_row(ClaimVersion, rows[0])


async def compare_versions(
    principal: Principal, *, claim_id: UUID, from_version: int, to_version: int
) -> ClaimComparison:
    """Returns the difference between two versions of a claim. Raises NotFound if one of them is missing."""
    rows, _ = await repository.fetch_versions(principal.db, claim_id=claim_id, versions=[from_version, to_version])
    found = {row["version"]: row for row in rows}
    if not {from_version, to_version} <= found.keys():
        raise NotFound("claim version not found")
    changes = await run_heavy(compare, found[from_version], found[to_version])
    return ClaimComparison(from_version=from_version, to_version=to_version, changes=changes)


async def submit_claim(principal: Principal, *, claim_id: UUID) -> Claim:
    """Puts a claim into approval: it has no effect until it is approved.

    Raises Conflict while it is pending, and where its claim brand has no approval steps.
    """
    return read_row(Claim, (await repository.submit(principal.db, claim_id=claim_id))[0])


async def decide_claim(
    principal: Principal, *, claim_id: UUID, expected_version: int, decision: ClaimDecision
) -> Claim:
    """Decides on the open step of a claim.

    Raises Forbidden for those who wrote or changed it, or do not hold the role of the step; Conflict, with the user and
    the time, where another user decided first; PreconditionFailed where the claim was changed since.
    """
    rows = await repository.decide(
        principal.db, claim_id=claim_id, expected_version=expected_version, decision=decision
    )
    return read_row(Claim, rows[0])


async def get_approval(principal: Principal, *, claim_id: UUID) -> ClaimApproval:
    """Returns the approval of a claim. Raises NotFound."""
    row = await repository.fetch_approval(principal.db, claim_id=claim_id)
    if row is None:
        raise NotFound("claim not found")
    return read_row(ClaimApproval, row)


async def list_steps(principal: Principal, *, claim_brand_id: UUID) -> tuple[list[ApprovalStep], int]:
    """Lists the approval steps of a claim brand in order, with the version of the claim brand. Raises NotFound."""
    answer = await repository.fetch_steps(principal.db, claim_brand_id=claim_brand_id)
    return read_rows(ApprovalStep, answer["items"]), answer["version"]


async def set_steps(
    principal: Principal, *, claim_brand_id: UUID, expected_version: int, steps: ApprovalSteps
) -> tuple[list[ApprovalStep], int]:
    """Replaces the approval steps of a claim brand, and returns them with its version.

    Raises Conflict while claims are in approval by them, PreconditionFailed for a stale version.
    """
    answer = await repository.set_steps(
        principal.db, claim_brand_id=claim_brand_id, expected_version=expected_version, steps=steps
    )
    return read_rows(ApprovalStep, answer["items"]), answer["version"]


async def list_reviewers(principal: Principal, *, query: ClaimReviewerQuery) -> tuple[list[ClaimReviewer], int]:
    """Lists the reviewers of a brand by role, and how many match. Raises NotFound."""
    rows, total = await repository.fetch_reviewers(principal.db, arguments=query.arguments())
    return read_rows(ClaimReviewer, rows), total


async def add_reviewer(principal: Principal, *, reviewer: NewClaimReviewer) -> ClaimReviewer:
    """Gives a member a reviewer role. Raises Forbidden without `member.manage`, Conflict where they hold it already."""
    return read_row(ClaimReviewer, (await repository.add_reviewer(principal.db, reviewer=reviewer))[0])


async def remove_reviewer(principal: Principal, *, reviewer_id: UUID) -> None:
    """Takes a reviewer role from a member. Raises NotFound, and Forbidden without `member.manage`."""
    await repository.remove_reviewer(principal.db, reviewer_id=reviewer_id)
