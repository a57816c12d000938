"""API keys (domain §8): found by their keyed hash and turned into an access token, so that the policies decide.

A key acts for its owner in one brand, with no more than its scopes: the token names the key, and SQL finds what that
key may do (``private.brands_permitting``). KV keeps the record of a key for five minutes, so that a request by key
takes two round trips like any other, and an instance for at most a minute, so that its reads take them side by side. KV
and SQL check at each request whether the key was revoked.
"""

import asyncio
import json
import logging
import math
import time
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any, Final
from uuid import UUID

from lib.core.auth import issuing, repository
from lib.core.data.kv import get_kv
from lib.core.http.errors import ApiError, Forbidden, Unauthorized
from lib.core.memory import Memory
from lib.core.security.crypto import key_ring
from lib.core.telemetry.logs import log

HEADER: Final = "X-API-Key"
CACHE_SECONDS: Final = 300
TOKEN_SECONDS: Final = 120
# Seconds that an instance keeps a record in memory, and a token that it issued: 80 seconds of that are left then, which
# is longer than a function runs.
HELD_SECONDS: Final = 60
REUSED_SECONDS: Final = 40
MAX_HELD: Final = 1_000
PURPOSE: Final = "api-key"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The record of a valid API key."""

    id: UUID
    user_id: UUID
    """The owner, for whom the key acts."""
    brand_id: UUID
    """The one brand in which it acts."""
    scopes: tuple[str, ...]
    allowed_addresses: tuple[str, ...]
    """IPv4 or IPv6 networks; empty: the key works from everywhere."""
    expires_at: float
    """Unix time, seconds."""


def key_digests(secret: str) -> list[str]:
    """Returns the keyed hashes of a key under each version of the key ring, the newest first."""
    return key_ring().digests(secret, PURPOSE)


def cache_key(digest: str) -> str:
    """Returns where KV keeps the record of a key, by its newest hash."""
    return f"api_key:{digest}"


@dataclass(slots=True)
class HeldKey:
    """A key whose record an instance keeps in memory, so that its reads need not wait for KV.

    KV is asked beside each of them, and refuses a key that was revoked.
    """

    record: str = field(repr=False)
    key: ApiKey
    _token: str = field(default="", repr=False)
    _issued_at: float = -math.inf

    def token(self) -> str:
        """Returns an access token of the key that lives for at least 80 seconds more."""
        if time.monotonic() - self._issued_at > REUSED_SECONDS:
            self._token, self._issued_at = issue_token(self.key), time.monotonic()
        return self._token


# By the newest keyed hash.
HELD: Final = Memory[str, HeldKey](MAX_HELD)


def hold_key(digest: str, record: str) -> HeldKey:
    """Keeps the record of a key in the memory of this instance, for a minute from now."""
    held = HELD.get(digest)
    if held is None or held.record != record:
        held = HeldKey(record, load_key(record))
    HELD.put(digest, held, HELD_SECONDS)
    return held


def load_key(record: str) -> ApiKey:
    """Reads the record of a key, as ``find_key`` returns it."""
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
    """Returns the record of a valid key from the database, as KV keeps it; None for any other key.

    The record names the plan of the key's brand, by which lib/core/limits/windows.py finds the maximum.
    """
    row = await repository.find_api_key(digests)
    return json.dumps(row) if row else None


def _digest_key(key_id: UUID) -> str:
    """Returns where KV keeps the hash under which it has the record of a key: the database tells it to nobody."""
    return f"api_key_digest:{key_id}"


async def remember_key(digest: str, record: str) -> None:
    """Keeps the record of a key in KV for five minutes. To be awaited through ``ask_kv``, as the next one."""
    await asyncio.gather(
        get_kv().set(cache_key(digest), record, ex=CACHE_SECONDS),
        get_kv().set(_digest_key(load_key(record).id), digest, ex=CACHE_SECONDS),
    )


async def forget_key(key_id: UUID) -> None:
    """Deletes the record of a key from KV."""
    digest = await get_kv().getdel(_digest_key(key_id))
    if digest is not None:
        await get_kv().delete(cache_key(digest))


async def note_use(key: ApiKey, digest: str) -> None:
    """Records in the database that a key was used, and its hash under the newest version of our keys.

    As the key itself: finding a key changes nothing. Failures are logged and not raised.
    """
    try:
        await repository.note_api_key_use(issue_token(key), digest)
    except ApiError as error:
        log(logging.WARNING, "the use of a key could not be recorded", error=error)


def check_key(key: ApiKey, address: str) -> None:
    """Raises Unauthorized for a key that has expired, and Forbidden for an address that it does not allow."""
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


def is_allowed(key: ApiKey, address: str) -> bool:
    """Tells whether ``check_key`` accepts the key."""
    try:
        check_key(key, address)
    except ApiError:
        return False
    return True


def issue_token(key: ApiKey) -> str:
    """Returns an access token of two minutes for the data API. It never leaves our functions.

    The longest request, a generation, takes one minute. Raises ConfigurationError where the project has no key of ours
    to sign with.
    """
    # The proofs of our functions are bound to these claims (lib/core/security/signing.py).
    claims = {"api_key_id": str(key.id), "scope": " ".join(sorted(key.scopes))}
    return issuing.issue_token(key.user_id, seconds=TOKEN_SECONDS, claims=claims)
