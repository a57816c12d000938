"""/api/v1/notifications: the notification centre."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from lib.core.auth.principal import CurrentPerson
from lib.core.http.app import documented
from lib.core.http.envelope import CursorPage, Success, cursor_page_of
from lib.core.http.routes import Route
from lib.notify import centre
from lib.notify.centre import (
    ManyMarks,
    MarkedNotifications,
    NewNotification,
    Notification,
    NotificationMarks,
    NotificationQuery,
    SentNotification,
    UnreadCounts,
)

router = APIRouter(route_class=Route, prefix="/api/v1/notifications", tags=["notifications"])

type NotificationId = Annotated[UUID, Path(description="The id of the notification.")]


@router.get("", name="list", responses=documented(401, 403))
async def list_notifications(
    person: CurrentPerson, query: Annotated[NotificationQuery, Query()]
) -> CursorPage[Notification]:
    """Lists your notifications by cursor, the latest first, without those of brands that you may no longer read.

    New notifications are also sent live on the topic `user:{id}` as `NotificationCreated`. Unread events about the same
    thing share one notification with their number as `count`. Read and archived notifications are kept for 90 days,
    others for a year.
    """
    items, following = await centre.list_notifications(person, query=query)
    return cursor_page_of(
        items, query.page_size, "/api/v1/notifications", query, cursor=query.cursor, next_cursor=following
    )


@router.post("", name="create", status_code=201, responses=documented(401, 403, 404))
async def send_notification(person: CurrentPerson, body: NewNotification) -> Success[SentNotification]:
    """Sends a notification to yourself or, as an admin, to others. At most 30 requests in 15 minutes.

    Admins of a brand may notify its members, platform admins any user. Recipients who have muted it are not notified;
    this is no error.
    """
    return Success(data=await centre.send_notification(person, notification=body))


@router.get("/counts", name="count", responses=documented(401, 403))
async def count_unread(person: CurrentPerson) -> Success[UnreadCounts]:
    """Counts your unread notifications, in total and by brand."""
    return Success(data=await centre.count_unread(person))


@router.post("/mark", name="mark_many", responses=documented(401, 403))
async def mark_many(person: CurrentPerson, body: ManyMarks) -> Success[MarkedNotifications]:
    """Marks many notifications as read, unread, archived or not archived: by their ids, or all that match the filters.

    Send `lastAt` of the first notification that you show as `until`: newer ones stay unread. Returns the number of
    unread notifications; your other sessions receive it as `NotificationUpdated`.
    """
    return Success(data=await centre.mark_many(person, marks=body))


@router.get("/{notification_id}", name="get", responses=documented(401, 403, 404))
async def get_notification(person: CurrentPerson, notification_id: NotificationId) -> Success[Notification]:
    """Returns a notification of yours."""
    return Success(data=await centre.get_notification(person, notification_id=notification_id))


@router.patch("/{notification_id}", name="update", responses=documented(401, 403, 404))
async def mark_one(
    person: CurrentPerson, notification_id: NotificationId, body: NotificationMarks
) -> Success[Notification]:
    """Marks a notification as read, unread, archived or not archived, and returns it."""
    return Success(data=await centre.mark_one(person, notification_id=notification_id, marks=body))
