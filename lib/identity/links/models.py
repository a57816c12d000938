"""The request for a link, and the records of links."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from lib.core.http.models import RequestModel
from lib.identity.models import Email

type Purpose = Literal["password_reset", "email_verification", "email_change"]


class LinkRequest(RequestModel):
    """The address to mail a link to."""

    email: Email
    """E-mail address of the account. The answer is the same whether an account has it or not."""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link before it is mailed."""

    purpose: Purpose
    token: str = field(repr=False)
    """Random token in the link."""
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownLink:
    """A link that still works."""

    user_id: UUID
    email: str = field(repr=False)
    """Address of the account."""
    new_email: str | None = field(repr=False)
    """Encrypted new address, of a link that changes it; else None."""
    password_hashes: list[str] = field(repr=False)
    """Hashes of the passwords that the person may not use again."""


@dataclass(frozen=True, slots=True)
class SpentLink:
    """The result of spending a link."""

    is_spent: bool
    """False for a link that worked no longer."""
    ended: list[str]
    """Ids of the sessions that ended: those of the person, for a link that resets the password."""
