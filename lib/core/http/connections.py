"""The connections of an instance to the services that it calls: one pool and one TLS context for each event loop.

aiohttp sends a request for a sixth of the CPU of httpx, which two of our clients are written for. So this module
answers like httpx where they look, and raises what httpx raises. It is imported at the first call: see
lib/core/http/client.py.
"""

import asyncio
from typing import Any, Final

import aiohttp
import httpx
from yarl import URL

from lib.core.http.answer import CONNECT_SECONDS, SILENT_SECONDS, Answer, Headers, Sent

# Seconds that an idle connection is kept, which is less than any peer keeps it. Cloudflare, before Supabase: 400
# (https://developers.cloudflare.com/fundamentals/reference/connection-limits/).
KEEP_ALIVE_SECONDS: Final = 30.0
# Connections to all services, and to one of them. One instance answers many requests at once, and each may ask a
# service for several things side by side.
MAX_CONNECTIONS: Final = 100
MAX_CONNECTIONS_PER_HOST: Final = 50
_TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS)
# No answer of a service is as large: ours has at most 4.5 MB.
MAX_ANSWER_BYTES: Final = 64_000_000
# Headers that aiohttp adds: answers are read as they are, since unpacking costs more than reading from nearby, and the
# type of a body is stated by our clients.
_NOT_ADDED: Final = ("Accept", "Accept-Encoding", "Content-Type")


class _NotAnswered(aiohttp.ClientError):
    """The peer closed the connection before it sent a byte of the answer."""


async def _tell_unanswered(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Raises _NotAnswered in place of the errors after which aiohttp itself would repeat some requests."""
    try:
        return await send(request)
    except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError):
        raise
    except aiohttp.ServerDisconnectedError as error:
        if isinstance(error.message, str):
            raise _NotAnswered(str(error)) from error
        # The message is the part of the answer that came.
        raise aiohttp.ClientPayloadError("the answer was cut off") from error
    except (aiohttp.ClientOSError, aiohttp.ClientConnectionResetError) as error:
        raise _NotAnswered(str(error)) from error


class _Connections:
    """The sessions of one event loop."""

    def __init__(self) -> None:
        self._tls = httpx.create_ssl_context()
        self.kept = self._session(
            aiohttp.TCPConnector(
                ssl=self._tls,
                limit=MAX_CONNECTIONS,
                limit_per_host=MAX_CONNECTIONS_PER_HOST,
                keepalive_timeout=KEEP_ALIVE_SECONDS,
                ttl_dns_cache=30,
            )
        )
        # For a second try: where one kept connection was closed, others may be.
        self.fresh = self._session(aiohttp.TCPConnector(ssl=self._tls, limit=MAX_CONNECTIONS, force_close=True))

    @staticmethod
    def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            timeout=_TIMEOUT,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_NOT_ADDED,
            trust_env=False,
            middlewares=(_tell_unanswered,),
        )

    async def close(self) -> None:
        """Closes all connections."""
        await self.kept.close()
        await self.fresh.close()


_connections: Final = dict[asyncio.AbstractEventLoop, _Connections]()


def _of_this_loop() -> _Connections:
    loop = asyncio.get_running_loop()
    found = _connections.get(loop)
    if found is None:
        # A loop that ended without closing its connections has lost them.
        for ended in [other for other in _connections if other.is_closed()]:
            del _connections[ended]
        found = _connections[loop] = _Connections()
    return found


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts, size = list[bytes](), 0
    while max(size, response.content_length or 0) <= MAX_ANSWER_BYTES:
        part = await response.content.readany()
        parts.append(part)
        size += len(part)
        if response.content.at_eof() and size <= MAX_ANSWER_BYTES:
            return part if len(parts) == 1 else b"".join(parts)
    raise httpx.RemoteProtocolError("the answer is too large")


async def _ask(session: aiohttp.ClientSession, method: str, url: URL, options: dict[str, Any]) -> Answer:
    async with session.request(method, url, allow_redirects=False, **options) as response:
        content = await _read(response)
        return Answer(response.status, response.reason or "", response.headers, content, Sent(options["headers"]))


def _as_of_httpx(error: aiohttp.ClientError | OSError) -> httpx.TransportError:
    """Returns the error that httpx raises in place of one of aiohttp."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            kind = httpx.ConnectTimeout
        case TimeoutError():
            kind = httpx.ReadTimeout
        case aiohttp.ClientConnectorError():
            kind = httpx.ConnectError
        case aiohttp.ClientPayloadError() | aiohttp.ClientResponseError() | _NotAnswered():
            kind = httpx.RemoteProtocolError
        case aiohttp.InvalidURL():
            kind = httpx.UnsupportedProtocol
        case _:
            kind = httpx.ReadError
    return kind(str(error) or type(error).__name__)


async def exchange(
    method: str,
    url: str,
    *,
    headers: Headers,
    content: bytes | None = None,
    may_repeat: bool = False,
    connect_seconds: float = CONNECT_SECONDS,
    silent_seconds: float = SILENT_SECONDS,
) -> Answer:
    """Sends a request and reads its answer.

    ``url``: encoded; ``silent_seconds``: the longest silence; ``may_repeat``: whether the request is sent once more, on
    a new connection, where the peer closed the first before it sent a byte. Raises httpx.TransportError.
    """
    target, connections = URL(url, encoded=True), _of_this_loop()
    options: dict[str, Any] = {"headers": headers, "data": content}
    if (connect_seconds, silent_seconds) != (CONNECT_SECONDS, SILENT_SECONDS):
        options["timeout"] = aiohttp.ClientTimeout(total=None, sock_connect=connect_seconds, sock_read=silent_seconds)
    try:
        try:
            return await _ask(connections.kept, method, target, options)
        except _NotAnswered:
            if not may_repeat:
                raise
            return await _ask(connections.fresh, method, target, options)
    except (aiohttp.ClientError, OSError) as error:
        raise _as_of_httpx(error) from error


def open_connections() -> None:
    """Gets ready to connect from this event loop, so that the first request does not read the certificates."""
    _of_this_loop()


async def close_connections() -> None:
    """Closes the connections of this event loop. The next call opens others."""
    found = _connections.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
