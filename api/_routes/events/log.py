"""/api/v1/events: the event log of a brand, by page and as a stream"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.headers import JSON
from lib.core.http.routes import Route
from lib.events import feed
from lib.events.feed import EventPage, EventQuery, LogCursor, LoggedEvent, Part, StreamQuery
from lib.events.feed.models import EventLinks, EventMeta

router = APIRouter(route_class=Route, prefix="/api/v1/events", tags=["events"])

EVENT_STREAM: Final = "text/event-stream"
_PATH: Final = "/api/v1/events"


@router.get("", name="list", responses=documented(401, 403, 404))
async def list_events(user: CurrentUser, query: Annotated[EventQuery, Query()]) -> EventPage:
    """Lists the events of a brand that you may read, the oldest first, starting behind `after`.

    Store `meta.nextCursor` and send it as `after` to continue at any time. No event is skipped: an event is listed once
    no older transaction is open, usually within milliseconds; `ahead` lists the others too. Webhooks, streams and live
    updates use the same ids. Events are kept for 7 years.
    """
    found = await feed.list_events(user, query=query)
    kept = query.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True, exclude={"after"})

    def link(after: UUID | None) -> str:
        return f"{_PATH}?{urlencode(kept | ({'after': str(after)} if after else {}), doseq=True)}"

    return EventPage(
        data=found.events,
        links=EventLinks(self=link(query.after), next=link(found.last_id) if found.has_more else None),
        meta=EventMeta(next_cursor=found.last_id, has_more=found.has_more),
    )


@router.get("/cursor", name="find_cursor", responses=documented(401, 403, 404))
async def find_cursor(
    user: CurrentUser, brand_id: Annotated[UUID, Query(alias="brandId", description="The brand.")]
) -> Success[LogCursor]:
    """Returns the end of the log of a brand, to begin there.

    Ask for it before you load what you show and before you subscribe to live updates: what is committed meanwhile is
    then listed behind it. Your first `GET /events` sends it as `after`.
    """
    return Success(data=await feed.find_cursor(user, brand_id=brand_id))


_EXAMPLE: Final = {
    "id": "0192f3a1-5f60-7c31-9d52-3f8a6e5d2b1c",
    "event": "ContentPublished",
    "data": '{"id": "0192f3a1-5f60-7c31-9d52-3f8a6e5d2b1c", "type": "ContentPublished"}',
}


def _described() -> dict[int | str, dict[str, Any]]:
    data = {
        "type": "string",
        "contentMediaType": JSON,
        "contentSchema": {"$ref": f"#/components/schemas/{LoggedEvent.__name__}"},
        "description": "The event as JSON, as in the list.",
    }
    properties = {
        "id": {
            "type": "string",
            "format": "uuid",
            "description": "The id of the event, which is its place in the log.",
        },
        "event": {"type": "string", "description": "The type of the event."},
        "data": data,
    }
    schema = {
        "type": "object",
        "description": "An event.",
        "properties": properties,
        "required": ["id", "event", "data"],
    }
    success = {
        "description": "A stream of server-sent events, one for each event of the log.",
        "content": {EVENT_STREAM: {"schema": schema, "example": _EXAMPLE}},
    }
    return {200: success, **documented(401, 403, 404)}


@router.get("/stream", name="stream", response_class=StreamingResponse, responses=_described())
async def stream_events(
    user: CurrentUser,
    query: Annotated[StreamQuery, Query()],
    last_event_id: Annotated[
        UUID | None, Header(description="The last `id` you received; browsers send it. Takes precedence over `after`.")
    ] = None,
) -> StreamingResponse:
    """Streams the events of a brand as they are committed, starting behind `Last-Event-ID` or `after`, else now.

    The `id` of each event is its place in the log, so a client that reconnects misses none and gets none twice. A
    stream ends after some minutes, and when your session or membership ends. Reconnect after the time in `retry`.
    Comments keep the connection open. A person may have at most five open streams.
    """
    parts = await feed.follow_events(user, query=query, after=last_event_id or query.after)
    return StreamingResponse(_encoded(parts), media_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})


async def _encoded(parts: AsyncGenerator[Part]) -> AsyncIterator[bytes]:
    async with aclosing(parts):  # ends at once when the caller goes away
        async for part in parts:
            event = part.event
            yield format_sse_event(
                id=str(part.place) if part.place else None,
                event=event.type if event else None,
                data_str=event.model_dump_json(by_alias=True) if event else None,
                retry=part.retry,
                comment=None if event or part.retry else "still here",
            )
