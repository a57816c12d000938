"""API keys: made, shown once, listed, revoked (domain §8)."""

import logging
import secrets
import string
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from lib.core.auth.api_keys import cache_key, key_digests
from lib.core.auth.principal import Person
from lib.core.config import get_settings
from lib.core.data.db import command_once
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.http.errors import ValidationFailed
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.security.signing import signed
from lib.core.telemetry.logs import log
from lib.identity import repository

RANDOM_CHARACTERS: Final = 32
PREFIX_CHARACTERS: Final = 6
DEFAULT_DAYS: Final = 90
MAX_DAYS: Final = 365
_ALPHABET: Final = string.ascii_letters + string.digits

type Scope = Literal[
    "read",
    "write",
    "admin",
    "brands:read",
    "brands:write",
    "content:read",
    "content:write",
    "ai:generate",
    "users:manage",
]


def _check_network(text: str) -> str:
    return str(ip_network(text, strict=False))


type Network = Annotated[str, Field(max_length=50, examples=["203.0.113.0/24"]), AfterValidator(_check_network)]


class NewApiKey(RequestModel):
    brand_id: UUID
    name: Annotated[str, Field(min_length=1, max_length=100, examples=["Website"])]
    scopes: list[Scope] = Field(min_length=1, max_length=9)
    allowed_addresses: list[Network] = Field(default_factory=list[str], max_length=50)
    """IPv4 or IPv6, single or in CIDR; none: from everywhere."""
    expires_at: AwareDatetime | None = None
    """In a year at most; 90 days where nothing is said."""


class ApiKeyListed(ResponseModel):
    id: UUID
    brand_id: UUID
    user_id: UUID
    name: str = Field(examples=["Website"])
    prefix: str = Field(examples=["mix_live_a1B2c3"])
    scopes: list[Scope]
    allowed_addresses: list[str] = Field(examples=[["203.0.113.0/24"]])
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_at: datetime


class ApiKeyCreated(ApiKeyListed):
    key: str = Field(examples=["mix_live_a1B2c3…"])
    """Shown this once; nobody can show it again."""


def new_secret() -> str:
    kind = "live" if get_settings().environment == "production" else "test"
    return f"mix_{kind}_{''.join(secrets.choice(_ALPHABET) for _ in range(RANDOM_CHARACTERS))}"


async def create_key(person: Person, wanted: NewApiKey) -> ApiKeyCreated:
    """Acts as its maker, in one brand. Raises Forbidden half an hour after the last proof of who it is
    (REAUTHENTICATION_REQUIRED), and where the plan has no API (PLAN_LIMIT_EXCEEDED)."""
    now = datetime.now(UTC)
    expires_at = wanted.expires_at or now + timedelta(days=DEFAULT_DAYS)
    if not now < expires_at <= now + timedelta(days=MAX_DAYS):
        raise ValidationFailed(
            "the key must expire within a year",
            details=[{"field": "expiresAt", "code": "INVALID_FORMAT", "message": f"within {MAX_DAYS} days from now"}],
        )
    secret = new_secret()
    request = {
        "userId": str(person.user_id),
        "brandId": str(wanted.brand_id),
        "name": wanted.name,
        "prefix": secret[: len("mix_live_") + PREFIX_CHARACTERS],
        "keyHash": key_digests(secret)[0],
        "scopes": sorted(set(wanted.scopes)),
        "allowedAddresses": wanted.allowed_addresses,
        "expiresAt": expires_at.isoformat(),
    }
    # Not under an Idempotency-Key: an answer that came back would not hold the key, which nobody keeps.
    (row,) = await command_once(person.db, "create_api_key", signed("request", request))
    return ApiKeyCreated.model_validate(row | {"key": secret})


async def list_keys(person: Person, *, brand_id: UUID) -> list[ApiKeyListed]:
    """For those who manage integrations; others see none."""
    return [ApiKeyListed.model_validate(row) for row in await repository.fetch_keys(person.db, brand_id=brand_id)]


async def revoke_key(person: Person, key_id: UUID) -> None:
    """At once: the database refuses it from this answer on, whatever the caches still hold."""
    (digest,) = await command_once(person.db, "revoke_api_key", {"key_id": str(key_id)})
    try:
        await ask_kv(get_kv().delete(cache_key(str(digest))))
    except KvUnavailable as error:
        log(logging.WARNING, "KV still knows a revoked key", fields={"reason": str(error)})
