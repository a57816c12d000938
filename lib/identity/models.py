"""Types of fields and models that several parts of identity share."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from lib.core.http.models import ResponseModel

type BrandRole = Literal["admin", "editor", "viewer"]
type FactorMethod = Literal["totp", "webauthn", "backup_code"]
type Email = Annotated[
    str, Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", examples=["editor@aurora.test"])
]
# What Supabase Auth takes as an address for an account: ASCII, in the form of HTML
# (https://github.com/supabase/auth/blob/master/internal/api/mail.go).
_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
type NewEmail = Annotated[
    str,
    Field(
        min_length=3,
        max_length=254,
        pattern=rf"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+$",
        examples=["editor@aurora.test"],
    ),
]
type NewPassword = Annotated[str, Field(min_length=12, max_length=72, examples=["Tidal-Copper-91-lantern"])]
type CurrentPassword = Annotated[str, Field(min_length=1, max_length=1000, examples=["correct horse battery staple"])]
type SecretToken = Annotated[
    str,
    Field(
        min_length=20,
        max_length=100,
        pattern=r"^[A-Za-z0-9_-]+$",
        examples=["8rA1bK0vY2m7o1xq3JtZ6w9cN5sD4fGhLpQeRuTiXyW"],
    ),
]
"""A random token that we made: of a link in a mail, or of a remembered device."""
type DeviceName = Annotated[str, Field(max_length=200, examples=["Emil's laptop"])]


class PersonReference(ResponseModel):
    """A person whom an answer names."""

    id: UUID
    """Id of the person."""
    name: str | None = Field(examples=["Emil Editor"])
    """First and last name; null if the person has set none, or no longer shares a brand with you."""
