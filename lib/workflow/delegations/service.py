"""The use cases of delegations: `(principal, *, …)`, with typed payloads."""

from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.errors import NotFound
from lib.workflow.delegations import repository
from lib.workflow.delegations.models import (
    Delegation,
    DelegationChanges,
    DelegationQuery,
    DelegationWithTasks,
    NewDelegation,
)


async def list_delegations(principal: Principal, *, query: DelegationQuery) -> tuple[list[Delegation], int]:
    """Lists delegations, the latest first, and how many there are.

    Raises NotFound for callers who are no members of the brand, Forbidden for members without ``workflow.control``.
    """
    rows, total = await repository.fetch_delegations(principal.db, query=query)
    return read_rows(Delegation, rows), total


async def get_delegation(principal: Principal, *, delegation_id: UUID) -> Delegation:
    """Returns a delegation. Raises NotFound."""
    row = await repository.fetch_delegation(principal.db, delegation_id=delegation_id)
    if row is None:
        raise NotFound("delegation not found")
    return read_row(Delegation, row)


async def create_delegation(principal: Principal, *, delegation: NewDelegation) -> DelegationWithTasks:
    """Lets a person stand in for the caller, or for a member of a brand that the caller controls.

    Raises ValidationFailed for the person themselves, for a delegate without access (naming the brands) and for a
    circle, Conflict for a time in which the person has a delegate already.
    """
    made = await repository.create(principal.db, delegation=delegation)
    if not delegation.moves_open_tasks:
        return read_row(DelegationWithTasks, made, shape=lambda row: row | {"moved_tasks": 0})
    # A transaction of its own: the locks under which a delegation is made are held for a moment only.
    moved = await repository.hand_over(principal.db, delegation_id=UUID(made["id"]), part="hand-over")
    return read_row(DelegationWithTasks, moved)


async def update_delegation(
    principal: Principal, *, delegation_id: UUID, expected_version: int, changes: DelegationChanges
) -> Delegation:
    """Changes a delegation. Raises PreconditionFailed for a stale version, and what ``create_delegation`` raises."""
    row = await repository.update(
        principal.db, delegation_id=delegation_id, expected_version=expected_version, changes=changes
    )
    return read_row(Delegation, row)


async def end_delegation(principal: Principal, *, delegation_id: UUID) -> None:
    """Ends a delegation now, or deletes one that has not begun. Raises Conflict for one that has ended."""
    await repository.end(principal.db, delegation_id=delegation_id)


async def hand_over_open_tasks(principal: Principal, *, delegation_id: UUID) -> DelegationWithTasks:
    """Gives open tasks to the delegate, at most 1,000. Raises Conflict unless the delegation holds now."""
    return read_row(DelegationWithTasks, await repository.hand_over(principal.db, delegation_id=delegation_id))
