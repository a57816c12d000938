"""How long the edge keeps delivered contents, and the tags by which lib/publishing/edge_purge.py drops them."""

from typing import Final
from uuid import UUID

# How long the edge keeps an answer, and for how long after that it may answer with it while it asks for the new one.
EDGE_SECONDS: Final = 300
STALE_SECONDS: Final = 86_400


def list_tag(brand_id: UUID | str) -> str:
    """Returns the cache tag of the lists of a brand."""
    return f"contents-of-{brand_id}"


def brand_tag(brand_id: UUID | str) -> str:
    """Returns the cache tag of everything that a brand delivers."""
    return f"brand-{brand_id}"


def content_tag(content_id: UUID | str) -> str:
    """Returns the cache tag of a content."""
    return f"content-{content_id}"
