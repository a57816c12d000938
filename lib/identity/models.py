"""Types of fields and models that several parts of identity share."""

from typing import Annotated, Literal

from pydantic import Field

from lib.core.http.emails import EmailAddress, NewEmailAddress

type BrandRole = Annotated[
    Literal["admin", "editor", "viewer"],
    Field(description="Role in a brand: an admin may do all that an editor may, an editor all that a viewer may."),
]
type FactorMethod = Annotated[
    Literal["totp", "webauthn", "backup_code"],
    Field(description="Kind of second factor: authenticator app, passkey or security key, or backup code."),
]
type Email = EmailAddress
type NewEmail = NewEmailAddress
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
