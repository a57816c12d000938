"""Places in lists that are told as they change: what a reader has already, as an opaque text.

The latest item does not suffice. A transaction that began before another one may commit behind it, and an item that
happens again moves to the front. So a place names all items of its last minute, and everything older counts as told.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from lib.core.http.times import Instant

# Longer than any transaction that writes what the lists show.
_MINUTE: Final = timedelta(seconds=60)
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST: Final = 2000  # characters
type Entry = tuple[UUID, Instant]
"""An item, and when it last happened."""


def _name_of(entry: Entry) -> str:
    item_id, at = entry
    return sha256(f"{item_id} {at.astimezone(UTC).isoformat()}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ListPlace:
    """The part of a list that its reader has."""

    horizon: datetime
    """Everything up to here counts as told."""
    told: frozenset[str]
    """The names of the entries behind the horizon that were told."""

    @classmethod
    def behind(cls, entries: Iterable[Entry]) -> "ListPlace":
        """Returns the place of a reader who has these entries."""
        found = list(entries)
        latest = max((at for _, at in found), default=_BEGINNING)
        horizon = max(latest - _MINUTE, _BEGINNING)
        return cls(horizon, frozenset(_name_of(entry) for entry in found if entry[1] > horizon))

    @classmethod
    def read(cls, text: str) -> "ListPlace":
        """Reads a place. Raises ValueError for any other text."""
        if len(text) > _MOST:
            raise ValueError("is no place")
        try:
            read: Any = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            microseconds, told = read
            return cls(_BEGINNING + timedelta(microseconds=int(microseconds)), frozenset(map(str, told)))
        except (ValueError, TypeError, OverflowError, RecursionError):
            raise ValueError("is no place") from None

    def __str__(self) -> str:
        microseconds = (self.horizon - _BEGINNING) // timedelta(microseconds=1)
        text = json.dumps([microseconds, sorted(self.told)], separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def has(self, entry: Entry) -> bool:
        """Tells whether an entry was told."""
        return entry[1] <= self.horizon or _name_of(entry) in self.told
