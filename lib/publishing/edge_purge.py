"""Purges the edge cache of contents that changed, by Vercel's API.

https://vercel.com/docs/rest-api/edge-cache/invalidate-by-tag. An answer that is invalidated is served once more while
the edge fetches the new one. An answer that is deleted is served no more: for contents that were archived or closed.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import httpx

from lib.core.data.db import Db
from lib.core.http.client import get_http_client
from lib.core.http.errors import ServiceUnavailable
from lib.core.telemetry.context import timed
from lib.core.telemetry.logs import log
from lib.events import Event, values_of
from lib.publishing.delivery import brand_tag, content_tag, list_tag
from lib.publishing.settings import get_edge_cache_settings

# The most tags that one call takes.
MAX_TAGS: Final = 16
TIMEOUT_SECONDS: Final = 5.0
PATHS: Final = {
    "invalidate": "/v1/edge-cache/invalidate-by-tags",
    "delete": "/v1/edge-cache/dangerously-delete-by-tags",
}


async def purge(tags: Sequence[str], *, how: Literal["invalidate", "delete"]) -> None:
    """Purges all answers that have one of the tags.

    Raises ServiceUnavailable when the platform fails; the events then come again. Without VERCEL_TOKEN and
    VERCEL_PROJECT_ID it only writes a warning to the log.
    """
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


# The types of events that may make delivered answers stale.
STALING: Final = frozenset({"ContentPublished", "ContentStatusChanged", "DeliveryConfigured", "BrandUpdated"})
# The data of these types tells whether they do: the former status cannot be read any more.
TOLD_BY_DATA: Final = frozenset({"ContentStatusChanged", "BrandUpdated"})


def tags_of(
    event: Event, values: Mapping[str, Sequence[str]]
) -> tuple[Literal["invalidate", "delete"], tuple[str, ...]] | None:
    """Returns how to purge and the tags of the answers that an event makes stale; None where it makes none stale.

    ``values``: `from` and `changed` of the event's data. The tags are those of lib/publishing/delivery.
    """
    brand, content = event.brand_id, event.aggregate_id
    match event.type:
        case "ContentPublished":
            return "invalidate", (content_tag(content), list_tag(brand))
        case "ContentStatusChanged" if "published" in values.get("from", ()):
            return "delete", (content_tag(content), list_tag(brand))
        case "DeliveryConfigured":
            return "delete", (brand_tag(brand),)
        case "BrandUpdated" if {"slug", "name", "deleted_at"} & set(values.get("changed", ())):
            return "delete", (brand_tag(brand),)
        case _:
            return None


async def purge_delivered(db: Db, events: Sequence[Event]) -> None:
    """Purges the answers that the events make stale. Purging twice does no harm, nor does another order."""
    values = await values_of(db, [event for event in events if event.type in TOLD_BY_DATA], "from", "changed")
    stale: dict[Literal["invalidate", "delete"], set[str]] = {"invalidate": set(), "delete": set()}
    for event in events:
        found = tags_of(event, values.get(event.id, {}))
        if found:
            stale[found[0]].update(found[1])
    stale["invalidate"] -= stale["delete"]
    for how, tags in stale.items():
        if tags:
            await purge(sorted(tags), how=how)
