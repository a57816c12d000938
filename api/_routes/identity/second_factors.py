"""/api/v1/auth/mfa/*: second factors."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from lib.core.auth.cookies import set_device_cookie
from lib.core.auth.principal import CurrentPerson, PendingPerson
from lib.core.http.alike import answers_alike
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.routes import Route
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

router = APIRouter(
    route_class=Route, prefix="/api/v1/auth/mfa", tags=["secondFactors"], responses=documented(401, 403, 409)
)

type FactorId = Annotated[UUID, Path(description="Id of one of your second factors.")]


@router.get("/factors", name="list")
async def list_factors(person: CurrentPerson) -> Success[list[FactorListed]]:
    """Lists your second factors, the oldest first."""
    return Success(data=await second_factor.list_factors(person))


@router.delete("/factors/{factor_id}", name="delete", status_code=204, responses=documented(401, 403, 404, 409))
async def remove_factor(factor_id: FactorId, person: CurrentPerson) -> Response:
    """Removes a second factor. Requires that you authenticated within the last 30 minutes.

    With the last factor, backup codes and remembered devices are removed too. Platform admins must keep one.
    """
    await second_factor.remove_factor(person, factor_id=factor_id)
    return Response(status_code=204)


@router.post("/totp", name="enroll_totp", status_code=201)
async def enroll_totp(app: NewTotp, person: CurrentPerson) -> Success[TotpEnrollment]:
    """Enrolls an authenticator app and returns its secret. Requires that you authenticated within the last 30 minutes.

    The factor counts once you have confirmed its first code. You may have ten factors.
    """
    return Success(data=await second_factor.enroll_totp(person, app=app))


@router.post("/totp/{factor_id}/confirm", name="confirm_totp", responses=documented(401, 403, 404, 409))
@answers_alike
async def confirm_totp(factor_id: FactorId, body: VerificationCode, person: CurrentPerson) -> Success[BackupCodes]:
    """Confirms an authenticator app by its first code; the factor counts from now on.

    With your first factor you get backup codes, and your other sessions must pass the factor.
    """
    return Success(data=await second_factor.confirm_totp(person, factor_id=factor_id, code=body.code))


@router.post("/webauthn/options", name="begin_webauthn_registration")
async def offer_registration(person: CurrentPerson) -> Success[WebAuthnOptions]:
    """Returns options with which a browser creates a passkey. They are valid for five minutes and one answer."""
    return Success(data=await second_factor.offer_registration(person))


@router.post("/webauthn", name="register_webauthn", status_code=201)
async def register_webauthn(key: NewWebAuthn, person: CurrentPerson) -> Success[BackupCodes]:
    """Registers a passkey or security key; it counts from now on.

    Requires that you authenticated within the last 30 minutes. With your first factor you get backup codes, and your
    other sessions must pass the factor.
    """
    return Success(data=await second_factor.register_webauthn(person, key=key))


@router.post("/webauthn/challenge", name="begin_webauthn_verification", responses=documented(401, 403, 404))
@answers_alike
async def offer_assertion(person: PendingPerson) -> Success[WebAuthnOptions]:
    """Returns options with which a browser uses a passkey. They are valid for five minutes and one answer."""
    return Success(data=await second_factor.offer_assertion(person))


@router.post("/verify", name="verify")
@answers_alike
async def pass_factor(proof: FactorProof, person: PendingPerson, response: Response) -> Success[FactorPassed]:
    """Passes the second factor in this session, which is trusted from now on.

    Counts as an authentication for sensitive operations. Five wrong codes within 15 minutes lock the second factor for
    30 minutes (429, `ACCOUNT_LOCKED`). For a session in cookies, the token of a remembered device is set as a cookie.
    """
    passed = await second_factor.pass_factor(person, proof=proof)
    if person.is_cookie and passed.device_token:
        set_device_cookie(response, passed.device_token)
        passed = passed.model_copy(update={"device_token": None})
    return Success(data=passed)


@router.post("/backup-codes", name="renew_backup_codes", status_code=201)
async def renew_backup_codes(person: CurrentPerson) -> Success[BackupCodes]:
    """Returns ten new backup codes; the old ones stop working.

    Requires that you authenticated within the last 30 minutes.
    """
    return Success(data=await second_factor.renew_backup_codes(person))
