"""What goes in and out of signing in, and who somebody is."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from lib.core.auth.sessions import Factor
from lib.core.http.models import RequestModel, ResponseModel

type BrandRole = Literal["admin", "editor", "viewer"]
type FactorMethod = Literal["totp", "webauthn", "backup_code"]
type SessionMode = Literal["bearer", "cookie"]
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
type OldPassword = Annotated[str, Field(min_length=1, max_length=1000, examples=["correct horse battery staple"])]
type LinkToken = Annotated[
    str,
    Field(
        min_length=20,
        max_length=100,
        pattern=r"^[A-Za-z0-9_-]+$",
        examples=["8rA1bK0vY2m7o1xq3JtZ6w9cN5sD4fGhLpQeRuTiXyW"],
    ),
]
type DeviceName = Annotated[str, Field(max_length=200, examples=["Emil's laptop"])]


class Credentials(RequestModel):
    email: Email
    password: OldPassword
    mode: SessionMode = "bearer"
    """cookie: the tokens come as cookies that no script reads, and not in the body."""
    device_name: DeviceName | None = None
    device_token: LinkToken | None = None
    """Of a device that was remembered: it needs no second factor for 30 days."""
    captcha_token: str | None = Field(default=None, max_length=4000, examples=["0.zQ1…"])
    """Asked for after three failures, where the deployment has a captcha."""


class RefreshRequest(RequestModel):
    refresh_token: str = Field(min_length=1, max_length=1000, examples=["v1.MjQ4N…"])


class FactorState(ResponseModel):
    """Of the second factor: until a pending one is passed, the session sees and does nothing."""

    state: Factor
    methods: list[FactorMethod] = Field(default_factory=list[FactorMethod])
    is_enrollment_required: bool = False
    """Platform admins have their rights only in sessions that passed a second factor."""


class Tokens(ResponseModel):
    access_token: str | None = Field(examples=["eyJhbGciOiJFUzI1NiJ9…"])
    """Null where it came as a cookie; so is the next."""
    refresh_token: str | None = Field(examples=["v1.MjQ4N…"])
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind of token, not one
    expires_in: int
    """Seconds from now."""


class SignedIn(Tokens):
    session_id: UUID
    factor: FactorState
    is_password_expired: bool = False
    csrf_token: str | None = Field(default=None, examples=["3f9c…"])
    """With cookies only: to be sent as X-CSRF-Token with whatever changes something."""


class Membership(ResponseModel):
    brand_id: UUID
    brand_name: str = Field(examples=["Aurora Skincare"])
    brand_slug: str = Field(examples=["aurora-skincare"])
    role: BrandRole
    expires_at: datetime | None


class SessionListed(ResponseModel):
    """A session on some device."""

    id: UUID
    is_current: bool
    device_name: str = Field(examples=["Emil's laptop"])
    user_agent: str = Field(examples=["Mozilla/5.0 (Macintosh…)"])
    address: str | None = Field(examples=["203.0.113.7"])
    method: Literal["password", "saml", "oidc", "invitation"]
    has_passed_factor: bool
    last_seen_at: datetime
    expires_at: datetime
    created_at: datetime


class CsrfToken(ResponseModel):
    csrf_token: str = Field(examples=["3f9c…"])


class SessionState(ResponseModel):
    """Of the session that asks."""

    session_id: UUID
    user_id: UUID
    factor: FactorState
    expires_at: datetime
    """When it ends if nothing happens."""


class DeviceListed(ResponseModel):
    """A device that needs no second factor for a while."""

    id: UUID
    name: str = Field(examples=["Emil's laptop"])
    expires_at: datetime
    created_at: datetime


class Reauthentication(RequestModel):
    password: OldPassword
