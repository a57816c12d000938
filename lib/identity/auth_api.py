"""Asks Supabase Auth (https://github.com/supabase/auth), with the secret key and in the name of the client's address.

Auth counts requests by address, thirty at once, and our functions have few. It believes what a holder of the secret key
says of the client (``Sb-Forwarded-For``, https://supabase.com/docs/guides/auth/rate-limits), and asks them for no
captcha. This is why even a sign-in sends the key.
"""

import asyncio
from ipaddress import ip_address
from typing import Any, Final

import httpx

from lib.core.config import get_settings
from lib.core.context import timed
from lib.core.errors import RETRY_AFTER_SECONDS, ApiError, ServiceUnavailable
from lib.core.http import TOTAL_SECONDS, get_http_client
from lib.core.service_role import secret_key
from lib.identity.auth_errors import UNAVAILABLE, error_for

# From this version on, errors name their code in one way, and say nothing of the database.
API_VERSION: Final = "2024-01-01"
ERROR_CODE: Final = "x-sb-error-code"
NO_CODE: Final = "-"


def _headers(token: str | None, address: str | None) -> dict[str, str]:
    headers = {"apikey": secret_key(), "X-Supabase-Api-Version": API_VERSION}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if address is not None and _is_address(address):
        headers["Sb-Forwarded-For"] = address
    return headers


def _is_address(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True


def _code_of(response: httpx.Response) -> str:
    try:
        body: Any = response.json()
    except ValueError:
        body = None
    named = body.get("code") if isinstance(body, dict) else None
    return response.headers.get(ERROR_CODE) or (named if isinstance(named, str) else NO_CODE)


async def ask_auth(
    method: str,
    path: str,
    *,
    refused: ApiError,
    body: dict[str, Any] | None = None,
    token: str | None = None,
    address: str | None = None,
) -> dict[str, Any]:
    """What Auth answers; an empty dictionary where it answers nothing.

    ``token`` is a person's own; without one Auth sees its administrator. ``address`` is the client's.

    Raises ``refused`` and the other errors of ``auth_errors``; ServiceUnavailable where Auth does not answer.
    """
    url = f"{get_settings().supabase_url}/auth/v1{path}"
    with timed("auth"):
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                response = await get_http_client().request(method, url, json=body, headers=_headers(token, address))
        except (httpx.HTTPError, TimeoutError) as error:
            raise ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS) from error
    if response.is_success:
        return response.json() if response.content else {}
    code, path = _code_of(response), path.split("?", maxsplit=1)[0]
    raise error_for(code, status=response.status_code, path=path, refused=refused, has_person=token is not None)
