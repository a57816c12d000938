"""The queries of delivery, asked anonymously: of what is published, and nothing else."""

from lib.core.data.db import Row, call, connect_anonymously, run
from lib.core.http.cursor import Cursor
from lib.publishing.delivery.models import DeliveryQuery


async def fetch_list(*, brand_slug: str, key: str | None, query: DeliveryQuery, cursor: Cursor | None) -> Row:
    """Returns {brand, is_private, items, is_cut, expires_in, changes_in}, newest first; is_cut: whether others follow.

    Raises NotFound for brands that deliver nothing to the key.
    """
    arguments = {
        "brand_slug": brand_slug,
        "delivery_key": key,
        "content_type": query.type,
        "tag": query.tag,
        "before": {"value": cursor.value, "id": str(cursor.id)} if cursor else None,
        "page_size": query.page_size,
        "has_texts": query.has_texts,
    }
    return (await run(call(connect_anonymously(), "deliver_contents", arguments))).data


async def fetch_one(*, brand_slug: str, content_slug: str, key: str | None) -> Row:
    """Returns {brand, is_private, item, expires_in}. Raises NotFound for a content that is not published."""
    arguments = {"brand_slug": brand_slug, "content_slug": content_slug, "delivery_key": key}
    return (await run(call(connect_anonymously(), "deliver_content", arguments))).data


async def fetch_sitemap(*, brand_slug: str, key: str | None, page: int | None) -> Row:
    """Returns {brand, is_private, pages, items, expires_in, changes_in}.

    Raises NotFound as ``fetch_list`` does, and for an empty page.
    """
    arguments = {"brand_slug": brand_slug, "delivery_key": key, "page": page}
    return (await run(call(connect_anonymously(), "deliver_sitemap", arguments))).data
