"""Data calls of API keys, as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, command_once, run
from lib.identity.api_keys.models import PreparedKey


async def create_key(db: Db, key: PreparedKey) -> Row:
    """Stores a key, and returns it with its owner.

    Not under an Idempotency-Key: a replayed answer could not hold the key, which nobody stores. Raises NotFound,
    Forbidden (also REAUTHENTICATION_REQUIRED, PLAN_LIMIT_EXCEEDED), Conflict for a brand that has 100 keys.
    """
    request = {
        "brandId": str(key.brand_id),
        "name": key.name,
        "prefix": key.prefix,
        "keyHash": key.key_hash,
        "scopes": key.scopes,
        "allowedAddresses": key.allowed_addresses,
        "expiresAt": key.expires_at.isoformat(),
    }
    (row,) = await command_once(db, "create_api_key", {"request": request})
    return row


async def fetch_keys(db: Db, *, brand_id: UUID) -> list[Row]:
    """Returns the latest 200 keys of a brand; none if the caller may not manage its integrations."""
    return (await run(call(db, "list_api_keys", {"brand_id": str(brand_id)}))).data["items"]


async def revoke_key(db: Db, *, key_id: UUID) -> None:
    """Revokes a key. Raises NotFound, Forbidden."""
    await command_once(db, "revoke_api_key", {"key_id": str(key_id)})
