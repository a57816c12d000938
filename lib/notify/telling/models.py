"""What mails and messages about notifications are made of."""

from uuid import UUID

from pydantic import AwareDatetime

from lib.core.http.models import ResponseModel


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
    due_at: AwareDatetime | None
    author_name: str | None
    assignee_name: str | None
    percent: str
    metric: str
    last_at: AwareDatetime


class DigestCount(ResponseModel):
    """How many notifications of a category a digest is about."""

    category: str
    count: int


class DigestItem(ResponseModel):
    """A notification that a digest names."""

    title: str
    brand_name: str
    action_url: str | None


class Digest(ResponseModel):
    """What a digest says, and to whom."""

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
    """The brands of which it may hear."""
    is_resting: bool
    """Whether it gets nothing for now, since it has failed or is slow."""
    failures: int
    """How often it has failed since it last took a message."""


class ChatMessage(ResponseModel):
    """A message to a chat, as its job holds it."""

    destination_id: UUID
    title: str
    message: str
    url: str | None
    type: str
    event: str
    brand_id: UUID | None
    at: AwareDatetime
    notification_id: UUID | None = None
    """Null for those of a brand, and for tests."""
    tries: int = 0
    """How often it was tried before."""


class News(ResponseModel):
    """A notification that its person has yet to hear of."""

    id: UUID
    channels: list[str]
    """The kinds of chats where it is wanted."""


class ChatOutcome(ResponseModel):
    """How a destination took its messages, for the database."""

    destination_id: UUID
    outcome: str
    reason: str
    rest: float
    """For how many seconds it is to rest at least."""
    tried: list[UUID]
    held: list[UUID]
