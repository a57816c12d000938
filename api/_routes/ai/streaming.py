"""Answers with one JSON document or with a stream of events, as the Accept header asks (ADR 25)."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel

from lib.ai import DeltaEvent, ErrorEvent, ProgressEvent, RequestedEvent, RestartedEvent, StreamEvent
from lib.core.http.app import documented
from lib.core.http.errors import NotAcceptable
from lib.core.http.headers import JSON
from lib.core.http.negotiation import preferred_media_type

EVENT_STREAM: Final = "text/event-stream"


async def _wants_stream(request: Request) -> bool:
    """Tells whether the caller prefers a stream. Raises NotAcceptable if it accepts neither media type."""
    preferred = preferred_media_type(", ".join(request.headers.getlist("accept")), (JSON, EVENT_STREAM))
    if preferred is None:
        raise NotAcceptable(f"the answer can be {JSON} or {EVENT_STREAM}")
    return preferred == EVENT_STREAM


WantsStream = Annotated[bool, Depends(_wants_stream)]


def _event(name: str, data: dict[str, Any], description: str) -> dict[str, Any]:
    """Describes one type of event, whose data is a JSON document."""
    document = {
        "type": "string",
        "contentMediaType": JSON,
        "contentSchema": data,
        "description": "The data of the event, as JSON.",
    }
    return {
        "type": "object",
        "description": description,
        "properties": {"event": {"const": name, "description": "The type of the event."}, "data": document},
        "required": ["event", "data"],
    }


def _event_of(name: str, model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True, mode="serialization")
    return _event(name, schema, schema.pop("description"))


_EVENTS_BEFORE_THE_LAST: Final = [
    _event_of("requested", RequestedEvent),
    _event_of("delta", DeltaEvent),
    _event_of("restarted", RestartedEvent),
    _event_of("progress", ProgressEvent),
    _event_of("error", ErrorEvent),
]
_EXAMPLE: Final = {"event": "delta", "data": '{"field": "headline", "text": "Cold air"}'}


def streamed(result: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """Describes the answers of a route that can stream; the event ``completed`` holds a ToolResult of ``result``.

    The schema of the stream is that of each of its events, as tools read it: OpenAPI 3.1 has none for sequences.
    """
    completed = _event(
        "completed",
        {"$ref": f"#/components/schemas/ToolResult_{result.__name__}_"},
        "The last event of a stream that succeeded: the same result as `data` of the JSON answer.",
    )
    described = {"schema": {"oneOf": [*_EVENTS_BEFORE_THE_LAST, completed]}, "example": _EXAMPLE}
    success = {
        "description": "The result as JSON or, with `Accept: text/event-stream`, as a stream of server-sent events. "
        "The stream begins with `requested` and ends with `completed` or `error`.",
        "content": {EVENT_STREAM: described},
    }
    return {200: success, **documented(401, 403, 404, 406, 409, 422)}


def event_stream(events: AsyncGenerator[StreamEvent]) -> StreamingResponse:
    """Sends events as they are made."""

    async def encoded() -> AsyncIterator[bytes]:
        async with aclosing(events):  # ends the generation at once when the caller goes away
            async for event in events:
                yield format_sse_event(event=event.name, data_str=event.data.model_dump_json(by_alias=True))

    return StreamingResponse(encoded(), media_type=EVENT_STREAM, headers={"X-Accel-Buffering": "no"})
