"""The consumer of events that people are told of (domain §9): private.write_notices decides who and where."""

from collections.abc import Sequence
from typing import Final

from lib.core.data.db import Db
from lib.events import Event
from lib.notify.telling import repository

TOLD_TYPES: Final = frozenset({
    "BudgetThresholdReached", "ClaimsReviewed", "CommentAdded", "CommentChanged", "ContentDeleted", "ContentPublished",
    "ContentStatusChanged", "ContentUpdated", "PublicationCancelled", "PublicationCompleted", "PublicationFailed",
    "QuotaThresholdReached", "TaskAssigned", "TaskEscalated", "TaskReassigned", "TaskReminder", "UserAssigned",
    "WebhookDisabled", "WorkflowChanged", "WorkflowChangesRequested", "WorkflowCompleted", "WorkflowDeleted",
    "WorkflowFailed", "WorkflowNotification", "WorkflowTimedOut",
})  # fmt: skip
"""The types of events that somebody is told of."""

# An event may be for thousands of people: few events a call keep it within the database's time.
EVENTS_AT_ONCE: Final = 100


async def tell_people(db: Db, events: Sequence[Event]) -> None:
    """Tells people of the events. Doing it again tells nobody twice, and the order does not matter."""
    ids = [event.id for event in events]
    for start in range(0, len(ids), EVENTS_AT_ONCE):
        await repository.write_notifications(db, ids=ids[start : start + EVENTS_AT_ONCE])
