"""Sitemaps (https://www.sitemaps.org/protocol.html)."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC
from typing import Final

from lib.publishing.delivery.addresses import own_address, website_address
from lib.publishing.delivery.formats.xml import add, written
from lib.publishing.delivery.models import DeliveringBrand, ListedAddress

_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
# The protocol's bound, which is kept as XML too: a page of the longest is below what a function may answer with.
_MAX_ADDRESS: Final = 2047


def _root(name: str) -> ET.Element:
    return ET.Element(name, {"xmlns": _NAMESPACE})


def as_sitemap(brand: DeliveringBrand, contents: Sequence[ListedAddress]) -> bytes:
    """Returns a page of addresses."""
    root = _root("urlset")
    for content in contents:
        given = website_address(brand, content)
        is_fit = given is not None and len(given) + 4 * given.count("&") <= _MAX_ADDRESS
        entry = add(root, "url")
        add(entry, "loc", given if is_fit else own_address(brand, f"contents/{content.slug}"))
        add(entry, "lastmod", content.updated_at.astimezone(UTC).isoformat(timespec="seconds"))
    return written(root)


def as_index(brand: DeliveringBrand, pages: int) -> bytes:
    """Returns the list of the pages of a sitemap that has several."""
    root = _root("sitemapindex")
    for page in range(1, pages + 1):
        add(add(root, "sitemap"), "loc", own_address(brand, f"sitemap-{page}.xml"))
    return written(root)
