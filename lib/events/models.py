"""Events, and the consumers that receive them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from lib.core.http.models import ResponseModel


class Event(ResponseModel):
    """Something that happened to an aggregate: a row of the event log, which never changes."""

    id: UUID
    """UUIDv7 of the event."""
    brand_id: UUID
    """The brand that the event belongs to."""
    type: str = Field(examples=["ContentPublished"])
    """The type of the event, in the past tense."""
    aggregate_type: str = Field(examples=["content"])
    """The kind of aggregate that changed."""
    aggregate_id: UUID
    """The id of the aggregate that changed."""
    aggregate_version: int | None
    """The version of the aggregate after the change; null for aggregates without versions."""
    actor_id: UUID | None
    """The member of the brand who made the change; null for the system and for people outside of the brand."""
    payload: dict[str, Any]
    """The details of the change; the keys depend on the type of the event."""
    correlation_id: str | None
    """The `X-Request-Id` of the request that made the change; null outside of requests."""
    occurred_at: AwareDatetime
    """When the change was committed to the log."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A reader of the event log, which keeps its position in the database under its name."""

    name: str
    handle: Callable[[Sequence[Event]], Awaitable[None]]
    """Takes a batch of events. When it raises or is killed, the same batch comes again, so it must be idempotent."""
