"""The notification centre: what you are told, what of it is unread, and what you put away."""

from lib.notify.centre.models import (
    Category,
    Marked,
    MarkMany,
    Marks,
    NewNotification,
    Notification,
    NotificationQuery,
    Sent,
    UnreadCounts,
)
from lib.notify.centre.service import (
    count_unread,
    get_notification,
    list_notifications,
    mark_many,
    mark_one,
    send_notification,
)

__all__ = [
    "Category",
    "MarkMany",
    "Marked",
    "Marks",
    "NewNotification",
    "Notification",
    "NotificationQuery",
    "Sent",
    "UnreadCounts",
    "count_unread",
    "get_notification",
    "list_notifications",
    "mark_many",
    "mark_one",
    "send_notification",
]
