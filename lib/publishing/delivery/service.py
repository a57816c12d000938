"""Published contents for websites, read by anyone or with the key of the brand."""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from lib.core.data.db import Row
from lib.core.data.reading import UNREADABLE, read_row, read_rows
from lib.core.http.cursor import Cursor, decode_cursor
from lib.core.http.heavy import run_heavy
from lib.core.http.selection import selection_of
from lib.core.security.html import MARKUP_VERSION, clean_value, sanitize_html, without_markup
from lib.publishing.delivery import repository
from lib.publishing.delivery.caching import brand_tag, content_tag, list_tag
from lib.publishing.delivery.models import Delivered, DeliveredHead, DeliveringBrand, DeliveryQuery

_ORDER: Final = "-published_at"
# The metadata that are addresses, which websites write into links.
_ADDRESSES: Final = ("ogImage", "canonicalUrl")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+\Z")


@dataclass(frozen=True, slots=True)
class Delivery[T]:
    """The delivered data, with the facts that decide how caches keep it."""

    data: T
    is_private: bool
    """Whether a key is needed. Then no shared cache may keep the answer."""
    cache_tags: tuple[str, ...]
    """The names by which caches drop the answer."""
    etag: str


def _etag(answer: Row) -> str:
    text = json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return without_markup(value)
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _plain_metadata(metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        without_markup(name): _plain(value)
        for name, value in metadata.items()
        if name not in _ADDRESSES or (isinstance(value, str) and _ADDRESS.match(value))
    }


_CLEANERS: Final[dict[str, Callable[[Any], Any]]] = {
    "title": _plain,
    "excerpt": clean_value,
    "body": sanitize_html,
    "fields": clean_value,
    "metadata": _plain_metadata,
    "tags": _plain,
    "categories": _plain,
}


def _clean(item: Row) -> Row:
    """Returns a content whose HTML is within the allow-list, and whose other texts are plain.

    Contents are cleaned as they are written; cleaned here are those of before, and of another allow-list. One whose
    values are not what they should be keeps its id only, and cannot be read then.
    """
    if item.pop("markup_version") == MARKUP_VERSION:
        return item
    try:
        return item | {name: clean(item[name]) for name, clean in _CLEANERS.items() if name in item}
    except UNREADABLE:
        return {"id": item["id"]}


def _clean_all(items: Sequence[Row]) -> list[Row]:
    return [_clean(item) for item in items]


async def _cleaned(items: Sequence[Row], brand_id: str) -> list[Row]:
    if all(item["markup_version"] == MARKUP_VERSION for item in items):
        return _clean_all(items)
    return await run_heavy(_clean_all, items, caller=f"delivery of {brand_id}")


async def deliver_list(
    *, brand_slug: str, key: str | None, query: DeliveryQuery
) -> tuple[Delivery[Sequence[DeliveredHead]], str | None]:
    """Returns what a brand has published, newest first, and the cursor after the last, if others may follow.

    Raises NotFound for a brand that delivers nothing to this caller, as for one that does not exist, and
    ValidationFailed for a field that contents do not have.
    """
    selection_of(Delivered, query.fields)
    cursor = decode_cursor(query.cursor, _ORDER) if query.cursor else None
    answer = await repository.fetch_list(brand_slug=brand_slug, key=key, query=query, cursor=cursor)
    items: list[Row] = answer["items"]
    following: str | None = None
    if len(items) == query.page_size or answer["is_cut"]:
        following = Cursor(_ORDER, items[-1]["published_at"], UUID(items[-1]["id"])).encode()
    brand = read_row(DeliveringBrand, answer["brand"])
    model = Delivered if query.has_texts else DeliveredHead
    etag = _etag(answer)
    data: Sequence[DeliveredHead] = read_rows(model, await _cleaned(items, answer["brand"]["id"]))
    delivery = Delivery(
        data=data,
        is_private=answer["is_private"],
        cache_tags=(brand_tag(brand.id), list_tag(brand.id)),
        etag=etag,
    )
    return delivery, following


async def deliver_one(*, brand_slug: str, content_slug: str, key: str | None) -> Delivery[Delivered]:
    """Returns a published content with its texts. Raises NotFound as ``deliver_list`` does, and for a content
    that is not published."""
    answer = await repository.fetch_one(brand_slug=brand_slug, content_slug=content_slug, key=key)
    etag = _etag(answer)
    [item] = await _cleaned([answer["item"]], answer["brand"]["id"])
    return Delivery(
        data=read_row(Delivered, item),
        is_private=answer["is_private"],
        cache_tags=(brand_tag(answer["brand"]["id"]), content_tag(item["id"])),
        etag=etag,
    )
