"""The data calls of the notification centre, as the caller."""

from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, command_once, fetch_listing, run
from lib.core.http.cursor import Cursor
from lib.notify.centre.models import NewNotification, NotificationMarks


async def fetch_notifications(db: Db, *, filters: dict[str, Any], after: Cursor | None, size: int) -> list[Row]:
    """Reads a page of notifications, the latest first."""
    arguments = {
        "filters": filters,
        "cursor_at": after.value if after else None,
        "cursor_id": str(after.id) if after else None,
        "page_size": size,
    }
    rows, _ = await fetch_listing(call(db, "list_notifications", arguments))
    return rows


async def fetch_counts(db: Db) -> Row:
    """Counts the caller's unread notifications."""
    return (await run(call(db, "read_notification_counts", {}))).data


async def mark(db: Db, *, marks: NotificationMarks, filters: Row) -> Row:
    """Marks notifications; returns {marked, unread}."""
    wanted = marks.model_dump(include={"is_read", "is_archived"}, exclude_none=True)
    return (await command_once(db, "mark_notifications", {"marks": wanted, "filters": filters}))[0]


async def send(db: Db, *, notification: NewNotification) -> Row:
    """Writes a notification; returns {told}."""
    return (await command_once(db, "send_notification", {"notification": notification.model_dump(mode="json")}))[0]


async def fetch_one(db: Db, *, notification_id: UUID) -> list[Row]:
    """Reads one notification of the caller, if there is one."""
    return await fetch_notifications(db, filters={"id": str(notification_id)}, after=None, size=1)
