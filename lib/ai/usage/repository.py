"""The data call of AI usage."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lib.core.data.db import Db, Row, call, run


async def read_usage(db: Db, *, brand_id: UUID | None, first: date, last: date, dimensions: Sequence[str]) -> Row:
    """Reads {items, is_truncated, totals} of one brand, or of all the caller's brands."""
    arguments: Row = {
        "brand": str(brand_id) if brand_id else None,
        "from_day": first.isoformat(),
        "to_day": last.isoformat(),
        "dimensions": list(dimensions),
    }
    return (await run(call(db, "ai_usage", arguments))).data
