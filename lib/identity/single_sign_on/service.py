"""SAML sign-on: from the identity provider of a company to a session.

A connection may vouch for its own e-mail domains only, and never for platform admins. The first sign-on of a person
creates their account. Roles follow the groups of the provider at every sign-on.
"""

import json
import logging
import secrets
import time
from contextlib import suppress
from typing import Final
from uuid import UUID

from lib.core.data.kv import get_kv
from lib.core.http.errors import Conflict, Forbidden, NotFound, ValidationFailed
from lib.core.http.heavy import run_heavy
from lib.core.security.crypto import token_digest
from lib.core.telemetry.logs import log
from lib.identity import auth_server
from lib.identity.passwords import unknown_password
from lib.identity.sessions import Device, SignedIn, Vouch, VouchedSession, open_session, require_kv
from lib.identity.single_sign_on import repository, responses, saml
from lib.identity.single_sign_on.models import BegunSignOn, Discovery, SignOnTarget, SsoConnection, SsoDiscovery
from lib.identity.single_sign_on.outcomes import Reason, SignOnRefused
from lib.identity.single_sign_on.paths import check_return
from lib.identity.single_sign_on.responses import Assertion
from lib.identity.single_sign_on.subjects import seal_subject, subject_digest

STATE_COOKIE: Final = "__Host-mixerai-sso"
STATE_SECONDS: Final = 600


async def metadata() -> str:
    """Returns our SAML metadata, XML, with which a provider is configured."""
    return await run_heavy(saml.metadata, caller="sso:metadata")


async def discover(*, discovery: SsoDiscovery) -> Discovery:
    """Says how to sign in with an address. Depends on the domain alone, so it tells nothing about accounts."""
    connection = await repository.find_connection_of_domain(discovery.email.split("@")[1])
    if connection is None:
        return Discovery(method="password")
    url = f"/api/v1/auth/saml/{connection.id}/login"
    target = SignOnTarget(connection_id=connection.id, name=connection.name, url=url)
    return Discovery(method="saml", target=target)


async def begin(*, connection_id: UUID, return_to: str) -> BegunSignOn:
    """Begins a sign-on. ``return_to`` is a path of the app.

    Raises NotFound for a connection that does not exist or is inactive, ValidationFailed for any other ``return_to``.
    """
    path = check_return(return_to)
    connection = await repository.find_connection(connection_id=connection_id)
    if connection is None:
        raise NotFound("there is no such identity provider")
    relay_state, browser_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    share = _share(connection)
    url, request_id = await run_heavy(saml.sign_on_url, connection, relay_state, caller=share)
    state = {
        "connectionId": str(connection_id),
        "requestId": request_id,
        "returnTo": path,
        "browser": token_digest(browser_token),
    }
    await require_kv(get_kv().set(f"saml:{token_digest(relay_state)}", json.dumps(state), ex=STATE_SECONDS))
    return BegunSignOn(url, browser_token)


def _share(connection: SsoConnection) -> str:
    """Returns whose share of the threads a sign-on takes: one company's leaves the others theirs."""
    return f"sso:{connection.id}"


def _refused(cause: str, *, reason: Reason = "failed") -> SignOnRefused:
    log(logging.WARNING, "a SAML response was refused", fields={"reason": cause})
    return SignOnRefused(saml.REFUSED, reason=reason)


async def _take_state(relay_state: str, browser_token: str | None) -> dict[str, str] | None:
    """Returns the state of a sign-on and deletes it: it is used up by the first response. None if there is none."""
    kept = await require_kv(get_kv().getdel(f"saml:{token_digest(relay_state)}"))
    if kept is None:
        return None
    state: dict[str, str] = json.loads(kept)
    if browser_token is None or not secrets.compare_digest(state["browser"], token_digest(browser_token)):
        raise _refused("another browser")
    return state


def _assertion_key(connection_id: UUID, assertion_id: str) -> str:
    # The connection is in the key: a provider chooses its ids, and must not use up those of another tenant's.
    return f"assertion:{connection_id}:{token_digest(assertion_id)}"


async def refuse_replay(connection: SsoConnection, message_id: str, *, until: int) -> None:
    """Refuses an assertion or a message that was used before. It is remembered for as long as it is valid.

    ``until``: Unix time, seconds. Raises Unauthorized.
    """
    seconds = max(60, until - int(time.time()) + 60)
    is_new = await require_kv(get_kv().set(_assertion_key(connection.id, message_id), "1", ex=seconds, nx=True))
    if not is_new:
        raise _refused("replayed")


