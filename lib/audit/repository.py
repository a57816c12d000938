"""Data calls of the audit log, as the caller."""

from datetime import datetime
from typing import Any
from uuid import UUID

from lib.audit.models import AuditQuery
from lib.core.data.db import Db, Row, call, fetch_listing, run
from lib.core.http.cursor import Cursor


async def fetch_entries(db: Db, *, brand_id: UUID | None, query: AuditQuery, after: Cursor | None) -> list[Row]:
    """Reads a page of entries and one more, which tells whether there is a next page."""
    filters = {name: _as_json(value) for name, value in query.filters().items()}
    arguments = {
        "brand_id": str(brand_id) if brand_id else None,
        "filters": filters,
        "cursor_at": after.value if after else None,
        "cursor_id": str(after.id) if after else None,
        "page_size": query.page_size + 1,
    }
    rows, _ = await fetch_listing(call(db, "list_audit_log", arguments))
    return rows


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return [*value] if isinstance(value, list) else str(value)


async def append_awaited(db: Db, *, after: str | None) -> Row | None:
    """Appends awaited entries to the log of the next brand, as the service; None where no further brand has any."""
    return (await run(call(db, "append_awaited_entries", {"after": after}))).data
