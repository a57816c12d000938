"""The calls of the data API about claims and their approval, each as the caller."""

from typing import Any
from uuid import UUID

from lib.claims.statements.approvals import ApprovalSteps, ClaimDecision, NewClaimReviewer
from lib.claims.statements.models import ClaimChanges, NewClaim
from lib.claims.unique_fields import UNIQUE_FIELDS
from lib.core.data.db import Db, Row, call, command, fetch_listing, fetch_one, run
from lib.core.data.unique_fields import register_unique_fields
from lib.core.http.client import PATIENT_SECONDS

register_unique_fields(UNIQUE_FIELDS)


async def fetch_claims(db: Db, *, arguments: dict[str, Any]) -> tuple[list[Row], int]:
    """Reads a page of claims, and how many match."""
    return await fetch_listing(call(db, "list_claims", arguments))


async def fetch_claim(db: Db, *, claim_id: UUID) -> Row | None:
    """Reads a claim, also one that is archived."""
    return await fetch_one(call(db, "get_claim", {"claim_id": str(claim_id)}))


async def fetch_versions(
    db: Db, *, claim_id: UUID, versions: list[int] | None = None, offset: int = 0, size: int = 20
) -> tuple[list[Row], int]:
    """Reads a page of the versions of a claim, newest first, or those that are named; and how many there are."""
    arguments = {"claim_id": str(claim_id), "versions": versions, "page_offset": offset, "page_size": size}
    return await fetch_listing(call(db, "list_claim_versions", arguments))


async def create(db: Db, *, claim: NewClaim) -> list[Row]:
    """Creates a claim and returns it."""
    details = ("type", "category", "regulatory_references", "documentation_urls", "notes")
    values = claim.model_dump(mode="json")
    arguments = {name: value for name, value in values.items() if name not in details}
    return await command(db, "create_claim", arguments | {"details": {name: values[name] for name in details}})


async def update(db: Db, *, claim_id: UUID, expected_version: int, changes: ClaimChanges) -> list[Row]:
    """Changes a claim and returns it."""
    arguments = {
        "claim_id": str(claim_id),
        "expected_version": expected_version,
        "changes": changes.model_dump(mode="json", exclude_unset=True),
    }
    return await command(db, "update_claim", arguments)


async def archive(db: Db, *, claim_id: UUID, is_archived: bool, expected_version: int | None) -> list[Row]:
    """Archives or restores a claim and returns it."""
    arguments = {"claim_id": str(claim_id), "is_archived": is_archived, "expected_version": expected_version}
    return await command(db, "archive_claim", arguments)


async def delete(db: Db, *, claim_id: UUID) -> None:
    """Deletes a claim."""
    await command(db, "delete_claim", {"claim_id": str(claim_id)})


async def submit(db: Db, *, claim_id: UUID) -> list[Row]:
    """Puts a claim into approval and returns it."""
    return await command(db, "submit_claim", {"claim_id": str(claim_id)})


async def decide(db: Db, *, claim_id: UUID, expected_version: int, decision: ClaimDecision) -> list[Row]:
    """Decides on the open step of a claim and returns the claim."""
    arguments = {"claim_id": str(claim_id), "expected_version": expected_version}
    return await command(db, "decide_claim", arguments | decision.model_dump(mode="json"))


async def fetch_approval(db: Db, *, claim_id: UUID) -> Row | None:
    """Reads the approval of a claim."""
    return await fetch_one(call(db, "read_claim_approval", {"claim_id": str(claim_id)}))


async def fetch_steps(db: Db, *, claim_brand_id: UUID) -> Row:
    """Reads the approval steps of a claim brand: {items, version}."""
    return (await run(call(db, "list_approval_steps", {"claim_brand_id": str(claim_brand_id)}))).data


async def set_steps(db: Db, *, claim_brand_id: UUID, expected_version: int, steps: ApprovalSteps) -> Row:
    """Replaces the approval steps of a claim brand and returns them: {items, version}."""
    arguments = {"claim_brand_id": str(claim_brand_id), "expected_version": expected_version}
    return (await command(db, "set_approval_steps", arguments | steps.model_dump(mode="json")))[0]


async def fetch_reviewers(db: Db, *, arguments: dict[str, Any]) -> tuple[list[Row], int]:
    """Reads a page of the reviewers of a brand, and how many match."""
    return await fetch_listing(call(db, "list_claim_reviewers", arguments))


async def add_reviewer(db: Db, *, reviewer: NewClaimReviewer) -> list[Row]:
    """Gives a reviewer role and returns the assignment."""
    return await command(db, "add_claim_reviewer", reviewer.model_dump(mode="json"))


async def remove_reviewer(db: Db, *, reviewer_id: UUID) -> None:
    """Takes a reviewer role."""
    await command(db, "remove_claim_reviewer", {"reviewer_id": str(reviewer_id)})


async def import_lines(db: Db, *, lines: list[Row], is_dry_run: bool, is_whole: bool) -> Row:
    """Creates the claims of lines {line, claim}; returns {made, duplicates, problems, is_written}."""
    arguments = {"lines": lines, "is_dry_run": is_dry_run, "is_whole": is_whole}
    return (await command(db, "import_claims", arguments, seconds=PATIENT_SECONDS))[0]
