"""Objects of Storage (https://supabase.com/docs/reference/api, storage), under the policies of whose token it is."""

from typing import Any, Final

import httpx

from lib.core.config import get_settings
from lib.core.http.client import get_http_client
from lib.core.http.errors import RETRY_AFTER_SECONDS, Forbidden, ServiceUnavailable
from lib.core.telemetry.context import timed

SECONDS: Final = 6.0


async def _ask(
    method: str,
    path: str,
    *,
    access_token: str | None = None,
    api_key: str | None = None,
    content: bytes | None = None,
    json: Any = None,
    headers: dict[str, str] | None = None,
) -> None:
    settings = get_settings()
    own = {"apikey": api_key or settings.supabase_publishable_key}
    if access_token is not None:
        own["Authorization"] = f"Bearer {access_token}"
    with timed("storage"):
        try:
            response = await get_http_client().request(
                method,
                f"{settings.supabase_url}/storage/v1{path}",
                headers=own | (headers or {}),
                content=content,
                json=json,
                timeout=SECONDS,
            )
        except httpx.HTTPError as error:
            raise ServiceUnavailable("files cannot be kept right now", retry_after=RETRY_AFTER_SECONDS) from error
    if response.status_code in (400, 401, 403):
        raise Forbidden("this file may not be kept here")
    if response.status_code >= 300:
        raise ServiceUnavailable("files cannot be kept right now", retry_after=RETRY_AFTER_SECONDS)


async def upload_object(access_token: str, bucket: str, path: str, body: bytes, media_type: str) -> None:
    headers = {"Content-Type": media_type, "Cache-Control": "max-age=31536000"}
    await _ask("POST", f"/object/{bucket}/{path}", access_token=access_token, content=body, headers=headers)


async def remove_objects(
    bucket: str, paths: list[str], *, access_token: str | None = None, api_key: str | None = None
) -> None:
    """As the person of an access token, or as the service by its key."""
    await _ask("DELETE", f"/object/{bucket}", access_token=access_token, api_key=api_key, json={"prefixes": paths})
