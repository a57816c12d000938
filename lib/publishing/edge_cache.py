"""Takes out of the edge cache what is delivered no longer as it was.

Vercel's purge by tag: https://vercel.com/docs/rest-api/edge-cache/invalidate-by-tag. Invalidated, an answer is given
once more while the edge asks for the new one; deleted, it is given to nobody: for what was archived or closed.
"""

import logging
from typing import Final, Literal

import httpx

from lib.content.delivery import brand_tag, content_tag, list_tag
from lib.core.http.client import get_http_client
from lib.core.http.errors import ServiceUnavailable
from lib.core.telemetry.context import timed
from lib.core.telemetry.logs import log
from lib.events import Event
from lib.publishing.settings import get_edge_cache_settings

# Tags that one call takes.
MAX_TAGS: Final = 16
TIMEOUT_SECONDS: Final = 5.0
PATHS: Final = {
    "invalidate": "/v1/edge-cache/invalidate-by-tags",
    "delete": "/v1/edge-cache/dangerously-delete-by-tags",
}


async def purge(tags: list[str], *, how: Literal["invalidate", "delete"]) -> None:
    """Raises ServiceUnavailable when the platform does not do it: the events come again."""
    settings = get_edge_cache_settings()
    if not settings.vercel_token or not settings.vercel_project_id:
        log(
            logging.WARNING, "the edge cache is not purged: no VERCEL_TOKEN or VERCEL_PROJECT_ID", fields={"tags": tags}
        )
        return
    query = {"projectIdOrName": settings.vercel_project_id}
    if settings.vercel_team_id:
        query["teamId"] = settings.vercel_team_id
    for start in range(0, len(tags), MAX_TAGS):
        with timed("edge"):
            try:
                response = await get_http_client().post(
                    f"{settings.vercel_api_url}{PATHS[how]}",
                    params=query,
                    headers={"Authorization": f"Bearer {settings.vercel_token}"},
                    json={"tags": tags[start : start + MAX_TAGS]},
                    timeout=TIMEOUT_SECONDS,
                )
                response.raise_for_status()
            except httpx.HTTPError as error:
                raise ServiceUnavailable("the edge cache could not be purged") from error


def tags_of(event: Event) -> tuple[Literal["invalidate", "delete"], tuple[str, ...]] | None:
    """What an event makes stale, by the tags of lib/content/delivery; None for what nobody was delivered."""
    brand, content = event.brand_id, event.aggregate_id
    match event.type:
        case "ContentPublished":
            return "invalidate", (content_tag(content), list_tag(brand))
        case "ContentStatusChanged" if event.payload.get("from") == "published":
            return "delete", (content_tag(content), list_tag(brand))
        case "DeliveryConfigured":
            return "delete", (brand_tag(brand),)
        case "BrandUpdated" if {"slug", "name", "deleted_at"} & set(event.payload.get("changed", [])):
            return "delete", (brand_tag(brand),)
        case _:
            return None


async def purge_delivered(events: list[Event]) -> None:
    """A consumer of the event log; purging twice does no harm."""
    stale: dict[Literal["invalidate", "delete"], set[str]] = {"invalidate": set(), "delete": set()}
    for event in events:
        found = tags_of(event)
        if found:
            stale[found[0]].update(found[1])
    stale["invalidate"] -= stale["delete"]
    for how, tags in stale.items():
        if tags:
            await purge(sorted(tags), how=how)
