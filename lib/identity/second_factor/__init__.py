"""Second factors: TOTP, WebAuthn and backup codes (reference §5.1)."""

from lib.identity.second_factor.models import (
    BackupCodes,
    FactorListed,
    FactorPassed,
    FactorProof,
    NewTotp,
    NewWebAuthn,
    TotpEnrollment,
    VerificationCode,
    WebAuthnOptions,
)
from lib.identity.second_factor.service import (
    confirm_totp,
    enroll_totp,
    list_factors,
    offer_assertion,
    offer_registration,
    pass_factor,
    register_webauthn,
    remove_factor,
    renew_backup_codes,
)

__all__ = [
    "BackupCodes",
    "FactorListed",
    "FactorPassed",
    "FactorProof",
    "NewTotp",
    "NewWebAuthn",
    "TotpEnrollment",
    "VerificationCode",
    "WebAuthnOptions",
    "confirm_totp",
    "enroll_totp",
    "list_factors",
    "offer_assertion",
    "offer_registration",
    "pass_factor",
    "register_webauthn",
    "remove_factor",
    "renew_backup_codes",
]
