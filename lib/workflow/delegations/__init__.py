"""Delegations: who stands in for a person who is away."""

from lib.workflow.delegations.models import (
    Delegation,
    DelegationChanges,
    DelegationQuery,
    DelegationWithTasks,
    NewDelegation,
)
from lib.workflow.delegations.service import (
    create_delegation,
    end_delegation,
    get_delegation,
    hand_over_open_tasks,
    list_delegations,
    update_delegation,
)

__all__ = [
    "Delegation",
    "DelegationChanges",
    "DelegationQuery",
    "DelegationWithTasks",
    "NewDelegation",
    "create_delegation",
    "end_delegation",
    "get_delegation",
    "hand_over_open_tasks",
    "list_delegations",
    "update_delegation",
]
