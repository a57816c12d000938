"""Data calls of authentication: the record of an API key, and the audit of refusals."""

from collections.abc import Sequence

from lib.core.data.db import Row, call, connect_anonymously, connect_as, fetch_one, run


async def find_api_key(digests: Sequence[str]) -> Row | None:
    """Returns the valid API key with one of these keyed hashes; None for any other."""
    return await fetch_one(call(connect_anonymously(), "find_api_key", {"key_hashes": list(digests)}))


async def note_api_key_use(access_token: str, key_hash: str) -> None:
    """Marks a key as used, as the key itself, and stores its newest keyed hash. Raises what ``run`` raises."""
    await run(call(connect_as(access_token), "note_api_key_use", {"request": {"keyHash": key_hash}}))


async def record_denial(access_token: str, denial: Row) -> None:
    """Records a refusal in the audit log, as the caller who was refused. Raises what ``run`` raises."""
    await run(call(connect_as(access_token), "record_denial", {"request": denial}))
