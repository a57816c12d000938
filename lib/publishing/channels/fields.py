"""Maps our fields to those of a target."""

import re
from collections.abc import Container, Mapping
from typing import Any, Final

from lib.core.security.html import spelt_as_html
from lib.publishing.delivery import delivered_provenance, disclosure_of

# Our fields and the columns that hold them. Besides these: `metadata.<name>`, `fields.<id>`, `provenance` and its
# values.
SOURCES: Final = {
    "id": "id",
    "type": "type",
    "title": "title",
    "slug": "slug",
    "body": "body",
    "excerpt": "excerpt",
    "tags": "tags",
    "categories": "categories",
    "language": "language",
    "version": "version",
    "publishedAt": "published_at",
    "updatedAt": "updated_at",
    "expiresAt": "expires_at",
}
PROVENANCE: Final = ("aiAssisted", "humanReviewed", "systemNames", "digitalSourceType")
_INNER: Final = re.compile(r"(metadata|fields)\.([^\x00-\x1f\x7f]{1,90})")

type Document = Mapping[str, Any]


def is_source(name: str) -> bool:
    """Whether this names one of our fields."""
    if name.startswith("provenance."):
        return name.removeprefix("provenance.") in PROVENANCE
    return name in SOURCES or name == "provenance" or _INNER.fullmatch(name) is not None


def value_of(document: Document, source: str) -> Any:
    """Returns the value of one of our fields; None where the content has none."""
    if source in SOURCES:
        return document.get(SOURCES[source])
    if source.split(".", maxsplit=1)[0] == "provenance":
        shown = provenance_in(document)
        return shown if source == "provenance" else shown.get(source.removeprefix("provenance."))
    inner = _INNER.fullmatch(source)
    held = document.get(inner[1]) if inner else None
    return held.get(inner[2]) if inner and isinstance(held, dict) else None


def provenance_in(document: Document) -> dict[str, Any]:
    """Returns the share of AI in a content, as our API delivers it."""
    return delivered_provenance(document.get("provenance")).model_dump(mode="json", by_alias=True)


def disclosure_in(document: Document) -> str | None:
    """Returns the words of the header AI-Disclosure; None where no model wrote anything."""
    return disclosure_of(delivered_provenance(document.get("provenance")))


def text_of(value: Any) -> str:
    """Returns a value as the text of a target's field: items separated by commas, nothing for objects and null."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(text for text in map(text_of, value) if text)
    return str(value) if isinstance(value, str | int | float) else ""


def texts_of(value: Any) -> list[str]:
    """Returns a value as a list of texts."""
    items = value if isinstance(value, list) else [value]
    return [text for text in map(text_of, items) if text]


def mapped(document: Document, mapping: Mapping[str, str], *, html: Container[str] = ()) -> dict[str, Any]:
    """Returns the values of the target's fields. ``html``: those that the target takes for HTML."""
    spelt = spelt_as_html(document)
    return {target: value_of(spelt if target in html else document, source) for target, source in mapping.items()}


def whole(document: Document) -> dict[str, Any]:
    """Returns all that a target may get of a content, under the names of our API."""
    brand = document.get("brand")
    values = {name: document.get(column) for name, column in SOURCES.items()}
    return values | {
        "brand": brand if isinstance(brand, dict) else None,
        "metadata": document.get("metadata") or {},
        "fields": document.get("fields") or {},
        "plainTexts": document.get("plain_texts") or [],
        "provenance": provenance_in(document),
    }
