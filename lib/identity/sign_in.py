"""Signing in and signing out.

In the order of domain §8: limit by address (at the route), lock, captcha, credentials, verified address, second factor,
session. Whoever fails hears the same after the same time, whether the address has an account or not.
"""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID

from lib.core.auth.cookies import csrf_token
from lib.core.auth.principal import Person
from lib.core.auth.sessions import close_sessions, write_session
from lib.core.auth.tokens import verify_token
from lib.core.config import get_settings
from lib.core.data.db import Row, command_once
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.deadline import OWN_SECONDS, at_least
from lib.core.http.errors import (
    RETRY_AFTER_SECONDS,
    ApiError,
    Forbidden,
    RateLimitExceeded,
    ServiceUnavailable,
    Unauthorized,
    ValidationFailed,
)
from lib.core.security.crypto import key_ring, token_digest
from lib.core.telemetry.logs import log
from lib.identity import administration, auth_client
from lib.identity.auth_client import AuthSession
from lib.identity.captcha import FREE_FAILURES, require_captcha
from lib.identity.lockout import Attempt, begin_attempt, forget_failures, subject_of, take_back
from lib.identity.models import Credentials, FactorState, SignedIn
from lib.identity.refresh_tokens import mark_live
from lib.identity.timing import evenly
from lib.notify import Mail, seal_mail


@dataclass(frozen=True, slots=True)
class Device:
    """What a request tells about where it comes from."""

    address: str = field(repr=False)
    user_agent: str
    name: str = ""
    token: str | None = field(default=None, repr=False)


def unavailable(error: KvUnavailable) -> ServiceUnavailable:
    log(logging.WARNING, "KV is not available", fields={"refused": True, "reason": str(error)})
    return ServiceUnavailable("signing in is not possible right now", retry_after=RETRY_AFTER_SECONDS)


async def require_kv[T](answer: Awaitable[T]) -> T:
    """As ask_kv, for what does not go on without it. Raises ServiceUnavailable."""
    try:
        return await ask_kv(answer)
    except KvUnavailable as error:
        raise unavailable(error) from error


def locked_out(attempt: Attempt) -> RateLimitExceeded:
    return RateLimitExceeded(
        "too many failed attempts: try again later",
        code="ACCOUNT_LOCKED",
        retry_after=attempt.locked_seconds,
        afterwards=administration.send_waiting_mail if attempt.is_newly_locked else None,
    )


def address_index(address: str) -> str:
    """What the audit log keeps of an address: it can be compared with a suspect's, and not read."""
    return key_ring().blind_indexes(address, "address")[0]


async def _record_failure(email: str, device: Device, *, reason: str, is_newly_locked: bool = False) -> None:
    failure = {
        "email": email,
        "emailIndexes": key_ring().blind_indexes(email, "email"),
        "addressIndex": address_index(device.address),
        "reason": reason,
    }
    if is_newly_locked:
        failure["mail"] = seal_mail(Mail(email, "lockout"))
    try:
        await administration.tell("record_failed_sign_in", {"failure": failure})
    except ApiError as error:  # the attempt has failed in any case, and the log has it
        log(logging.ERROR, "a failed sign-in could not be recorded", error=error)


async def open_session(session: AuthSession, device: Device, *, method: str) -> SignedIn:
    """Makes a session of ours of one that Auth has just made. Raises Forbidden for who was deactivated."""
    token = await verify_token(session.access_token)
    ring = key_ring()
    opened = await administration.tell(
        "open_session",
        {
            "sign_in": {
                "userId": str(token.user_id),
                "sessionId": str(token.session_id),
                "deviceName": device.name,
                "userAgent": device.user_agent,
                "address": ring.encrypt(device.address, f"public.user_sessions.address:{token.session_id}"),
                "addressIndex": address_index(device.address),
                "method": method,
                "deviceTokenHash": token_digest(device.token) if device.token else None,
                "emailIndex": ring.blind_indexes(session.email.lower(), "email")[0],
            }
        },
    )
    if not opened["isActive"]:
        with suppress(ServiceUnavailable):  # without a session of ours its tokens are good for nothing
            await auth_client.sign_out(session.access_token)
        raise Forbidden("this account was deactivated")
    await require_kv(
        asyncio.gather(
            write_session(token.session_id, token.user_id, opened["factor"]),
            mark_live(session.refresh_token, token.session_id, token.user_id),
            close_sessions(opened["evicted"]),
        )
    )
    return SignedIn(
        access_token=session.access_token,
        refresh_token=session.refresh_token,
        expires_in=session.expires_in,
        session_id=token.session_id,
        factor=FactorState(
            state=opened["factor"],
            methods=opened["methods"],
            is_enrollment_required=opened["isEnrollmentRequired"],
        ),
        is_password_expired=method == "password" and _is_old(opened["passwordChangedAt"]),
        csrf_token=csrf_token(token.session_id),
    )


