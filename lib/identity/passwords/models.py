"""Requests and records of changes of a password."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from lib.core.http.models import RequestModel
from lib.identity.models import CurrentPassword, NewPassword, SecretToken


class PasswordReset(RequestModel):
    """A new password, and the token of the link that allows it."""

    token: SecretToken
    """Token from the link in the mail, behind `#token=`."""
    password: NewPassword
    """New password: 12 to 72 bytes with upper-case and lower-case letters, digits and special characters, hard to
    guess, and none of your last five."""


class PasswordChange(RequestModel):
    """The current password and a new one."""

    current_password: CurrentPassword
    """Your current password."""
    new_password: NewPassword
    """New password: 12 to 72 bytes with upper-case and lower-case letters, digits and special characters, hard to
    guess, and none of your last five."""


@dataclass(frozen=True, slots=True)
class RecordedPassword:
    """A password that Auth has accepted, as the database records it."""

    user_id: UUID
    password_hash: str = field(repr=False)
    action: Literal["register", "password_reset", "password_change"]
    mail: str | None = None
    """Sealed mail to the person; None if no mail is due."""
    besides: UUID | None = None
    """Id of the session that stays open; None if all end."""
