"""Requests and answers about destinations."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.filled import check_filled
from lib.core.http.models import Changes, RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.core.http.urls import NORMAL_URL
from lib.notify.centre.models import NotificationCategory

type DestinationKind = Literal["slack", "teams", "webhook"]
type DestinationName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$"),
    AfterValidator(check_filled),
    Field(examples=["#reviews"]),
]
type ListedCategories = Annotated[list[NotificationCategory], Field(max_length=8, fail_fast=True)]


class NewDestination(RequestModel):
    """A chat or a webhook to send notifications to."""

    kind: DestinationKind
    """`slack` and `teams`: an incoming webhook of a channel. `webhook`: JSON, signed by Standard Webhooks."""
    name: DestinationName
    """Display name, 1 to 100 characters."""
    url: Annotated[str, NORMAL_URL] = Field(
        min_length=1, max_length=2000, examples=["https://hooks.slack.com/services/T0/B0/x"]
    )
    """The URL, at most 2,000 characters. It is stored encrypted and never returned, since it suffices to write to the
    channel."""
    brand_id: UUID | None = None
    """The brand whose notifications are sent there. Requires `integration.manage`. Without it, yours are sent."""
    categories: ListedCategories = Field(default_factory=list[NotificationCategory])
    """Categories to send. Empty: all categories."""


class DestinationChanges(Changes):
    """Changes of a destination. The URL cannot be changed: add another destination."""

    name: DestinationName | None = None
    """Display name, 1 to 100 characters."""
    categories: ListedCategories | None = None
    """Categories to send. Empty: all categories."""
    is_enabled: bool | None = None
    """Whether notifications are sent there."""


class Destination(ResponseModel):
    """A chat or a webhook that notifications are sent to."""

    id: UUID
    """The id of the destination."""
    brand_id: UUID | None
    """The brand whose notifications are sent there; null if yours are."""
    kind: DestinationKind
    """The kind of receiver."""
    name: str = Field(examples=["#reviews"])
    """Display name."""
    categories: list[str] = Field(examples=[["tasks"]])
    """Categories that are sent. Empty: all categories."""
    host: str = Field(examples=["hooks.slack.com"])
    """The host of its URL."""
    is_enabled: bool
    """Whether notifications are sent there."""
    disabled_reason: str | None = Field(examples=["the receiver answered 404"])
    """Why the platform switched it off; null while it is on, and if a person switched it off."""
    created_at: Instant
    """When it was added."""


class AddedDestination(Destination):
    """A new destination with the secret that verifies its messages."""

    secret: str | None = Field(examples=["whsec_…"])
    """The secret that verifies signatures. Store it now: it is not shown again. Null for chats."""


class TestQueued(ResponseModel):
    """The result of requesting a test message."""

    is_queued: bool
    """Whether a test message was queued; false if one is waiting already."""
