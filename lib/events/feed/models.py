"""The events of a brand's log, the filters of its list and stream, and the parts of a stream."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from lib.core.http.envelope import Link, Meta
from lib.core.http.models import QueryModel, ResponseModel
from lib.core.http.times import Instant

type EventType = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z]{1,99}$")]
type AggregateName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]


class StreamQuery(QueryModel):
    """Which events of a brand to follow, and from where."""

    brand_id: UUID
    """The brand whose events to read."""
    after: UUID | None = None
    """The id of an event of the brand, behind which to begin: the last one that you have."""
    types: list[EventType] = Field(default_factory=list, max_length=100, examples=[["ContentPublished"]])
    """Events of one of these types; may be repeated, at most 100 times."""
    aggregate_type: AggregateName | None = Field(default=None, examples=["content"])
    """Events about resources of this kind."""
    aggregate_id: UUID | None = None
    """Events about this resource."""


class EventQuery(StreamQuery):
    """Which events of a brand to list, and from where."""

    limit: int = Field(default=50, ge=1, le=200)
    """How many events to list at most."""
    ahead: bool = False
    """Whether to list, behind the last events, also those that are committed but that others may still come before.
    `meta.nextCursor` does not move behind them, so the next request lists them again: ignore the ids that you have. If
    `meta.hasMore` is false then, you have every event that was committed before the request."""


class LogCursor(ResponseModel):
    """A place in the log of a brand."""

    cursor: UUID | None = Field(examples=["0192f3a1-5f60-7c31-9d52-3f8a6e5d2b1c"])
    """The last event of the log. Send it as `after` to get the events behind it; null for a log without events."""


class LoggedEvent(ResponseModel):
    """An event of the log of a brand."""

    id: UUID
    """The id of the event, the same in the log, in streams, webhooks and live updates."""
    type: str = Field(examples=["ContentPublished"])
    """The type of the event."""
    brand_id: UUID
    """The brand in which it happened."""
    aggregate_type: str = Field(examples=["content"])
    """The kind of resource."""
    aggregate_id: UUID
    """The resource."""
    aggregate_version: int | None
    """The version after the event; null for resources without versions."""
    actor_id: UUID | None
    """The member of the brand who acted; null for the system and for people outside of the brand."""
    actor_account: str | None = Field(examples=["MixerAI"])
    """The account for which a user outside of the brand acted, `MixerAI` for the platform; null for its members."""
    request_id: str | None = Field(examples=["8c1f0a2b3d4e4f5a9b6c7d8e9f0a1b2c"])
    """The `X-Request-Id` of the request that caused it; null for scheduled work."""
    occurred_at: Instant
    """When it happened."""
    data: dict[str, Any] = Field(examples=[{"from": "approved", "to": "published"}])
    """The data of the type of event, without `changes`: `/api/v1/asyncapi.json` describes it for each type."""


class EventLinks(ResponseModel):
    """Paths of this page and of the next one, with the filters of the request."""

    self: Link
    """This page."""
    next: Link | None
    """The next page; null where no more events follow right now."""


class EventMeta(Meta):
    """Where to go on, beside what every answer says of itself."""

    next_cursor: UUID | None
    """Send it as `after` to get the events behind this page, now or whenever there are some. It is the id of the last
    event that was looked at, which a filter may have left out. Null for a log without events."""
    has_more: bool
    """Whether more events may follow right now. If not, ask again later or follow the stream."""


class EventPage(ResponseModel):
    """The answer with the next events of a log."""

    success: Literal[True] = True
    """Always true; false in answers to failures."""
    data: list[LoggedEvent]
    """The events, in the order of the log."""
    links: EventLinks
    """Paths of this page and of the next one."""
    meta: EventMeta
    """Where to go on, beside what every answer says of itself."""


@dataclass(frozen=True, slots=True)
class Found:
    """Events behind a place in the log."""

    events: list[LoggedEvent]
    last_id: UUID | None
    has_more: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a stream."""

    event: LoggedEvent | None = None
    place: UUID | None = None
    """The place in the log behind which a reader of this part goes on; None for the place before."""
    retry: int | None = None
    """The milliseconds after which a reader may come again: in the first part and in the last one."""
