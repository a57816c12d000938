from lib.core.data.db import Db, Row, call, run
from lib.core.http.cursor import Cursor


async def fetch_list(
    db: Db,
    *,
    brand_slug: str,
    key: str | None,
    content_type: str | None,
    tag: str | None,
    cursor: Cursor | None,
    page_size: int,
) -> Row:
    """{brand, is_private, items}, newest first."""
    arguments = {
        "brand_slug": brand_slug,
        "delivery_key": key,
        "content_type": content_type,
        "tag": tag,
        "before": {"value": cursor.value, "id": str(cursor.id)} if cursor else None,
        "page_size": page_size,
    }
    return (await run(call(db, "deliver_contents", arguments))).data


async def fetch_one(db: Db, *, brand_slug: str, content_slug: str, key: str | None) -> Row:
    """{brand, is_private, item}"""
    arguments = {"brand_slug": brand_slug, "content_slug": content_slug, "delivery_key": key}
    return (await run(call(db, "deliver_content", arguments))).data
