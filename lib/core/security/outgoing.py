"""Sends requests to addresses that users name: webhooks, chats and channels. Never to a private network (SSRF).

The rules of an address are those of `lib/core/security/web.py`: the host is resolved once, all of its addresses must be
public, and the connection goes to such an address. Redirects are not followed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import httpx

from lib.core.http.deadline import within
from lib.core.security.web import USER_AGENT, FetchRefused, check_url, guarded_client

MAX_ANSWER_BYTES: Final = 100_000


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


async def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    seconds: float,
    max_bytes: int = MAX_ANSWER_BYTES,
) -> Sent:
    """Sends a request within so many seconds and the time of the function, and reads at most ``max_bytes``.

    Any status is an answer, also a redirect, which is not followed. Raises SendFailed.
    """
    try:
        async with within(seconds):
            target = await check_url(url)
            client = guarded_client()
            request = client.build_request(
                method,
                target.pinned,
                headers={
                    "User-Agent": USER_AGENT,
                    **headers,
                    "Host": target.host_header,
                    "Accept-Encoding": "identity",
                },
                content=content,
                extensions={"sni_hostname": target.host},
            )
            response = await client.send(request, stream=True)
            try:
                client.cookies.clear()
                body, is_cut = await _read(response, max_bytes)
            finally:
                await response.aclose()
    except FetchRefused as error:
        raise SendFailed(str(error), is_final="cannot be found" not in str(error), was_sent=False) from error
    except TimeoutError as error:
        raise SendFailed("the server took too long", is_final=False) from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SendFailed("the server cannot be reached", is_final=False) from error
    return Sent(response.status_code, {name.lower(): value for name, value in response.headers.items()}, body, is_cut)


async def _read(response: httpx.Response, max_bytes: int) -> tuple[bytes, bool]:
    # Raw bytes: nothing is unpacked, so a compressed answer cannot grow.
    body = bytearray()
    async for chunk in response.aiter_raw(65_536):
        body += chunk
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), True
    return bytes(body), False
