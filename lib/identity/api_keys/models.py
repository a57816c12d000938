"""Requests, answers and records of API keys."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from lib.core.filled import check_filled
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant, StorableInstant

type Scope = Annotated[
    Literal[
        "read",
        "write",
        "admin",
        "brands:read",
        "brands:write",
        "content:read",
        "content:write",
        "ai:generate",
        "users:manage",
    ],
    Field(
        description="Permissions of an API key. `read`: read everything except the audit log. `write`: write as well, "
        "except people, keys and settings of the brand. `admin`: everything except keys. The others cover one area."
    ),
]


def _check_network(text: str) -> str:
    return str(ip_network(text, strict=False))


type Network = Annotated[
    str,
    Field(max_length=50, examples=["203.0.113.0/24"], description="IPv4 or IPv6 address, or a range in CIDR notation."),
    AfterValidator(_check_network),
]


class NewApiKey(RequestModel):
    """An API key to create."""

    brand_id: UUID
    """Id of the brand in which the key works."""
    name: Annotated[str, Field(min_length=1, max_length=100, examples=["Website"]), AfterValidator(check_filled)]
    """Name that tells what the key is for, at most 100 characters."""
    scopes: list[Scope] = Field(min_length=1, max_length=9)
    """Permissions of the key, within your own: `read`, `write` or `admin` in all areas, or a verb in one area."""
    allowed_addresses: list[Network] = Field(default_factory=list[str], max_length=50)
    """IP addresses or CIDR ranges (IPv4 or IPv6) that may use the key, at most 50. Empty: any address."""
    expires_at: StorableInstant | None = None
    """When the key expires, at most 365 days from now. Null: in 90 days."""


class ApiKeyListed(ResponseModel):
    """An API key, without the key itself."""

    id: UUID
    """Id of the key."""
    brand_id: UUID
    """Id of the brand in which the key works."""
    owner: PersonReference
    """The person who created the key, and whose permissions it has."""
    name: str = Field(examples=["Website"])
    """Name that tells what the key is for."""
    prefix: str = Field(examples=["mix_live_a1B2c3"])
    """The first 15 characters of the key, to recognise it by."""
    scopes: list[Scope]
    """Permissions of the key, within those of its owner."""
    allowed_addresses: list[str] = Field(examples=[["203.0.113.0/24"]])
    """IP ranges that may use the key. Empty: any address."""
    expires_at: Instant
    """When the key expires."""
    last_used_at: Instant | None
    """When the key was last checked by the database, which may be five minutes before its last use; null if never."""
    revoked_at: Instant | None
    """When the key was revoked; null if it was not."""
    revoked_by: PersonReference | None
    """The person who revoked the key; null if it was not revoked, or was revoked because its owner was deactivated."""
    created_at: Instant
    """When the key was created."""


class ApiKeyCreated(ApiKeyListed):
    """A new API key."""

    key: str = Field(examples=["mix_live_a1B2c3…"])
    """The key for the header `X-API-Key`. Store it now: it is not shown again."""


@dataclass(frozen=True, slots=True)
class PreparedKey:
    """An API key as the database stores it."""

    brand_id: UUID
    name: str
    prefix: str
    key_hash: str = field(repr=False)
    scopes: list[str]
    allowed_addresses: list[str]
    expires_at: datetime
