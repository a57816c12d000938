from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from json import dumps
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from lib.ai import StreamEvent, read_health
from lib.core.app import documented
from lib.core.circuit_breaker import Circuit
from lib.core.principal import Credentials, Principal, authenticate

TOOL_ERRORS = documented(401, 403, 404, 409, 422)


class Caller(NamedTuple):
    user: Principal
    circuits: dict[str, Circuit]
    """How the providers are, read beside the limit and the session."""


async def _caller(request: Request, credentials: Credentials) -> Caller:
    user, circuits = await authenticate(request, credentials, read_health)
    return Caller(user, circuits or {})


AiCaller = Annotated[Caller, Depends(_caller)]

_EVENT_STREAM: dict[str, Any] = {"text/event-stream": {"schema": {"type": "string"}}}


def streamed(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """A route that answers with events, or with one document where ``stream`` is false."""
    return {200: {"content": _EVENT_STREAM}, **documented(401, 403, 404, 409, 422, *statuses)}


def event_stream(events: AsyncGenerator[StreamEvent]) -> StreamingResponse:
    async def encoded() -> AsyncIterator[bytes]:
        async with aclosing(events):  # a caller who goes away ends the generation at once
            async for event in events:
                yield format_sse_event(event=event.name, data_str=dumps(event.data, ensure_ascii=False))

    return StreamingResponse(encoded(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
