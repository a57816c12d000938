"""Purges the edge cache of contents that changed, by Vercel's API.

https://vercel.com/docs/rest-api/edge-cache/invalidate-by-tag. An answer that is invalidated is served once more while
the edge fetches the new one. An answer that is deleted is served no more: for contents that were archived or closed.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, Literal
from uuid import UUID

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
# How many calls are made side by side.
CALLS_AT_ONCE: Final = 4
# The answers of a brand with more stale contents than this are purged by the one tag that all of them have: a flood of
# one brand costs no more calls than a change of its name does.
MAX_CONTENTS_OF_BRAND: Final = 16
type How = Literal["invalidate", "delete"]

PATHS: Final = {
    "invalidate": "/v1/edge-cache/invalidate-by-tags",
    "delete": "/v1/edge-cache/dangerously-delete-by-tags",
}


async def purge(tags: Sequence[str], *, how: How) -> None:
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
    gate = asyncio.Semaphore(CALLS_AT_ONCE)

    async def purge_some(some: Sequence[str]) -> None:
        async with gate:
            with timed("edge"):
                response = await get_http_client().post(
                    f"{settings.vercel_api_url}{PATHS[how]}",
                    params=query,
                    headers={"Authorization": f"Bearer {settings.vercel_token}"},
                    json={"tags": some},
                    timeout=TIMEOUT_SECONDS,
                )
        response.raise_for_status()

    calls = [purge_some(tags[start : start + MAX_TAGS]) for start in range(0, len(tags), MAX_TAGS)]
    for outcome in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(outcome, httpx.HTTPError):
            raise ServiceUnavailable("the edge cache could not be purged") from outcome
        if outcome is not None:
            raise outcome


# The types of events that may make delivered answers stale.
STALING: Final = frozenset({"ContentPublished", "ContentStatusChanged", "DeliveryConfigured", "BrandUpdated"})
# The data of these types tells whether they do: the former status cannot be read any more.
TOLD_BY_DATA: Final = frozenset({"ContentStatusChanged", "BrandUpdated"})


class _Stale:
    """The answers that are stale, by how they are purged."""

    def __init__(self) -> None:
        # Dictionaries for their order, which is that of the events.
        self._contents: dict[How, defaultdict[UUID, dict[str, None]]] = {
            "invalidate": defaultdict(dict),
            "delete": defaultdict(dict),
        }
        self._brands: dict[str, None] = {}

    def add(self, event: Event, values: Mapping[str, Sequence[str]]) -> None:
        """Adds the answers that an event makes stale. ``values``: `from` and `changed` of the event's data."""
        match event.type:
            case "ContentPublished":
                self._contents["invalidate"][event.brand_id][content_tag(event.aggregate_id)] = None
            case "ContentStatusChanged" if "published" in values.get("from", ()):
                self._contents["delete"][event.brand_id][content_tag(event.aggregate_id)] = None
            case "DeliveryConfigured":
                self._brands[brand_tag(event.brand_id)] = None
            case "BrandUpdated" if {"slug", "name", "logo", "language", "deleted_at"} & set(values.get("changed", ())):
                self._brands[brand_tag(event.brand_id)] = None
            case _:
                pass

    def tags(self, how: How) -> list[str]:
        """Returns the tags to purge in this way: those of lib/publishing/delivery."""
        tags = dict(self._brands) if how == "delete" else {}
        for brand_id, contents in self._contents[how].items():
            if len(contents) > MAX_CONTENTS_OF_BRAND:
                tags[brand_tag(brand_id)] = None
            else:
                tags |= {list_tag(brand_id): None} | contents
        return list(tags)


async def purge_delivered(db: Db, events: Sequence[Event]) -> None:
    """Purges the answers that the events make stale. Purging twice does no harm, nor does another order."""
    values = await values_of(db, [event for event in events if event.type in TOLD_BY_DATA], "from", "changed")
    stale = _Stale()
    for event in events:
        stale.add(event, values.get(event.id, {}))
    deleted = stale.tags("delete")
    invalidated = [tag for tag in stale.tags("invalidate") if tag not in set(deleted)]
    if deleted:
        await purge(deleted, how="delete")
    if invalidated:
        await purge(invalidated, how="invalidate")
