"""Signing in with a password.

The checks come in the order of domain §8: rate limit by address (in the route), lockout, captcha, credentials, verified
address, second factor, session. Every failure gets the same answer after the same time, whether the address has an
account or not.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from lib.core.auth.cookies import csrf_token
from lib.core.auth.principal import Person
from lib.core.auth.sessions import close_sessions, write_session
from lib.core.auth.tokens import verify_token
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.deadline import OWN_SECONDS, at_least
from lib.core.http.errors import (
    ApiError,
    Forbidden,
    RateLimitExceeded,
    ServiceUnavailable,
    Unauthorized,
    ValidationFailed,
)
from lib.core.security.crypto import key_ring, token_digest
from lib.core.telemetry.logs import log
from lib.identity import auth_server
from lib.identity.auth_server import AuthSession
from lib.identity.mail import seal_lockout
from lib.identity.sessions import repository
from lib.identity.sessions.addresses import address_index, seal_address
from lib.identity.sessions.cache import kv_required, require_kv
from lib.identity.sessions.captcha import FREE_FAILURES, require_captcha
from lib.identity.sessions.lockout import begin_attempt, forget_failures, locked_out, subject_of, take_back
from lib.identity.sessions.models import (
    Device,
    FactorState,
    FailedSignIn,
    LoginRequest,
    NewSession,
    SignedIn,
    SignInMethod,
    VouchedSession,
)
from lib.identity.sessions.timing import evenly
from lib.identity.settings import get_identity_settings

type Vouch = Callable[[UUID], VouchedSession]


async def _record_failure(failure: FailedSignIn) -> None:
    try:
        await repository.record_failed_sign_in(failure)
    except ApiError as error:  # the attempt fails in any case
        log(logging.ERROR, "a failed sign-in could not be recorded", error=error)


def _failure(
    email: str, device: Device, *, reason: Literal["locked", "credentials"], mail: str | None = None
) -> FailedSignIn:
    return FailedSignIn(
        email=email,
        email_indexes=key_ring().blind_indexes(email, "email"),
        address_index=address_index(device.address),
        reason=reason,
        mail=mail,
    )


async def open_session(
    *, auth_session: AuthSession, device: Device, method: SignInMethod, vouch: Vouch | None = None
) -> SignedIn:
    """Records a session that Auth has just opened. It ends with the connection that vouched for the person, if any.

    ``vouch`` makes what the database keeps of that connection, from the session's id.

    Raises Forbidden for deactivated accounts.
    """
    token = await verify_token(auth_session.access_token)
    opened = await repository.open_session(
        NewSession(
            user_id=token.user_id,
            session_id=token.session_id,
            device_name=device.name,
            user_agent=device.user_agent,
            address=seal_address(device.address, session_id=token.session_id),
            address_index=address_index(device.address),
            method=method,
            device_token_hash=token_digest(device.token) if device.token else None,
            email_index=key_ring().blind_indexes(auth_session.email.lower(), "email")[0],
            refresh_token_digest=token_digest(auth_session.refresh_token),
            vouched=vouch(token.session_id) if vouch is not None else None,
        )
    )
    if not opened.is_active:
        with suppress(ServiceUnavailable):  # its tokens are of no use without a session of ours
            await auth_server.sign_out(auth_session.access_token)
        raise Forbidden("this account is deactivated")
    await require_kv(
        asyncio.gather(
            write_session(token.session_id, token.user_id, opened.factor, plan=opened.plan),
            close_sessions(opened.evicted),
        )
    )
    return SignedIn(
        access_token=auth_session.access_token,
        refresh_token=auth_session.refresh_token,
        expires_in=auth_session.expires_in,
        session_id=token.session_id,
        factor=FactorState(
            state=opened.factor,
            methods=opened.methods,
            is_enrollment_required=opened.is_enrollment_required,
        ),
        is_password_expired=method == "password" and _is_expired(opened.password_changed_at),
        csrf_token=csrf_token(token.session_id),
    )


def _is_expired(changed_at: datetime | None) -> bool:
    days = get_identity_settings().password_max_age_days
    return bool(days) and changed_at is not None and datetime.now(UTC) - changed_at > timedelta(days)


async def _check_password(
    email: str, password: str, device: Device, *, subject: str, captcha_token: str | None, is_sign_in: bool
) -> AuthSession:
    """Counts the attempt for the subject, and asks Auth.

    Raises Unauthorized (INVALID_CREDENTIALS), the same for an unknown address and a wrong password; RateLimitExceeded
    (ACCOUNT_LOCKED) from the sixth failure on; Forbidden (EMAIL_NOT_VERIFIED) for an address that is not verified.
    """
    try:
        attempt = await begin_attempt(subject)
        if attempt.is_locked:
            # A locked proof leaves sign-in open, so no mail says that the account is locked.
            mail = seal_lockout(email) if attempt.is_newly_locked and is_sign_in else None
            await _record_failure(_failure(email, device, reason="locked", mail=mail))
            raise locked_out(attempt)
        try:
            if is_sign_in and attempt.failures >= FREE_FAILURES:
                await require_captcha(captcha_token, device.address)
            session = await auth_server.sign_in(email, password, address=device.address)
        except Unauthorized:
            await _record_failure(_failure(email, device, reason="credentials"))
            raise
        except (ValidationFailed, ServiceUnavailable, RateLimitExceeded, Forbidden):
            with at_least(OWN_SECONDS):  # otherwise an outage that uses all the time would lock people out
                await take_back(attempt)
            raise
        with at_least(OWN_SECONDS):
            await ask_kv(forget_failures(subject))
    except KvUnavailable as error:
        raise kv_required(error) from error
    return session


async def prove_password(principal: Person, *, password: str) -> None:
    """Checks the password of the caller. Attempts are counted by person, so that strangers cannot lock the caller out.

    Raises Unauthorized (INVALID_CREDENTIALS), RateLimitExceeded (ACCOUNT_LOCKED).
    """
    device = Device(address=principal.address, user_agent=principal.user_agent)
    subject = subject_of("proof", str(principal.user_id))
    probe = await _check_password(
        principal.email.lower(), password, device, subject=subject, captcha_token=None, is_sign_in=False
    )
    owner = (await verify_token(probe.access_token)).user_id
    await auth_server.sign_out(probe.access_token)
    if owner != principal.user_id:  # the token names a former address, which another person has by now
        raise Unauthorized("e-mail or password is wrong", code="INVALID_CREDENTIALS")


async def _login(credentials: LoginRequest, device: Device) -> SignedIn:
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
            await auth_server.sign_out(session.access_token)
        raise Forbidden("verify your e-mail address first", code="EMAIL_NOT_VERIFIED")
    return await open_session(auth_session=session, device=device, method="password")


async def login(*, credentials: LoginRequest, device: Device) -> SignedIn:
    """Signs in with e-mail and password.

    Raises Unauthorized (INVALID_CREDENTIALS), RateLimitExceeded (ACCOUNT_LOCKED), ValidationFailed (CAPTCHA_REQUIRED),
    Forbidden (EMAIL_NOT_VERIFIED) and Forbidden for deactivated accounts. All refusals take the same time.
    """
    async with evenly(when_it_works=False):
        return await _login(credentials, device)
