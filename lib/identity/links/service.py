"""Makes, mails and spends links.

A request gets the same answer after the same time, whether the address has an account or not.
"""

import logging
import secrets
from collections.abc import Callable
from typing import Final

from lib.core.config import get_settings
from lib.core.http.deadline import OWN_SECONDS, at_least
from lib.core.http.errors import ApiError, Gone
from lib.core.limits.numbers import Limit
from lib.core.limits.requests import require_room
from lib.core.limits.windows import admit
from lib.core.security.crypto import token_digest
from lib.core.telemetry.logs import log
from lib.identity.links import repository
from lib.identity.links.models import KnownLink, NewLink, Purpose
from lib.identity.sessions import evenly, forget_sessions, require_kv, subject_of

PATHS: Final[dict[Purpose, str]] = {
    "password_reset": "/reset-password",
    "email_verification": "/verify-email",
    "email_change": "/verify-email",
}
SPENT: Final = "the link is no longer valid: request a new one"


def new_link(purpose: Purpose) -> NewLink:
    """Makes a link to a page of the app. The token stands behind the #, so that no server's log sees it."""
    token = secrets.token_urlsafe(32)
    return NewLink(purpose, token, f"{get_settings().app_url}{PATHS[purpose]}#token={token}&purpose={purpose}")


async def request_link(*, email: str, purpose: Purpose, limit: Limit, seal: Callable[[str], str]) -> None:
    """Mails a link to an address that has an account, and does nothing for any other.

    ``seal`` makes the sealed mail of the link's URL. Raises RateLimitExceeded after three requests in an hour for one
    address.
    """
    link = new_link(purpose)
    mail = seal(link.url)
    async with evenly():
        states, _ = await require_kv(admit(limit.window(subject_of("email", email))))
        require_room(states)
        await repository.request_link(purpose=purpose, email=email, token_hash=token_digest(link.token), mail=mail)


async def read_link(*, token: str, purpose: Purpose) -> KnownLink:
    """Returns the link of a token. Raises Gone for a link that is not valid any more."""
    known = await repository.read_link(token_hash=token_digest(token), purpose=purpose)
    if known is None:
        raise Gone(SPENT)
    return known


async def spend_link(*, token: str) -> None:
    """Uses a link up: of two requests with the same link, one succeeds. A password reset ends all sessions.

    Raises Gone for a link that is not valid any more.
    """
    spent = await repository.spend_link(token_hash=token_digest(token))
    if not spent.is_spent:
        raise Gone(SPENT)
    await forget_sessions(spent.ended)


async def give_back_link(*, token: str) -> None:
    """Makes a link valid again whose change has failed. Uses reserved time, and only logs its own failure."""
    try:
        with at_least(OWN_SECONDS):
            await repository.spend_link(token_hash=token_digest(token), is_spent=False)
    except ApiError as error:  # the caller raises the first error
        log(logging.ERROR, "a link could not be given back", error=error)
