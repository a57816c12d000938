"""Requests, answers and records of signing in, sessions and remembered devices."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from lib.core.auth.sessions import DEFAULT_PLAN, Factor
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.identity.models import CurrentPassword, DeviceName, Email, FactorMethod, SecretToken

type SessionMode = Annotated[
    Literal["bearer", "cookie"], Field(description="How tokens are returned: in the body, or as HttpOnly cookies.")
]
type SignInMethod = Annotated[
    Literal["password", "saml", "oidc", "invitation"], Field(description="How a session was opened.")
]
type LogoutScope = Annotated[Literal["this", "others", "all"], Field(description="The sessions to end.")]
type CaptchaToken = Annotated[
    str, Field(max_length=4000, examples=["0.zQ1…"], description="Token of a solved captcha.")
]


@dataclass(frozen=True, slots=True)
class Device:
    """The client that a request comes from."""

    address: str = field(repr=False)
    """IP address of the client."""
    user_agent: str
    name: str = ""
    """Name that the person gave the device; empty if none."""
    token: str | None = field(default=None, repr=False)
    """Token by which a remembered device needs no second factor."""


class LoginRequest(RequestModel):
    """E-mail, password, and how the tokens are returned."""

    email: Email
    """E-mail address of the account."""
    password: CurrentPassword
    """The current password of the account."""
    mode: SessionMode = "bearer"
    """`bearer` returns the tokens in the body. `cookie` sets them as HttpOnly cookies, and the body has none."""
    device_name: DeviceName | None = None
    """Name for this device in the list of your sessions, at most 200 characters."""
    device_token: SecretToken | None = None
    """Token of a remembered device, from `POST /auth/mfa/verify`. The device needs no second factor for 30 days. In
    `cookie` mode the cookie is read instead."""
    captcha_token: CaptchaToken | None = None
    """Token of the solved captcha. Required after three failed attempts, if the deployment has a captcha."""


class RefreshRequest(RequestModel):
    """The refresh token to exchange."""

    refresh_token: str = Field(min_length=1, max_length=1000, examples=["v1.MjQ4N…"])
    """The latest refresh token of the session."""


class FactorState(ResponseModel):
    """The second factor of a session. Until a pending factor is passed, the session can read and change nothing."""

    state: Factor
    """`none`: the account has no second factor. `pending`: it must still be passed. `passed`: it was passed."""
    methods: list[FactorMethod] = Field(default_factory=list[FactorMethod])
    """Kinds of second factor that the account can pass now."""
    is_enrollment_required: bool = False
    """Whether you are a platform admin without a second factor: you have admin rights once you have passed one."""


class Tokens(ResponseModel):
    """The tokens of a session."""

    access_token: str | None = Field(examples=["eyJhbGciOiJFUzI1NiJ9…"])
    """JWT for the header `Authorization: Bearer`; null if it was set as a cookie."""
    refresh_token: str | None = Field(examples=["v1.MjQ4N…"])
    """Token for `POST /auth/refresh`, valid once; null if it was set as a cookie."""
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - a kind of token, not one
    """Always `bearer`."""
    expires_in: int = Field(examples=[900])
    """Seconds from now until the access token expires."""


class SignedIn(Tokens):
    """A new session with its tokens."""

    session_id: UUID
    """Id of the session."""
    factor: FactorState
    """State of the second factor."""
    is_password_expired: bool = False
    """Whether the password is older than the deployment allows: ask for a new one."""
    csrf_token: str | None = Field(default=None, examples=["3f9c…"])
    """Value for the header `X-CSRF-Token` of every changing request; null in `bearer` mode."""


class SessionListed(ResponseModel):
    """A session on one of your devices."""

    id: UUID
    """Id of the session."""
    is_current: bool
    """Whether this request was made in the session."""
    device_name: str = Field(examples=["Emil's laptop"])
    """Name that you gave the device; empty if none."""
    user_agent: str = Field(examples=["Mozilla/5.0 (Macintosh…)"])
    """User-Agent header of the sign-in, at most 500 characters."""
    address: str | None = Field(examples=["203.0.113.7"])
    """IP address of the sign-in; null if it cannot be decrypted any more."""
    method: SignInMethod
    """How the session was opened."""
    has_passed_factor: bool
    """Whether a second factor was passed in the session."""
    last_seen_at: Instant
    """When the session was last refreshed or extended."""
    expires_at: Instant
    """When the session ends at the latest, 24 hours after sign-in."""
    created_at: Instant
    """When the session was opened."""


class CsrfToken(ResponseModel):
    """The CSRF token of a session in cookies."""

    csrf_token: str = Field(examples=["3f9c…"])
    """Value for the header `X-CSRF-Token` of every changing request."""


class SessionState(ResponseModel):
    """The session of this request."""

    session_id: UUID
    """Id of the session."""
    user_id: UUID
    """Id of the person."""
    factor: FactorState
    """State of the second factor."""
    expires_at: Instant
    """When the session ends if you make no further request."""


class DeviceListed(ResponseModel):
    """A remembered device: it needs no second factor until it expires."""

    id: UUID
    """Id of the device."""
    name: str = Field(examples=["Emil's laptop"])
    """Name that you gave the device; empty if none."""
    expires_at: Instant
    """When the device needs the second factor again, 30 days after it was remembered."""
    created_at: Instant
    """When the device was remembered."""


class Reauthentication(RequestModel):
    """Your current password, to confirm your identity again."""

    password: CurrentPassword
    """Your current password."""


@dataclass(frozen=True, slots=True)
class FailedSignIn:
    """A failed attempt to sign in, for the audit log."""

    email: str = field(repr=False)
    email_indexes: list[str]
    """Blind indexes of the address under each key, the newest first."""
    address_index: str
    """Blind index of the client's IP address."""
    reason: Literal["locked", "credentials"]
    mail: str | None = None
    """Sealed mail to the owner of the address; None if no mail is due."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that Auth has opened, as the database records it."""

    user_id: UUID
    session_id: UUID
    device_name: str
    user_agent: str
    address: str
    """Encrypted IP address of the client."""
    address_index: str
    """Blind index of the client's IP address."""
    method: SignInMethod
    device_token_hash: str | None
    email_index: str
    """Blind index of the e-mail address, under the newest key."""
    refresh_token_digest: str
    """SHA-256 of the first refresh token."""
    vouched: "VouchedSession | None" = None
    """The connection that vouched for the person, if one did."""


