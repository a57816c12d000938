"""Re-encrypts what is under older keys, a row at a time, while everything goes on.

Each row is replaced only where it is still as it was read, and by one statement: it can be stopped at any row, started
again, and run twice at once. Owners of the values are named as the columns are (``private.encrypted_columns``).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lib.core.data.db import Db, call, run
from lib.core.security.crypto import DecryptionFailed, KeyRing


@dataclass(slots=True)
class Rotated:
    values: int = 0
    indexes: int = 0
    unreadable: set[str] = field(default_factory=set[str])
    """Rows that no key of the ring opens: they stay as they are."""


def owner_of(row: dict[str, Any]) -> str:
    return f"{row['table']}.{row['column']}:{row['key']}"


async def rotate(db: Db, ring: KeyRing, *, batch: int = 100, done: Callable[[str], None] = lambda _: None) -> Rotated:
    """``db`` is the service's; ``done`` hears of each row."""
    rotated = Rotated()
    while True:
        asked = {"newest": ring.newest, "batch": batch + len(rotated.unreadable)}
        rows: list[dict[str, Any]] = (await run(call(db, "next_ciphertexts", asked))).data
        waiting = [row for row in rows if owner_of(row) not in rotated.unreadable]
        if not waiting:
            break
        for row in waiting:
            await _rotate_row(db, ring, row, rotated)
            done(owner_of(row))
    while people := (await run(call(db, "next_email_indexes", {"newest": ring.newest, "batch": batch}))).data:
        for person in people:
            index = ring.blind_indexes(person["email"].lower(), "email")[0]
            changed = {"user_id": person["userId"], "email": person["email"], "email_index": index}
            rotated.indexes += bool((await run(call(db, "replace_email_index", changed))).data)
            done(f"public.profiles.email_index:{person['userId']}")
    return rotated


async def _rotate_row(db: Db, ring: KeyRing, row: dict[str, Any], rotated: Rotated) -> None:
    owner = owner_of(row)
    try:
        text = ring.decrypt(row["ciphertext"], owner)
    except DecryptionFailed:
        rotated.unreadable.add(owner)
        return
    place = row | {"replacement": ring.encrypt(text, owner), "index": ring.blind_indexes(text.lower(), "email")[0]}
    rotated.values += bool((await run(call(db, "replace_ciphertext", {"place": place}))).data)