async def _find_or_create_person(connection: SsoConnection, assertion: Assertion) -> UUID:
    email = assertion.email
    if email.count("@") != 1 or email.split("@")[1] not in connection.domains:
        raise Forbidden("the identity provider may not vouch for this address")
    known = await repository.find_person(email=email)
    if known is not None:
        return known
    if not (assertion.first_name and assertion.last_name):
        raise Forbidden("the identity provider sends no first or last name")
    account = auth_server.NewAccount(
        email=email,
        password=unknown_password(),  # people who sign in by a provider have none
        first_name=assertion.first_name,
        last_name=assertion.last_name,
        # Auth overwrites `provider` at each sign-in by a link; our own key stays.
        facts={"sso_connection": str(connection.id)},
    )
    with suppress(Conflict):  # another request has created the account in the meantime
        return await auth_server.create_user(account)
    found = await repository.find_person(email=email)
    if found is None:
        raise Conflict("the account cannot be created")
    return found


async def _find_unsolicited(response: str) -> SsoConnection:
    """Returns the connection of a provider that began a sign-in by itself, if the connection allows that.

    Nothing of the response is verified yet. Raises Unauthorized.
    """
    issuer = await run_heavy(responses.issuer_of, response, caller="sso:unsolicited")
    connection = await repository.find_connection_of_provider(issuer) if issuer else None
    if connection is None or not connection.allows_unsolicited:
        # The state of a sign-in that took too long is gone as well.
        raise _refused("unknown or used RelayState", reason="expired")
    return connection


def _landing(relay_state: str | None) -> str:
    """Returns where a provider sends a browser whose sign-in it began: a path of the app, or its start page."""
    try:
        return check_return(relay_state or "/")
    except ValidationFailed:
        return "/"


def _vouch(connection: SsoConnection, assertion: Assertion) -> Vouch:
    """Returns what makes the record of a session that a connection opened, for single logout."""
    subject = assertion.subject
    index = subject.session_index

    def vouch(session_id: UUID) -> VouchedSession:
        return VouchedSession(
            connection_id=connection.id,
            subject=seal_subject(subject, session_id=session_id) if subject.name_id else None,
            subject_digest=subject_digest(connection.id, subject.name_id),
            index_digest=subject_digest(connection.id, index) if index else None,
        )

    return vouch


async def consume(
    *, response: str, relay_state: str | None, browser_token: str | None, device: Device
) -> tuple[SignedIn, str]:
    """Finishes a sign-on by the provider's response. Returns the session, and the path of the app to go to.

    A provider may begin a sign-on by itself if the connection allows that: its response must answer no request, and
    ``relay_state`` may then be a path of the app. Raises SignOnRefused for a response that is not valid, Forbidden for
    an address that the provider may not vouch for and for deactivated accounts.
    """
    state = await _take_state(relay_state, browser_token) if relay_state else None
    if state is not None:
        connection = await repository.find_connection(connection_id=UUID(state["connectionId"]))
        request_id, path = state["requestId"], state["returnTo"]
    else:
        connection = await _find_unsolicited(response)
        request_id, path = None, _landing(relay_state)
    if connection is None:
        raise _refused("the connection was switched off")
    try:
        share = _share(connection)
        assertion = await run_heavy(saml.check_response, connection, response, request_id, caller=share)
    except SignOnRefused as error:
        raise _refused(str(error.__cause__), reason=error.reason) from error
    await refuse_replay(connection, assertion.id, until=assertion.not_on_or_after)
    user_id = await _find_or_create_person(connection, assertion)
    try:
        token = await auth_server.make_sign_in_token(user_id, assertion.email)
    except Conflict as error:
        raise _refused(error.message) from error
    session = await auth_server.redeem_token(token, address=device.address)
    signed_in = await open_session(
        auth_session=session, device=device, method="saml", vouch=_vouch(connection, assertion)
    )
    if assertion.groups is None:
        fields = {"connectionId": str(connection.id)}
        log(logging.WARNING, "a provider leaves out the groups of a person: there are too many", fields=fields)
    else:
        await repository.map_roles(connection_id=connection.id, user_id=user_id, groups=list(assertion.groups))
    return signed_in, path
