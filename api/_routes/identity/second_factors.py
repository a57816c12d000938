"""/api/v1/auth/mfa/*: second factors."""

from uuid import UUID

from fastapi import APIRouter, Response

from lib.core.auth.cookies import set_device_cookie
from lib.core.auth.principal import CurrentPerson, PendingPerson
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.identity import second_factor
from lib.identity.second_factor import (
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

router = APIRouter(prefix="/api/v1/auth/mfa", tags=["auth"], responses=documented(401, 403, 409))


@router.get("/factors")
async def list_factors(person: CurrentPerson) -> Success[list[FactorListed]]:
    """One's own."""
    return Success(data=await second_factor.list_factors(person))


@router.delete("/factors/{factor_id}", status_code=204, responses=documented(401, 403, 404, 409))
async def remove_factor(factor_id: UUID, person: CurrentPerson) -> Response:
    """With the last one go backup codes and remembered devices; platform admins keep one."""
    await second_factor.remove_factor(person, factor_id)
    return Response(status_code=204)


@router.post("/totp", status_code=201)
async def enroll_totp(wanted: NewTotp, person: CurrentPerson) -> Success[TotpEnrollment]:
    """A secret for an authenticator app, shown once; it counts from its first code on."""
    return Success(data=await second_factor.enroll_totp(person, wanted))


@router.post("/totp/{factor_id}/confirm", responses=documented(401, 403, 404, 409))
async def confirm_totp(factor_id: UUID, wanted: VerificationCode, person: CurrentPerson) -> Success[BackupCodes]:
    """Its first code. From the first factor on only sessions that passed one see anything; backup codes come along."""
    return Success(data=await second_factor.confirm_totp(person, factor_id, wanted.code))


@router.post("/webauthn/options")
async def offer_registration(person: CurrentPerson) -> Success[WebAuthnOptions]:
    """What a browser makes a passkey with; good for five minutes and one answer."""
    return Success(data=await second_factor.offer_registration(person))


@router.post("/webauthn", status_code=201)
async def register_webauthn(wanted: NewWebAuthn, person: CurrentPerson) -> Success[BackupCodes]:
    """The authenticator's answer: it counts from now on."""
    return Success(data=await second_factor.register_webauthn(person, wanted))


@router.post("/webauthn/challenge", responses=documented(401, 403, 404))
async def offer_assertion(person: PendingPerson) -> Success[WebAuthnOptions]:
    """What a passkey signs; good for five minutes and one answer."""
    return Success(data=await second_factor.offer_assertion(person))


@router.post("/verify")
async def pass_factor(proof: FactorProof, person: PendingPerson, response: Response) -> Success[FactorPassed]:
    """Passes the second factor in this session, which is trusted from then on."""
    passed = await second_factor.pass_factor(person, proof)
    if person.is_cookie and passed.device_token:
        set_device_cookie(response, passed.device_token)
        passed = passed.model_copy(update={"device_token": None})
    return Success(data=passed)


@router.post("/backup-codes", status_code=201)
async def renew_backup_codes(person: CurrentPerson) -> Success[BackupCodes]:
    """Ten new ones, shown once; the old ones die."""
    return Success(data=await second_factor.renew_backup_codes(person))
