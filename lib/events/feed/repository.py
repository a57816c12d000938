"""The data calls of the log, as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, run
from lib.events.feed.models import StreamQuery


async def fetch_events(db: Db, *, query: StreamQuery, after: UUID | None, limit: int, is_ahead: bool) -> Row:
    """Returns {items, last_id, has_more}: the next events behind one of the brand's.

    ``is_ahead``: behind them also the committed ones before which others may still come.
    """
    arguments = {
        "brand_id": str(query.brand_id),
        "after_id": str(after) if after else None,
        "types": query.types or None,
        "aggregate_type": query.aggregate_type,
        "aggregate_id": str(query.aggregate_id) if query.aggregate_id else None,
        "page_size": limit,
        "is_ahead": is_ahead,
    }
    return (await run(call(db, "list_events", arguments))).data


async def fetch_end(db: Db, *, brand_id: UUID) -> UUID | None:
    """Returns the last event of a brand that can be listed now; None for an empty log."""
    found = (await run(call(db, "find_end_of_log", {"brand_id": str(brand_id)}))).data
    return UUID(found) if found else None
