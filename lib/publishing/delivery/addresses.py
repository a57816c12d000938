"""The addresses of contents: on the website of the brand where it gave one, and ours."""

import re
from typing import Final
from urllib.parse import quote

from lib.core.config import get_settings
from lib.publishing.delivery.models import DeliveredHead, DeliveringBrand, ListedAddress

ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+\Z")
# An address holds these as they are (RFC 3986), and escapes that are there already.
_KEPT: Final = "%/:?#@!$&'()*+,;=~-._"
_NO_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def as_uri(address: str) -> str:
    """Returns an address in ASCII, for headers, sitemaps and links."""
    return quote(_NO_ESCAPE.sub("%25", address), safe=_KEPT)


def own_address(brand: DeliveringBrand, name: str) -> str:
    """Returns our address of something that a brand delivers, such as ``contents/winter.md``."""
    settings = get_settings()
    return f"{settings.functions_url or settings.app_url}/api/v1/delivery/{brand.slug}/{name}"


def site_address(brand: DeliveringBrand) -> str:
    """Returns the page that the feeds of a brand belong to: its own, or our list."""
    return as_uri(brand.site_url) if brand.site_url else own_address(brand, "contents")


def website_address(brand: DeliveringBrand, content: DeliveredHead | ListedAddress) -> str | None:
    """Returns the address of a content on a website: its canonical one, or by the pattern of its brand."""
    canonical = content.canonical_url if isinstance(content, ListedAddress) else content.metadata.get("canonicalUrl")
    if isinstance(canonical, str) and ADDRESS.match(canonical):
        return as_uri(canonical)
    if brand.url_pattern:
        return as_uri(brand.url_pattern.replace("{slug}", content.slug).replace("{type}", content.type))
    return None


def address_of_content(brand: DeliveringBrand, content: DeliveredHead | ListedAddress) -> str:
    """Returns the address of a content on a website, and ours without one."""
    return website_address(brand, content) or own_address(brand, f"contents/{content.slug}")
