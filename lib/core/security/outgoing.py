"""Sends requests to addresses that users name: webhooks, chats and channels. Never to a private network (SSRF).

The rules of an address are those of `lib/core/security/web.py`: the host is resolved, all of its addresses must be
public, and the connection goes to such an address. Redirects are not followed.
"""

import asyncio
import dataclasses
import re
import socket
import time
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

from lib.core.http.deadline import within
from lib.core.security.outgoing_connections import BadAnswer, Connection, Place, connect, pool_of_this_loop
from lib.core.security.web import USER_AGENT, FetchRefused, Target, check_url

MAX_ANSWER_BYTES: Final = 100_000
# Seconds that an instance remembers the address of a host that it has checked. The connection goes to that address, so
# a later answer of the resolver changes nothing.
ADDRESS_SECONDS: Final = 10.0
MAX_ADDRESSES: Final = 5000
# A resolver that does not answer holds a thread for up to half a minute. These have threads of their own, so that such
# hosts keep nothing else waiting.
RESOLVER_THREADS: Final = 32
CONNECT_SECONDS: Final = 4.0
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNSAFE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class SendFailed(Exception):
    """The request was not answered, or may not be sent. The message holds no secret and may be shown."""

    def __init__(self, message: str, *, is_final: bool, was_sent: bool = True) -> None:
        """``is_final``: no later attempt can succeed, since the URL itself is refused.

        ``was_sent``: whether the server may have got the request.
        """
        super().__init__(message)
        self.is_final = is_final
        self.was_sent = was_sent


@dataclass(frozen=True, slots=True)
class Sent:
    """The answer to a request."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """The first ``max_bytes`` of the body."""
    is_cut: bool
    """Whether the body was longer."""


_addresses: Final = OrderedDict[tuple[str, str], tuple[float, Target]]()


@lru_cache(maxsize=1)
def _resolvers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolver")


async def _resolve(host: str, port: int) -> list[str]:
    def ask() -> list[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(info[4][0]) for info in found))

    return await asyncio.get_running_loop().run_in_executor(_resolvers(), ask)


async def _target_of(url: str) -> Target:
    parts = urlsplit(url)
    key, now = (parts.scheme, parts.netloc), time.monotonic()
    known = _addresses.get(key)
    if known is not None and known[0] > now:
        return dataclasses.replace(known[1], url=url)
    target = await check_url(url, resolver=_resolve)
    _addresses[key] = (now + ADDRESS_SECONDS, target)
    _addresses.move_to_end(key)
    while len(_addresses) > MAX_ADDRESSES:
        _addresses.popitem(last=False)
    return target


def _request(method: str, target: Target, headers: Mapping[str, str], content: bytes, *, is_kept: bool) -> bytes:
    """Returns the bytes of a request. Raises ValueError for headers that HTTP cannot carry."""
    parts = urlsplit(target.url)
    path = quote(parts.path or "/", safe="/%:=&~+!$,;'@()*")
    query = f"?{quote(parts.query, safe='/%:=&?~+!$,;@()*')}" if parts.query else ""
    own = {
        "user-agent": USER_AGENT,
        **{name.lower(): value for name, value in headers.items()},
        "host": target.host_header,
        "accept-encoding": "identity",
        "connection": "keep-alive" if is_kept else "close",
    }
    if content or method in ("POST", "PUT", "PATCH"):
        own["content-length"] = str(len(content))
    if not _TOKEN.fullmatch(method) or not all(_TOKEN.fullmatch(name) for name in own):
        raise ValueError("not a header")
    lines = [f"{method} {path}{query} HTTP/1.1", *(f"{name}: {value}" for name, value in own.items())]
    if any(_UNSAFE.search(line) for line in lines):
        raise ValueError("a header with control characters")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content


async def _exchange(
    method: str, target: Target, headers: Mapping[str, str], content: bytes, *, max_bytes: int, owner: str | None
) -> Sent:
    request = _request(method, target, headers, content, is_kept=owner is not None)
    pool = pool_of_this_loop()
    place: Place = (owner or "", target.host, target.address, target.port)
    async with pool.gate:
        connection = pool.take(place) if owner is not None else None
        while True:
            connection = connection or await _connect(target)
            try:
                await connection.ask(request, max_bytes=max_bytes, is_head=method == "HEAD")
                break
            except BadAnswer:
                # A kept connection may have been closed by its peer meanwhile: then nothing of an answer came.
                if not connection.was_used or connection.has_answered:
                    raise
                connection = None
        sent = Sent(connection.status, connection.headers, bytes(connection.body), connection.is_cut)
        if owner is not None and connection.is_usable:
            pool.keep(place, connection)
        else:
            connection.close()
        return sent


async def _connect(target: Target) -> Connection:
    async with within(CONNECT_SECONDS):
        return await connect(target.address, target.port, tls_host=target.host if target.scheme == "https" else None)


async def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    seconds: float,
    max_bytes: int = MAX_ANSWER_BYTES,
    owner: str | None = None,
) -> Sent:
    """Sends a request within so many seconds and the time of the function, and reads at most ``max_bytes``.

    Any status is an answer, also a redirect, which is not followed. Where there is an ``owner``, such as the id of a
    webhook, the connection is kept for the next request of that owner; otherwise it is closed. Raises SendFailed.
    """
    try:
        async with within(seconds):
            target = await _target_of(url)
            return await _exchange(method, target, headers, content, max_bytes=max_bytes, owner=owner)
    except FetchRefused as error:
        raise SendFailed(str(error), is_final="cannot be found" not in str(error), was_sent=False) from error
    except TimeoutError as error:
        raise SendFailed("the server took too long", is_final=False) from error
    except BadAnswer as error:
        raise SendFailed(str(error), is_final=False) from error
    except (OSError, ValueError) as error:
        raise SendFailed("the server cannot be reached", is_final=False) from error
