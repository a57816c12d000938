"""Requests and answers about notification preferences (domain §9)."""

from datetime import time
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from lib.core.data.reading import Parts
from lib.core.http.models import RequestModel, ResponseModel, StorableInstant
from lib.core.http.validation import field_problem

type Digest = Literal["instant", "hourly", "daily", "weekly"]

CATEGORIES: Final = ("tasks", "content", "comments", "digests", "quota", "system", "marketing")
CHANNELS: Final = ("in_app", "email", "slack", "teams", "webhook")


class Channels(RequestModel):
    """Where you want to hear of a category. Fields that are absent are on."""

    in_app: bool = True
    """In the notification centre."""
    email: bool = True
    """By mail, at once or in digests."""
    slack: bool = True
    """In your Slack destinations."""
    teams: bool = True
    """In your Teams destinations."""
    webhook: bool = True
    """At your webhook destinations."""

    @property
    def is_silent(self) -> bool:
        """Whether all channels are off."""
        return not any(getattr(self, name) for name in CHANNELS)


def _silent() -> Channels:
    return Channels.model_construct(in_app=False, email=False, slack=False, teams=False, webhook=False)


class Categories(RequestModel):
    """The channels of each category. Security and invitations are not among them: these are always sent."""

    tasks: Channels = Field(default_factory=Channels)
    """Reviews that you are asked for, and late ones."""
    content: Channels = Field(default_factory=Channels)
    """Decisions on contents that you made or watch, and their publication."""
    comments: Channels = Field(default_factory=Channels)
    """Mentions, replies, and comments on contents that you watch."""
    digests: Channels = Field(default_factory=Channels)
    """Digests, which are mails: other channels have no effect."""
    quota: Channels = Field(default_factory=Channels)
    """Budgets and quotas of brands that you administer."""
    system: Channels = Field(default_factory=Channels)
    """New members, changed workflows, and notices."""
    marketing: Channels = Field(default_factory=_silent)
    """News of the product; off by default."""


class MutedBrand(RequestModel):
    """A brand of which you want to hear nothing but security notices."""

    brand_id: UUID
    """The brand."""
    until: StorableInstant | None = None
    """When you want to hear of it again; null: never."""


class _Common(RequestModel):
    email_enabled: bool = True
    """Whether you get mails at all, besides those about security and invitations."""
    task_reminders: bool = False
    """Whether reminders of tasks that are nearly due reach you outside of the notification centre as well."""
    digest: Digest = "instant"
    """How often notifications are mailed: each at once, or collected. Hourly digests come at the full hour, daily ones
    at 8:00, weekly ones on Mondays at 8:00, in your time zone."""
    quiet_from: time | None = None
    """Start of the hours in which no mail and no message to a chat is sent, in your time zone. Null: none; then
    `quietTo` must be null too. Urgent and security notices pass."""
    quiet_to: time | None = None
    """End of the quiet hours: what was held back is sent then, unless you have read it."""


class NotificationPreferences(_Common):
    """Your notification preferences. Fields that are absent get their defaults."""

    categories: Categories = Field(default_factory=Categories)
    """The channels of each category. Security and invitations cannot be muted, so they cannot be named."""
    muted_brands: Annotated[list[MutedBrand], Field(max_length=200, fail_fast=True)] = Field(
        default_factory=list[MutedBrand]
    )
    """Brands that are muted, at most 200."""

    @model_validator(mode="after")
    def _has_whole_quiet_hours(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise field_problem("quietTo", "quietFrom and quietTo must be set together")
        for name in ("quiet_from", "quiet_to"):
            value: time | None = getattr(self, name)
            if value is not None and value.tzinfo is not None:
                raise field_problem("quietFrom" if name == "quiet_from" else "quietTo", "must have no offset")
        return self


class ChannelsRead(ResponseModel):
    """Where you hear of a category."""

    in_app: bool
    """In the notification centre."""
    email: bool
    """By mail, at once or in digests."""
    slack: bool
    """In your Slack destinations."""
    teams: bool
    """In your Teams destinations."""
    webhook: bool
    """At your webhook destinations."""


class CategoriesRead(ResponseModel):
    """The channels of each category."""

    tasks: ChannelsRead
    """Reviews that you are asked for, and late ones."""
    content: ChannelsRead
    """Decisions on contents that you made or watch, and their publication."""
    comments: ChannelsRead
    """Mentions, replies, and comments on contents that you watch."""
    digests: ChannelsRead
    """Digests."""
    quota: ChannelsRead
    """Budgets and quotas of brands that you administer."""
    system: ChannelsRead
    """New members, changed workflows, and notices."""
    marketing: ChannelsRead
    """News of the product."""


class MutedBrandRead(ResponseModel):
    """A muted brand."""

    brand_id: UUID
    """The brand."""
    until: AwareDatetime | None = None
    """When it is no longer muted; null: never."""


class NotificationPreferencesRead(ResponseModel):
    """Your notification preferences."""

    email_enabled: bool
    """Whether you get mails at all, besides those about security and invitations."""
    task_reminders: bool
    """Whether reminders of tasks that are nearly due reach you outside of the notification centre as well."""
    digest: Digest
    """How often notifications are mailed."""
    quiet_from: time | None
    """Start of the quiet hours, in your time zone; null if none."""
    quiet_to: time | None
    """End of the quiet hours, in your time zone; null if none."""
    categories: CategoriesRead
    """The channels of each category."""
    muted_brands: Annotated[list[MutedBrandRead], Parts]
    """Brands that are muted."""
    version: int
    """Version for `If-Match`; 0 while you have never set any."""
