"""The consumer of events that people are told of (domain §9): private.write_notices decides who and where."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from lib.core.data.db import Db
from lib.events import Event
from lib.notify.telling import repository

TOLD_TYPES: Final = frozenset({
    "BudgetThresholdReached", "ClaimsReviewed", "CommentAdded", "CommentChanged", "ContentDeleted", "ContentPublished",
    "ContentStatusChanged", "ContentUnscheduled", "ContentUpdated", "PublicationCancelled", "PublicationCompleted",
    "PublicationFailed",
    "QuotaThresholdReached", "TaskAssigned", "TaskEscalated", "TaskReassigned", "TaskReminder", "UserAssigned",
    "UserRemoved", "WebhookDisabled", "WorkflowChanged", "WorkflowChangesRequested", "WorkflowCompleted",
    "WorkflowDeleted", "WorkflowFailed", "WorkflowNotification", "WorkflowTimedOut",
})  # fmt: skip
"""The types of events that cause notifications."""

# An event may be for thousands of people: calls get smaller where many are told, so that each keeps within the
# database's time, and each holds some events of every brand, so that none waits for another's.
EVENTS_AT_ONCE: Final = 100
FIRST_OF_A_BRAND: Final = 5
MANY_TOLD: Final = 2000


async def tell_people(db: Db, events: Sequence[Event]) -> None:
    """Tells people of the events. Doing it again tells nobody twice, and the order does not matter."""
    waiting: dict[UUID | None, list[UUID]] = {}
    for event in events:
        waiting.setdefault(event.brand_id, []).append(event.id)
    of_a_brand = FIRST_OF_A_BRAND
    while waiting:
        ids: list[UUID] = []
        for brand_id in list(waiting):
            if len(ids) >= EVENTS_AT_ONCE:
                break
            of_brand = waiting.pop(brand_id)
            ids += of_brand[:of_a_brand]
            if len(of_brand) > of_a_brand:
                waiting[brand_id] = of_brand[of_a_brand:]  # at the end: others come first
        told = await repository.write_notifications(db, ids=ids)
        of_a_brand = max(1, of_a_brand // 4) if told > MANY_TOLD else min(2 * of_a_brand, EVENTS_AT_ONCE)
