"""Data calls of the rotation of encryption keys, with the client of the service."""

from collections.abc import Sequence

from lib.core.data.db import Db, Row, call, run


async def next_ciphertexts(db: Db, *, newest: int, batch: int) -> Sequence[Row]:
    """Returns up to ``batch`` values under older keys than ``newest``: {table, column, key, ciphertext}."""
    return (await run(call(db, "next_ciphertexts", {"newest": newest, "batch": batch}))).data


async def replace_ciphertext(db: Db, place: Row) -> bool:
    """Replaces a value if it is still as it was read. Returns whether it was."""
    return bool((await run(call(db, "replace_ciphertext", {"place": place}))).data)
