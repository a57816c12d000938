from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from lib.core.http.models import RequestModel, ResponseModel
from lib.identity.models import DeviceName

type FactorName = Annotated[str, Field(min_length=1, max_length=100, examples=["Phone"])]
type TotpCode = Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["482915"])]
type Algorithm = Literal["SHA256", "SHA1"]
type CredentialJson = Annotated[
    dict[str, Any], Field(examples=[{"id": "AQIDBA", "rawId": "AQIDBA", "type": "public-key", "response": {}}])
]
"""As the browser's PublicKeyCredential.toJSON() gives it (WebAuthn Level 3 §5.1)."""


class NewTotp(RequestModel):
    name: FactorName
    algorithm: Algorithm = "SHA256"
    """Some authenticators compute SHA-1 whatever the QR code says: for those, say so."""


class TotpEnrollment(ResponseModel):
    """Shown once; the factor counts from its first code on."""

    factor_id: UUID
    secret: str = Field(examples=["JBSWY3DPEHPK3PXP…"])
    uri: str = Field(examples=["otpauth://totp/MixerAI:editor%40aurora.test?secret=…&algorithm=SHA256"])
    qr_code: str = Field(examples=["data:image/svg+xml;charset=utf-8,…"])
    """An SVG image as a data URI."""


class VerificationCode(RequestModel):
    code: TotpCode


class BackupCodes(ResponseModel):
    """Shown once; each works once, in place of a second factor."""

    codes: list[str] = Field(examples=[["K7QX-M2RD"]])


class NewWebAuthn(RequestModel):
    name: FactorName
    credential: CredentialJson


class WebAuthnOptions(ResponseModel):
    """For navigator.credentials.create() or .get(), by PublicKeyCredential.parseCreationOptionsFromJSON()."""

    options: dict[str, Any] = Field(examples=[{"challenge": "…", "rpId": "mixerai.com"}])


class FactorProof(RequestModel):
    """One of the three."""

    method: Literal["totp", "webauthn", "backup_code"]
    code: Annotated[str, Field(max_length=20, pattern=r"^[\x21-\x7e]+$", examples=["482915"])] | None = None
    """Of an authenticator app, or a backup code."""
    credential: CredentialJson | None = None
    remember_device: bool = False
    """For 30 days this device needs its password only; platform admins show the factor always."""
    device_name: DeviceName | None = None


class FactorPassed(ResponseModel):
    state: Literal["passed"] = "passed"
    backup_codes_left: int
    device_token: str | None = Field(default=None, examples=["8rA1bK0vY2m7…"])
    """To be sent when signing in from this device; null where it came as a cookie, or none was asked for."""


class FactorListed(ResponseModel):
    id: UUID
    kind: Literal["totp", "webauthn"]
    name: str = Field(examples=["Phone"])
    verified_at: datetime | None
    last_used_at: datetime | None
    created_at: datetime
