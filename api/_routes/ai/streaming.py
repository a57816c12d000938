from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from json import dumps
from typing import Annotated, Any, Final, NamedTuple

from fastapi import Depends, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import BaseModel

from lib.ai import StreamEvent, read_health
from lib.core.auth.principal import Credentials, Principal, authenticate
from lib.core.data.circuit_breaker import Circuit
from lib.core.http.app import documented

TOOL_ERRORS = documented(401, 403, 404, 409, 422)


class Caller(NamedTuple):
    user: Principal
    circuits: dict[str, Circuit]
    """How the providers are, read beside the limit and the session."""


async def _caller(request: Request, credentials: Credentials) -> Caller:
    user, circuits = await authenticate(request, credentials, read_health)
    return Caller(user, circuits or {})


AiCaller = Annotated[Caller, Depends(_caller)]


def _event(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """Describes one kind of event, whose data is a JSON document."""
    document = {"type": "string", "contentMediaType": "application/json", "contentSchema": data}
    return {"type": "object", "properties": {"event": {"const": name}, "data": document}, "required": ["event", "data"]}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties]}


_TEXT: Final = {"type": "string"}
_ON_THE_WAY: Final = [
    _event("requested", _object(requestId={"type": "string", "format": "uuid"})),
    _event("delta", _object(field=_TEXT, text=_TEXT)),
    _event("restarted", _object(provider=_TEXT)),
    _event("progress", _object(stage=_TEXT, problems={"type": "array", "items": _TEXT})),
    _event("error", _object(code=_TEXT, message=_TEXT)),
]
_EXAMPLE: Final = {"event": "delta", "data": '{"field": "headline", "text": "Cold air"}'}


def streamed(result: type[BaseModel], *statuses: int) -> dict[int | str, dict[str, Any]]:
    """A route that answers with events, or with one document where ``stream`` is false.

    ``result`` is what the last event, ``completed``, holds. The schema is that of each event, as checkers read it: a
    stream has one of its own in OpenAPI 3.2 only.
    """
    completed = _event("completed", {"$ref": f"#/components/schemas/Generated_{result.__name__}_"})
    described = {"schema": {"oneOf": [*_ON_THE_WAY, completed]}, "example": _EXAMPLE}
    return {200: {"content": {"text/event-stream": described}}, **documented(401, 403, 404, 409, 422, *statuses)}


def event_stream(events: AsyncGenerator[StreamEvent]) -> StreamingResponse:
    async def encoded() -> AsyncIterator[bytes]:
        async with aclosing(events):  # a caller who goes away ends the generation at once
            async for event in events:
                yield format_sse_event(event=event.name, data_str=dumps(event.data, ensure_ascii=False))

    return StreamingResponse(encoded(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
