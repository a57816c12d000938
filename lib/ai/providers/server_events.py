"""Reads the server-sent events of a provider's stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).

The SDKs send the request, and translate a refusal before the stream. Their objects for each event are not made: they
take two thirds of the CPU of a stream. Events that arrive in one piece are handed out together, so that a busy instance
does less work for each token.

A provider that answers with one JSON document instead of a stream is read as well: the document is its only event.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final

from pydantic_core import from_json

from lib.ai.providers.models import Fault, ProviderError
from lib.core.telemetry.logs import log

DONE: Final = "[DONE]"
# HTTP/1.1 reuses a connection only whose body was read to its end. A provider may leave it open after the last event.
DRAIN_SECONDS: Final = 0.25
# No line and no event of a provider is as long, and no whole answer.
MAX_LINE_BYTES: Final = 4_000_000
# The memory of a line besides its bytes.
LINE_BYTES: Final = 50
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

type ServerEvent = tuple[str, str]
"""The type of an event, empty for none, and its data."""


def _malformed(message: str) -> ProviderError:
    return ProviderError(message, fault=Fault.MALFORMED)


class ServerEvents:
    """Splits a stream of bytes into events. Lines end with LF, CRLF or CR."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._is_beginning = True
        self._type = ""
        self._data: list[bytes] = []
        # Lines that belong to no event, as long as there was none: perhaps one JSON document.
        self._other: list[bytes] | None = []
        self._size = 0

    def feed(self, piece: bytes) -> list[ServerEvent]:
        """Adds bytes and returns the events that they complete.

        Raises ProviderError (malformed) for a line or an event without an end, and for data that is not UTF-8.
        """
        searched = max(0, len(self._rest) - 1)
        self._rest += piece
        # A CR at the end may be half of a CRLF.
        last = max(self._rest.rfind(b"\n", searched), self._rest.rfind(b"\r", searched, len(self._rest) - 1))
        lines: list[bytes] = []
        if last >= 0:
            lines = bytes(self._rest[: last + 1]).splitlines()
            del self._rest[: last + 1]
        if len(self._rest) > MAX_LINE_BYTES:
            raise _malformed("the answer is not a stream of events")
        return [event for line in lines if (event := self._take(line)) is not None]

    def finish(self) -> tuple[list[ServerEvent], str]:
        """Returns the event that the end of the stream completes, and the JSON document that was sent instead."""
        rest, self._rest = bytes(self._rest), bytearray()
        events = [event for line in (*rest.splitlines(), b"") if (event := self._take(line)) is not None]
        return events, _decoded(b"\n".join(self._other or ())).strip()

    def _take(self, line: bytes) -> ServerEvent | None:
        if self._is_beginning:
            line, self._is_beginning = line.removeprefix(_BYTE_ORDER_MARK), False
        name, _, value = line.partition(b":")
        if not line:
            return self._dispatch()
        if name == b"data":
            self._keep(self._data, value.removeprefix(b" "))
            self._other = None
        elif name == b"event":
            self._type = value.removeprefix(b" ").decode(errors="replace")[:100]
        elif name not in (b"", b"id", b"retry") and self._other is not None:
            self._keep(self._other, line)
        return None

    def _keep(self, lines: list[bytes], line: bytes) -> None:
        self._size += len(line) + LINE_BYTES
        if self._size > MAX_LINE_BYTES:
            raise _malformed("an event of the answer is too long")
        lines.append(line)

    def _dispatch(self) -> ServerEvent | None:
        kind, data = self._type, self._data
        self._type, self._data = "", []
        if self._other is None:
            self._size = 0
        text = _decoded(b"\n".join(data))
        return (kind, text) if text.strip() else None


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        # Replacing the bytes would put a damaged text into a content.
        raise _malformed("the answer is not UTF-8") from error


def parse_json(data: str) -> Any:
    """Parses a JSON document of a provider, also with NaN or half of a surrogate pair. Raises ValueError."""
    try:
        return from_json(data)
    except ValueError:
        try:
            return json.loads(data, parse_constant=lambda _: None)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def _objects(data: str) -> list[dict[str, Any]]:
    """Parses the data of an event: one object, or one on each line where the empty lines between events were lost."""
    try:
        parsed: list[Any] = [parse_json(data)]
    except ValueError:
        try:
            parsed = [parse_json(line) for line in data.split("\n") if line.strip() not in ("", DONE)]
        except ValueError as error:
            raise _malformed("the answer is not JSON") from error
    if not all(isinstance(item, dict) for item in parsed):
        raise _malformed("an event of the answer is no object")
    return parsed


def _is_end(data: str) -> bool:
    return data.lstrip().startswith(DONE)


async def read_events(pieces: AsyncIterator[bytes]) -> AsyncGenerator[list[tuple[str, dict[str, Any]]]]:
    """Yields the events of each piece, their data parsed, until the stream or its event ``[DONE]`` ends it.

    Raises ProviderError (malformed) for data that is no object of JSON.
    """
    events = ServerEvents()
    async for piece in pieces:
        found = events.feed(piece)
        ends = next((index for index, (_, data) in enumerate(found) if _is_end(data)), None)
        parsed: list[tuple[str, dict[str, Any]]] = []
        try:
            for name, data in found[:ends]:
                parsed += [(name, item) for item in _objects(data)]
        except ProviderError:
            if parsed:
                yield parsed
            raise
        yield parsed
        if ends is not None:
            await _drain(pieces)
            return
    last, document = events.finish()
    for name, data in last:
        # An event at the end that cannot be read was cut off.
        with contextlib.suppress(ProviderError):
            yield [(name, item) for item in _objects(data)]
    if document:
        yield [("", item) for item in _objects(document)]


async def _drain(pieces: AsyncIterator[bytes]) -> None:
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in pieces:
                pass
    except Exception as error:  # noqa: BLE001 - the answer is whole: what comes of its connection is of no concern
        log(logging.DEBUG, "a connection to a provider is not used again", fields={"reason": type(error).__name__})


async def read_document(pieces: AsyncIterator[bytes]) -> dict[str, Any]:
    """Reads an answer that is one JSON object. Raises ProviderError (malformed)."""
    body = bytearray()
    async for piece in pieces:
        body += piece
    documents = _objects(_decoded(bytes(body).removeprefix(_BYTE_ORDER_MARK)).strip())
    if len(documents) != 1:
        raise _malformed("the answer is no object")
    return documents[0]
