"""Data calls about dead letters, as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, command, fetch_listing
from lib.core.http.cursor import Cursor
from lib.jobs.dead_letters.models import DeadLetterQuery


async def fetch_letters(db: Db, *, query: DeadLetterQuery, after: Cursor | None) -> list[Row]:
    """Reads a page of dead letters and one more, which tells whether there is a next page."""
    arguments = {
        "kind": query.kind,
        "brand_id": str(query.brand_id) if query.brand_id else None,
        "cursor_at": after.value if after else None,
        "cursor_id": str(after.id) if after else None,
        "page_size": query.page_size + 1,
    }
    rows, _ = await fetch_listing(call(db, "list_dead_letters", arguments))
    return rows


async def requeue(db: Db, *, letter_id: UUID) -> None:
    """Has the work tried again."""
    await command(db, "requeue_dead_letter", {"letter_id": str(letter_id)})


async def dismiss(db: Db, *, letter_id: UUID) -> None:
    """Removes a dead letter."""
    await command(db, "dismiss_dead_letter", {"letter_id": str(letter_id)})
