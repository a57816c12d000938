"""Requests, answers and records of second factors."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from lib.core.filled import check_filled
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.core.http.validation import missing_field
from lib.identity.models import DeviceName, FactorMethod

type FactorName = Annotated[
    str,
    Field(min_length=1, max_length=100, examples=["Phone"], description="Name of a factor, to recognise it by."),
    AfterValidator(check_filled),
]
type TotpCode = Annotated[
    str, Field(pattern=r"^[0-9]{6}$", examples=["482915"], description="Six digits of an authenticator app.")
]
type ProofCode = Annotated[
    str,
    Field(
        max_length=20,
        pattern=r"^[\x21-\x7e]+$",
        examples=["482915"],
        description="Six digits of an authenticator app, or a backup code.",
    ),
]
type FactorKind = Annotated[
    Literal["totp", "webauthn"], Field(description="Kind of a factor: authenticator app, or passkey or security key.")
]
type Algorithm = Annotated[Literal["SHA256", "SHA1"], Field(description="Hash of the codes of an authenticator app.")]
type CredentialJson = Annotated[
    dict[str, Any],
    Field(
        examples=[{"id": "AQIDBA", "rawId": "AQIDBA", "type": "public-key", "response": {}}],
        description="Result of PublicKeyCredential.toJSON() in a browser (WebAuthn Level 3 §5.1).",
    ),
]


class NewTotp(RequestModel):
    """An authenticator app to enroll."""

    name: FactorName
    """Name for the factor, at most 100 characters."""
    algorithm: Algorithm = "SHA256"
    """Hash of the codes. Use `SHA1` for apps that compute SHA-1 whatever the QR code says."""


class TotpEnrollment(ResponseModel):
    """The secret for an authenticator app. It is not shown again, and counts once its first code is confirmed."""

    factor_id: UUID
    """Id of the factor."""
    secret: str = Field(examples=["JBSWY3DPEHPK3PXP…"])
    """Secret in base 32, to type into the app."""
    uri: str = Field(examples=["otpauth://totp/MixerAI:editor%40aurora.test?secret=…&algorithm=SHA256"])
    """The secret as an otpauth URI."""
    qr_code: str = Field(examples=["data:image/svg+xml;charset=utf-8,…"])
    """The URI as a QR code: an SVG image in a data URI."""


class VerificationCode(RequestModel):
    """A code of an authenticator app."""

    code: TotpCode
    """The six digits that the app shows now."""


class BackupCodes(ResponseModel):
    """Backup codes."""

    codes: list[str] = Field(examples=[["K7QX-M2RD"]])
    """Ten codes, each valid once in place of a second factor. Store them now: they are not shown again. Empty if you
    have codes already."""


class NewWebAuthn(RequestModel):
    """A passkey or security key to register."""

    name: FactorName
    """Name for the factor, at most 100 characters."""
    credential: CredentialJson
    """The credential, as PublicKeyCredential.toJSON() returns it."""


class WebAuthnOptions(ResponseModel):
    """Options for the browser's WebAuthn API, valid for five minutes and one answer."""

    options: dict[str, Any] = Field(examples=[{"challenge": "…", "rpId": "mixerai.com"}])
    """Argument of PublicKeyCredential.parseCreationOptionsFromJSON() or parseRequestOptionsFromJSON()."""


class FactorProof(RequestModel):
    """The proof of a second factor: a code, or the answer of an authenticator."""

    method: FactorMethod
    """Kind of the proof."""
    code: ProofCode | None = None
    """Six digits of an authenticator app, or a backup code. Required unless the method is `webauthn`."""
    credential: CredentialJson | None = None
    """The assertion, as PublicKeyCredential.toJSON() returns it. Required if the method is `webauthn`."""
    remember_device: bool = False
    """Whether this device needs no second factor for 30 days. Platform admins need it at every sign-in."""
    device_name: DeviceName | None = None
    """Name for the remembered device, at most 200 characters."""

    @model_validator(mode="after")
    def _has_its_proof(self) -> Self:
        if self.method == "webauthn":
            if self.credential is None:
                raise missing_field("credential")
        elif self.code is None:
            raise missing_field("code")
        return self


class FactorPassed(ResponseModel):
    """The result of passing a second factor."""

    state: Literal["passed"] = "passed"
    """Always `passed`."""
    backup_codes_left: int
    """Number of unused backup codes."""
    device_token: str | None = Field(default=None, examples=["8rA1bK0vY2m7…"])
    """Token of the remembered device, for `deviceToken` at the next sign-in. Null if it was set as a cookie, or the
    device is not to be remembered."""


class FactorListed(ResponseModel):
    """A second factor."""

    id: UUID
    """Id of the factor."""
    kind: FactorKind
    """`totp`: an authenticator app. `webauthn`: a passkey or security key."""
    name: str = Field(examples=["Phone"])
    """Name that you gave the factor."""
    verified_at: Instant | None
    """When the factor was first passed; null if it was not, and does not count yet."""
    last_used_at: Instant | None
    """When the factor was last passed; null if never."""
    created_at: Instant
    """When the factor was enrolled."""


@dataclass(frozen=True, slots=True)
class KnownFactor:
    """A factor with the data that checking a proof needs."""

    id: UUID
    kind: FactorKind
    is_verified: bool
    secret: str | None = field(repr=False)
    """Encrypted secret of an authenticator app; else None."""
    algorithm: str
    credential_id: str | None
    """Id of a WebAuthn credential, in base64url; else None."""
    public_key: str | None
    """Public key of a WebAuthn credential, in base64url; else None."""
    transports: list[str]


@dataclass(frozen=True, slots=True)
class AddedFactor:
    """A factor as the database stores it."""

    id: UUID
    kind: FactorKind
    name: str
    secret: str | None = field(default=None, repr=False)
    """Encrypted secret of an authenticator app."""
    algorithm: Algorithm | None = None
    credential_id: str | None = None
    public_key: str | None = None
    transports: list[str] | None = None


@dataclass(frozen=True, slots=True)
class CheckedProof:
    """A proof that is right. The database guarantees that it is used once."""

    factor_id: UUID | None = None
    """The factor; None for a backup code."""
    step: int | None = None
    """Time step of a TOTP code."""
    sign_count: int | None = None
    """Counter of an authenticator."""
    code_hashes: list[str] | None = field(default=None, repr=False)
    """Digests of a backup code under each key, the newest first."""


@dataclass(frozen=True, slots=True)
class RememberedDevice:
    """A device to remember."""

    token: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True)
class PassedFactor:
    """The database's answer to a factor that was passed."""

    is_first: bool
    """Whether it is the first factor of the person."""
    others: list[str]
    """Ids of the person's other sessions, which must pass the first factor as well; else none."""
    codes_left: int
    """Number of unused backup codes."""
