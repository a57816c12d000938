"""WebSockets after graphql-transport-ws: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md.

The credentials are in the payload of ``connection_init``. Cookies are never read, so a page of another origin has
nothing that a browser would send for it.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Generator
from contextlib import aclosing, contextmanager, suppress
from typing import Any, Final
from uuid import uuid4

from fastapi import Request
from pydantic_core import from_json, to_json
from starlette.websockets import WebSocket, WebSocketDisconnect

from lib.core.auth.addresses import client_address
from lib.core.auth.principal import Presented, authenticate
from lib.core.http.admission import admitted
from lib.core.http.errors import ApiError, Forbidden, RateLimitExceeded, Unauthorized
from lib.core.limits.requests import weigh
from lib.core.telemetry.context import begin_context, of_its_own
from lib.core.telemetry.reports import report
from lib.events.feed import caller_of, held
from lib.graph.engine.execution import NotValid
from lib.graph.subscriptions import limits
from lib.graph.subscriptions.running import answers_of, failed, open_operation, says_unauthorized

SUBPROTOCOL: Final = "graphql-transport-ws"

INVALID_MESSAGE: Final = 4400
UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
NOT_ACCEPTABLE: Final = 4406
TIMED_OUT: Final = 4408
ALREADY_EXISTS: Final = 4409
TOO_SLOW: Final = 4410
TOO_MANY: Final = 4429
FAILED: Final = 4500
RESTARTS: Final = 1012
"""The time of the connection is over: clients connect again."""


class _Closed(Exception):
    """Ends a connection with a code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class _Connection:
    """One WebSocket with its operations."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._presented: Presented | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._until = time.monotonic() + limits.CONNECTION_SECONDS
        self._sending = asyncio.Lock()
        self._heard_at = time.monotonic()
        self._times: deque[float] = deque()
        self._closing: asyncio.Future[_Closed] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        """Serves until one of the two ends it. Raises _Closed and WebSocketDisconnect."""
        principal = await self._initialise()
        async with held(caller_of(principal)) as kept:
            kept.add_done_callback(lambda _: self.end(_Closed(TOO_MANY, "Too many connections")))
            await self._send({"type": "connection_ack"})
            tasks = [asyncio.create_task(each()) for each in (self._listen, self._ping, self._expire)]
            try:
                await asyncio.wait([self._closing, *tasks], return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    if task.done():
                        task.result()
                raise self._closing.result()
            finally:
                for task in (*tasks, *self._operations.values()):
                    task.cancel()

    def end(self, closed: _Closed) -> None:
        """Ends the connection."""
        if not self._closing.done():
            self._closing.set_result(closed)

    async def _initialise(self) -> Any:
        try:
            with _unknown(client_address(self._request())):
                async with asyncio.timeout(limits.INITIALISATION_SECONDS):
                    message = await self._receive()
        except TimeoutError:
            raise _Closed(TIMED_OUT, "Connection initialisation timeout") from None
        if message["type"] != "connection_init":
            raise _Closed(UNAUTHORIZED, "Unauthorized")
        self._presented = _read_credentials(message.get("payload"))
        request = self._request()
        weigh(request, cost=1, reads=True)
        try:
            principal, _ = await authenticate(request, self._presented)
            await admitted()
        except RateLimitExceeded:
            raise _Closed(TOO_MANY, "Too many requests") from None
        except (Unauthorized, Forbidden):
            raise _Closed(FORBIDDEN, "Forbidden") from None
        return principal

    def _request(self) -> Request:
        """Returns the request that opened the socket, as one for the guards, without its cookies."""
        headers = [pair for pair in self._socket.scope["headers"] if pair[0] not in (b"cookie", b"authorization")]
        scope = {**self._socket.scope, "type": "http", "method": "POST", "headers": headers, "state": {}}
        return Request(scope)

    async def _receive(self) -> dict[str, Any]:
        text = await self._socket.receive_text()
        self._heard_at = now = time.monotonic()
        self._times.append(now)
        while self._times[0] < now - 60:
            self._times.popleft()
        if len(self._times) > limits.MESSAGES_A_MINUTE:
            raise _Closed(TOO_MANY, "Too many messages")
        try:
            message: Any = from_json(text) if len(text) <= limits.MESSAGE_CHARACTERS else None
        except ValueError:
            message = None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise _Closed(INVALID_MESSAGE, "Invalid message")
        return message

    async def _send(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(limits.SENDING_SECONDS), self._sending:
                await self._socket.send_text(to_json(message).decode())
        except TimeoutError:
            raise _Closed(TOO_SLOW, "Too slow") from None

    async def _listen(self) -> None:
        while True:
            message = await self._receive()
            match message["type"]:
                case "ping":
                    await self._send({"type": "pong"})
                case "pong":
                    pass
                case "complete":
                    operation = self._operations.get(str(message.get("id")))
                    if operation is not None:
                        operation.cancel()
                case "subscribe":
                    self._subscribe(message)
                case "connection_init":
                    raise _Closed(TOO_MANY, "Too many initialisation requests")
                case _:
                    raise _Closed(INVALID_MESSAGE, "Invalid message")

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(limits.PING_SECONDS)
            if time.monotonic() - self._heard_at > limits.SILENT_SECONDS:
                raise _Closed(TIMED_OUT, "No answer to pings")
            await self._send({"type": "ping"})

    async def _expire(self) -> None:
        await asyncio.sleep(self._until - time.monotonic())
        await asyncio.wait(self._operations.values(), timeout=limits.SENDING_SECONDS) if self._operations else None
        raise _Closed(RESTARTS, "The time of this connection is over")

    def _subscribe(self, message: dict[str, Any]) -> None:
        name, payload = message.get("id"), message.get("payload")
        if not isinstance(name, str) or not 0 < len(name) <= 100 or not isinstance(payload, dict):
            raise _Closed(INVALID_MESSAGE, "Invalid message")
        if name in self._operations:
            raise _Closed(ALREADY_EXISTS, f"Subscriber for {name} already exists")
        if len(self._operations) >= limits.SUBSCRIPTIONS_OF_CONNECTION:
            raise _Closed(TOO_MANY, "Too many subscriptions")
        operation = asyncio.create_task(self._operate(name, payload))
        self._operations[name] = operation
        operation.add_done_callback(lambda _: self._operations.pop(name, None))

    async def _operate(self, name: str, payload: Any) -> None:
        assert self._presented is not None
        try:
            with of_its_own():
                opened = await open_operation(self._request(), self._presented, payload)
                async with aclosing(answers_of(opened, until=self._until)) as answers:
                    async for answer in answers:
                        is_last = "data" not in answer
                        told = {"type": "error", "payload": answer["errors"]} if is_last else _next(answer)
                        await self._send({"id": name, **told})
                        if is_last:
                            if says_unauthorized(answer):
                                self.end(_Closed(FORBIDDEN, "Forbidden"))
                            return
                await self._send({"id": name, "type": "complete"})
        except Unauthorized:
            self.end(_Closed(FORBIDDEN, "Forbidden"))
        except (ApiError, NotValid) as error:
            with suppress(_Closed, WebSocketDisconnect):
                await self._send({"id": name, "type": "error", "payload": failed(error)["errors"]})
        except _Closed as closed:
            self.end(closed)
        except (WebSocketDisconnect, RuntimeError):
            pass  # the client has gone
        except Exception as error:  # noqa: BLE001 - nobody else would learn of it
            report(error)
            self.end(_Closed(FAILED, "Internal server error"))


# How many connections of each address have not said yet whose they are.
_UNKNOWN: Final = Counter[str]()


@contextmanager
def _unknown(address: str) -> Generator[None]:
    """Counts a connection until it says whose it is. Raises _Closed where too many of its address have not."""
    if _UNKNOWN[address] >= limits.UNKNOWN_OF_ADDRESS:
        raise _Closed(TOO_MANY, "Too many connections")
    _UNKNOWN[address] += 1
    try:
        yield
    finally:
        _UNKNOWN[address] -= 1
        if not _UNKNOWN[address]:
            del _UNKNOWN[address]


def _next(answer: dict[str, Any]) -> dict[str, Any]:
    return {"type": "next", "payload": answer}


def _read_credentials(payload: Any) -> Presented:
    """Reads the access token or the API key of ``connection_init``: `accessToken`, `Authorization` or `apiKey`."""
    if not isinstance(payload, dict):
        raise _Closed(FORBIDDEN, "Forbidden")
    given: dict[str, Any] = {str(name).lower(): value for name, value in payload.items()}
    bearer, key = given.get("accesstoken"), given.get("apikey") or given.get("x-api-key")
    header = given.get("authorization")
    if bearer is None and isinstance(header, str) and header.lower().startswith("bearer "):
        bearer = header[7:].strip()
    if isinstance(bearer, str) and bearer:
        return Presented(bearer=bearer)
    if isinstance(key, str) and key:
        return Presented(key=key)
    raise _Closed(FORBIDDEN, "Forbidden")


async def serve_websocket(socket: WebSocket) -> None:
    """Serves one WebSocket of a client."""
    context = begin_context(uuid4().hex)
    context.ends_at = time.monotonic() + limits.CONNECTION_SECONDS + limits.SENDING_SECONDS
    if SUBPROTOCOL not in socket.scope.get("subprotocols", ()):
        await socket.accept()
        await socket.close(NOT_ACCEPTABLE, "Subprotocol not acceptable")
        return
    await socket.accept(SUBPROTOCOL)
    code, reason = 1000, ""
    try:
        await _Connection(socket).serve()
    except _Closed as closed:
        code, reason = closed.code, closed.reason
    except RateLimitExceeded:
        code, reason = TOO_MANY, "Too many connections"
    except WebSocketDisconnect:
        return
    except KeyError:  # a frame without text
        code, reason = INVALID_MESSAGE, "Invalid message"
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.close(code, reason)
