"""Connections to addresses that users name: HTTP/1.1 over asyncio, with every part of an answer bounded.

A peer here may be hostile: it may send headers without end, a body of any size, or a byte a minute. So the headers of
an answer have a maximum, its body is read up to a maximum and the rest is never received, and the caller sets the time.
A request takes a tenth of the processor time of httpx, so that a worker sends a thousand in a second.

A connection is kept for the owner who opened it, such as one webhook of one brand, and never given to another: a peer
that mixes up answers of one connection confuses nobody else.
"""

import asyncio
import ssl
import time
from collections import OrderedDict
from functools import lru_cache
from typing import Final

import httptools

# The status line, the headers and the trailers of an answer, with all interim answers (1xx) before it.
MAX_HEADER_BYTES: Final = 32_768
# Seconds that an idle connection is kept, and how many are kept in all.
KEEP_SECONDS: Final = 5.0
MAX_KEPT: Final = 1000
# Connections at a time, of all owners.
MAX_OPEN: Final = 500

type Place = tuple[str, str, str, int]
"""Owner, host, address and port."""


class BadAnswer(Exception):
    """The peer sent no answer of HTTP/1.1 within its bounds, or closed the connection before its end."""


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


class Connection(asyncio.Protocol):
    """One connection, which sends one request at a time."""

    def __init__(self) -> None:
        self.is_usable = True
        self.idle_since = 0.0
        self.was_used = False
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[None] | None = None
        self._begin(0, is_head=False)

    def _begin(self, max_bytes: int, *, is_head: bool) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.is_cut = False
        self.has_answered = False
        self._max_bytes = max_bytes
        self._is_head = is_head
        self._are_headers_complete = False
        self._has_length = False
        self._received = 0

    # Called by asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Notes the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Takes a packet, of at most 256 KB."""
        answer = self._answer
        if answer is None or answer.done():
            self.close()  # nothing was asked
            return
        self.has_answered = True
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail("the answer changes the protocol")
        except httptools.HttpParserError:
            self._fail("the answer is not HTTP")
        if not answer.done() and self._received > self._most():
            self._fail("the answer is too long")

    def eof_received(self) -> None:
        """Ends a body whose length was not stated."""
        if self._are_headers_complete and not self._has_length:
            self._finish(is_whole=False)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends an answer that is not complete."""
        self.is_usable = False
        if self._are_headers_complete and not self._has_length and exc is None:
            self._finish(is_whole=False)
        else:
            self._fail("the connection was closed before the end of the answer")

    # Called by the parser

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header. Trailers are left out."""
        if not self._are_headers_complete:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text

    def on_headers_complete(self) -> None:
        """Takes the status, unless it is that of an interim answer."""
        status = self._parser.get_status_code()
        if status < 200:
            self.headers.clear()
            return
        self.status = status
        self._are_headers_complete = True
        has_no_body = self._is_head or status in (204, 304)
        self._has_length = has_no_body or "content-length" in self.headers or "transfer-encoding" in self.headers
        if self._is_head:
            self._finish(is_whole=False)

    def on_body(self, data: bytes) -> None:
        """Takes a part of the body, and ends the answer where that is enough."""
        room = self._max_bytes - len(self.body)
        self.body += data[:room]
        if len(data) > room:
            self.is_cut = True
            self._finish(is_whole=False)

    def on_message_complete(self) -> None:
        """Ends an answer, unless it is an interim one."""
        if self._are_headers_complete:
            self._finish(is_whole=True)

    # Called by the sender

    async def ask(self, request: bytes, *, max_bytes: int, is_head: bool) -> None:
        """Sends a request, and returns when ``status``, ``headers`` and ``body`` are those of its answer.

        Raises BadAnswer. Where it is cancelled, the connection is closed.
        """
        assert self._transport is not None
        self._begin(max_bytes, is_head=is_head)
        self._answer = asyncio.get_running_loop().create_future()
        try:
            if not self.is_usable:
                self._fail("the connection was closed before the end of the answer")
            self._transport.write(request)
            await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            self._answer = None

    def close(self) -> None:
        """Closes the connection at once: what the peer still sends is not read."""
        self.is_usable = False
        if self._transport is not None:
            self._transport.abort()

    def _most(self) -> int:
        """Returns how many bytes of an incomplete answer may have come. Chunks of one byte take six."""
        return MAX_HEADER_BYTES if not self._are_headers_complete else 2 * MAX_HEADER_BYTES + 8 * self._max_bytes

    def _finish(self, *, is_whole: bool) -> None:
        if self._answer is not None and not self._answer.done():
            if not (is_whole and self._parser.should_keep_alive()):
                self.close()
            self._answer.set_result(None)

    def _fail(self, reason: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(BadAnswer(reason))
        self.close()


class Pool:
    """The connections of one event loop."""

    def __init__(self) -> None:
        self._idle: OrderedDict[Place, list[Connection]] = OrderedDict()
        self._kept = 0
        self.gate = asyncio.Semaphore(MAX_OPEN)

    def take(self, place: Place) -> Connection | None:
        """Returns an idle connection of this owner to this place, if there is one."""
        found = self._idle.get(place)
        while found:
            connection = found.pop()
            self._kept -= 1
            if not found:
                del self._idle[place]
            if connection.is_usable and time.monotonic() - connection.idle_since < KEEP_SECONDS:
                connection.was_used = True
                return connection
            connection.close()
        return None

    def keep(self, place: Place, connection: Connection) -> None:
        """Keeps a connection for the next request of this owner, and closes those that were idle for longest."""
        connection.idle_since = time.monotonic()
        self._idle.setdefault(place, []).append(connection)
        self._idle.move_to_end(place)
        self._kept += 1
        while self._idle:
            oldest, waiting = next(iter(self._idle.items()))
            is_stale = connection.idle_since - waiting[0].idle_since > KEEP_SECONDS
            if self._kept <= MAX_KEPT and not is_stale:
                break
            waiting.pop(0).close()
            self._kept -= 1
            if not waiting:
                del self._idle[oldest]

    def close(self) -> None:
        """Closes all idle connections."""
        for waiting in self._idle.values():
            for connection in waiting:
                connection.close()
        self._idle.clear()
        self._kept = 0


_pools: Final = dict[asyncio.AbstractEventLoop, Pool]()


def pool_of_this_loop() -> Pool:
    """Returns the connections of this event loop."""
    loop = asyncio.get_running_loop()
    found = _pools.get(loop)
    if found is None:
        for ended in [other for other in _pools if other.is_closed()]:
            del _pools[ended]
        found = _pools[loop] = Pool()
    return found


def close_connections() -> None:
    """Closes the idle connections of this event loop."""
    found = _pools.pop(asyncio.get_running_loop(), None)
    if found is not None:
        found.close()


async def connect(address: str, port: int, *, tls_host: str | None) -> Connection:
    """Connects to an address. ``tls_host``: the name that the certificate must have; None: without TLS.

    Raises OSError, of which errors of TLS are one kind.
    """
    _, connection = await asyncio.get_running_loop().create_connection(
        Connection,
        address,
        port,
        ssl=_tls() if tls_host else None,
        server_hostname=tls_host,
        ssl_handshake_timeout=5.0 if tls_host else None,
    )
    return connection
