"""Re-encrypts values that are under older keys, one row at a time, while the platform runs.

Each row is replaced by one statement, and only if it is still as it was read. So the rotation can be stopped at any
row, started again, and run twice at once. Owners of values are named as in the columns (``private.encrypted_columns``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lib.core.data.db import Db
from lib.core.security import repository
from lib.core.security.crypto import DecryptionFailed, KeyRing


@dataclass(slots=True)
class Rotated:
    """How much a rotation did."""

    values: int = 0
    unreadable: set[str] = field(default_factory=set[str])
    """Owners of values that no key of the ring decrypts. They stay as they are."""


def owner_of(row: dict[str, Any]) -> str:
    """Returns the owner of a value, as it was encrypted for."""
    return f"{row['table']}.{row['column']}:{row['key']}"


async def rotate(db: Db, ring: KeyRing, *, batch: int = 100, done: Callable[[str], None] = lambda _: None) -> Rotated:
    """Re-encrypts all values with the newest key.

    ``db`` is the client of the service; ``done`` is called with the owner of each row.
    """
    rotated = Rotated()
    while True:
        size = batch + len(rotated.unreadable)
        rows = await repository.next_ciphertexts(db, newest=ring.newest, batch=size)
        waiting = [row for row in rows if owner_of(row) not in rotated.unreadable]
        if not waiting:
            break
        for row in waiting:
            await _rotate_row(db, ring, row, rotated)
            done(owner_of(row))
    return rotated


async def _rotate_row(db: Db, ring: KeyRing, row: dict[str, Any], rotated: Rotated) -> None:
    owner = owner_of(row)
    try:
        text = ring.decrypt(row["ciphertext"], owner)
    except DecryptionFailed:
        rotated.unreadable.add(owner)
        return
    place = row | {"replacement": ring.encrypt(text, owner), "index": ring.blind_indexes(text.lower(), "email")[0]}
    rotated.values += await repository.replace_ciphertext(db, place)
