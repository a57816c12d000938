"""Reads dead letters, and has them tried again or removed. For platform admins."""

from typing import Final
from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.reading import read_rows
from lib.core.http.cursor import cut_page, decode_cursor
from lib.jobs.dead_letters import repository
from lib.jobs.dead_letters.models import DeadLetter, DeadLetterQuery

ORDER: Final = "-died_at"


def _with_subject(row: Row) -> Row:
    return row | {"subject": {"type": row["subject_type"], "id": row["subject_id"]}}


async def list_letters(principal: Principal, *, query: DeadLetterQuery) -> tuple[list[DeadLetter], str | None]:
    """Lists dead letters, the latest first, with the cursor of the next page.

    Raises Forbidden unless the caller is a platform admin, and ValidationFailed for a cursor of another list.
    """
    after = decode_cursor(query.cursor, ORDER) if query.cursor else None
    rows = await repository.fetch_letters(principal.db, query=query, after=after)
    page, following = cut_page(rows, query.page_size, ORDER, value="died_at")
    return read_rows(DeadLetter, page, shape=_with_subject), following


async def requeue_letter(principal: Principal, *, letter_id: UUID) -> None:
    """Has the work tried again, with all its attempts. Raises Forbidden as ``list_letters`` does, and NotFound."""
    await repository.requeue(principal.db, letter_id=letter_id)


async def dismiss_letter(principal: Principal, *, letter_id: UUID) -> None:
    """Removes a dead letter without trying the work again. Raises what ``requeue_letter`` raises."""
    await repository.dismiss(principal.db, letter_id=letter_id)
