"""Published contents for websites, read by anyone or with the key of the brand."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from lib.core.data.db import Row
from lib.core.http.cursor import Cursor, decode_cursor
from lib.core.http.selection import selection_of
from lib.core.security.html import clean_value, sanitize_html
from lib.publishing.delivery import repository
from lib.publishing.delivery.caching import brand_tag, content_tag, list_tag
from lib.publishing.delivery.models import Delivered, DeliveredHead, DeliveringBrand, DeliveryQuery

_ORDER: Final = "-published_at"


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


def _cleaned(item: dict[str, Any]) -> dict[str, Any]:
    """Cleans the texts once more on the way out: a row that was written past our API was not cleaned on the way in."""
    return item | {
        name: clean(item[name])
        for name, clean in (("body", sanitize_html), ("fields", clean_value), ("excerpt", clean_value))
        if name in item
    }


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
    if len(items) == query.page_size:
        following = Cursor(_ORDER, items[-1]["published_at"], UUID(items[-1]["id"])).encode()
    brand = DeliveringBrand.model_validate(answer["brand"])
    model = Delivered if query.has_texts else DeliveredHead
    data: Sequence[DeliveredHead] = [model.model_validate(_cleaned(item)) for item in items]
    delivery = Delivery(
        data=data,
        is_private=answer["is_private"],
        cache_tags=(brand_tag(brand.id), list_tag(brand.id)),
        etag=_etag(answer),
    )
    return delivery, following


async def deliver_one(*, brand_slug: str, content_slug: str, key: str | None) -> Delivery[Delivered]:
    """Returns a published content with its texts. Raises NotFound as ``deliver_list`` does, and for a content
    that is not published."""
    answer = await repository.fetch_one(brand_slug=brand_slug, content_slug=content_slug, key=key)
    item = answer["item"]
    return Delivery(
        data=Delivered.model_validate(_cleaned(item)),
        is_private=answer["is_private"],
        cache_tags=(brand_tag(answer["brand"]["id"]), content_tag(item["id"])),
        etag=_etag(answer),
    )
