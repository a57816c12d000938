"""Events as consumers get them, and the consumers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.core.data.db import Db
from lib.core.http.models import ResponseModel
from lib.core.http.times import Instant


class Event(ResponseModel):
    """The type, the ids and the time of an event of the log. A consumer reads what it needs to know, as it is now."""

    id: UUID
    """UUIDv7 of the event."""
    brand_id: UUID
    """The brand that the event belongs to."""
    type: str
    """The type of the event, in the past tense."""
    aggregate_type: str
    """The kind of aggregate that changed."""
    aggregate_id: UUID
    """The id of the aggregate that changed."""
    aggregate_version: int | None
    """The version of the aggregate after the change; null for aggregates without versions."""
    occurred_at: Instant
    """When the change was committed to the log."""

    @property
    def order(self) -> tuple[datetime, UUID]:
        """The place of the event among those of its aggregate."""
        return self.occurred_at, self.id


type HandleEvents = Callable[[Db, Sequence[Event]], Awaitable[None]]
type ReadLog = Callable[[Db, float], Awaitable[dict[str, int]]]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A reader of the event log, which has a queue and a position in the log under its name."""

    name: str
    types: frozenset[str]
    """The types of events that it gets."""
    handle: HandleEvents | None
    """Takes events, with the data client of the service. When it raises, each is handed over alone. One that fails
    alone comes again later. So it must be idempotent. Unless ``is_ordered``, it must not rely on the order of events:
    one that fails keeps no other waiting, also none of its own aggregate."""
    reads_log: ReadLog | None = None
    """Takes new events of the log for at most so many seconds, by a statement of its own under the position of this
    name, in place of the queue and of ``handle``, which is None then. Returns counts for the report."""
    is_prompt: bool = False
    """Whether it comes in every run before the tasks that take turns: right after what the schedule publishes."""
    is_ordered: bool = False
    """Whether an event waits while an earlier one of its aggregate is queued, being handled or to be tried again. One
    that is set aside as a dead letter keeps none waiting. Several events of an aggregate come in their order in one
    call, so ``handle`` must finish, or raise for, an event before it begins the next one of the same aggregate."""