@dataclass(frozen=True, slots=True)
class VouchedSession:
    """The names at an identity provider of a session that it opened, and of the person."""

    connection_id: UUID
    subject: str | None = field(repr=False)
    """The names of person and session at the provider, encrypted; None if it gave none."""
    subject_digest: str
    """SHA-256 of the person's name at the provider."""
    index_digest: str | None
    """SHA-256 of the session's name at the provider; None if it has none."""


@dataclass(frozen=True, slots=True)
class RefreshClaim:
    """The database's answer to a refresh token."""

    state: Literal["claimed", "busy", "answered", "unknown", "undecided", "reused", "ended"]
    """See ``public.claim_refresh``."""
    ended: list[str] = field(default_factory=list[str])
    """The sessions that ended because the token was used twice."""
    session_id: UUID | None = None
    """The session, if it is claimed."""
    user_id: UUID | None = None
    is_spent: bool = False
    """Whether the token was used before, within the grace."""


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """The database's answer to a new session."""

    is_active: bool
    """False for a deactivated account: then the session is not recorded."""
    factor: Factor = "none"
    methods: list[FactorMethod] = field(default_factory=list[FactorMethod])
    is_enrollment_required: bool = False
    evicted: list[str] = field(default_factory=list[str])
    """Ids of older sessions that ended because a person may have five at once."""
    password_changed_at: datetime | None = None
    plan: str = DEFAULT_PLAN
    """The plan that rate limits go by."""


@dataclass(frozen=True, slots=True)
class KnownSession:
    """An open session."""

    created_at: datetime
    methods: list[FactorMethod]
    is_enrollment_required: bool
