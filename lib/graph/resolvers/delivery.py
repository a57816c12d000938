"""Resolves published contents for websites: lib/graph/schema/delivery.graphql"""

from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import StringConstraints

from lib.graph.engine.binding import Bindings, Info
from lib.graph.engine.lookahead import wants
from lib.graph.engine.paging import Connection, Paging, cursor_behind, cursor_connection
from lib.publishing import delivery
from lib.publishing.delivery import (
    TEXTS,
    Delivered,
    DeliveredHead,
    DeliveredTag,
    DeliveredType,
    Delivery,
    DeliveryQuery,
)

bindings = Bindings()
# Lists that are asked for a text have it too.
bindings.represents("DeliveredContent", Delivered)
bindings.represents("DeliveredProvenance", delivery.DeliveredProvenance)
bindings.represents("DeliveredWriting", delivery.DeliveredWriting)
bindings.represents("DeliveredClaim", delivery.DeliveredClaim)
bindings.represents("DeliveredEvidence", delivery.DeliveredEvidence)

ONLY_REST: Final = {
    "delivery.getDocument": "Markdown and JSON-LD are documents of their own",
    "delivery.getLlmsText": "a text file",
    "delivery.getLlmsFullText": "a text file",
    "delivery.getSitemap": "an XML file",
    "delivery.getSitemapPage": "an XML file",
    "delivery.getRss": "a feed",
    "delivery.getAtom": "a feed",
    "delivery.getJsonFeed": "a feed",
}
KEY_HEADER: Final = "x-delivery-key"
MAX_KEY_LENGTH: Final = 200

type Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,100}$")]
type ContentSlug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,200}$")]


@dataclass(slots=True)
class Deliveries:
    """The contents that a request was given, each with its facts for caches."""

    key: str | None
    """The key of a brand with private delivery."""
    given: list[Delivery[Any]] = field(default_factory=list[Delivery[Any]])


def _key_of(info: Info) -> str | None:
    if isinstance(info.context.delivery, Deliveries):
        return info.context.delivery.key
    key = info.context.request.headers.get(KEY_HEADER)
    return key if key is None or len(key) <= MAX_KEY_LENGTH else None


def _note(info: Info, given: Delivery[Any]) -> None:
    if isinstance(info.context.delivery, Deliveries):
        info.context.delivery.given.append(given)


@bindings.query(operation="delivery.list", cost=20)
async def delivered_contents(
    info: Info,
    *,
    brand: Slug,
    paging: Paging,
    type: DeliveredType | None = None,
    tag: DeliveredTag | None = None,
) -> Connection[DeliveredHead]:
    """Lists the published contents of a brand."""
    paging.require_first()
    texts = [name for name in sorted(TEXTS) if wants(info, f"nodes.{name}")]
    filters = {"type": type, "tag": tag, "cursor": paging.cursor, "pageSize": paging.page_size, "fields": texts}
    query = DeliveryQuery.model_validate({name: value for name, value in filters.items() if value is not None})
    given, following = await delivery.deliver_list(brand_slug=brand, key=_key_of(info), query=query)
    _note(info, given)
    cursor_of = cursor_behind(delivery.ORDER, value="published_at")
    return cursor_connection(given.data, paging, next_cursor=following, cursor_of=cursor_of)


@bindings.query(operation="delivery.get", cost=5)
async def delivered_content(info: Info, *, brand: Slug, slug: ContentSlug) -> Delivered:
    """Returns a published content with its texts."""
    given, _ = await delivery.deliver_one(brand_slug=brand, content_slug=slug, key=_key_of(info))
    _note(info, given)
    return given.data
