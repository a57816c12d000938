"""Server-sent events after the protocol of graphql-sse: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md.

A connection is distinct (one for each operation) or single: reserved by PUT, opened by GET, and given operations by
POST. The operations of a single connection are in the memory of one process, so it needs a server that is one.
"""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import to_json

from lib.core.auth.principal import Principal
from lib.core.http.errors import Conflict, NotFound, ValidationFailed
from lib.core.telemetry.context import of_its_own
from lib.core.telemetry.reports import report
from lib.events.feed import caller_of, held
from lib.graph.subscriptions.limits import (
    CONNECTION_SECONDS,
    PING_SECONDS,
    SENDING_SECONDS,
    SUBSCRIPTIONS_OF_CONNECTION,
)
from lib.graph.subscriptions.running import Opened, answers_of, says_unauthorized

EVENT_STREAM: Final = "text/event-stream"
TOKEN_HEADER: Final = "x-graphql-event-stream-token"  # noqa: S105 - a name
_RESERVED_SECONDS: Final = 30.0
WAITING: Final = 16
_COMMENT: Final = b":\n\n"


def _event(name: str, data: Any = None) -> bytes:
    """Returns an event. One without data has an empty line of it: browsers ignore events without any."""
    return b"event: %s\ndata: %s\n\n" % (name.encode(), b"" if data is None else to_json(data))


class Pipe:
    """Takes events from operations to the one response. A client that reads too slowly is dropped."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING)
        self._reader: asyncio.Task[Any] | None = None
        self._is_over = False

    def end(self) -> None:
        """Ends the response behind the events that wait, where nobody is left to give more."""
        self._is_over = True
        with suppress(asyncio.QueueFull):
            self._events.put_nowait(None)

    async def put(self, event: bytes | None) -> None:
        """Adds an event; None ends the response."""
        try:
            async with asyncio.timeout(SENDING_SECONDS):
                await self._events.put(event)
        except TimeoutError:
            if self._reader is not None:
                self._reader.cancel()
            raise

    async def read(self, until: float) -> AsyncGenerator[bytes]:
        """Gives the events, and comments while none come, until a time by ``time.monotonic``."""
        self._reader = asyncio.current_task()
        yield _COMMENT
        while time.monotonic() < until:
            event: bytes | None = _COMMENT
            with suppress(TimeoutError):
                async with asyncio.timeout(PING_SECONDS):
                    event = await self._events.get()
            if event is None:
                return
            yield event
            if self._is_over and self._events.empty():
                return


async def stream_one(opened: Opened) -> AsyncGenerator[bytes]:
    """Begins a distinct connection. Raises RateLimitExceeded for a sixth of the caller."""
    until = time.monotonic() + CONNECTION_SECONDS
    holding = held(caller_of(opened.principal))
    kept = await holding.__aenter__()

    async def events() -> AsyncGenerator[bytes]:
        pipe = Pipe()

        async def pump() -> None:
            try:
                with of_its_own(), suppress(TimeoutError):
                    async for answer in answers_of(opened, until=until):
                        await pipe.put(_event("next", answer))
                    await pipe.put(_event("complete"))
            except Exception as error:  # noqa: BLE001 - nobody else would learn of it
                report(error)
            finally:
                pipe.end()  # also where the stream has lost its place: it is not counted any more

        pumping = asyncio.create_task(pump())
        kept.add_done_callback(lambda _: pumping.cancel())
        try:
            async for event in pipe.read(until + SENDING_SECONDS):
                yield event
        finally:
            pumping.cancel()
            await holding.__aexit__(None, None, None)

    return events()


@dataclass(slots=True)
class _Reservation:
    caller: str
    until: float
    pipe: Pipe = field(default_factory=Pipe)
    operations: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, asyncio.Task[None]])
    is_open: bool = False


_reservations: Final = dict[str, _Reservation]()


def reserve(principal: Principal) -> str:
    """Returns the token of a new single connection of the caller, who opens it within 30 seconds."""
    now = time.monotonic()
    for token in [token for token, each in _reservations.items() if not each.is_open and each.until < now]:
        del _reservations[token]
    caller = caller_of(principal)
    for token in [token for token, each in _reservations.items() if each.caller == caller and not each.is_open]:
        del _reservations[token]  # one at a time, so that nobody fills the memory
    token = secrets.token_urlsafe(32)
    _reservations[token] = _Reservation(caller, now + _RESERVED_SECONDS)
    return token


def _found(token: str | None, principal: Principal) -> _Reservation:
    reservation = _reservations.get(token or "")
    if reservation is None or reservation.caller != caller_of(principal):
        raise NotFound("there is no such stream: reserve one by PUT")
    return reservation


async def stream_all(principal: Principal, token: str | None) -> AsyncGenerator[bytes]:
    """Opens a single connection. Raises NotFound, Conflict where it is open, and RateLimitExceeded."""
    reservation = _found(token, principal)
    if reservation.is_open:
        raise Conflict("this stream is open already")
    holding = held(reservation.caller)
    kept = await holding.__aenter__()
    reservation.is_open = True
    reservation.until = time.monotonic() + CONNECTION_SECONDS

    async def events() -> AsyncGenerator[bytes]:
        try:
            async for event in reservation.pipe.read(reservation.until + SENDING_SECONDS):
                yield event
                if kept.done():
                    return
        finally:
            _reservations.pop(token or "", None)
            for operation in reservation.operations.values():
                operation.cancel()
            await holding.__aexit__(None, None, None)

    return events()


async def add_operation(opened: Opened, token: str | None, operation_id: Any) -> None:
    """Gives a single connection an operation. Raises ApiError."""
    reservation = _found(token, opened.principal)
    if not isinstance(operation_id, str) or not operation_id or len(operation_id) > 100:
        raise ValidationFailed("extensions.operationId is needed: a string of at most 100 characters")
    if operation_id in reservation.operations:
        raise Conflict("there is an operation with this id already")
    if len(reservation.operations) >= SUBSCRIPTIONS_OF_CONNECTION:
        raise Conflict(f"a stream carries at most {SUBSCRIPTIONS_OF_CONNECTION} operations")

    async def pump() -> None:
        try:
            with of_its_own(), suppress(TimeoutError):
                async for answer in answers_of(opened, until=reservation.until):
                    await reservation.pipe.put(_event("next", {"id": operation_id, "payload": answer}))
                    if says_unauthorized(answer):  # so no other operation of the connection has anything to tell
                        await reservation.pipe.put(_event("complete", {"id": operation_id}))
                        await reservation.pipe.put(None)
                        return
                await reservation.pipe.put(_event("complete", {"id": operation_id}))
        except Exception as error:  # noqa: BLE001 - nobody else would learn of it
            report(error)
            reservation.pipe.end()
        finally:
            reservation.operations.pop(operation_id, None)

    reservation.operations[operation_id] = asyncio.create_task(pump())


async def end_operation(principal: Principal, token: str | None, operation_id: str) -> None:
    """Ends an operation of a single connection. Raises NotFound."""
    operation = _found(token, principal).operations.get(operation_id)
    if operation is not None:
        operation.cancel()
