"""Data calls of the catalogue, as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, fetch_rows, run


async def fetch_countries(db: Db) -> list[Row]:
    """Reads the active countries by name."""
    # All of ISO 3166-1: about 250 rows.
    query = db.from_("countries").select("code,name").eq("is_active", value=True).order("name").limit(500)
    return await fetch_rows(query)


async def fetch_content_types(db: Db, *, brand_id: UUID | None) -> Row:
    """Reads which types of content a brand, or all brands of the caller, allow and use."""
    arguments = {"brand_id": str(brand_id) if brand_id else None}
    return (await run(call(db, "list_content_types", arguments))).data
