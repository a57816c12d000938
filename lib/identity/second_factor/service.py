"""Enrolls, passes and removes second factors.

The proofs are checked here, where the secrets can be decrypted. The database guarantees that a proof is used once.
"""

import asyncio
import logging
import secrets
from typing import Any
from uuid import UUID, uuid4

from lib.core.auth.principal import Person
from lib.core.auth.sessions import change_factor
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.data.reading import read_rows
from lib.core.http.errors import Conflict, NotFound, Unauthorized, ValidationFailed
from lib.core.http.heavy import run_heavy
from lib.core.security.crypto import key_ring, token_digest
from lib.core.telemetry.logs import log
from lib.identity.second_factor import backup_codes, repository, totp, webauthn
from lib.identity.second_factor.models import (
    AddedFactor,
    BackupCodes,
    CheckedProof,
    FactorListed,
    FactorPassed,
    FactorProof,
    KnownFactor,
    NewTotp,
    NewWebAuthn,
    PassedFactor,
    RememberedDevice,
    TotpEnrollment,
    WebAuthnOptions,
)
from lib.identity.sessions import (
    begin_attempt,
    forget_failures,
    kv_required,
    locked_out,
    require_kv,
    subject_of,
    take_back,
)


def _owner(factor_id: UUID) -> str:
    return f"public.mfa_factors.secret:{factor_id}"


def _wrong_code() -> Unauthorized:
    return Unauthorized("the code is wrong", code="MFA_REQUIRED")


async def list_factors(principal: Person) -> list[FactorListed]:
    """Lists the caller's factors, the oldest first."""
    return read_rows(FactorListed, await repository.fetch_factors(principal.db))


async def enroll_totp(principal: Person, *, app: NewTotp) -> TotpEnrollment:
    """Makes a secret for an authenticator app. The factor counts once ``confirm_totp`` has taken its first code.

    Raises Unauthorized (MFA_REQUIRED) if the session has not passed its factor, Forbidden (REAUTHENTICATION_REQUIRED)
    if the caller last authenticated more than 30 minutes ago, Conflict for an eleventh factor.
    """
    factor_id, secret = uuid4(), totp.new_secret()
    sealed = key_ring().encrypt(secret, _owner(factor_id))
    added = AddedFactor(factor_id, "totp", app.name, secret=sealed, algorithm=app.algorithm)
    await repository.add_factor(added, user_id=principal.user_id, session_id=principal.session_id)
    uri = totp.provisioning_uri(secret, principal.email, app.algorithm)
    return TotpEnrollment(factor_id=factor_id, secret=secret, uri=uri, qr_code=await run_heavy(totp.qr_code, uri))


async def _spend(
    principal: Person, proof: CheckedProof, *, device: RememberedDevice | None = None
) -> tuple[PassedFactor, list[str]]:
    """Uses a proof up and trusts the session. Returns backup codes as well, if the factor is the person's first."""
    codes = backup_codes.new_codes()
    passed = await repository.pass_factor(
        proof,
        user_id=principal.user_id,
        session_id=principal.session_id,
        new_code_hashes=backup_codes.stored_digests(codes),
        device_token_hash=token_digest(device.token) if device else None,
        device_name=device.name if device else "",
    )
    try:
        await ask_kv(
            asyncio.gather(
                change_factor(principal.session_id, principal.user_id, "passed"),
                *(change_factor(other, principal.user_id, "pending") for other in passed.others),
            )
        )
    except KvUnavailable as error:
        # Backup codes are shown this once, so the answer that has them succeeds. The database refuses other sessions.
        if not passed.is_first:
            raise kv_required(error) from error
        log(logging.WARNING, "a first factor is not in KV", fields={"reason": str(error)})
    return passed, codes if passed.is_first else []


async def confirm_totp(principal: Person, *, factor_id: UUID, code: str) -> BackupCodes:
    """Verifies the first code of an app: from now on the factor counts. Returns backup codes with the first factor.

    Raises NotFound, Conflict for a factor that counts already, Unauthorized (MFA_REQUIRED) for a wrong code,
    RateLimitExceeded (ACCOUNT_LOCKED) after five wrong codes.
    """
    factors = await repository.read_factors(user_id=principal.user_id)
    factor = next((item for item in factors if item.id == factor_id and item.kind == "totp"), None)
    if factor is None:
        raise NotFound("factor not found")
    if factor.is_verified:
        raise Conflict("the factor is confirmed already")
    step = await _counted_guess(principal, _totp_step(factor, code))
    _, codes = await _spend(principal, CheckedProof(factor.id, step=step))
    return BackupCodes(codes=codes)


def _totp_step(factor: KnownFactor, code: str) -> int | None:
    secret = key_ring().decrypt(factor.secret or "", _owner(factor.id))
    return totp.matching_step(secret, code, factor.algorithm)


async def _counted_guess[T](principal: Person, found: T | None) -> T:
    """Counts a guess: the fifth wrong one within 15 minutes locks the factor for 30 minutes."""
    subject = subject_of("second_factor", str(principal.user_id))
    try:
        attempt = await begin_attempt(subject)
        if attempt.is_locked:
            raise locked_out(attempt)
        if found is None:
            raise _wrong_code()
        await take_back(attempt)
    except KvUnavailable as error:
        raise kv_required(error) from error
    return found


async def _passkeys(principal: Person) -> list[KnownFactor]:
    factors = await repository.read_factors(user_id=principal.user_id)
    return [factor for factor in factors if factor.kind == "webauthn"]


