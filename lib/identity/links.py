"""What is done by links in mails: a new password, a confirmed address, a changed one.

Asking for one answers the same, after the same time, whether the address has an account or not.
"""

import logging
import secrets
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import Field

from lib.core.auth.principal import Person
from lib.core.config import get_settings
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.deadline import OWN_SECONDS, at_least
from lib.core.http.errors import ApiError, Gone, ValidationFailed
from lib.core.http.models import RequestModel
from lib.core.limits.rate_limit import FORGOT_PASSWORD, VERIFY_EMAIL, NarrowLimit, apply_verdicts
from lib.core.limits.windows import admit
from lib.core.security.crypto import key_ring, token_digest
from lib.core.telemetry.logs import log
from lib.identity import administration, auth_client
from lib.identity.lockout import forget_failures, subject_of
from lib.identity.models import Email, LinkToken, NewEmail, NewPassword, OldPassword
from lib.identity.passwords import check_history, check_strength, hash_password
from lib.identity.sign_in import forget_sessions, prove_password, require_kv, unavailable
from lib.identity.timing import evenly
from lib.notify import Mail, seal_mail

type Purpose = Literal["password_reset", "email_verification", "email_change"]

PATHS: Final[dict[Purpose, str]] = {
    "password_reset": "/reset-password",
    "email_verification": "/verify-email",
    "email_change": "/verify-email",
}


class LinkRequest(RequestModel):
    email: Email


class PasswordReset(RequestModel):
    token: LinkToken
    password: NewPassword


class PasswordChange(RequestModel):
    current_password: OldPassword
    new_password: NewPassword


class EmailVerification(RequestModel):
    token: LinkToken
    purpose: Literal["email_verification", "email_change"] = Field(default="email_verification")


class EmailChange(RequestModel):
    new_email: NewEmail


def _link(purpose: Purpose) -> tuple[str, str]:
    """A token, and the link that carries it: behind the #, so that no server's log sees it."""
    token = secrets.token_urlsafe(32)
    return token, f"{get_settings().app_url}{PATHS[purpose]}#token={token}&purpose={purpose}"


def _masked(email: str) -> str:
    return f"{email[0]}•••@{email.split('@')[1]}"


async def _request(email: str, purpose: Purpose, limit: NarrowLimit) -> None:
    """Raises RateLimitExceeded after three in an hour, for any address."""
    subject = subject_of("email", email)
    token, link = _link(purpose)
    asked = {
        "purpose": purpose,
        "email": email,
        "tokenHash": token_digest(token),
        "mail": seal_mail(
            Mail(email, "password_reset" if purpose == "password_reset" else "email_verification", {"link": link})
        ),
    }
    async with evenly():
        verdicts, _ = await require_kv(admit(limit.window(subject)))
        apply_verdicts(verdicts)
        await administration.tell("request_link", {"token": asked})


async def request_password_reset(wanted: LinkRequest) -> None:
    await _request(wanted.email.lower(), "password_reset", FORGOT_PASSWORD)


async def request_verification(wanted: LinkRequest) -> None:
    await _request(wanted.email.lower(), "email_verification", VERIFY_EMAIL)


async def _read(token: str, purpose: Purpose) -> dict[str, Any]:
    known = await administration.ask("read_link", {"token_hash": token_digest(token), "purpose": purpose})
    if known is None:
        raise Gone("the link works no longer: ask for a new one")
    return known


async def _spend(token: str) -> None:
    """Once: of two that hold the same link, one gets further. One for a new password ends all sessions."""
    spent = await administration.tell("spend_link", {"token_hash": token_digest(token)})
    if not spent["isSpent"]:
        raise Gone("the link works no longer: ask for a new one")
    await forget_sessions(spent["ended"])


async def _give_back(token: str) -> None:
    """Makes the link work again, since what it was for did not happen. It has time of its own."""
    try:
        with at_least(OWN_SECONDS):
            await administration.tell("spend_link", {"token_hash": token_digest(token), "is_spent": False})
    except ApiError as error:  # the caller raises the first one
        log(logging.ERROR, "a link could not be given back", error=error)


async def _record(user_id: UUID | str, email: str, password_hash: str, action: str, besides: UUID | None) -> None:
    change = {
        "userId": str(user_id),
        "passwordHash": password_hash,
        "action": action,
        "mail": seal_mail(Mail(email, "password_changed")),
    }
    if besides is not None:
        change["besides"] = str(besides)
    ended = await administration.tell("record_password", {"change": change})
    await forget_sessions(ended)


