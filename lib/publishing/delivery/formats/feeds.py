"""Feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1. Entries keep their ids, whatever becomes of their addresses."""

import html
import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final

from lib.publishing.delivery.addresses import address_of_content, own_address, site_address
from lib.publishing.delivery.formats import texts
from lib.publishing.delivery.formats.xml import add, written
from lib.publishing.delivery.models import Delivered, DeliveredProvenance, DeliveringBrand

ATOM: Final = "http://www.w3.org/2005/Atom"
CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
# A name and not an address: nothing is asked for there.
PROVENANCE: Final = "urn:mixerai:provenance:1"
_EMPTY: Final = datetime(2000, 1, 1, tzinfo=UTC)

ET.register_namespace("atom", ATOM)
ET.register_namespace("content", CONTENT)
ET.register_namespace("mixerai", PROVENANCE)


def _updated(content: Delivered) -> datetime:
    return max(content.updated_at, content.published_at)


def _latest(contents: Sequence[Delivered]) -> datetime:
    return max(map(_updated, contents), default=_EMPTY)


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _summary(content: Delivered) -> str:
    return texts.plain(content.excerpt or content.metadata.get("metaDescription"))


def _mark(entry: ET.Element, provenance: DeliveredProvenance) -> None:
    if not provenance.ai_assisted:
        return
    element = add(
        entry,
        f"{{{PROVENANCE}}}provenance",
        aiAssisted="true",
        digitalSourceType=provenance.digital_source_type or "",
        humanReviewed="true" if provenance.human_reviewed else "false",
    )
    for field in provenance.fields:
        add(element, f"{{{PROVENANCE}}}field", field.name)
    for name in provenance.system_names:
        add(element, f"{{{PROVENANCE}}}system", name)


def as_rss(brand: DeliveringBrand, contents: Sequence[Delivered]) -> bytes:
    """Returns an RSS feed, with the whole texts as `content:encoded`."""
    root = ET.Element("rss", {"version": "2.0"})
    channel = add(root, "channel")
    add(channel, "title", brand.name)
    add(channel, "link", site_address(brand))
    add(channel, "description", f"What {brand.name} has published")
    add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=own_address(brand, "feed.rss"))
    if brand.language:
        add(channel, "language", brand.language)
    add(channel, "lastBuildDate", format_datetime(_latest(contents).astimezone(UTC), usegmt=True))
    for content in contents:
        item = add(channel, "item")
        add(item, "title", content.title)
        add(item, "link", address_of_content(brand, content))
        add(item, "guid", f"urn:uuid:{content.id}", isPermaLink="false")
        add(item, "pubDate", format_datetime(content.published_at.astimezone(UTC), usegmt=True))
        add(item, f"{{{ATOM}}}updated", _iso(_updated(content)))
        # RSS takes a description for HTML.
        add(item, "description", html.escape(_summary(content), quote=False))
        add(item, f"{{{CONTENT}}}encoded", texts.as_html(content))
        for tag in content.tags:
            add(item, "category", tag)
        _mark(item, content.provenance)
    return written(root)


def as_atom(brand: DeliveringBrand, contents: Sequence[Delivered]) -> bytes:
    """Returns an Atom feed."""

    def name_of(name: str) -> str:
        return f"{{{ATOM}}}{name}"

    root = ET.Element(name_of("feed"))
    if brand.language:
        root.set("{http://www.w3.org/XML/1998/namespace}lang", brand.language)
    add(root, name_of("id"), f"urn:uuid:{brand.id}")
    add(root, name_of("title"), brand.name)
    add(root, name_of("updated"), _iso(_latest(contents)))
    add(root, name_of("link"), rel="self", type="application/atom+xml", href=own_address(brand, "feed.atom"))
    add(root, name_of("link"), rel="alternate", href=site_address(brand))
    add(add(root, name_of("author")), name_of("name"), brand.name)
    for content in contents:
        entry = add(root, name_of("entry"))
        add(entry, name_of("id"), f"urn:uuid:{content.id}")
        add(entry, name_of("title"), content.title, type="text")
        add(entry, name_of("link"), rel="alternate", href=address_of_content(brand, content))
        add(entry, name_of("published"), _iso(content.published_at))
        add(entry, name_of("updated"), _iso(_updated(content)))
        add(entry, name_of("summary"), html.escape(_summary(content), quote=False), type="html")
        add(entry, name_of("content"), texts.as_html(content), type="html")
        for tag in content.tags:
            add(entry, name_of("category"), term=tag)
        _mark(entry, content.provenance)
    return written(root)


def _item(brand: DeliveringBrand, content: Delivered) -> dict[str, Any]:
    image = content.metadata.get("ogImage")
    item: dict[str, Any] = {
        "id": f"urn:uuid:{content.id}",
        "url": address_of_content(brand, content),
        "title": content.title,
        "content_html": texts.as_html(content),
        "summary": _summary(content) or None,
        "image": image if isinstance(image, str) else None,
        "date_published": _iso(content.published_at),
        "date_modified": _iso(_updated(content)),
        "tags": content.tags or None,
        "language": brand.language,
    }
    item = {name: value for name, value in item.items() if value is not None}
    # A custom object of JSON Feed begins with an underscore.
    return item | {"_mixerai": content.provenance.model_dump(mode="json", by_alias=True)}


def as_json_feed(brand: DeliveringBrand, contents: Sequence[Delivered]) -> bytes:
    """Returns a JSON Feed."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": brand.name,
        "home_page_url": site_address(brand),
        "feed_url": own_address(brand, "feed.json"),
        "language": brand.language,
        "icon": brand.logo if brand.logo and brand.logo.startswith("https://") else None,
        "authors": [{"name": brand.name}],
        "items": [_item(brand, content) for content in contents],
    }
    given = {name: value for name, value in feed.items() if value is not None}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode()
