"""Verifies and changes the e-mail address of an account."""

from lib.core.auth.principal import Person
from lib.core.http.errors import ApiError
from lib.core.limits.numbers import VERIFY_EMAIL
from lib.core.limits.requests import require_room
from lib.core.limits.windows import admit
from lib.core.security.crypto import key_ring, token_digest
from lib.identity import auth_server
from lib.identity.email import repository
from lib.identity.email.models import EmailChange, EmailVerification, RequestedChange, VerifiedEmail
from lib.identity.links import LinkRequest, give_back_link, new_link, read_link, request_link, spend_link
from lib.identity.mail import (
    seal_email_change,
    seal_email_change_warning,
    seal_email_changed,
    seal_email_verification,
)
from lib.identity.sessions import forget_sessions, require_kv, subject_of


def _owner(token_hash: str) -> str:
    return f"private.identity_tokens.new_email:{token_hash}"


async def request_verification(*, request: LinkRequest) -> None:
    """Mails a link to verify an address. Raises RateLimitExceeded after three requests in an hour for one address."""
    email = request.email.lower()
    await request_link(
        email=email,
        purpose="email_verification",
        limit=VERIFY_EMAIL,
        seal=lambda url: seal_email_verification(email, link=url),
    )


async def request_change(principal: Person, *, change: EmailChange) -> None:
    """Mails a link to the new address and a warning to the old one.

    The answer does not tell whether the new address has an account. Raises RateLimitExceeded after three requests in an
    hour for one address, Forbidden (REAUTHENTICATION_REQUIRED) if the caller last authenticated more than 30 minutes
    ago.
    """
    email = change.new_email.lower()
    link = new_link("email_change")
    token_hash = token_digest(link.token)
    requested = RequestedChange(
        user_id=principal.user_id,
        session_id=principal.session_id,
        token_hash=token_hash,
        new_email=key_ring().encrypt(email, _owner(token_hash)),
        mail=seal_email_change(email, link=link.url),
        warning=seal_email_change_warning(principal.email, new_email=email),
    )
    states, _ = await require_kv(admit(VERIFY_EMAIL.window(subject_of("email", email))))
    require_room(states)
    await repository.request_change(requested)


async def verify(*, verification: EmailVerification) -> None:
    """Verifies the address of an account, or changes it to a verified one. A change ends all sessions.

    Raises Gone for a link that is not valid any more, Conflict for an address that another person has by now.
    """
    link = await read_link(token=verification.token, purpose=verification.purpose)
    email, mail, is_change = link.email, None, verification.purpose == "email_change"
    if is_change:
        email = key_ring().decrypt(link.new_email or "", _owner(token_digest(verification.token)))
        mail = seal_email_changed(link.email, new_email=email)
    await spend_link(token=verification.token)
    try:
        # The identities of other providers are removed as well: see record_email in SQL.
        await auth_server.update_user(link.user_id, email=email if is_change else None, has_email_only=is_change)
    except ApiError:
        await give_back_link(token=verification.token)
        raise
    ended = await repository.record_email(
        VerifiedEmail(
            user_id=link.user_id,
            action=verification.purpose,
            email_index=key_ring().blind_indexes(email.lower(), "email")[0],
            mail=mail,
        )
    )
    await forget_sessions(ended)
