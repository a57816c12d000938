"""Reads the server-sent events of a provider's stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).

The SDKs send the request, and translate a refusal before the stream. Their objects for each event are not made: they
take two thirds of the CPU of a stream. Events that arrive in one piece are handed out together, so that a busy instance
does less work for each token.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final

from pydantic_core import from_json

from lib.ai.providers.models import Fault, ProviderError
from lib.ai.providers.response_schema import malformed

DONE: Final = "[DONE]"
# HTTP/1.1 reuses a connection only whose body was read to its end. A provider may leave it open after the last event.
DRAIN_SECONDS: Final = 0.25
# No event of a provider is as long.
MAX_LINE_BYTES: Final = 4_000_000

type ServerEvent = tuple[str, str]
"""The type of an event, empty for none, and its data."""


class ServerEvents:
    """Splits a stream of bytes into events."""

    def __init__(self) -> None:
        self._rest = b""
        self._type = ""
        self._data: list[str] = []

    def feed(self, piece: bytes) -> list[ServerEvent]:
        """Adds bytes and returns the events that they complete. An event at the end without its empty line is none.

        Raises ProviderError (malformed) for a line without an end.
        """
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            raise malformed("the answer is not a stream of events")
        events: list[ServerEvent] = []
        for raw in lines:
            line = raw.removesuffix(b"\r").decode(errors="replace")
            name, _, value = line.partition(":")
            if not line:
                if self._data:
                    events.append((self._type, "\n".join(self._data)))
                self._type, self._data = "", []
            elif name == "data":
                self._data.append(value.removeprefix(" "))
            elif name == "event":
                self._type = value.removeprefix(" ")
        return events


def _parsed(data: str) -> dict[str, Any]:
    try:
        parsed: Any = from_json(data)
    except ValueError as error:
        raise ProviderError("the answer is not JSON", fault=Fault.MALFORMED) from error
    if not isinstance(parsed, dict):
        raise malformed("an event of the answer is no object")
    return parsed


async def read_events(pieces: AsyncIterator[bytes]) -> AsyncGenerator[list[tuple[str, dict[str, Any]]]]:
    """Yields the events of each piece, their data parsed, until the stream or its event ``[DONE]`` ends it.

    Raises ProviderError (malformed) for data that is no object of JSON.
    """
    events = ServerEvents()
    async for piece in pieces:
        found = events.feed(piece)
        ends = next((index for index, (_, data) in enumerate(found) if data.startswith(DONE)), None)
        parsed: list[tuple[str, dict[str, Any]]] = []
        try:
            for name, data in found[:ends]:
                parsed.append((name, _parsed(data)))
        except ProviderError:
            if parsed:
                yield parsed
            raise
        yield parsed
        if ends is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    async for _ in pieces:
                        pass
            return


def object_in(value: Any, key: str) -> dict[str, Any]:
    """Returns an object inside another, or an empty one."""
    inner: Any = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def objects_in(value: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Returns the objects of a list inside an object."""
    inner: Any = value.get(key)
    return [item for item in inner if isinstance(item, dict)] if isinstance(inner, list) else []


def text_in(value: dict[str, Any], key: str) -> str:
    """Returns a text inside an object, or an empty one."""
    inner: Any = value.get(key)
    return inner if isinstance(inner, str) else ""


def count_in(value: dict[str, Any], key: str) -> int:
    """Returns a number of tokens inside an object, or 0."""
    inner: Any = value.get(key)
    return inner if isinstance(inner, int) and inner > 0 else 0
