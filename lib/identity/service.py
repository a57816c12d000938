import asyncio
import logging
from contextlib import suppress

from lib.core.errors import RETRY_AFTER_SECONDS, NotFound, ServiceUnavailable, Unauthorized
from lib.core.kv import KvUnavailable, ask_kv
from lib.core.logs import log
from lib.core.principal import Principal
from lib.core.sessions import check_session, close_session, open_session, touch_session
from lib.core.tokens import verify_token
from lib.identity import auth_client, repository
from lib.identity.auth_client import AuthSession
from lib.identity.models import Credentials, Me, Membership, RefreshRequest, Tokens


def _tokens(session: AuthSession) -> Tokens:
    return Tokens(
        access_token=session.access_token,
        refresh_token=session.refresh_token,
        expires_in=session.expires_in,
    )


def _unavailable(error: KvUnavailable) -> ServiceUnavailable:
    log(logging.WARNING, "KV is not available", fields={"refused": True, "reason": str(error)})
    return ServiceUnavailable("signing in is not possible right now", retry_after=RETRY_AFTER_SECONDS)


async def login(credentials: Credentials) -> Tokens:
    """Raises Unauthorized (INVALID_CREDENTIALS), the same for an unknown person and a wrong password."""
    session = await auth_client.sign_in(credentials.email.lower(), credentials.password)
    token = await verify_token(session.access_token)
    try:
        await ask_kv(open_session(token.session_id, token.user_id))
    except KvUnavailable as error:
        raise _unavailable(error) from error
    return _tokens(session)


async def refresh(request: RefreshRequest) -> Tokens:
    """New tokens for a session that still lives; Auth rotates the refresh token and detects reuse.

    Raises Unauthorized with SESSION_INVALID after eight idle hours or a day: no refresh revives a session.
    """
    session = await auth_client.renew(request.refresh_token)
    token = await verify_token(session.access_token)
    try:
        record = await ask_kv(touch_session(token.session_id))
        check_session(record, token.user_id)
    except KvUnavailable as error:
        # The old refresh token is spent already: without the new ones the person would be signed out. The
        # guard of every request still asks for the session.
        log(logging.WARNING, "KV is not available", fields={"refused": False, "reason": str(error)})
    except Unauthorized:
        with suppress(ServiceUnavailable):  # refused here in any case
            await auth_client.sign_out(session.access_token)
        raise
    return _tokens(session)


async def logout(principal: Principal) -> None:
    """Ends the session here and in Auth: our API refuses its access token from the next request on."""
    try:
        await asyncio.gather(ask_kv(close_session(principal.session_id)), auth_client.sign_out(principal.access_token))
    except KvUnavailable as error:
        raise _unavailable(error) from error


async def get_me(principal: Principal) -> Me:
    row = await repository.fetch_profile(principal.db, user_id=principal.user_id)
    if row is None:
        raise NotFound("user not found")
    memberships = [
        Membership(brand_name=entry["brands"]["name"], brand_slug=entry["brands"]["slug"], **entry)
        for entry in row["brand_members"]
        if entry["brands"] is not None
    ]
    memberships.sort(key=lambda membership: membership.brand_name)
    return Me.model_validate(row | {"email": principal.email, "memberships": memberships})
