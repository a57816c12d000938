"""Requests and answers about notification preferences (domain §9)."""

from datetime import time
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from lib.core.data.reading import Parts
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.times import ClockTime, Instant, StorableInstant
from lib.core.http.validation import field_problem

type DigestInterval = Literal["instant", "hourly", "daily", "weekly"]

CATEGORIES: Final = ("tasks", "content", "comments", "digests", "quota", "system", "marketing")
CHANNELS: Final = ("in_app", "email", "slack", "teams", "webhook")


class NotificationChannels(RequestModel):
    """Channels for notifications of a category. Absent fields are true."""

    in_app: bool = True
    """Whether they are shown in the notification centre."""
    email: bool = True
    """Whether they are mailed, at once or in digests."""
    slack: bool = True
    """Whether they are sent to your Slack destinations."""
    teams: bool = True
    """Whether they are sent to your Teams destinations."""
    webhook: bool = True
    """Whether they are sent to your webhook destinations."""

    @property
    def is_silent(self) -> bool:
        """Whether all channels are off."""
        return not any(getattr(self, name) for name in CHANNELS)


def _silent() -> NotificationChannels:
    return NotificationChannels.model_construct(in_app=False, email=False, slack=False, teams=False, webhook=False)


class NotificationCategories(RequestModel):
    """Channels by category. Security notices and invitations are always sent, so they are not listed."""

    tasks: NotificationChannels = Field(default_factory=NotificationChannels)
    """Tasks and reviews that are assigned to you, and overdue tasks."""
    content: NotificationChannels = Field(default_factory=NotificationChannels)
    """Decisions on contents that you created or watch, and their publication."""
    comments: NotificationChannels = Field(default_factory=NotificationChannels)
    """Mentions, replies, and comments on contents that you watch."""
    digests: NotificationChannels = Field(default_factory=NotificationChannels)
    """Digests. They are mails: only `email` has an effect."""
    quota: NotificationChannels = Field(default_factory=NotificationChannels)
    """Budgets and quotas of brands that you administer."""
    system: NotificationChannels = Field(default_factory=NotificationChannels)
    """New members, changed workflows, and notices."""
    marketing: NotificationChannels = Field(default_factory=_silent)
    """News about the product. All channels are off by default."""


class MutedBrand(RequestModel):
    """A muted brand: you get no notifications of it except security notices."""

    brand_id: UUID
    """The brand."""
    until: StorableInstant | None = None
    """Time at which muting ends; null: never."""


class _Common(RequestModel):
    email_enabled: bool = True
    """Whether notifications are mailed to you. Mails about security and invitations are always sent."""
    task_reminders: bool = False
    """Whether reminders of tasks that are nearly due are also sent outside of the notification centre."""
    digest: DigestInterval = "instant"
    """When notifications are mailed. `instant`: each at once; `hourly`: in digests at the full hour; `daily`: at 8:00;
    `weekly`: on Mondays at 8:00. In your time zone."""
    quiet_from: ClockTime | None = None
    """Start of the quiet hours, in your time zone. During them no mails and no messages to chats are sent, except about
    overdue tasks and security. Null: no quiet hours; `quietTo` must be null too."""
    quiet_to: ClockTime | None = None
    """End of the quiet hours, in your time zone. Held notifications are sent then, unless you have read them."""


class NotificationPreferences(_Common):
    """Your notification preferences. Absent fields get their defaults."""

    categories: NotificationCategories = Field(default_factory=NotificationCategories)
    """Channels by category. `security` and `invitations` cannot be muted and are refused."""
    muted_brands: Annotated[list[MutedBrand], Field(max_length=200, fail_fast=True)] = Field(
        default_factory=list[MutedBrand]
    )
    """Muted brands, at most 200."""

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
    """Channels for notifications of a category."""

    in_app: bool
    """Whether they are shown in the notification centre."""
    email: bool
    """Whether they are mailed, at once or in digests."""
    slack: bool
    """Whether they are sent to your Slack destinations."""
    teams: bool
    """Whether they are sent to your Teams destinations."""
    webhook: bool
    """Whether they are sent to your webhook destinations."""


class NotificationCategoriesRead(ResponseModel):
    """Channels by category."""

    tasks: NotificationChannelsRead
    """Tasks and reviews that are assigned to you, and overdue tasks."""
    content: NotificationChannelsRead
    """Decisions on contents that you created or watch, and their publication."""
    comments: NotificationChannelsRead
    """Mentions, replies, and comments on contents that you watch."""
    digests: NotificationChannelsRead
    """Digests."""
    quota: NotificationChannelsRead
    """Budgets and quotas of brands that you administer."""
    system: NotificationChannelsRead
    """New members, changed workflows, and notices."""
    marketing: NotificationChannelsRead
    """News about the product."""


class MutedBrandRead(ResponseModel):
    """A muted brand."""

    brand_id: UUID
    """The brand."""
    until: Instant | None = None
    """Time at which muting ends; null: never."""


class NotificationPreferencesRead(ResponseModel):
    """Your notification preferences."""

    email_enabled: bool
    """Whether notifications are mailed to you. Mails about security and invitations are always sent."""
    task_reminders: bool
    """Whether reminders of tasks that are nearly due are also sent outside of the notification centre."""
    digest: DigestInterval
    """When notifications are mailed: each at once, or in digests."""
    quiet_from: ClockTime | None
    """Start of the quiet hours, in your time zone; null if none."""
    quiet_to: ClockTime | None
    """End of the quiet hours, in your time zone; null if none."""
    categories: NotificationCategoriesRead
    """Channels by category."""
    muted_brands: Annotated[list[MutedBrandRead], Parts]
    """Muted brands."""
    version: int
    """Version of the preferences. Send it as `If-Match` with a change. 0 if you have never changed them."""
