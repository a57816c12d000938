"""Requests and answers about destinations."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from lib.core.http.models import Changes, RequestModel, ResponseModel
from lib.notify.centre.models import NotificationCategory

type DestinationKind = Literal["slack", "teams", "webhook"]
type DestinationName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\S[^\x00-\x1f\x7f-\x9f]*$"),
    Field(examples=["#reviews"]),
]
type ListedCategories = Annotated[list[NotificationCategory], Field(max_length=8, fail_fast=True)]


class NewDestination(RequestModel):
    """A chat or a webhook to send notifications to."""

    kind: DestinationKind
    """`slack` and `teams`: an incoming webhook of a channel. `webhook`: JSON, signed by Standard Webhooks."""
    name: DestinationName
    """A name for people, at most 100 characters."""
    url: str = Field(min_length=1, max_length=2000, examples=["https://hooks.slack.com/services/T0/B0/x"])
    """The address. It is encrypted and never shown again: whoever knows it can write to the channel."""
    brand_id: UUID | None = None
    """The brand whose notifications go there, which requires `integration.manage`; yours if absent."""
    categories: ListedCategories = Field(default_factory=list[NotificationCategory])
    """The categories that go there; all if empty."""


class DestinationChanges(Changes):
    """Changes of a destination. To change the address, add another one."""

    name: DestinationName | None = None
    """A name for people, at most 100 characters."""
    categories: ListedCategories | None = None
    """The categories that go there; all if empty."""
    is_enabled: bool | None = None
    """Whether notifications go there."""


class Destination(ResponseModel):
    """A chat or a webhook that notifications go to."""

    id: UUID
    """The id of the destination."""
    brand_id: UUID | None
    """The brand whose notifications go there; null for yours."""
    kind: DestinationKind
    """The kind of receiver."""
    name: str = Field(examples=["#reviews"])
    """Its name for people."""
    categories: list[str] = Field(examples=[["tasks"]])
    """The categories that go there; empty for all."""
    host: str = Field(examples=["hooks.slack.com"])
    """The host of its address."""
    is_enabled: bool
    """Whether notifications go there."""
    disabled_reason: str | None = Field(examples=["the receiver answered 404"])
    """Why the platform switched it off; null while it is on, or if a person did."""
    created_at: AwareDatetime
    """When it was added."""


class AddedDestination(Destination):
    """A new destination, with the secret that verifies its messages."""

    secret: str | None = Field(examples=["whsec_…"])
    """The secret of the signatures, shown once; null for chats."""


class TestQueued(ResponseModel):
    """A test message is on its way."""

    is_queued: bool
    """False if one waits already."""
