"""Published contents for websites, read by anyone or with the key of the brand."""

from collections.abc import Sequence
from typing import Final

from lib.core.data.reading import read_row, read_rows
from lib.core.http.cursor import cut_page, decode_cursor
from lib.core.http.selection import selection_of
from lib.publishing.delivery import repository
from lib.publishing.delivery.answers import Delivery, cleaned, etag_of, shaped
from lib.publishing.delivery.caching import brand_tag, content_tag, edge_times, list_tag
from lib.publishing.delivery.headers import about
from lib.publishing.delivery.models import Delivered, DeliveredHead, DeliveringBrand, DeliveryQuery

ORDER: Final = "-published_at"


async def deliver_list(
    *, brand_slug: str, key: str | None, query: DeliveryQuery
) -> tuple[Delivery[Sequence[DeliveredHead]], str | None]:
    """Returns what a brand has published, newest first, and the cursor after the last, if others follow.

    Raises NotFound for a brand that delivers nothing to this caller, as for one that does not exist, and
    ValidationFailed for a field that contents do not have.
    """
    selection_of(Delivered, query.fields)
    cursor = decode_cursor(query.cursor, ORDER) if query.cursor else None
    answer = await repository.fetch_list(brand_slug=brand_slug, key=key, query=query, cursor=cursor)
    items, following = cut_page(answer["items"], query.page_size, ORDER, value="published_at", is_cut=answer["is_cut"])
    brand = read_row(DeliveringBrand, answer["brand"])
    model = Delivered if query.has_texts else DeliveredHead
    edge = edge_times(answer)
    etag = etag_of(answer)
    data: Sequence[DeliveredHead] = read_rows(model, await cleaned(items, answer["brand"]["id"]), shape=shaped)
    delivery = Delivery(
        data=data,
        is_private=answer["is_private"],
        cache_tags=(brand_tag(brand.id), list_tag(brand.id)),
        etag=etag,
        edge=edge,
    )
    return delivery, following


async def deliver_one(
    *, brand_slug: str, content_slug: str, key: str | None
) -> tuple[Delivery[Delivered], dict[str, str]]:
    """Returns a published content with its texts, and the headers about it.

    Raises NotFound as ``deliver_list`` does, and for a content that is not published.
    """
    answer = await repository.fetch_one(brand_slug=brand_slug, content_slug=content_slug, key=key)
    edge = edge_times(answer)
    etag = etag_of(answer)
    brand = read_row(DeliveringBrand, answer["brand"])
    [item] = await cleaned([answer["item"]], answer["brand"]["id"])
    content = read_row(Delivered, item, shape=shaped)
    delivery = Delivery(
        data=content,
        is_private=answer["is_private"],
        cache_tags=(brand_tag(brand.id), content_tag(content.id)),
        etag=etag,
        edge=edge,
    )
    return delivery, about(brand, content)
