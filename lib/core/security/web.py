"""Fetches pages and images by URLs that users name, and never from a private network (SSRF).

A host name is resolved once, and all of its addresses must be public. The connection goes to such an address (it is
pinned), so a second answer of the resolver changes nothing. Each redirect is checked by the same rules. The time, size
and type of the answer are limited. Refusals give the reason without revealing what is at the address.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpx

from lib.core.config import get_settings
from lib.core.http.deadline import within
from lib.core.security.addresses import is_public

TOTAL_SECONDS: Final = 10.0
MAX_REDIRECTS: Final = 4
PORTS: Final = {"http": 80, "https": 443}
USER_AGENT: Final = "MixerAI/2.0 (+https://mixerai.com)"


class FetchRefused(Exception):
    """The URL may not be fetched, or its answer cannot be used. The message is shown to the caller."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer that was fetched completely."""

    url: str
    """The URL after redirects."""
    media_type: str
    body: bytes
    charset: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """A URL whose host was checked, and the address to connect to."""

    url: str
    host: str
    port: int
    scheme: str
    address: str

    @property
    def pinned(self) -> str:
        """The URL with the address in place of the host."""
        parts = urlsplit(self.url)
        address = f"[{self.address}]" if ":" in self.address else self.address
        return parts._replace(netloc=f"{address}:{self.port}", fragment="").geturl()

    @property
    def host_header(self) -> str:
        """The value of the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


async def resolve(host: str, port: int) -> list[str]:
    """Returns all addresses of a host name. IPv4 in octal, hexadecimal or short notation is normalised."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


type Resolver = Callable[[str, int], Awaitable[list[str]]]


async def check_url(url: str, *, resolver: Resolver | None = None) -> Target:
    """Resolves the host of a URL. Raises FetchRefused unless it is an http(s) URL of a public host on a usual port."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
    except (ValueError, UnicodeError) as error:
        raise FetchRefused("this is not a URL") from error
    if parts.scheme not in PORTS or not host:
        raise FetchRefused("only http and https URLs can be fetched")
    if parts.username is not None or parts.password is not None:
        raise FetchRefused("a URL with a user name cannot be fetched")
    port = port or PORTS[parts.scheme]
    is_exempt = f"{host}:{port}" in get_settings().web_fetch_private_hosts
    if port not in PORTS.values() and not is_exempt:
        raise FetchRefused("only the ports 80 and 443 can be fetched from")
    try:
        addresses = await (resolver or resolve)(host, port)
    except (OSError, UnicodeError) as error:
        raise FetchRefused("the host of the URL cannot be found") from error
    # All addresses are checked, so that it does not matter which one the connection goes to.
    if not addresses or not (is_exempt or all(is_public(address) for address in addresses)):
        raise FetchRefused("the host of the URL cannot be fetched from")
    return Target(url, host, port, parts.scheme, addresses[0])


@lru_cache(maxsize=1)
def guarded_client() -> httpx.AsyncClient:
    """Returns the client of this instance for addresses that users name. Only for requests to a checked target."""
    # Without the proxies of the environment, which would resolve names themselves, and without kept connections. The
    # requests of several people share the client, so it must carry nothing from one to the next.
    return httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(TOTAL_SECONDS, connect=4.0),
        limits=httpx.Limits(max_connections=20, max_keepalive_connections=0),
    )


async def _read(response: httpx.Response, max_bytes: int) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        # We did not ask for compression: a few hundred bytes can unpack to gigabytes before they are counted.
        raise FetchRefused("the answer is compressed, which was not asked for")
    declared = response.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise FetchRefused(f"the answer is larger than {max_bytes // 1_000_000} MB")
    body = bytearray()
    async for chunk in response.aiter_bytes(65_536):
        body += chunk
        if len(body) > max_bytes:
            raise FetchRefused(f"the answer is larger than {max_bytes // 1_000_000} MB")
    return bytes(body)


async def _ask(target: Target, media_types: tuple[str, ...], max_bytes: int) -> Fetched | str:
    """Returns the answer, or the URL of a redirect."""
    request = guarded_client().build_request(
        "GET",
        target.pinned,
        headers={
            "Host": target.host_header,
            "User-Agent": USER_AGENT,
            "Accept": ", ".join(media_types),
            "Accept-Encoding": "identity",
        },
        # The certificate must be that of the host name, not of the address.
        extensions={"sni_hostname": target.host},
    )
    response = await guarded_client().send(request, stream=True)
    try:
        guarded_client().cookies.clear()
        if response.is_redirect:
            return urljoin(target.url, response.headers["location"])
        if response.status_code != 200:
            raise FetchRefused(f"the server answered with {response.status_code}")
        media_type = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type not in media_types:
            raise FetchRefused(f"the answer is of another type than {', '.join(media_types)}")
        return Fetched(target.url, media_type, await _read(response, max_bytes), response.charset_encoding)
    finally:
        await response.aclose()


async def fetch(url: str, *, media_types: tuple[str, ...], max_bytes: int, seconds: float = TOTAL_SECONDS) -> Fetched:
    """Fetches a URL within so many seconds and the time of the request, and follows up to four redirects.

    ``media_types``: the accepted types; ``max_bytes``: the largest answer. Raises FetchRefused for any failure.
    """
    try:
        async with within(seconds):
            for _ in range(MAX_REDIRECTS + 1):
                found = await _ask(await check_url(url), media_types, max_bytes)
                if isinstance(found, Fetched):
                    return found
                url = found
    except TimeoutError as error:
        raise FetchRefused("the server took too long") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise FetchRefused("the server cannot be reached") from error
    raise FetchRefused("the URL is redirected too often")
