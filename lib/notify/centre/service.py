"""The use cases of the notification centre."""

from typing import Final
from uuid import UUID

from lib.core.auth.principal import Person
from lib.core.data.reading import read_row, read_rows
from lib.core.http.cursor import cut_page, decode_cursor
from lib.core.http.errors import NotFound
from lib.notify.centre import repository
from lib.notify.centre.models import (
    ManyMarks,
    MarkedNotifications,
    NewNotification,
    Notification,
    NotificationMarks,
    NotificationQuery,
    SentNotification,
    UnreadCounts,
)

ORDER: Final = "-last_at"


async def list_notifications(principal: Person, *, query: NotificationQuery) -> tuple[list[Notification], str | None]:
    """Lists the caller's notifications, the latest first, with the cursor of the next page.

    Raises ValidationFailed for a cursor of another list.
    """
    after = decode_cursor(query.cursor, ORDER) if query.cursor else None
    rows = await repository.fetch_notifications(
        principal.db, filters=query.filters(), after=after, size=query.page_size + 1
    )
    page, following = cut_page(rows, query.page_size, ORDER, value="last_at")
    return read_rows(Notification, page), following


async def count_unread(principal: Person) -> UnreadCounts:
    """Counts the caller's unread notifications, also by brand."""
    return read_row(UnreadCounts, await repository.fetch_counts(principal.db))


async def get_notification(principal: Person, *, notification_id: UUID) -> Notification:
    """Returns a notification of the caller. Raises NotFound."""
    rows = await repository.fetch_one(principal.db, notification_id=notification_id)
    if not rows:
        raise NotFound("notification not found")
    return read_row(Notification, rows[0])


async def mark_one(principal: Person, *, notification_id: UUID, marks: NotificationMarks) -> Notification:
    """Marks a notification of the caller, and returns it. Raises NotFound."""
    await repository.mark(principal.db, marks=marks, filters={"ids": [str(notification_id)]})
    return await get_notification(principal, notification_id=notification_id)


async def mark_many(principal: Person, *, marks: ManyMarks) -> MarkedNotifications:
    """Marks many notifications of the caller: those listed, or all until a time."""
    return read_row(MarkedNotifications, await repository.mark(principal.db, marks=marks, filters=marks.filters()))


async def send_notification(principal: Person, *, notification: NewNotification) -> SentNotification:
    """Writes a notification to the caller, or for admins to others.

    Raises Forbidden for everybody else who names others, and NotFound for a brand that the caller does not see.
    """
    return read_row(SentNotification, await repository.send(principal.db, notification=notification))
