"""Cursors: the place behind an item in a list's order, as an opaque text.

A page that is asked for by number shifts when something is added before it; what comes after a cursor does not.
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
    """``value`` is what the item is sorted by, ``id`` tells it from others with the same."""

    order: str
    """The list's order, such as ``-updated_at``: a cursor of another order means nothing here."""
    value: str | float | None
    id: UUID

    def encode(self) -> str:
        text = json.dumps([self.order, self.value, str(self.id)], separators=(",", ":"), ensure_ascii=False)
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")


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
    """Raises ValidationFailed for what is no cursor, or one of another order."""
    try:
        cursor = _parse(text)
    except (ValueError, TypeError, RecursionError):
        raise _invalid("take it from the page before, as it was given") from None
    if cursor.order != order:
        raise _invalid("it was made for another order of the list")
    return cursor
