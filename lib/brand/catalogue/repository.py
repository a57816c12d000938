"""Data calls of the catalogue, as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, run


async def fetch_countries(db: Db) -> list[Row]:
    """Reads the active countries by name: at most 250 rows. Raises Unauthorized in a session that is not trusted."""
    return (await run(call(db, "list_countries", {}))).data["items"]


async def fetch_content_types(db: Db, *, brand_id: UUID | None) -> Row:
    """Reads which types of content a brand, or all brands of the caller, allow and use."""
    arguments = {"brand_id": str(brand_id) if brand_id else None}
    return (await run(call(db, "list_content_types", arguments))).data
