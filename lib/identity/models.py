from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from lib.core.models import RequestModel, ResponseModel

type BrandRole = Literal["admin", "editor", "viewer"]


class Credentials(RequestModel):
    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    password: str = Field(min_length=1, max_length=1000)


class RefreshRequest(RequestModel):
    refresh_token: str = Field(min_length=1, max_length=1000)


class Tokens(ResponseModel):
    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind of token, not one
    expires_in: int
    """Seconds from now."""


class Membership(ResponseModel):
    brand_id: UUID
    brand_name: str
    brand_slug: str
    role: BrandRole
    expires_at: datetime | None


class Me(ResponseModel):
    id: UUID
    email: str
    first_name: str
    last_name: str
    timezone: str
    language: str
    memberships: list[Membership]
