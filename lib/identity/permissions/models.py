"""The caller's permissions in each brand."""

from typing import Literal

from pydantic import Field

from lib.core.http.models import BrandReference, ResponseModel
from lib.core.http.times import Instant


class BrandPermissions(ResponseModel):
    """The current permissions of the caller in one brand."""

    brand: BrandReference
    """The brand in which these permissions hold."""
    role: Literal["admin", "editor", "viewer"] | None
    """The role in the brand; null for platform admins who are not members."""
    expires_at: Instant | None
    """When the membership ends; null for a membership without end."""
    permissions: list[str] = Field(examples=[["brand.read", "content.edit", "content.read"]])
    """All permissions that hold now, by role and grants, without restrictions. For an API key: within its scopes."""
    grants: list[str] = Field(examples=[[]])
    """Permissions that the membership adds to those of the role."""
    restrictions: list[str] = Field(examples=[["content.delete"]])
    """Permissions that the membership denies. They outweigh role and grants."""
