"""Cursors: the place after an item in a list's order, as an opaque text.

Items that are added to a list shift its pages by number. The items after a cursor stay the same.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from lib.core.http.errors import ValidationFailed
from lib.core.http.models import check_storable

MAX_LENGTH: Final = 2000


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place after one item of a list."""

    order: str
    """The list's order, such as ``-updated_at``. A cursor is valid in one order only."""
    value: str | float | None
    """The item's value of the field by which the list is sorted."""
    id: UUID
    """The item, to tell it from others with the same value."""

    def encode(self) -> str:
        """Returns the cursor as URL-safe Base64, for ``decode_cursor``."""
        text = json.dumps([self.order, self.value, str(self.id)], separators=(",", ":"), ensure_ascii=False)
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def cut_page(
    rows: list[dict[str, Any]],
    size: int,
    order: str,
    *,
    value: str | None = None,
    key: str = "id",
    is_cut: bool = False,
) -> tuple[list[dict[str, Any]], str | None]:
    """Returns the rows of a page, and the cursor behind the last one, if others follow.

    ``rows``: one more than the page has, if there is one; ``value`` and ``key``: the columns of a row's value and id;
    ``is_cut``: whether rows were left out of the page.
    """
    page = rows[:size]
    if not page or (len(rows) <= size and not is_cut):
        return page, None
    last = page[-1]
    return page, Cursor(order, last[value] if value else None, UUID(last[key])).encode()


def _invalid(message: str) -> ValidationFailed:
    return ValidationFailed(
        "the cursor is not valid", details=[{"field": "cursor", "code": "INVALID_FORMAT", "message": message}]
    )


def _parse(text: str) -> Cursor:
    parsed: Any = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    order, value, item_id = parsed
    is_value = value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool))
    if not is_value or not isinstance(item_id, str):
        raise ValueError("not a place in a list")
    check_storable(value)
    return Cursor(str(order), value, UUID(item_id))


def decode_cursor(text: str, order: str) -> Cursor:
    """Reads the cursor of a request. Raises ValidationFailed for a text that is no cursor, or one of another order."""
    try:
        cursor = _parse(text)
    except (ValueError, TypeError, RecursionError):
        raise _invalid("must be the cursor of the previous page, unchanged") from None
    if cursor.order != order:
        raise _invalid("belongs to another order of the list")
    return cursor
