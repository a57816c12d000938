"""Asks Supabase Auth through its own client, with the secret key and in the name of the client's address.

Auth limits requests by IP address, thirty at once, and our functions share few addresses. It takes the client's address
from holders of the secret key (``Sb-Forwarded-For``, https://supabase.com/docs/guides/auth/rate-limits), and asks them
for no captcha. This is why even a sign-in sends the key.
"""

import asyncio
from collections.abc import Awaitable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import httpx

from lib.core.config import get_settings
from lib.core.http.client import TOTAL_SECONDS, get_http_client
from lib.core.http.errors import RETRY_AFTER_SECONDS, ApiError, ServiceUnavailable
from lib.core.telemetry.context import timed
from lib.identity.administration import secret_key
from lib.identity.auth_server.errors import UNAVAILABLE, error_for

if TYPE_CHECKING:
    from supabase_auth import AsyncGoTrueClient


def _is_address(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True


def auth_client(address: str | None = None) -> "AsyncGoTrueClient":
    """Returns a client for one call. It keeps the session of the person it signed in, so it is never shared.

    Sends the secret key as ``apikey`` and never as a bearer token. ``address`` is the client's IP address.
    """
    from supabase_auth import AsyncGoTrueClient

    headers = {"apikey": secret_key()}
    if address is not None and _is_address(address):
        headers["Sb-Forwarded-For"] = address
    return AsyncGoTrueClient(
        url=f"{get_settings().supabase_url}/auth/v1",
        headers=headers,
        http_client=get_http_client(),
        auto_refresh_token=False,
        persist_session=False,
    )


async def ask_auth[T](request: Awaitable[T], *, refused: ApiError, has_person: bool = False) -> T:
    """Awaits a request of ``auth_client``.

    ``has_person`` says that the request carries a person's own token. Raises ``refused`` and the other errors of
    ``error_for``; ServiceUnavailable if Auth does not answer in time, or its answer cannot be read.
    """
    from supabase_auth.errors import AuthError

    with timed("auth"):
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                return await request
        except AuthError as error:
            status = getattr(error, "status", None)
            raise error_for(error.code, status=status, refused=refused, has_person=has_person) from error
        except (TimeoutError, httpx.HTTPError, ValueError) as error:
            raise ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS) from error


async def change_own_password(access_token: str, attributes: dict[str, Any], address: str) -> None:
    """Changes a password with the person's own access token.

    The client's own method does so only for people whom the same client has signed in.
    """
    client = auth_client(address)
    # The client's public update_user takes the token from its own store, and asks Auth once more to fill that.
    await client._request("PUT", "user", jwt=access_token, body=attributes)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
