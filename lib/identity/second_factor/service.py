"""Enrolling a second factor, passing it, taking it away.

What was entered is checked here, where the secrets can be read; that it counts once is the database's.
"""

import asyncio
import logging
import secrets
from typing import Any
from uuid import UUID, uuid4

from lib.core.auth.principal import Person
from lib.core.auth.sessions import change_factor
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.errors import Conflict, NotFound, Unauthorized, ValidationFailed
from lib.core.security.crypto import key_ring, token_digest
from lib.core.telemetry.logs import log
from lib.identity import administration, repository
from lib.identity.lockout import begin_attempt, forget_failures, subject_of, take_back
from lib.identity.second_factor import backup_codes, totp, webauthn
from lib.identity.second_factor.models import (
    BackupCodes,
    FactorListed,
    FactorPassed,
    FactorProof,
    NewTotp,
    NewWebAuthn,
    TotpEnrollment,
    WebAuthnOptions,
)
from lib.identity.sign_in import locked_out, require_kv, unavailable

type Factor = dict[str, Any]


def _owner(factor_id: str | UUID) -> str:
    return f"public.mfa_factors.secret:{factor_id}"


def _wrong() -> Unauthorized:
    return Unauthorized("the code is wrong", code="MFA_REQUIRED")


async def _factors(person: Person) -> list[Factor]:
    known = await administration.ask("read_factors", {"user_id": str(person.user_id)})
    return known["factors"]


async def list_factors(person: Person) -> list[FactorListed]:
    return [FactorListed.model_validate(row) for row in await repository.fetch_factors(person.db)]


async def _add(person: Person, factor_id: UUID, kind: str, name: str, **more: Any) -> None:
    factor = {
        "id": str(factor_id),
        "userId": str(person.user_id),
        "sessionId": str(person.session_id),
        "kind": kind,
        "name": name,
    }
    await administration.tell("add_factor", {"factor": factor | more})


async def enroll_totp(person: Person, wanted: NewTotp) -> TotpEnrollment:
    """A secret for an authenticator app.

    Raises Unauthorized (MFA_REQUIRED) where a factor was not passed yet, Forbidden (REAUTHENTICATION_REQUIRED) half an
    hour after the last proof.
    """
    factor_id, secret = uuid4(), totp.new_secret()
    sealed = key_ring().encrypt(secret, _owner(factor_id))
    await _add(person, factor_id, "totp", wanted.name, secret=sealed, algorithm=wanted.algorithm)
    uri = totp.provisioning_uri(secret, person.email, wanted.algorithm)
    return TotpEnrollment(factor_id=factor_id, secret=secret, uri=uri, qr_code=totp.qr_code(uri))


async def _spend(person: Person, **passed: Any) -> tuple[dict[str, Any], list[str]]:
    """Trusts the session from now on; what the database says of it, and backup codes if the factor was the first."""
    codes = backup_codes.new_codes()
    whole = passed | {
        "userId": str(person.user_id),
        "sessionId": str(person.session_id),
        "newCodeHashes": [backup_codes.digests(code)[0] for code in codes],
    }
    done = await administration.tell("pass_second_factor", {"passed": whole})
    try:
        await ask_kv(
            asyncio.gather(
                change_factor(person.session_id, person.user_id, "passed"),
                *(change_factor(other, person.user_id, "pending") for other in done["others"]),
            )
        )
    except KvUnavailable as error:
        # Whoever has just seen their backup codes for the only time gets them; the database refuses the others.
        if not done["isFirst"]:
            raise unavailable(error) from error
        log(logging.WARNING, "KV does not know of a first factor", fields={"reason": str(error)})
    return done, codes if done["isFirst"] else []


async def confirm_totp(person: Person, factor_id: UUID, code: str) -> BackupCodes:
    """The first code of an app: from now on it counts. Backup codes come with the first factor of a person."""
    factor = next((item for item in await _factors(person) if item["id"] == str(factor_id)), None)
    if factor is None or factor["kind"] != "totp":
        raise NotFound("factor not found")
    if factor["isVerified"]:
        raise Conflict("the factor counts already")
    step = await _guessed(person, _totp_step(factor, code))
    _, codes = await _spend(person, factorId=factor["id"], step=step)
    return BackupCodes(codes=codes)


def _totp_step(factor: Factor, code: str) -> int | None:
    secret = key_ring().decrypt(factor["secret"], _owner(factor["id"]))
    return totp.matching_step(secret, code, factor["algorithm"])


async def _guessed[T](person: Person, found: T | None) -> T:
    """Counts a guess: five wrong ones within a quarter of an hour are the last for half an hour."""
    subject = subject_of("second_factor", str(person.user_id))
    try:
        attempt = await begin_attempt(subject)
        if attempt.is_locked:
            raise locked_out(attempt)
        if found is None:
            raise _wrong()
        await take_back(attempt)
    except KvUnavailable as error:
        raise unavailable(error) from error
    return found


