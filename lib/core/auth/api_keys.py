"""API keys (domain §8): found by their keyed hash, and turned into a token under which the policies decide.

A key is its owner in one brand, with no more than its scopes: the token names the key, and SQL looks at what that key
may do (``private.brands_permitting``). What is known of a key stays in KV for a few minutes, so that a request by key
takes two hops as any other; SQL asks each time whether it was revoked.
"""

import json
import time
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Final
from uuid import UUID

from lib.core.auth import issuing
from lib.core.data.db import call, connect_anonymously, fetch_one
from lib.core.data.kv import get_kv
from lib.core.http.errors import Forbidden, Unauthorized
from lib.core.security.crypto import key_ring

HEADER: Final = "X-API-Key"
CACHE_SECONDS: Final = 300
TOKEN_SECONDS: Final = 120
PURPOSE: Final = "api-key"


@dataclass(frozen=True, slots=True)
class ApiKey:
    id: UUID
    user_id: UUID
    brand_id: UUID
    scopes: tuple[str, ...]
    allowed_addresses: tuple[str, ...]
    expires_at: float
    """Unix time, seconds."""


def key_digests(secret: str) -> list[str]:
    return key_ring().digests(secret, PURPOSE)


def cache_key(digest: str) -> str:
    return f"api_key:{digest}"


def load_key(record: str) -> ApiKey:
    entry: dict[str, Any] = json.loads(record)
    return ApiKey(
        id=UUID(entry["id"]),
        user_id=UUID(entry["user_id"]),
        brand_id=UUID(entry["brand_id"]),
        scopes=tuple(entry["scopes"]),
        allowed_addresses=tuple(entry["allowed_addresses"]),
        expires_at=entry["expires_at"],
    )


async def find_key(digests: list[str]) -> str | None:
    """What the database knows of it, for a key that lives; the answer is what KV keeps."""
    row = await fetch_one(call(connect_anonymously(), "find_api_key", {"key_hashes": digests}))
    return json.dumps(row) if row else None


async def remember_key(digest: str, record: str) -> None:
    await get_kv().set(cache_key(digest), record, ex=CACHE_SECONDS)


def check_key(key: ApiKey, address: str) -> None:
    """Raises Unauthorized for a key that is past its time, Forbidden for an address that it does not allow."""
    if key.expires_at <= time.time():
        raise Unauthorized("the API key has expired", code="TOKEN_EXPIRED")
    if not key.allowed_addresses:
        return
    try:
        caller = ip_address(address)
    except ValueError:
        caller = None
    networks = (ip_network(network, strict=False) for network in key.allowed_addresses)
    if caller is None or not any(caller in network for network in networks):
        raise Forbidden("the API key is not for this address", code="INSUFFICIENT_PERMISSIONS")


def issue_token(key: ApiKey) -> str:
    """Of two minutes (a generation takes one), for the data API; it never leaves our functions."""
    return issuing.issue_token(key.user_id, seconds=TOKEN_SECONDS, claims={"api_key_id": str(key.id)})
