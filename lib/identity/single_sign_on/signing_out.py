"""Single logout: a person who signs out here also does at their identity provider, and the other way round."""

import json
import logging
import secrets
import time
from collections.abc import Awaitable
from typing import Final
from uuid import UUID

from lib.core.auth.principal import Person
from lib.core.config import ConfigurationError
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.http.errors import ApiError
from lib.core.http.heavy import run_heavy
from lib.core.security.crypto import DecryptionFailed, token_digest
from lib.core.telemetry.logs import log
from lib.identity.sessions import forget_sessions, logout, require_kv
from lib.identity.single_sign_on import logout as messages
from lib.identity.single_sign_on import repository
from lib.identity.single_sign_on.keys import own_keys
from lib.identity.single_sign_on.logout import MAX_AGE_SECONDS, Message
from lib.identity.single_sign_on.models import ProviderSignOut, SsoConnection
from lib.identity.single_sign_on.outcomes import SignOnRefused
from lib.identity.single_sign_on.paths import check_return
from lib.identity.single_sign_on.service import refuse_replay
from lib.identity.single_sign_on.subjects import open_subject, subject_digest
from lib.identity.single_sign_on.times import SKEW_SECONDS

STATE_SECONDS: Final = 600


def _key(relay_state: str) -> str:
    return f"slo:{token_digest(relay_state)}"


async def sign_out(principal: Person, *, return_to: str) -> ProviderSignOut:
    """Ends this session, and returns where to send the browser so that its provider ends its own.

    ``return_to`` is the path of the app to come back to. Raises ValidationFailed for any other.
    """
    path = check_return(return_to)
    session_id = principal.session_id
    known = await _if_possible(repository.read_session(session_id=session_id))
    await logout(principal, scope="this")
    if known is None:
        return ProviderSignOut(url=None)
    connection_id, sealed = known
    return ProviderSignOut(url=await _if_possible(_request(session_id, connection_id, sealed, path)))


async def _if_possible[T](step: Awaitable[T | None]) -> T | None:
    """Awaits a step of telling a provider; None if it fails.

    The session ends in any case: what is missing for the provider is in the log alone.
    """
    try:
        return await step
    except (ApiError, ConfigurationError, DecryptionFailed, KvUnavailable) as error:
        log(logging.ERROR, "the provider of a session cannot be told of its end", error=error)
        return None


async def _request(session_id: UUID, connection_id: UUID, sealed: str, path: str) -> str | None:
    """Returns the URL that asks the provider of a session to end it; None if it takes no such requests."""
    connection = await repository.find_connection(connection_id=connection_id)
    if connection is None or connection.logout_url is None or not own_keys():
        return None
    subject = open_subject(sealed, session_id=session_id)
    relay_state = secrets.token_urlsafe(32)
    share = f"sso:{connection.id}"
    url, request_id = await run_heavy(messages.request_url, connection, subject, relay_state, caller=share)
    state = json.dumps({"connectionId": str(connection.id), "requestId": request_id, "returnTo": path})
    await ask_kv(get_kv().set(_key(relay_state), state, ex=STATE_SECONDS))
    return url


def _refused(error: SignOnRefused) -> SignOnRefused:
    log(logging.WARNING, "a SAML message was refused", fields={"reason": str(error.__cause__)[:300]})
    return error


async def take_message(query: str) -> str:
    """Carries out a message of a provider, from the query of a request. Returns the URL or path to go to.

    A request ends the sessions that the provider opened for the person, or those of them that it names, and is
    answered. Raises SignOnRefused for a message that is not valid.
    """
    try:
        message = await run_heavy(messages.read_message, query, caller="sso:logout")
        if message.kind == "SAMLRequest":
            return await _carry_out(message)
        return await _take_answer(message)
    except SignOnRefused as error:
        raise _refused(error) from error


async def _connection_of(message: Message) -> SsoConnection:
    connection = await repository.find_connection_of_provider(message.issuer)
    if connection is None:
        raise SignOnRefused(messages.REFUSED) from ValueError("an unknown issuer")
    return connection


async def _carry_out(message: Message) -> str:
    connection = await _connection_of(message)
    if not own_keys():
        raise SignOnRefused(messages.REFUSED) from ValueError("an answer cannot be signed without SAML_KEYS")
    asked = await run_heavy(messages.check_request, message, connection, caller=f"sso:{connection.id}")
    await refuse_replay(connection, asked.id, until=int(time.time()) + MAX_AGE_SECONDS + 2 * SKEW_SECONDS)
    ended = await repository.end_sessions(
        connection_id=connection.id,
        subject_digest=subject_digest(connection.id, asked.subject.name_id),
        index_digests=[subject_digest(connection.id, index) for index in asked.session_indexes],
    )
    await forget_sessions(ended)
    if connection.logout_url is None:
        return "/"
    return await run_heavy(
        messages.answer_url, connection, asked.id, message.relay_state, caller=f"sso:{connection.id}"
    )


async def _take_answer(message: Message) -> str:
    kept = await require_kv(get_kv().getdel(_key(message.relay_state or "")))
    if kept is None:
        raise SignOnRefused(messages.REFUSED, reason="expired") from ValueError("unknown or used RelayState")
    state: dict[str, str] = json.loads(kept)
    connection = await _connection_of(message)
    if str(connection.id) != state["connectionId"]:
        raise SignOnRefused(messages.REFUSED) from ValueError("the answer of another provider")
    share = f"sso:{connection.id}"
    is_done = await run_heavy(messages.check_answer, message, connection, state["requestId"], caller=share)
    if not is_done:
        log(logging.WARNING, "a provider did not sign a person out", fields={"connectionId": str(connection.id)})
    return state["returnTo"]
