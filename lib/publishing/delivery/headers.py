"""The headers that tell of a content what it is, and where its other forms are."""

from typing import Final

from lib.publishing.delivery.addresses import own_address, website_address
from lib.publishing.delivery.models import Delivered, DeliveringBrand
from lib.publishing.delivery.provenance import HEADER, disclosure_of

JSON_LD: Final = "application/ld+json"
MARKDOWN: Final = "text/markdown"
# By the end of the address.
DOCUMENT_TYPES: Final = {"md": MARKDOWN, "jsonld": JSON_LD}


def links_of(brand: DeliveringBrand, content: Delivered) -> str:
    """Returns the header Link of a content: the other forms of it, and its address on a website."""
    links = [
        f'<{own_address(brand, f"contents/{content.slug}.{suffix}")}>; rel="alternate"; type="{media_type}"'
        for suffix, media_type in DOCUMENT_TYPES.items()
    ]
    website = website_address(brand, content)
    return ", ".join([*links, f'<{website}>; rel="canonical"'] if website else links)


def about(brand: DeliveringBrand, content: Delivered) -> dict[str, str]:
    """Returns the headers that tell what a content is."""
    disclosure = disclosure_of(content.provenance)
    return {"Link": links_of(brand, content)} | ({HEADER: disclosure} if disclosure else {})
