"""The calls of the data API about delegations, each as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, command, fetch_listing
from lib.core.http.client import PATIENT_SECONDS
from lib.workflow.delegations.models import DelegationChanges, DelegationQuery, NewDelegation


async def fetch_delegations(db: Db, *, query: DelegationQuery) -> tuple[list[Row], int]:
    """Reads a page of delegations, the latest first, and how many there are."""
    arguments = {
        "filters": query.filters(),
        "page_offset": (query.page - 1) * query.page_size,
        "page_size": query.page_size,
    }
    return await fetch_listing(call(db, "list_delegations", arguments))


async def fetch_delegation(db: Db, *, delegation_id: UUID) -> Row | None:
    """Reads one delegation."""
    rows, _ = await fetch_listing(call(db, "list_delegations", {"filters": {"id": str(delegation_id)}}))
    return rows[0] if rows else None


async def create(db: Db, *, delegation: NewDelegation) -> Row:
    """Creates a delegation and returns it."""
    arguments = {"starts_at": None} | delegation.model_dump(
        mode="json", exclude_none=True, exclude={"moves_open_tasks"}
    )
    return (await command(db, "create_delegation", arguments))[0]


async def update(db: Db, *, delegation_id: UUID, expected_version: int, changes: DelegationChanges) -> Row:
    """Changes the values of a delegation that were sent, and returns it."""
    arguments = {
        "delegation_id": str(delegation_id),
        "expected_version": expected_version,
        "changes": changes.model_dump(mode="json", exclude_unset=True),
    }
    return (await command(db, "update_delegation", arguments))[0]


async def end(db: Db, *, delegation_id: UUID) -> None:
    """Ends a delegation."""
    await command(db, "end_delegation", {"delegation_id": str(delegation_id)})


async def hand_over(db: Db, *, delegation_id: UUID, part: str = "") -> Row:
    """Gives open tasks to the delegate and returns the delegation. part: see ``command``."""
    arguments = {"delegation_id": str(delegation_id)}
    return (await command(db, "hand_over_open_tasks", arguments, seconds=PATIENT_SECONDS, part=part))[0]
