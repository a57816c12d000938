"""The data call of the caller's permissions."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, fetch_listing
from lib.core.http.envelope import PageRequest


async def fetch_permissions(db: Db, *, brand_id: UUID | None, page: PageRequest) -> tuple[list[Row], int]:
    """Reads the caller's permissions of each brand, or of one, and the number of brands."""
    arguments = {
        "brand_id": str(brand_id) if brand_id else None,
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    return await fetch_listing(call(db, "my_permissions", arguments))
