"""Published contents for websites: read by anyone, or by who holds the brand's key; never by a person."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from lib.content.delivery import repository
from lib.content.delivery.models import Delivered, DeliveredHead, DeliveringBrand
from lib.core.data.db import Row, connect_anonymously
from lib.core.http.cursor import Cursor, decode_cursor
from lib.core.security.html import clean_value, sanitize_html

_ORDER: Final = "-published_at"


@dataclass(frozen=True, slots=True)
class Delivery[T]:
    """What is delivered, and what caches have to know of it."""

    data: T
    is_private: bool
    """With a key only: no shared cache may keep it."""
    cache_tags: tuple[str, ...]
    etag: str


def _etag(answer: Row) -> str:
    text = json.dumps(answer, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def list_tag(brand_id: UUID | str) -> str:
    return f"contents-of-{brand_id}"


def brand_tag(brand_id: UUID | str) -> str:
    return f"brand-{brand_id}"


def content_tag(content_id: UUID | str) -> str:
    return f"content-{content_id}"


def _cleaned(item: dict[str, Any]) -> dict[str, Any]:
    """Once more on the way out: who writes past our API, with a token of their own, goes past the cleaning too."""
    return item | {
        name: clean(item[name])
        for name, clean in (("body", sanitize_html), ("fields", clean_value), ("excerpt", clean_value))
        if name in item
    }


async def deliver_list(
    *,
    brand_slug: str,
    key: str | None,
    content_type: str | None,
    tag: str | None,
    cursor: str | None,
    page_size: int,
) -> tuple[Delivery[list[DeliveredHead]], str | None]:
    """What a brand has published, newest first, and the cursor behind the last. NotFound for a brand that delivers
    nothing to this caller, as for one that there is not."""
    answer = await repository.fetch_list(
        connect_anonymously(),
        brand_slug=brand_slug,
        key=key,
        content_type=content_type,
        tag=tag,
        cursor=decode_cursor(cursor, _ORDER) if cursor else None,
        page_size=page_size,
    )
    items: list[Row] = answer["items"]
    following: str | None = None
    if len(items) == page_size:
        following = Cursor(_ORDER, items[-1]["published_at"], UUID(items[-1]["id"])).encode()
    brand = DeliveringBrand.model_validate(answer["brand"])
    delivery = Delivery(
        data=[DeliveredHead.model_validate(_cleaned(item)) for item in items],
        is_private=answer["is_private"],
        cache_tags=(brand_tag(brand.id), list_tag(brand.id)),
        etag=_etag(answer),
    )
    return delivery, following


async def deliver_one(*, brand_slug: str, content_slug: str, key: str | None) -> Delivery[Delivered]:
    """A published content, whole; NotFound as above, and for what is not published."""
    answer = await repository.fetch_one(
        connect_anonymously(), brand_slug=brand_slug, content_slug=content_slug, key=key
    )
    item = answer["item"]
    return Delivery(
        data=Delivered.model_validate(_cleaned(item)),
        is_private=answer["is_private"],
        cache_tags=(brand_tag(answer["brand"]["id"]), content_tag(item["id"])),
        etag=_etag(answer),
    )