async def offer_registration(principal: Person) -> WebAuthnOptions:
    """Makes the options with which a browser creates a passkey. They are valid for five minutes and one answer."""
    known = await _passkeys(principal)
    options, challenge = webauthn.registration_options(principal.user_id, principal.email, known)
    await _keep_challenge("register", principal, challenge)
    return WebAuthnOptions(options=options)


async def _keep_challenge(purpose: str, principal: Person, challenge: bytes) -> None:
    await require_kv(webauthn.keep_challenge(purpose, principal.session_id, challenge))


async def _take_challenge(purpose: str, principal: Person) -> bytes:
    challenge = await require_kv(webauthn.take_challenge(purpose, principal.session_id))
    if challenge is None:
        raise ValidationFailed("there is no open challenge: request one first")
    return challenge


def _transports(credential: dict[str, Any]) -> list[str]:
    response = credential.get("response")
    transports = response.get("transports") if isinstance(response, dict) else None
    return [str(item)[:20] for item in transports[:10]] if isinstance(transports, list) else []


async def register_webauthn(principal: Person, *, key: NewWebAuthn) -> BackupCodes:
    """Registers a passkey, which counts from now on. Returns backup codes with the first factor.

    Raises ValidationFailed for an answer that is not valid, Conflict for an authenticator that is registered already.
    """
    challenge = await _take_challenge("register", principal)
    registered = webauthn.check_registration(key.credential, challenge)
    added = AddedFactor(
        uuid4(),
        "webauthn",
        key.name,
        credential_id=registered.credential_id,
        public_key=registered.public_key,
        transports=_transports(key.credential),
    )
    await repository.add_factor(added, user_id=principal.user_id, session_id=principal.session_id)
    # The registration was a use of the key.
    _, codes = await _spend(principal, CheckedProof(added.id, sign_count=registered.sign_count))
    return BackupCodes(codes=codes)


async def offer_assertion(principal: Person) -> WebAuthnOptions:
    """Makes the options with which a browser uses a passkey. They are valid for five minutes and one answer.

    Raises NotFound if the caller has no passkey.
    """
    known = [factor for factor in await _passkeys(principal) if factor.is_verified]
    if not known:
        raise NotFound("there is no passkey")
    options, challenge = webauthn.assertion_options(known)
    await _keep_challenge("assert", principal, challenge)
    return WebAuthnOptions(options=options)


async def _checked(principal: Person, proof: FactorProof) -> CheckedProof:
    """Checks a proof. Raises Unauthorized (MFA_REQUIRED) for a wrong one, ValidationFailed without a challenge."""
    if proof.method == "webauthn":
        return await _checked_assertion(principal, proof)
    code = proof.code or ""  # never empty: the model requires one for these methods
    if proof.method == "backup_code":
        return CheckedProof(code_hashes=backup_codes.digests(code))
    for factor in await repository.read_factors(user_id=principal.user_id):
        if factor.kind == "totp" and factor.is_verified:
            step = _totp_step(factor, code)
            if step is not None:
                return CheckedProof(factor.id, step=step)
    raise _wrong_code()


async def _checked_assertion(principal: Person, proof: FactorProof) -> CheckedProof:
    known = [factor for factor in await _passkeys(principal) if factor.is_verified]
    credential = proof.credential or {}  # never empty: the model requires one for this method
    challenge = await _take_challenge("assert", principal)
    factor = next((item for item in known if item.credential_id == credential.get("id")), None)
    if factor is None:
        raise _wrong_code()
    return CheckedProof(factor.id, sign_count=webauthn.check_assertion(credential, challenge, factor))


async def pass_factor(principal: Person, *, proof: FactorProof) -> FactorPassed:
    """Passes the second factor: the session is trusted, and may use sensitive operations for 30 minutes.

    Raises Unauthorized (MFA_REQUIRED) for a wrong or used proof, RateLimitExceeded (ACCOUNT_LOCKED) after five of them,
    ValidationFailed for an incomplete one.
    """
    subject = subject_of("second_factor", str(principal.user_id))
    device = RememberedDevice(secrets.token_urlsafe(32), proof.device_name or "") if proof.remember_device else None
    try:
        attempt = await begin_attempt(subject)
        if attempt.is_locked:
            raise locked_out(attempt)
        try:
            passed, _ = await _spend(principal, await _checked(principal, proof), device=device)
        except Unauthorized:
            raise
        except Exception:
            await take_back(attempt)  # nothing was guessed
            raise
        await ask_kv(forget_failures(subject))
    except KvUnavailable as error:
        raise kv_required(error) from error
    return FactorPassed(backup_codes_left=passed.codes_left, device_token=device.token if device else None)


async def remove_factor(principal: Person, *, factor_id: UUID) -> None:
    """Removes a factor. With the last one, backup codes and remembered devices are removed too.

    Raises NotFound, Conflict for the last factor of a platform admin, Forbidden (REAUTHENTICATION_REQUIRED).
    """
    await repository.remove_factor(user_id=principal.user_id, session_id=principal.session_id, factor_id=factor_id)


async def renew_backup_codes(principal: Person) -> BackupCodes:
    """Makes ten new backup codes; the old ones stop working. Raises Forbidden (REAUTHENTICATION_REQUIRED)."""
    codes = backup_codes.new_codes()
    await repository.renew_backup_codes(
        user_id=principal.user_id, session_id=principal.session_id, code_hashes=backup_codes.stored_digests(codes)
    )
    return BackupCodes(codes=codes)
