"""Requests to Supabase Storage (https://supabase.com/docs/reference/api, storage), for avatars."""

from typing import Any, Final

import httpx

from lib.core.config import get_settings
from lib.core.http.client import get_http_client
from lib.core.http.errors import RETRY_AFTER_SECONDS, Forbidden, ServiceUnavailable
from lib.core.security.signing import proof_headers
from lib.core.telemetry.context import timed
from lib.identity.administration import secret_key

SECONDS: Final = 6.0
UNAVAILABLE: Final = "files cannot be stored right now"


async def _request(
    method: str,
    path: str,
    *,
    headers: dict[str, str],
    content: bytes | None = None,
    json: Any = None,
) -> None:
    with timed("storage"):
        try:
            response = await get_http_client().request(
                method,
                f"{get_settings().supabase_url}/storage/v1{path}",
                headers=headers,
                content=content,
                json=json,
                timeout=SECONDS,
            )
        except httpx.HTTPError as error:
            raise ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS) from error
    if response.status_code in (400, 401, 403):
        raise Forbidden("this file may not be stored here")
    if response.status_code >= 300:
        raise ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS)


def as_person(access_token: str) -> dict[str, str]:
    """Returns the headers of requests under the policies of a person."""
    return {
        "apikey": get_settings().supabase_publishable_key,
        "Authorization": f"Bearer {access_token}",
    } | proof_headers(access_token)


def as_service() -> dict[str, str]:
    """Returns the headers of requests with the service role."""
    return {"apikey": secret_key()}


async def upload_object(bucket: str, path: str, body: bytes, *, media_type: str, headers: dict[str, str]) -> None:
    """Stores an object that caches may keep for a year. Raises Forbidden, ServiceUnavailable."""
    described = headers | {"Content-Type": media_type, "Cache-Control": "max-age=31536000"}
    await _request("POST", f"/object/{bucket}/{path}", headers=described, content=body)


async def remove_object(bucket: str, path: str, *, headers: dict[str, str]) -> None:
    """Deletes an object. Succeeds if there is none. Raises Forbidden, ServiceUnavailable."""
    await _request("DELETE", f"/object/{bucket}", headers=headers, json={"prefixes": [path]})
