"""Resolves notifications, preferences, destinations and watchers: lib/graph/schema/notifications.graphql"""

from typing import Any, Final
from uuid import UUID

from lib.core.http.models import PersonReference
from lib.graph.engine.binding import Bindings, Info, loaded
from lib.graph.engine.paging import Connection, Paging, connection_of, cursor_behind, cursor_connection
from lib.graph.resolvers import links
from lib.notify import centre, preferences, watching
from lib.notify import destinations as receivers
from lib.notify.centre import (
    ManyMarks,
    NewNotification,
    Notification,
    NotificationMarks,
    NotificationQuery,
    UnreadCounts,
)
from lib.notify.destinations import Destination, DestinationChanges, NewDestination
from lib.notify.preferences import NotificationPreferences, NotificationPreferencesRead

ONLY_REST: Final[dict[str, str]] = {}

_PAGE = "the arguments of paging say it"
bindings = Bindings()
bindings.represents("Notification", Notification)
bindings.represents("UnreadCounts", UnreadCounts)
bindings.sized("UnreadCounts", byBrand=50)
bindings.sized("NotificationPreferences", mutedBrands=50)
bindings.represents("NotificationPreferences", NotificationPreferencesRead)
bindings.represents("Destination", Destination)
bindings.represents("NotificationFilter", NotificationQuery, omits={"cursor": _PAGE, "pageSize": _PAGE})

for _kind in ("Notification", "BrandUnread", "MutedBrand", "Destination"):
    bindings.link(_kind, "brand", links.read_brand, links.brand_id_of)
bindings.link("WatchingPayload", "content", links.read_content, links.argument("content_id", "contentId"))
bindings.link("Notification", "content", links.read_content, links.content_id_of)


@bindings.node("Notification")
async def notification_by_id(info: Info, notification_id: UUID) -> Notification:
    """Finds a notification by its id."""
    return await centre.get_notification(info.context.person(), notification_id=notification_id)


@bindings.query(operation="notifications.get")
async def notification(info: Info, *, id: UUID) -> Notification:
    """Reads a notification."""
    return await notification_by_id(info, id)


@bindings.query(operation="notifications.list")
async def notifications(
    info: Info, *, paging: Paging, filter: NotificationQuery | None = None
) -> Connection[Notification]:
    """Lists notifications."""
    paging.require_first()
    place = {"page_size": paging.page_size, "cursor": paging.cursor}
    query = (filter or NotificationQuery()).model_copy(update=place)
    items, following = await centre.list_notifications(info.context.person(), query=query)
    return cursor_connection(
        items, paging, next_cursor=following, cursor_of=cursor_behind(centre.ORDER, value="last_at")
    )


@bindings.query(operation="notifications.count")
async def unread_counts(info: Info) -> UnreadCounts:
    """Counts unread notifications."""
    return await centre.count_unread(info.context.person())


@bindings.query(operation="notifications.getPreferences")
async def notification_preferences(info: Info) -> NotificationPreferencesRead:
    """Reads the caller's preferences."""
    return await preferences.get_preferences(info.context.person())


@bindings.field("NotificationPreferences", "quietFrom")
async def quiet_from(parent: NotificationPreferencesRead, info: Info) -> str | None:
    """Reads the start of the quiet hours as REST writes it."""
    return parent.model_dump(mode="json", include={"quiet_from"})["quiet_from"]


@bindings.field("NotificationPreferences", "quietTo")
async def quiet_to(parent: NotificationPreferencesRead, info: Info) -> str | None:
    """Reads the end of the quiet hours as REST writes it."""
    return parent.model_dump(mode="json", include={"quiet_to"})["quiet_to"]


@bindings.query(operation="notifications.listDestinations")
async def destinations(info: Info, *, brand_id: UUID | None = None) -> list[Destination]:
    """Lists chats and webhooks."""
    return await receivers.list_destinations(info.context.person(), brand_id=brand_id)


@bindings.field("Content", "watchers", operation="notifications.listWatchers")
async def watchers_of(parent: Any, info: Info, *, paging: Paging) -> Connection[PersonReference]:
    """Lists the members who watch a content."""
    people, total = await watching.list_watchers(info.context.principal, content_id=parent.id, page=paging.request)
    return connection_of(people, paging, total=total)


@bindings.field("Content", "isWatching", operation="notifications.getWatching")
async def is_watching(parent: Any, info: Info) -> bool | None:
    """Tells whether the caller watches a content; None for API keys."""
    if info.context.principal.session_id is None:
        return None
    found = await loaded(watching.is_watching(info.context.person(), content_id=parent.id))
    return found.is_watching if found else None


@bindings.mutation(operation="notifications.create")
async def create_notification(info: Info, *, input: NewNotification) -> dict[str, Any]:
    """Sends a notification."""
    sent = await centre.send_notification(info.context.person(), notification=input)
    return {"told": sent.told}


@bindings.mutation(operation="notifications.update")
async def mark_notification(info: Info, *, id: UUID, input: NotificationMarks) -> dict[str, Any]:
    """Marks a notification."""
    return {"notification": await centre.mark_one(info.context.person(), notification_id=id, marks=input)}


@bindings.mutation(operation="notifications.markMany")
async def mark_notifications(info: Info, *, input: ManyMarks) -> dict[str, Any]:
    """Marks many notifications."""
    marked = await centre.mark_many(info.context.person(), marks=input)
    return {"marked": marked.marked, "unread": marked.unread}


@bindings.mutation(operation="notifications.setPreferences")
async def set_notification_preferences(
    info: Info, *, input: NotificationPreferences, expected_version: int
) -> dict[str, Any]:
    """Replaces the caller's preferences."""
    stored = await preferences.set_preferences(info.context.person(), preferences=input, version=expected_version)
    return {"preferences": stored}


@bindings.mutation(operation="notifications.createDestination")
async def create_destination(info: Info, *, input: NewDestination) -> dict[str, Any]:
    """Adds a chat or a webhook."""
    added = await receivers.add_destination(info.context.person(), destination=input)
    return {"destination": added, "secret": added.secret}


@bindings.mutation(operation="notifications.updateDestination")
async def update_destination(info: Info, *, id: UUID, input: DestinationChanges) -> dict[str, Any]:
    """Changes a chat or a webhook."""
    changed = await receivers.change_destination(info.context.person(), destination_id=id, changes=input)
    return {"destination": changed}


@bindings.mutation(operation="notifications.deleteDestination")
async def delete_destination(info: Info, *, id: UUID) -> dict[str, Any]:
    """Removes a chat or a webhook."""
    await receivers.remove_destination(info.context.person(), destination_id=id)
    return {"deletedId": id}


@bindings.mutation(operation="notifications.testDestination")
async def test_destination(info: Info, *, id: UUID) -> dict[str, Any]:
    """Sends a test message."""
    queued = await receivers.test_destination(info.context.person(), destination_id=id)
    return {"isQueued": queued.is_queued}


@bindings.mutation(operation="notifications.watch")
async def watch_content(info: Info, *, id: UUID) -> dict[str, Any]:
    """Watches a content."""
    return await _set_watching(info, id, is_watching=True)


@bindings.mutation(operation="notifications.unwatch")
async def unwatch_content(info: Info, *, id: UUID) -> dict[str, Any]:
    """Stops watching a content."""
    return await _set_watching(info, id, is_watching=False)


async def _set_watching(info: Info, content_id: UUID, *, is_watching: bool) -> dict[str, Any]:
    state = await watching.set_watching(info.context.person(), content_id=content_id, is_watching=is_watching)
    return {"isWatching": state.is_watching, "contentId": content_id}
