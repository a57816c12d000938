"""Delivered answers: their texts cleaned, and what caches need to know of them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from lib.core.data.db import Row
from lib.core.data.reading import UNREADABLE
from lib.core.http.heavy import run_heavy
from lib.core.security.elements import ALL_ELEMENTS
from lib.core.security.html import MARKUP_VERSION, clean_value, sanitize_html, without_markup
from lib.publishing.delivery.addresses import ADDRESS
from lib.publishing.delivery.caching import EdgeTimes
from lib.publishing.delivery.provenance import provenance_of

# The metadata that are addresses, which websites write into links.
_ADDRESSES: Final = ("ogImage", "canonicalUrl")


@dataclass(frozen=True, slots=True)
class Delivery[T]:
    """The delivered data, with the facts that decide how caches keep it."""

    data: T
    is_private: bool
    """Whether a key is needed. Then no shared cache may keep the answer."""
    cache_tags: tuple[str, ...]
    """The names by which caches drop the answer."""
    etag: str
    edge: EdgeTimes


def etag_of(answer: Row, form: str = "") -> str:
    """Returns the ETag of an answer, in the form of a name for other forms than JSON."""
    text = form + json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return without_markup(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _plain_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        without_markup(name): _plain(value)
        for name, value in metadata.items()
        if name not in _ADDRESSES or (isinstance(value, str) and ADDRESS.match(value))
    }


# All elements, also if the brand takes fewer now: texts from when it took more are safe, and stay.
_clean_body: Final = partial(sanitize_html, elements=ALL_ELEMENTS)
_clean_value: Final = partial(clean_value, elements=ALL_ELEMENTS)
_CLEANERS: Final[dict[str, Callable[[Any], Any]]] = {
    "title": _plain,
    "excerpt": _clean_value,
    "body": _clean_body,
    "fields": _clean_value,
    "metadata": _plain_metadata,
    "tags": _plain,
    "categories": _plain,
}


def shaped(item: Row) -> Row:
    """Returns a content as its model has it."""
    return item | {"provenance": provenance_of(item.get("provenance"))}


def _clean(item: Row) -> Row:
    """Returns a content whose HTML is within the allow-list, and whose other texts are plain.

    Contents are cleaned as they are written; cleaned here are those of before, and of another allow-list. One whose
    values are not what they should be keeps its id only, and cannot be read then.
    """
    if item.pop("markup_version") == MARKUP_VERSION:
        return item
    try:
        cleaned = item | {name: clean(item[name]) for name, clean in _CLEANERS.items() if name in item}
        return cleaned | _typed(item, cleaned)
    except UNREADABLE:
        return {"id": item["id"]}


def _typed(item: Row, cleaned: Row) -> Row:
    """Returns what has texts as they were typed, which are no HTML whatever they look like."""
    paths: set[str] = set(item.get("plain_texts") or [])
    typed: Row = {"excerpt": item["excerpt"]} if "excerpt" in paths else {}
    if "fields" in item:
        typed["fields"] = {
            key: item["fields"].get(key, value) if f"fields.{key}" in paths else value
            for key, value in cleaned["fields"].items()
        }
    return typed


def _clean_all(items: Sequence[Row]) -> list[Row]:
    return [_clean(item) for item in items]


async def cleaned(items: Sequence[Row], brand_id: str) -> list[Row]:
    """Returns contents within the allow-list of today."""
    if all(item["markup_version"] == MARKUP_VERSION for item in items):
        return _clean_all(items)
    return await run_heavy(_clean_all, items, caller=f"delivery of {brand_id}")
