"""Types of fields and models that several parts of identity share."""

from typing import Annotated, Final, Literal

from pydantic import Field

type BrandRole = Annotated[
    Literal["admin", "editor", "viewer"],
    Field(description="Role in a brand: an admin may do all that an editor may, an editor all that a viewer may."),
]
type FactorMethod = Annotated[
    Literal["totp", "webauthn", "backup_code"],
    Field(description="Kind of second factor: authenticator app, passkey or security key, or backup code."),
]
type Email = Annotated[
    str,
    Field(
        min_length=3,
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
        examples=["editor@aurora.test"],
        description="E-mail address; upper and lower case make no difference.",
    ),
]
# Supabase Auth accepts these addresses for accounts: ASCII, in the form of HTML
# (https://github.com/supabase/auth/blob/master/internal/api/mail.go).
_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
type NewEmail = Annotated[
    str,
    Field(
        min_length=3,
        max_length=254,
        pattern=rf"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+$",
        examples=["editor@aurora.test"],
        description="E-mail address in ASCII; upper and lower case make no difference.",
    ),
]
type NewPassword = Annotated[
    str,
    Field(
        min_length=12,
        max_length=72,
        examples=["Tidal-Copper-91-lantern"],
        description="New password, at most 72 bytes in UTF-8.",
    ),
]
type CurrentPassword = Annotated[
    str,
    Field(
        min_length=1, max_length=1000, examples=["correct horse battery staple"], description="Password of the account."
    ),
]
type SecretToken = Annotated[
    str,
    Field(
        min_length=20,
        max_length=100,
        pattern=r"^[A-Za-z0-9_-]+$",
        examples=["8rA1bK0vY2m7o1xq3JtZ6w9cN5sD4fGhLpQeRuTiXyW"],
        description="Random token, of a link in a mail or of a remembered device.",
    ),
]
type DeviceName = Annotated[
    str, Field(max_length=200, examples=["Emil's laptop"], description="Name of a device, to recognise it by.")
]
