"""How long the edge keeps delivered contents, and the tags by which lib/publishing/edge_purge.py drops them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from lib.core.data.db import Row

# How long the edge keeps an answer, and for how long after that it may answer with it while it asks for the new one.
EDGE_SECONDS: Final = 300
STALE_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class EdgeTimes:
    """For how many seconds the edge keeps an answer, and for how many more it may give it out once it is stale."""

    fresh: int
    stale: int


def edge_times(answer: Row) -> EdgeTimes:
    """Takes what the database says of the time that is left out of an answer, and returns how long the edge keeps it.

    No answer outlives a content in it, not even as a stale one. A publication that is near ends its freshness alone: a
    stale list lacks a content, as it does until the edge has been purged.
    """
    expires_in: int | None = answer.pop("expires_in", None)
    changes_in: int | None = answer.pop("changes_in", None)
    fresh = min(number for number in (EDGE_SECONDS, expires_in, changes_in) if number is not None)
    if expires_in is None:
        return EdgeTimes(fresh, STALE_SECONDS)
    return EdgeTimes(max(fresh, 0), max(min(STALE_SECONDS, expires_in - fresh), 0))


def joined_times(times: Iterable[EdgeTimes]) -> EdgeTimes:
    """Returns how long the edge keeps an answer that is made of several: none of them outlives its own times."""
    several = list(times)
    fresh = min(each.fresh for each in several)
    return EdgeTimes(fresh, min(each.fresh + each.stale for each in several) - fresh)


def list_tag(brand_id: UUID | str) -> str:
    """Returns the cache tag of the lists of a brand."""
    return f"contents-of-{brand_id}"


def brand_tag(brand_id: UUID | str) -> str:
    """Returns the cache tag of everything that a brand delivers."""
    return f"brand-{brand_id}"


def content_tag(content_id: UUID | str) -> str:
    """Returns the cache tag of a content."""
    return f"content-{content_id}"
