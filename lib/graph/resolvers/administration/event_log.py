"""Resolves the event log of a brand by page. The subscription `events` follows it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from lib.core.http.models import RequestModel
from lib.events import feed
from lib.events.feed import EventQuery, LoggedEvent
from lib.events.feed.models import AggregateName, EventType
from lib.graph.engine.arguments import validated
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, PageInfo, Paging
from lib.graph.resolvers.administration.bound import bindings


class EventFilter(RequestModel):
    """Which events to list."""

    types: Annotated[list[EventType], Field(max_length=100)] | None = None
    aggregate_type: AggregateName | None = None
    aggregate_id: UUID | None = None
    ahead: bool = False


@bindings.query(operation="events.list")
async def event_log(
    info: Info, *, brand_id: UUID, paging: Paging, filter: EventFilter | None = None
) -> Connection[LoggedEvent]:
    """Lists events of a brand, the oldest first. Each page ends at a place to go on from."""
    paging.require_first()
    after = None if paging.cursor is None else validated(UUID, paging.cursor, at="after")
    given = filter or EventFilter()
    query = EventQuery(
        brand_id=brand_id,
        after=after,
        types=given.types or [],
        aggregate_type=given.aggregate_type,
        aggregate_id=given.aggregate_id,
        limit=paging.page_size,
        ahead=given.ahead,
    )
    found = await feed.list_events(info.context.principal, query=query)
    events, end = found.events, found.last_id
    page = PageInfo(
        has_next_page=found.has_more,
        has_previous_page=after is not None,
        start_cursor=str(events[0].id) if events else None,
        end_cursor=str(end) if end else None,
    )
    return Connection(events, page, None, lambda index: str(events[index].id))


@bindings.query(operation="events.findCursor")
async def event_cursor(info: Info, *, brand_id: UUID) -> UUID | None:
    """Returns the end of the log of a brand."""
    return (await feed.find_cursor(info.context.principal, brand_id=brand_id)).cursor
