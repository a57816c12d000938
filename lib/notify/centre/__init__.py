"""The notification centre: what you are told, what of it is unread, and what you put away."""

from lib.notify.centre.models import (
    ManyMarks,
    MarkedNotifications,
    NewNotification,
    Notification,
    NotificationCategory,
    NotificationMarks,
    NotificationQuery,
    SentNotification,
    UnreadCounts,
)
from lib.notify.centre.service import (
    ORDER,
    count_unread,
    get_notification,
    list_notifications,
    mark_many,
    mark_one,
    send_notification,
)

__all__ = [
    "ORDER",
    "ManyMarks",
    "MarkedNotifications",
    "NewNotification",
    "Notification",
    "NotificationCategory",
    "NotificationMarks",
    "NotificationQuery",
    "SentNotification",
    "UnreadCounts",
    "count_unread",
    "get_notification",
    "list_notifications",
    "mark_many",
    "mark_one",
    "send_notification",
]