async def reset_password(wanted: PasswordReset) -> None:
    """Ends every session, forgets remembered devices, lifts a lock, and tells the person.

    Raises Gone for a link that works no longer; ValidationFailed for a password that will not do, and then the link
    still works.
    """
    known = await _read(wanted.token, "password_reset")
    email = known["email"]
    check_strength(wanted.password, known=[email])
    await check_history(wanted.password, known["history"])
    hashed = await hash_password(wanted.password)
    await _spend(wanted.token)
    try:
        # Whoever has the link reads mail at this address: it is verified by it.
        attributes = {"password": wanted.password, "email_confirm": True}
        await administration.update_user(UUID(known["userId"]), attributes)
    except ApiError:
        await _give_back(wanted.token)
        raise
    await _record(known["userId"], email, hashed, "password_reset", None)
    try:
        await ask_kv(forget_failures(subject_of("email", email.lower())))
    except KvUnavailable as error:  # the password is set; a lock ends by itself
        log(logging.WARNING, "KV still knows a lock", fields={"reason": str(error)})


async def change_password(person: Person, wanted: PasswordChange) -> None:
    """Ends all other sessions. Raises what prove_password raises, for the current one."""
    check_strength(wanted.new_password, known=[person.email], name="newPassword")
    await prove_password(person, wanted.current_password)
    if wanted.new_password == wanted.current_password:
        raise ValidationFailed(
            "the password was used before",
            details=[{"field": "newPassword", "code": "DUPLICATE_VALUE", "message": "is the current one"}],
        )
    history = await administration.ask("read_password_history", {"user_id": str(person.user_id)})
    await check_history(wanted.new_password, history, name="newPassword")
    hashed = await hash_password(wanted.new_password)
    arguments = {"session_id": str(person.session_id), "user_id": str(person.user_id)}
    await administration.tell("reauthenticate_session", arguments)
    await administration.permit_password_change(person.user_id)
    # By the person's own token: set by an administrator, Auth would end this session with the others.
    await auth_client.change_password(
        person.access_token, current=wanted.current_password, new=wanted.new_password, address=person.address
    )
    await _record(person.user_id, person.email, hashed, "password_change", person.session_id)


async def request_email_change(person: Person, wanted: EmailChange) -> None:
    """Mails a link to the new address, which says nothing of whether it has an account already."""
    email = wanted.new_email.lower()
    token, link = _link("email_change")
    asked = {
        "purpose": "email_change",
        "userId": str(person.user_id),
        "sessionId": str(person.session_id),
        "tokenHash": token_digest(token),
        "newEmail": key_ring().encrypt(email, f"private.identity_tokens.new_email:{token_digest(token)}"),
        "mail": seal_mail(Mail(email, "email_change", {"link": link})),
        "warning": seal_mail(Mail(person.email, "email_change_requested", {"masked_email": _masked(email)})),
    }
    try:
        verdicts, _ = await ask_kv(admit(VERIFY_EMAIL.window(subject_of("email", email))))
    except KvUnavailable as error:
        raise unavailable(error) from error
    apply_verdicts(verdicts)
    await administration.tell("request_email_change", {"token": asked})


async def verify_email(wanted: EmailVerification) -> None:
    """Raises Gone for a link that works no longer, Conflict for an address that somebody else has by now."""
    known = await _read(wanted.token, wanted.purpose)
    user_id, old = UUID(known["userId"]), known["email"]
    change: dict[str, Any] = {"userId": str(user_id), "action": wanted.purpose}
    attributes: dict[str, Any] = {"email_confirm": True}
    email = old
    if wanted.purpose == "email_change":
        owner = f"private.identity_tokens.new_email:{token_digest(wanted.token)}"
        email = key_ring().decrypt(known["newEmail"], owner)
        # Of another provider's identities nothing is left either: see record_email.
        attributes |= {"email": email, "app_metadata": {"provider": "email", "providers": ["email"]}}
        change["mail"] = seal_mail(Mail(old, "email_changed", {"masked_email": _masked(email)}))
    await _spend(wanted.token)
    try:
        await administration.update_user(user_id, attributes)
    except ApiError:
        await _give_back(wanted.token)
        raise
    change["emailIndex"] = key_ring().blind_indexes(email.lower(), "email")[0]
    await forget_sessions(await administration.tell("record_email", {"change": change}))
