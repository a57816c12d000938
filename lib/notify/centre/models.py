"""Requests and answers of the notification centre."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from lib.core.http.models import Changes, Instant, PersonReference, QueryModel, RequestModel, ResponseModel

type NotificationCategory = Literal[
    "tasks", "content", "comments", "quota", "system", "security", "invitations", "marketing"
]
type NotificationKind = Literal["info", "success", "warning", "error"]


class NotificationQuery(QueryModel):
    """The filters of your notifications, all of which must hold, and the place in the list."""

    unread: bool | None = None
    """True: unread ones only; false: read ones only."""
    archived: bool = False
    """Whether archived ones are listed in place of the others."""
    brand_id: UUID | None = None
    """Lists those of one brand."""
    category: NotificationCategory | None = None
    """Lists those of one category."""
    page_size: int = Field(default=20, ge=1, le=100)
    """Notifications in a page, at most 100."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """Continues behind the page that gave this cursor. Send the same filters with it."""

    def filters(self) -> dict[str, Any]:
        """Returns the filters as the database takes them."""
        return {
            "is_read": None if self.unread is None else not self.unread,
            "is_archived": self.archived,
            "brand_id": str(self.brand_id) if self.brand_id else None,
            "category": self.category,
        }


class Notification(ResponseModel):
    """Something that you are told."""

    id: UUID
    """The id of the notification."""
    brand_id: UUID | None
    """The brand that it is about; null where it belongs to none."""
    category: NotificationCategory
    """The category, by which you choose channels in `PUT /notification-preferences`."""
    type: NotificationKind
    """The kind of notification, for its icon and color."""
    event: str = Field(examples=["task_assigned"])
    """The occasion."""
    title: str = Field(examples=["Review needed: “Winter care”"])
    """The title, at most 256 characters of plain text."""
    message: str = Field(examples=["Step: Legal. Due: 2026-01-05 09:00 UTC"])
    """More about it, at most 2,000 characters of plain text; may be empty."""
    action_label: str | None = Field(examples=["Open"])
    """The label of its link; null where the client has its own."""
    action_url: str | None = Field(examples=["/contents/0193…"])
    """A path of the product; null where there is nothing to open."""
    content_id: UUID | None
    """The content that it is about; null where there is none."""
    actor: PersonReference | None
    """The person who did it; null for the system, and for people whom you may not know."""
    count: int = Field(examples=[1])
    """How many it stands for: 5 comments on one content are one notification."""
    is_read: bool
    """Whether you have read it."""
    is_archived: bool
    """Whether you have put it away."""
    created_at: AwareDatetime
    """When the first of them happened."""
    last_at: AwareDatetime
    """When the latest of them happened, by which the list is sorted."""


class BrandUnread(ResponseModel):
    """The unread notifications of a brand."""

    brand_id: UUID
    """The brand."""
    unread: int
    """How many of its notifications are unread."""


class UnreadCounts(ResponseModel):
    """How many notifications are unread."""

    unread: int
    """All of yours, also those that belong to no brand."""
    by_brand: list[BrandUnread]
    """Those of each brand that has any, the most first."""


class NotificationMarks(Changes):
    """Marks of a notification. Fields that are absent stay as they are."""

    is_read: bool | None = None
    """Whether you have read it. One whose event came again since stays read: the newer one is unread."""
    is_archived: bool | None = None
    """Whether you have put it away."""


class ManyMarks(NotificationMarks):
    """Marks of many notifications: of those listed, or of all that happened until a time."""

    ids: list[UUID] | None = Field(default=None, min_length=1, max_length=100, fail_fast=True)
    """These notifications, at most 100; all if absent."""
    until: Instant | None = None
    """Only those that happened until this instant: `lastAt` of the first that you show, so that none is lost."""
    brand_id: UUID | None = None
    """Only those of a brand."""
    category: NotificationCategory | None = None
    """Only those of a category."""

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that cannot be null."""
        return frozenset({"is_read", "is_archived"})

    def filters(self) -> dict[str, Any]:
        """Returns the filters as the database takes them."""
        named = self.model_dump(mode="json", include={"ids", "until", "brand_id", "category"})
        return {name: value for name, value in named.items() if value is not None}


class MarkedNotifications(ResponseModel):
    """What was marked."""

    marked: int
    """How many notifications were changed: the latest 10,000 at most."""
    unread: int
    """How many of yours are unread now, counted up to 1,000."""


class NewNotification(RequestModel):
    """A notification to write: to yourself, or as an admin to others."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"\S")] = Field(
        examples=["Check the launch texts"]
    )
    """The title, plain text of at most 256 characters."""
    message: str = Field(default="", max_length=2000, examples=["Before noon, please"])
    """More about it, plain text of at most 2,000 characters."""
    type: NotificationKind = "info"
    """The kind of notification."""
    action_url: Annotated[str, StringConstraints(max_length=500, pattern=r"^/[^/\\\s]\S*$")] | None = Field(
        default=None, examples=["/contents/0193"]
    )
    """A path of the product, such as `/contents/…`."""
    brand_id: UUID | None = None
    """The brand that it is about. Only its members are told."""
    user_ids: list[UUID] = Field(default_factory=list[UUID], max_length=100, fail_fast=True)
    """Who is told, at most 100 people; you if absent. Admins of the brand may tell its members, platform admins
    everybody."""


class SentNotification(ResponseModel):
    """What became of a notification."""

    told: int
    """How many people are told. Those who have muted it are not."""
