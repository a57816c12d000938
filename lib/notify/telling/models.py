"""The data of mails and messages about notifications."""

from uuid import UUID

from lib.core.http.models import ResponseModel
from lib.core.http.times import Instant


class NotificationMail(ResponseModel):
    """A notification that goes by mail, and its person."""

    id: UUID
    user_id: UUID
    brand_id: UUID | None
    category: str
    event: str
    title: str
    message: str
    action_url: str | None
    email: str
    first_name: str
    language: str
    timezone: str
    brand_name: str
    content_title: str
    step: str
    due_at: Instant | None
    author_name: str | None
    assignee_name: str | None
    percent: str
    metric: str
    last_at: Instant


class DigestCount(ResponseModel):
    """The number of notifications of a category in a digest."""

    category: str
    count: int


class DigestItem(ResponseModel):
    """A notification that a digest names."""

    title: str
    brand_name: str
    action_url: str | None


class Digest(ResponseModel):
    """The content and the recipient of a digest."""

    email: str
    language: str
    first_name: str
    timezone: str
    total: int
    counts: list[DigestCount]
    items: list[DigestItem]


class DestinationInUse(ResponseModel):
    """A destination with its encrypted address."""

    id: UUID
    kind: str
    url: str
    secret: str | None
    brands: list[UUID]
    """The brands whose notifications it may get."""
    is_resting: bool
    """Whether sending is paused, since it has failed or is slow."""
    failures: int
    """The number of failures since it last took a message."""


class ChatMessage(ResponseModel):
    """A message to a chat, as its job holds it."""

    destination_id: UUID
    title: str
    message: str
    url: str | None
    type: str
    event: str
    brand_id: UUID | None
    at: Instant
    notification_id: UUID | None = None
    """Null for those of a brand, and for tests."""
    tries: int = 0
    """The number of earlier attempts."""


class News(ResponseModel):
    """A notification that is still needed: not read, muted or decided since it was queued."""

    id: UUID
    channels: list[str]
    """The kinds of destinations to which its person wants it sent."""


class ChatOutcome(ResponseModel):
    """How a destination took its messages, for the database."""

    destination_id: UUID
    outcome: str
    reason: str
    rest: float
    """The minimum number of seconds until the next message."""
    tried: list[UUID]
    held: list[UUID]
