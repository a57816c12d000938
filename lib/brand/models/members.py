"""The people of a brand and their roles (domain §2)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from lib.brand.models.values import Role
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant, StorableInstant

# The names of private.permissions; the database refuses those that it does not know.
type Permission = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$"), Field(examples=["content.publish"])]


class MemberAssignment(RequestModel):
    """The role of a person in a brand. It replaces the former membership as a whole."""

    role: Role
    """The role: admins may do what editors may, and editors what viewers may."""
    expires_at: StorableInstant | None = None
    """When the membership ends, for guests and agencies; null for a membership without end."""
    permissions: list[Permission] = Field(default_factory=list, max_length=50)
    """Permissions beyond those of the role, at most 50. You must hold them yourself."""
    restrictions: list[Permission] = Field(default_factory=list, max_length=50)
    """Permissions that are denied, at most 50. They outweigh role and grants."""


class BrandMembership(ResponseModel):
    """The role of a person in a brand."""

    user: PersonReference
    """The member."""
    brand_id: UUID
    """The id of the brand."""
    role: Role
    """The role in the brand."""
    expires_at: Instant | None
    """When the membership ends; null for a membership without end."""
    permissions: list[str] = Field(examples=[["content.publish"]])
    """Permissions beyond those of the role."""
    restrictions: list[str] = Field(examples=[[]])
    """Permissions that are denied; they outweigh role and grants."""
    assigned_by: PersonReference | None
    """The person who gave the role; null for roles that single sign-on gave."""
    created_at: Instant
    """When the person became a member."""


class InvitedColleague(ResponseModel):
    """A colleague who was invited to the brand, and is no member before they accept."""

    invitation_id: UUID
    """The id of the invitation: see `GET /users/invitations`."""
    status: Literal["invited"] = "invited"
    """Always `invited`."""


class Member(ResponseModel):
    """A person of a brand. Callers without `member.read` see `user` and `avatarPath` only; the rest is null."""

    user: PersonReference
    """The member."""
    avatar_path: str | None = Field(default=None, examples=["avatars/emil.png"])
    """The path of the avatar in the storage bucket `avatars`; null for none."""
    role: Role | None = None
    """The role in the brand."""
    expires_at: Instant | None = None
    """When the membership ends; null for a membership without end."""
    permissions: list[str] | None = Field(default=None, examples=[[]])
    """Permissions beyond those of the role."""
    restrictions: list[str] | None = Field(default=None, examples=[[]])
    """Permissions that are denied; they outweigh role and grants."""
    assigned_by: PersonReference | None = None
    """The person who gave the role; null for roles that single sign-on gave."""
    created_at: Instant | None = None
    """When the person became a member."""
