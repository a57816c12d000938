"""The caller's permissions in each brand."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from lib.core.http.models import ResponseModel


class PermittedBrand(ResponseModel):
    """A brand by its id, name and slug."""

    id: UUID
    """The id of the brand."""
    name: str = Field(examples=["Aurora Skincare"])
    """The name of the brand."""
    slug: str = Field(examples=["aurora-skincare"])
    """The name of the brand in URLs."""


class BrandPermissions(ResponseModel):
    """The current permissions of the caller in one brand."""

    brand: PermittedBrand
    """The brand in which these permissions hold."""
    role: Literal["admin", "editor", "viewer"] | None
    """The role in the brand; null for platform admins who are not members."""
    expires_at: AwareDatetime | None
    """When the membership ends; null for a membership without end."""
    permissions: list[str] = Field(examples=[["brand.read", "content.edit", "content.read"]])
    """All permissions that hold now, by role and grants, without restrictions. For an API key: within its scopes."""
    grants: list[str] = Field(examples=[[]])
    """Permissions that the membership adds to those of the role."""
    restrictions: list[str] = Field(examples=[["content.delete"]])
    """Permissions that the membership denies. They outweigh role and grants."""
