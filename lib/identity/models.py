from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from lib.core.models import RequestModel, ResponseModel

type BrandRole = Literal["admin", "editor", "viewer"]


class Credentials(RequestModel):
    email: str = Field(
        min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", examples=["editor@aurora.test"]
    )
    password: str = Field(min_length=1, max_length=1000, examples=["correct horse battery staple"])


class RefreshRequest(RequestModel):
    refresh_token: str = Field(min_length=1, max_length=1000, examples=["v1.MjQ4N…"])


class Tokens(ResponseModel):
    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiJ9…"])
    refresh_token: str = Field(examples=["v1.MjQ4N…"])
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind of token, not one
    expires_in: int
    """Seconds from now."""


class Membership(ResponseModel):
    brand_id: UUID
    brand_name: str = Field(examples=["Aurora Skincare"])
    brand_slug: str = Field(examples=["aurora-skincare"])
    role: BrandRole
    expires_at: datetime | None


class Me(ResponseModel):
    id: UUID
    email: str = Field(examples=["editor@aurora.test"])
    first_name: str = Field(examples=["Emil"])
    last_name: str = Field(examples=["Editor"])
    timezone: str = Field(examples=["Europe/London"])
    language: str = Field(examples=["en"])
    memberships: list[Membership]
