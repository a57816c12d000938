"""Requests, answers and records of invitations."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, computed_field

from lib.core.filled import check_filled
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant, StorableInstant
from lib.identity.models import BrandRole, NewEmail, NewPassword, SecretToken
from lib.identity.sessions import SessionMode

MAX_INVITATIONS: Final = 50

type PersonName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        pattern=r"^[^<>]*$",
        examples=["Emil"],
        description="First or last name, not empty.",
    ),
    AfterValidator(check_filled),
]
type InvitationStatus = Annotated[
    Literal["pending", "accepted", "declined", "expired", "cancelled"], Field(description="State of an invitation.")
]


class NewInvitation(RequestModel):
    """A person to invite."""

    email: NewEmail
    """E-mail address of the person."""
    role: BrandRole
    """Role in the brand, at most your own."""
    permissions: list[str] = Field(default_factory=list[str], max_length=40, examples=[["claim.write"]])
    """Names of permissions beyond those of the role, at most 40, and only permissions that you have."""
    membership_expires_at: StorableInstant | None = None
    """When the membership ends, for guests and agencies. Null: never."""


class NewInvitations(RequestModel):
    """The people to invite to a brand."""

    brand_id: UUID
    """Id of the brand."""
    invitations: list[NewInvitation] = Field(min_length=1, max_length=MAX_INVITATIONS)
    """The people to invite, at most 50."""


class InvitationOutcome(ResponseModel):
    """The outcome of one invitation."""

    email: str = Field(examples=["emil@aurora.test"])
    """Address that was requested."""
    status: Literal["invited", "assigned", "refused"]
    """`invited`: a link is mailed, whether an account has the address or not. `assigned`: a member of the brand has the
    address, and has the role now. `refused`: see `code`."""
    invitation_id: UUID | None = None
    """Id of the invitation, if the status is `invited`; else null."""
    user: PersonReference | None = None
    """The person who has the role now, if the status is `assigned`; else null."""
    code: str | None = Field(default=None, examples=["CONFLICT"])
    """Error code, if the status is `refused`; else null."""
    message: str | None = Field(default=None, examples=["this address is invited already"])
    """Error message, if the status is `refused`; else null."""


class InvitationListed(ResponseModel):
    """An invitation to a brand."""

    id: UUID
    """Id of the invitation."""
    brand_id: UUID
    """Id of the brand."""
    email: str | None = Field(examples=["emil@aurora.test"])
    """Address that was invited; null for a colleague who was invited by id, and if it cannot be decrypted any more."""
    invitee: PersonReference | None
    """Colleague who was invited by id; null for an address, and unless you share a brand with the person."""
    role: BrandRole
    """Role that the invitation gives."""
    permissions: list[str] = Field(examples=[["claim.write"]])
    """Names of permissions beyond those of the role."""
    membership_expires_at: Instant | None
    """When the membership will end; null if never."""
    status: InvitationStatus
    """`pending` until it is accepted or declined, expires or is cancelled."""
    delivery: Literal["queued", "sent", "failed"]
    """State of the mail: `failed` if the mail provider has refused it for good."""
    expires_at: Instant
    """When the link stops working, seven days after it was last sent."""
    invited_by: PersonReference | None
    """The person who invited; null if unknown."""
    created_at: Instant
    """When the invitation was made."""


class InvitationOffer(ResponseModel):
    """The invitation behind a link."""

    brand_name: str = Field(examples=["Aurora Skincare"])
    """Name of the brand."""
    role: BrandRole
    """Role that the invitation gives."""
    email: str = Field(examples=["emil@aurora.test"])
    """Address that was invited."""
    expires_at: Instant
    """When the link stops working."""


class OwnInvitation(ResponseModel):
    """An invitation of yours, to accept or to decline. Until then you and the brand see nothing of each other."""

    id: UUID
    """Id of the invitation."""
    brand_name: str = Field(examples=["Aurora Skincare"])
    """Name of the brand."""
    role: BrandRole
    """Role that the invitation gives."""
    membership_expires_at: Instant | None
    """When the membership will end; null if never."""
    expires_at: Instant
    """When the invitation expires."""
    created_at: Instant
    """When you were invited."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of the two answers, both a POST."""
        own = f"/api/v1/users/me/invitations/{self.id}"
        return {"accept": f"{own}/accept", "decline": f"{own}/decline"}


class InvitationToken(RequestModel):
    """The token of an invitation."""

    token: SecretToken
    """Token from the link in the mail, behind `#token=`."""


class InvitationAcceptance(RequestModel):
    """The new account with which an invitation is accepted."""

    token: SecretToken
    """Token from the link in the mail, behind `#token=`."""
    password: NewPassword
    """Password of the new account: 12 to 72 bytes with upper-case and lower-case letters, digits and special
    characters, and hard to guess."""
    first_name: PersonName
    """First name, at most 100 characters."""
    last_name: PersonName
    """Last name, at most 100 characters."""
    mode: SessionMode = "bearer"
    """`bearer` returns the tokens in the body. `cookie` sets them as HttpOnly cookies, and the body has none."""


class JoinedBrand(ResponseModel):
    """The brand that you have joined."""

    brand_id: UUID
    """Id of the brand."""


@dataclass(frozen=True, slots=True)
class PreparedInvitation:
    """An invitation as the database stores it."""

    id: UUID
    email: str = field(repr=False)
    email_indexes: list[str]
    """Blind indexes of the address under each key, the newest first."""
    ciphertext: str
    """Encrypted address."""
    role: BrandRole
    permissions: list[str]
    membership_expires_at: datetime | None
    token_hash: str
    mail: str
    """Sealed mail with the link."""


@dataclass(frozen=True, slots=True)
class KnownInvitation:
    """An invitation whose link still works."""

    id: UUID
    ciphertext: str
    """Encrypted address that was invited."""
    brand_name: str
    role: BrandRole
    expires_at: datetime
    has_room: bool
    """Whether the plan of the brand's account has room for another person."""
