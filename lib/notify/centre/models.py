"""Requests and answers of the notification centre."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.filled import check_filled
from lib.core.http.models import Changes, PersonReference, QueryModel, RequestModel, ResponseModel
from lib.core.http.times import Instant

type NotificationCategory = Literal[
    "tasks", "content", "comments", "quota", "system", "security", "invitations", "marketing"
]
type NotificationKind = Literal["info", "success", "warning", "error"]


class NotificationQuery(QueryModel):
    """Filters of your notifications, all of which must match, and the page."""

    unread: bool | None = None
    """`true` lists unread notifications only, `false` read ones only."""
    archived: bool = False
    """Whether to list archived notifications instead of the others."""
    brand_id: UUID | None = None
    """Lists notifications of this brand."""
    category: NotificationCategory | None = None
    """Lists notifications of this category."""
    page_size: int = Field(default=20, ge=1, le=100)
    """Notifications in a page, at most 100."""
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)
    """`nextCursor` of the previous page. Send the same filters with it."""

    def filters(self) -> dict[str, Any]:
        """Returns the filters as the database takes them."""
        return {
            "is_read": None if self.unread is None else not self.unread,
            "is_archived": self.archived,
            "brand_id": str(self.brand_id) if self.brand_id else None,
            "category": self.category,
        }


class Notification(ResponseModel):
    """A notification of yours."""

    id: UUID
    """The id of the notification."""
    brand_id: UUID | None
    """The brand of the notification; null if it belongs to no brand."""
    category: NotificationCategory
    """The category, by which you choose channels in `PUT /notification-preferences`."""
    type: NotificationKind
    """The kind of notification, for its icon and color."""
    event: str = Field(examples=["task_assigned"])
    """The kind of event that caused it, such as `task_assigned`."""
    title: str = Field(examples=["Review needed: “Winter care”"])
    """The title, at most 256 characters of plain text."""
    message: str = Field(examples=["Step: Legal. Due: 2026-01-05 09:00 UTC"])
    """The text, at most 2,000 characters of plain text; may be empty."""
    action_label: str | None = Field(examples=["Open"])
    """The label of the link; null if the client chooses its own."""
    action_url: str | None = Field(examples=["/contents/0193…"])
    """The path of the page to open; null if there is none."""
    content_id: UUID | None
    """The content that the notification is about; null if it is about none."""
    actor: PersonReference | None
    """The person who caused the event; null for the system, and for people whom you may not see."""
    count: int = Field(examples=[1])
    """The number of events in this notification: 5 comments on one content are one notification."""
    is_read: bool
    """Whether you have read it."""
    is_archived: bool
    """Whether you have archived it."""
    created_at: Instant
    """When the first of its events happened."""
    last_at: Instant
    """When the latest of its events happened. Lists are sorted by it."""


class BrandUnread(ResponseModel):
    """The unread notifications of a brand."""

    brand_id: UUID
    """The brand."""
    unread: int
    """The number of unread notifications of the brand."""


class UnreadCounts(ResponseModel):
    """The numbers of your unread notifications."""

    unread: int
    """The number of all your unread notifications, including those that belong to no brand."""
    by_brand: list[BrandUnread]
    """Unread notifications by brand, the largest number first. Brands without any are left out."""


class NotificationMarks(Changes):
    """Marks of a notification. Absent fields stay unchanged."""

    is_read: bool | None = None
    """Whether you have read it. Stays true for archived notifications, and while there is a newer one about the same
    thing."""
    is_archived: bool | None = None
    """Whether to archive it. Archiving also marks it as read."""


class ManyMarks(NotificationMarks):
    """Marks of many notifications: of the listed ids, or of all that match the filters."""

    ids: list[UUID] | None = Field(default=None, min_length=1, max_length=100, fail_fast=True)
    """Ids of the notifications to mark, at most 100. Without it, all that match the filters are marked."""
    until: Instant | None = None
    """Marks only notifications with `lastAt` until this time. Send `lastAt` of the first notification that you show:
    newer ones stay unread."""
    brand_id: UUID | None = None
    """Marks only notifications of this brand."""
    category: NotificationCategory | None = None
    """Marks only notifications of this category."""

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that cannot be null."""
        return frozenset({"is_read", "is_archived"})

    def filters(self) -> dict[str, Any]:
        """Returns the filters as the database takes them."""
        named = self.model_dump(mode="json", include={"ids", "until", "brand_id", "category"})
        return {name: value for name, value in named.items() if value is not None}


class MarkedNotifications(ResponseModel):
    """The result of marking notifications."""

    marked: int
    """The number of notifications that changed. One request changes the latest 10,000 at most."""
    unread: int
    """The number of your unread notifications after the change, counted up to 1,000."""


class NewNotification(RequestModel):
    """A notification to send to yourself or, as an admin, to others."""

    title: Annotated[
        str, StringConstraints(min_length=1, max_length=256, pattern=r"\S"), AfterValidator(check_filled)
    ] = Field(examples=["Check the launch texts"])
    """The title, plain text of at most 256 characters."""
    message: str = Field(default="", max_length=2000, examples=["Before noon, please"])
    """The text, plain text of at most 2,000 characters."""
    type: NotificationKind = "info"
    """The kind of notification."""
    action_url: Annotated[str, StringConstraints(max_length=500, pattern=r"^/[^/\\\s]\S*$")] | None = Field(
        default=None, examples=["/contents/0193"]
    )
    """The path of the page to open, such as `/contents/…`."""
    brand_id: UUID | None = None
    """The brand of the notification. Only its members are notified."""
    user_ids: list[UUID] = Field(default_factory=list[UUID], max_length=100, fail_fast=True)
    """Ids of the recipients, at most 100. Without it, the recipient is you. Admins of the brand may notify its members,
    platform admins any user."""


class SentNotification(ResponseModel):
    """The result of sending a notification."""

    told: int
    """The number of recipients, without inactive people and people outside of the brand. Recipients who have muted it
    are counted but not notified."""
