"""Models of the messages of live updates: docs/realtime.md.

SQL sends them (`realtime.send`). The tests hold every message that they cause against these models.
"""

from typing import Any, Literal
from uuid import UUID

from lib.core.http.times import Instant
from lib.events.catalogue import AggregateType
from lib.events.payloads import Payload


class Message(Payload):
    """The base of all messages, with the field that Realtime adds."""

    id: UUID
    """The message, as Realtime calls it."""


class EventMessage(Message):
    """An event of the log, sent when it was written."""

    event_id: UUID
    """The event. A message may come twice: ignore an id that you have seen."""
    type: str
    """The type of the event."""
    brand_id: UUID
    """The brand in which it happened."""
    aggregate_type: AggregateType
    """The kind of resource."""
    aggregate_id: UUID
    """The resource, such as a content."""
    aggregate_version: int | None
    """The version after the event; null for resources without versions."""
    actor_id: UUID | None
    """The member of the brand who acted; null for the system and for people outside of the brand."""
    actor_account: str | None = None
    """The account for which a user outside of the brand acted, `MixerAI` for the platform; null for its members."""
    request_id: str | None
    """The `X-Request-Id` of the request that caused it; null for scheduled work."""
    occurred_at: Instant
    """When it happened."""
    data: dict[str, Any]
    """The data of the type of event, without `changes`."""


class ManyChanges(Payload):
    """The effects of a command that changed many contents."""

    command: str
    """The name of the command, such as `import_contents`."""
    events: dict[str, int]
    """How many events of each type were written to the log."""
    content_ids: list[UUID]
    """The contents of these events: at most 1,000, and empty if they have none."""


class ContentsChanged(Message):
    """More than 20 events of one command, in one message. It is no event of the log."""

    type: Literal["ContentsChanged"]
    """Always `ContentsChanged`."""
    brand_id: UUID
    """The brand in which it happened."""
    aggregate_type: Literal["brand"]
    """Always `brand`."""
    aggregate_id: UUID
    """The brand in which it happened."""
    actor_id: UUID | None
    """The member of the brand who acted; null for the system and for people outside of the brand."""
    actor_account: str | None = None
    """The account for which a user outside of the brand acted, `MixerAI` for the platform; null for its members."""
    request_id: str | None
    """The `X-Request-Id` of the request that caused it; null for scheduled work."""
    occurred_at: Instant
    """When it happened."""
    last_event_id: UUID
    """The last of the events in the log."""
    data: ManyChanges
    """The effects of the command."""


class ProgressData(Payload):
    """How far a generation is."""

    stage: Literal["writing", "restarted", "correcting", "checking"]
    """The current work. `restarted`: a provider failed, and the next one begins again."""
    field: str | None = None
    """The field that is being written; absent in other stages."""
    characters: int | None = None
    """How many characters are written so far; absent in other stages."""
    provider: str | None = None
    """The provider that begins again; absent in other stages."""


class AIGenerationProgress(Message):
    """How far a generation is, about once a second while it is made. It is no event of the log."""

    type: Literal["AIGenerationProgress"]
    """Always `AIGenerationProgress`."""
    request_id: UUID
    """The generation."""
    data: ProgressData
    """How far it is."""


class SessionEnded(Message):
    """One of your sessions has ended: a page of this session leaves at once. It is no event of the log."""

    type: Literal["SessionEnded"]
    """Always `SessionEnded`."""
    session_id: UUID
    """The session: `sessionId` of the sign-in."""
    reason: Literal[
        "signed_out", "revoked", "evicted", "expired", "password_changed", "deactivated", "reused", "erased",
        "sso_removed",
    ]  # fmt: skip
    """How it ended. `evicted`: you have opened a sixth session. `reused`: a refresh token was stolen. `sso_removed`:
    the connection to your identity provider was removed or switched off."""
    occurred_at: Instant
    """When it ended."""


class MembershipChanged(Message):
    """Your membership of a brand began, changed or ended: read your brands again. It is no event of the log."""

    type: Literal["MembershipChanged"]
    """Always `MembershipChanged`."""
    brand_id: UUID
    """The brand."""
    change: Literal["assigned", "changed", "removed", "expired", "brand_deleted"]
    """`assigned`: you are a member now. `changed`: your role or permissions changed. With the others the brand is no
    longer yours to see: leave its pages."""
    role: Literal["admin", "editor", "viewer"] | None
    """Your role; null if you were removed."""
    occurred_at: Instant
    """When it happened."""


class NotificationCreated(Message):
    """You have a new notification. It is no event of the log."""

    notification_id: UUID
    """The notification."""
    type: Literal["info", "success", "warning", "error"]
    """The kind of notification, for its icon and color."""
    event: str
    """The occasion, such as `task_assigned`."""
    title: str
    """Its title."""


class NotificationUpdated(Message):
    """Some of your notifications were read, archived, or have happened again. It is no event of the log."""

    notification_id: UUID | None
    """The notification; null where several were changed."""
    unread_count: int
    """How many of your notifications are unread now, counted up to 1,000."""
