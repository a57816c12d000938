"""Requests and answers about notification preferences (domain §9)."""

from datetime import time
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from lib.core.data.reading import Parts
from lib.core.http.models import RequestModel, ResponseModel, StorableInstant
from lib.core.http.validation import field_problem

type DigestInterval = Literal["instant", "hourly", "daily", "weekly"]

CATEGORIES: Final = ("tasks", "content", "comments", "digests", "quota", "system", "marketing")
CHANNELS: Final = ("in_app", "email", "slack", "teams", "webhook")


class NotificationChannels(RequestModel):
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


def _silent() -> NotificationChannels:
    return NotificationChannels.model_construct(in_app=False, email=False, slack=False, teams=False, webhook=False)


class NotificationCategories(RequestModel):
    """The channels of each category. Security and invitations are not among them: these are always sent."""

    tasks: NotificationChannels = Field(default_factory=NotificationChannels)
    """Reviews that you are asked for, and late ones."""
    content: NotificationChannels = Field(default_factory=NotificationChannels)
    """Decisions on contents that you made or watch, and their publication."""
    comments: NotificationChannels = Field(default_factory=NotificationChannels)
    """Mentions, replies, and comments on contents that you watch."""
    digests: NotificationChannels = Field(default_factory=NotificationChannels)
    """Digests, which are mails: other channels have no effect."""
    quota: NotificationChannels = Field(default_factory=NotificationChannels)
    """Budgets and quotas of brands that you administer."""
    system: NotificationChannels = Field(default_factory=NotificationChannels)
    """New members, changed workflows, and notices."""
    marketing: NotificationChannels = Field(default_factory=_silent)
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
    digest: DigestInterval = "instant"
    """How often notifications are mailed: each at once, or collected. Hourly digests come at the full hour, daily ones
    at 8:00, weekly ones on Mondays at 8:00, in your time zone."""
    quiet_from: time | None = None
    """Start of the hours in which no mail and no message to a chat is sent, in your time zone. Null: none; then
    `quietTo` must be null too. Urgent and security notices pass."""
    quiet_to: time | None = None
    """End of the quiet hours: what was held back is sent then, unless you have read it."""


class NotificationPreferences(_Common):
    """Your notification preferences. Fields that are absent get their defaults."""

    categories: NotificationCategories = Field(default_factory=NotificationCategories)
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


class NotificationChannelsRead(ResponseModel):
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


class NotificationCategoriesRead(ResponseModel):
    """The channels of each category."""

    tasks: NotificationChannelsRead
    """Reviews that you are asked for, and late ones."""
    content: NotificationChannelsRead
    """Decisions on contents that you made or watch, and their publication."""
    comments: NotificationChannelsRead
    """Mentions, replies, and comments on contents that you watch."""
    digests: NotificationChannelsRead
    """Digests."""
    quota: NotificationChannelsRead
    """Budgets and quotas of brands that you administer."""
    system: NotificationChannelsRead
    """New members, changed workflows, and notices."""
    marketing: NotificationChannelsRead
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
    digest: DigestInterval
    """How often notifications are mailed."""
    quiet_from: time | None
    """Start of the quiet hours, in your time zone; null if none."""
    quiet_to: time | None
    """End of the quiet hours, in your time zone; null if none."""
    categories: NotificationCategoriesRead
    """The channels of each category."""
    muted_brands: Annotated[list[MutedBrandRead], Parts]
    """Brands that are muted."""
    version: int
    """Version for `If-Match`; 0 while you have never set any."""