async def offer_registration(person: Person) -> WebAuthnOptions:
    known = [factor for factor in await _factors(person) if factor["kind"] == "webauthn"]
    options, challenge = webauthn.registration_options(person.user_id, person.email, known)
    await _keep("register", person, challenge)
    return WebAuthnOptions(options=options)


async def _keep(purpose: str, person: Person, challenge: bytes) -> None:
    await require_kv(webauthn.keep_challenge(purpose, person.session_id, challenge))


async def _take(purpose: str, person: Person) -> bytes:
    challenge = await require_kv(webauthn.take_challenge(purpose, person.session_id))
    if challenge is None:
        raise ValidationFailed("there is no challenge to answer: ask for one first")
    return challenge


async def register_webauthn(person: Person, wanted: NewWebAuthn) -> BackupCodes:
    """Raises ValidationFailed for an answer that is not valid, Conflict for an authenticator that is registered."""
    registered = webauthn.check_registration(wanted.credential, await _take("register", person))
    factor_id = uuid4()
    response = wanted.credential.get("response")
    transports = response.get("transports") if isinstance(response, dict) else None
    await _add(
        person,
        factor_id,
        "webauthn",
        wanted.name,
        credentialId=registered.credential_id,
        publicKey=registered.public_key,
        signCount=0,
        transports=[str(item)[:20] for item in transports[:10]] if isinstance(transports, list) else [],
    )
    # Whoever registered it has just used it.
    _, codes = await _spend(person, factorId=str(factor_id), signCount=registered.sign_count)
    return BackupCodes(codes=codes)


async def offer_assertion(person: Person) -> WebAuthnOptions:
    known = [factor for factor in await _factors(person) if factor["kind"] == "webauthn" and factor["isVerified"]]
    if not known:
        raise NotFound("there is no passkey")
    options, challenge = webauthn.assertion_options(known)
    await _keep("assert", person, challenge)
    return WebAuthnOptions(options=options)


async def _checked(person: Person, proof: FactorProof) -> dict[str, Any]:
    """What the database is told of a proof that is right."""
    if proof.method == "backup_code":
        if proof.code is None:
            raise ValidationFailed("a code is needed")
        return {"codeHashes": backup_codes.digests(proof.code)}
    factors = [factor for factor in await _factors(person) if factor["isVerified"] and factor["kind"] == proof.method]
    if proof.method == "totp":
        if proof.code is None:
            raise ValidationFailed("a code is needed")
        for factor in factors:
            step = _totp_step(factor, proof.code)
            if step is not None:
                return {"factorId": factor["id"], "step": step}
        raise _wrong()
    if proof.credential is None:
        raise ValidationFailed("a credential is needed")
    challenge = await _take("assert", person)
    factor = next((item for item in factors if item["credentialId"] == proof.credential.get("id")), None)
    if factor is None:
        raise _wrong()
    return {"factorId": factor["id"], "signCount": webauthn.check_assertion(proof.credential, challenge, factor)}


async def pass_factor(person: Person, proof: FactorProof) -> FactorPassed:
    """Trusts the session from now on, and lets it do what is sensitive for half an hour.

    Raises Unauthorized (MFA_REQUIRED) for a wrong or used code, RateLimitExceeded (ACCOUNT_LOCKED) after five of them.
    """
    subject = subject_of("second_factor", str(person.user_id))
    token = secrets.token_urlsafe(32) if proof.remember_device else None
    remembered = {"deviceTokenHash": token_digest(token), "deviceName": proof.device_name or ""} if token else {}
    try:
        attempt = await begin_attempt(subject)
        if attempt.is_locked:
            raise locked_out(attempt)
        try:
            passed = await _checked(person, proof)
            done, _ = await _spend(person, **passed, **remembered)
        except Unauthorized:
            raise
        except Exception:
            await take_back(attempt)  # it was no guess
            raise
        await ask_kv(forget_failures(subject))
    except KvUnavailable as error:
        raise unavailable(error) from error
    return FactorPassed(backup_codes_left=done["codesLeft"], device_token=token)


async def remove_factor(person: Person, factor_id: UUID) -> None:
    """Raises Conflict for the last one of a platform admin."""
    arguments = {
        "user_id": str(person.user_id),
        "session_id": str(person.session_id),
        "factor_id": str(factor_id),
    }
    await administration.tell("remove_factor", arguments)


async def renew_backup_codes(person: Person) -> BackupCodes:
    """Ten new ones; the old ones die."""
    codes = backup_codes.new_codes()
    arguments = {
        "user_id": str(person.user_id),
        "session_id": str(person.session_id),
        "code_hashes": [backup_codes.digests(code)[0] for code in codes],
    }
    await administration.tell("renew_backup_codes", arguments)
    return BackupCodes(codes=codes)
