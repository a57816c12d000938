"""Changes passwords: by a mailed link, or by the current password."""

import logging
from uuid import UUID

from lib.core.auth.principal import Person
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.errors import ApiError, ValidationFailed
from lib.core.limits.numbers import FORGOT_PASSWORD
from lib.core.telemetry.logs import log
from lib.identity import auth_server
from lib.identity.links import LinkRequest, give_back_link, read_link, request_link, spend_link
from lib.identity.mail import seal_password_changed, seal_password_reset
from lib.identity.passwords import repository
from lib.identity.passwords.models import PasswordChange, PasswordReset, RecordedPassword
from lib.identity.passwords.rules import check_history, check_strength, hash_password
from lib.identity.sessions import forget_failures, forget_sessions, mark_reauthenticated, prove_password, subject_of


async def request_reset(*, request: LinkRequest) -> None:
    """Mails a link to set a new password. Raises RateLimitExceeded after three requests in an hour for one address."""
    email = request.email.lower()
    await request_link(
        email=email,
        purpose="password_reset",
        limit=FORGOT_PASSWORD,
        seal=lambda url: seal_password_reset(email, link=url),
    )


async def reset_password(*, reset: PasswordReset) -> None:
    """Sets a new password by a link. Ends all sessions, forgets remembered devices, ends a lock, mails the person.

    Raises Gone for a link that is not valid any more. Raises ValidationFailed for a password that is not accepted; the
    link then stays valid.
    """
    link = await read_link(token=reset.token, purpose="password_reset")
    await check_strength(reset.password, known=[link.email])
    await check_history(reset.password, link.password_hashes)
    hashed = await hash_password(reset.password)
    await spend_link(token=reset.token)
    try:
        # The link was sent to this address, so the address is verified as well.
        await auth_server.update_user(link.user_id, password=reset.password)
    except ApiError:
        await give_back_link(token=reset.token)
        raise
    mail = seal_password_changed(link.email)
    await _record(RecordedPassword(link.user_id, hashed, "password_reset", mail))
    try:
        await ask_kv(forget_failures(subject_of("email", link.email.lower())))
    except KvUnavailable as error:  # the password is set, and a lock ends by itself
        log(logging.WARNING, "a lock is still in KV", fields={"reason": str(error)})


async def change_password(principal: Person, *, change: PasswordChange) -> None:
    """Changes the caller's password and ends all other sessions.

    Raises ValidationFailed for a new password that is not accepted, and what ``prove_password`` raises for the current
    one.
    """
    await check_strength(change.new_password, known=[principal.email], name="newPassword")
    await prove_password(principal, password=change.current_password)
    if change.new_password == change.current_password:
        raise ValidationFailed(
            "the password was used before",
            details=[{"field": "newPassword", "code": "DUPLICATE_VALUE", "message": "is the current password"}],
        )
    history = await repository.read_history(user_id=principal.user_id)
    await check_history(change.new_password, history, name="newPassword")
    hashed = await hash_password(change.new_password)
    await mark_reauthenticated(principal)
    await auth_server.permit_password_change(principal.user_id)
    # With the person's own token: if an administrator sets a password, Auth ends this session too.
    await auth_server.change_password(
        principal.access_token, current=change.current_password, new=change.new_password, address=principal.address
    )
    mail = seal_password_changed(principal.email)
    await _record(RecordedPassword(principal.user_id, hashed, "password_change", mail, besides=principal.session_id))


async def record_first_password(*, user_id: UUID, password_hash: str, mail: str) -> None:
    """Records the password with which an account was created, and queues a sealed mail to its person."""
    await repository.record_password(RecordedPassword(user_id, password_hash, "register", mail=mail))


async def _record(password: RecordedPassword) -> None:
    await forget_sessions(await repository.record_password(password))
