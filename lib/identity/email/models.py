"""Requests and records of verifying and changing an e-mail address."""

from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from lib.core.http.models import RequestModel
from lib.identity.models import NewEmail, SecretToken

type VerificationPurpose = Annotated[
    Literal["email_verification", "email_change"], Field(description="Purpose of a link that verifies an address.")
]


class EmailVerification(RequestModel):
    """The token of a link that verifies an address."""

    token: SecretToken
    """Token from the link in the mail, behind `#token=`."""
    purpose: VerificationPurpose = Field(default="email_verification")
    """Purpose from the link in the mail, behind `&purpose=`."""


class EmailChange(RequestModel):
    """A new e-mail address."""

    new_email: NewEmail
    """New address, in ASCII. It takes effect once you have followed the link that is mailed to it."""


@dataclass(frozen=True, slots=True)
class RequestedChange:
    """A change of address that waits for its link to be followed."""

    user_id: UUID
    session_id: UUID
    token_hash: str
    new_email: str
    """Encrypted new address."""
    mail: str
    """Sealed mail to the new address."""
    warning: str
    """Sealed mail to the old address."""


@dataclass(frozen=True, slots=True)
class VerifiedEmail:
    """An address that Auth has accepted as verified."""

    user_id: UUID
    action: VerificationPurpose
    email_index: str = field(repr=False)
    """Blind index of the address, under the newest key."""
    mail: str | None
    """Sealed mail to the old address; None if the address has not changed."""
