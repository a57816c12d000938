"""The calls of the data API about evidence, each as the caller."""

from typing import Any
from uuid import UUID

from lib.claims.evidence.models import EvidenceChanges, NewEvidence
from lib.core.data.db import Db, Row, call, command, fetch_listing, run


async def fetch_all(db: Db, *, claim_id: UUID) -> Row:
    """Reads the evidence of a claim: {state, items}."""
    return (await run(call(db, "list_claim_evidence", {"claim_id": str(claim_id)}))).data


async def fetch_page(db: Db, *, arguments: dict[str, Any]) -> tuple[list[Row], int]:
    """Reads a page of the evidence of all claims, and how many pieces match."""
    return await fetch_listing(call(db, "list_evidence", arguments))


async def add(db: Db, *, claim_id: UUID, evidence: NewEvidence) -> Row:
    """Adds evidence to a claim and returns it."""
    arguments = {"claim_id": str(claim_id), "details": evidence.model_dump(mode="json")}
    return (await command(db, "add_claim_evidence", arguments))[0]


async def update(db: Db, *, claim_id: UUID, evidence_id: UUID, expected_version: int, changes: EvidenceChanges) -> Row:
    """Changes evidence and returns it."""
    arguments = {
        "claim_id": str(claim_id),
        "evidence_id": str(evidence_id),
        "expected_version": expected_version,
        "changes": changes.model_dump(mode="json", exclude_unset=True),
    }
    return (await command(db, "update_claim_evidence", arguments))[0]


async def withdraw(db: Db, *, claim_id: UUID, evidence_id: UUID, reason: str, expected_version: int | None) -> Row:
    """Takes evidence out of use and returns it."""
    arguments = {"claim_id": str(claim_id), "evidence_id": str(evidence_id), "reason": reason}
    return (await command(db, "withdraw_claim_evidence", arguments | {"expected_version": expected_version}))[0]


async def review(
    db: Db, *, claim_id: UUID, evidence_id: UUID, decision: str, comment: str, expected_version: int | None
) -> Row:
    """Accepts or refuses evidence and returns it."""
    arguments = {
        "claim_id": str(claim_id),
        "evidence_id": str(evidence_id),
        "decision": decision,
        "comment": comment,
        "expected_version": expected_version,
    }
    return (await command(db, "review_claim_evidence", arguments))[0]
