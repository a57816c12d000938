"""Creates, lists and revokes API keys (domain §8)."""

import logging
import secrets
import string
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from lib.core.auth.api_keys import forget_key, key_digests
from lib.core.auth.principal import Person
from lib.core.config import get_settings
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.data.reading import read_row, read_rows
from lib.core.http.errors import ValidationFailed
from lib.core.telemetry.logs import log
from lib.identity.api_keys import repository
from lib.identity.api_keys.models import ApiKeyCreated, ApiKeyListed, NewApiKey, PreparedKey

RANDOM_CHARACTERS: Final = 32
PREFIX_CHARACTERS: Final = 6
DEFAULT_DAYS: Final = 90
MAX_DAYS: Final = 365
_ALPHABET: Final = string.ascii_letters + string.digits


def _new_secret() -> str:
    kind = "live" if get_settings().environment == "production" else "test"
    return f"mix_{kind}_{''.join(secrets.choice(_ALPHABET) for _ in range(RANDOM_CHARACTERS))}"


async def create_key(principal: Person, *, key: NewApiKey) -> ApiKeyCreated:
    """Creates a key that acts as the caller in one brand, within its scopes.

    Raises NotFound for a brand that the caller does not see, Forbidden without the permission to manage integrations,
    if the caller last authenticated more than 30 minutes ago (REAUTHENTICATION_REQUIRED), and if the plan has no API
    (PLAN_LIMIT_EXCEEDED). Raises Conflict for a brand that has 100 keys.
    """
    now = datetime.now(UTC)
    expires_at = key.expires_at or now + timedelta(days=DEFAULT_DAYS)
    if not now < expires_at <= now + timedelta(days=MAX_DAYS):
        message = f"must lie within {MAX_DAYS} days from now"
        raise ValidationFailed(
            f"expiresAt {message}",
            details=[{"field": "expiresAt", "code": "INVALID_FORMAT", "message": message}],
        )
    secret = _new_secret()
    prepared = PreparedKey(
        brand_id=key.brand_id,
        name=key.name,
        prefix=secret[: len("mix_live_") + PREFIX_CHARACTERS],
        key_hash=key_digests(secret)[0],
        scopes=sorted(set(key.scopes)),
        allowed_addresses=key.allowed_addresses,
        expires_at=expires_at,
    )
    return read_row(ApiKeyCreated, await repository.create_key(principal.db, prepared) | {"key": secret})


async def list_keys(principal: Person, *, brand_id: UUID) -> list[ApiKeyListed]:
    """Lists the latest 200 keys of a brand. Empty for callers who may not manage its integrations."""
    return read_rows(ApiKeyListed, await repository.fetch_keys(principal.db, brand_id=brand_id))


async def revoke_key(principal: Person, *, key_id: UUID) -> None:
    """Revokes a key for good. The database refuses it from now on, whatever caches still hold.

    Raises NotFound for a key that the caller may not see; callers may always revoke their own.
    """
    await repository.revoke_key(principal.db, key_id=key_id)
    try:
        await ask_kv(forget_key(key_id))
    except KvUnavailable as error:
        log(logging.WARNING, "a revoked key is still in KV", fields={"reason": str(error)})