def _is_old(changed_at: str | None) -> bool:
    days = get_settings().password_max_age_days
    return bool(days and changed_at) and datetime.now(UTC) - datetime.fromisoformat(str(changed_at)) > timedelta(days)


async def _check_password(
    email: str, password: str, device: Device, *, subject: str, captcha_token: str | None, is_sign_in: bool
) -> AuthSession:
    """Counts the attempt for the subject, and asks Auth.

    Raises Unauthorized (INVALID_CREDENTIALS), the same for an unknown person and a wrong password; RateLimitExceeded
    (ACCOUNT_LOCKED) from the sixth failure on; Forbidden (EMAIL_NOT_VERIFIED) before the address is.
    """
    try:
        attempt = await begin_attempt(subject)
        if attempt.is_locked:
            # Of a proof the sign-in is not locked, so that no mail says so.
            tells = attempt.is_newly_locked and is_sign_in
            await _record_failure(email, device, reason="locked", is_newly_locked=tells)
            raise locked_out(attempt)
        try:
            if is_sign_in and attempt.failures >= FREE_FAILURES:
                await require_captcha(captcha_token, device.address)
            session = await auth_client.sign_in(email, password, address=device.address)
        except Unauthorized:
            await _record_failure(email, device, reason="credentials")
            raise
        except (ValidationFailed, ServiceUnavailable, RateLimitExceeded, Forbidden):
            with at_least(OWN_SECONDS):  # or an outage that takes all the time would lock people out
                await take_back(attempt)
            raise
        with at_least(OWN_SECONDS):
            await ask_kv(forget_failures(subject))
    except KvUnavailable as error:
        raise unavailable(error) from error
    return session


async def prove_password(person: Person, password: str) -> None:
    """That whoever is signed in knows it. Counted by person, so that no stranger's guesses stand in the way.

    Raises Unauthorized (INVALID_CREDENTIALS), RateLimitExceeded (ACCOUNT_LOCKED).
    """
    device = Device(address=person.address, user_agent=person.user_agent)
    subject = subject_of("proof", str(person.user_id))
    probe = await _check_password(
        person.email.lower(), password, device, subject=subject, captcha_token=None, is_sign_in=False
    )
    owner = (await verify_token(probe.access_token)).user_id
    await auth_client.sign_out(probe.access_token)
    if owner != person.user_id:  # the token is from before a change of the address, which somebody else has by now
        raise Unauthorized("e-mail or password is wrong", code="INVALID_CREDENTIALS")


async def _login(credentials: Credentials, device: Device) -> SignedIn:
    email = credentials.email.lower()
    session = await _check_password(
        email,
        credentials.password,
        device,
        subject=subject_of("email", email),
        captcha_token=credentials.captcha_token,
        is_sign_in=True,
    )
    if not session.is_email_verified:
        with suppress(ServiceUnavailable):
            await auth_client.sign_out(session.access_token)
        raise Forbidden("confirm your e-mail address first", code="EMAIL_NOT_VERIFIED")
    return await open_session(session, device, method="password")


async def login(credentials: Credentials, device: Device) -> SignedIn:
    """Raises Unauthorized (INVALID_CREDENTIALS), RateLimitExceeded (ACCOUNT_LOCKED), ValidationFailed
    (CAPTCHA_REQUIRED), and Forbidden before the address is verified and for who was deactivated; each as late as any
    other.
    """
    async with evenly(when_it_works=False):
        return await _login(credentials, device)


async def forget_sessions(session_ids: list[str]) -> None:
    """The database has ended them, and refuses them already."""
    try:
        await ask_kv(close_sessions(session_ids))
    except KvUnavailable as error:
        log(logging.WARNING, "KV still knows ended sessions", fields={"reason": str(error)})


async def logout(person: Person, *, besides: UUID | None = None, everywhere: bool = False) -> int:
    """Ends this session, all others, or all; from the next request on nothing answers their tokens. How many ended."""
    which = None if everywhere or besides else [str(person.session_id)]
    return await _end_own_sessions(person, {"which": which, "besides": str(besides) if besides else None})


async def _end_own_sessions(person: Person, arguments: Row) -> int:
    """Ends sessions in the database and in KV. Returns how many."""
    (ended,) = await command_once(person.db, "end_own_sessions", arguments)
    session_ids = cast("list[str]", ended)
    await forget_sessions(session_ids)
    return len(session_ids)


async def end_session(person: Person, session_id: UUID) -> None:
    """Ends one session of one's own. Raises NotFound for any other."""
    await _end_own_sessions(person, {"which": [str(session_id)]})
