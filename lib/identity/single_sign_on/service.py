"""From a company's identity provider to a session.

A connection speaks for its own e-mail domains and nobody else's, and never for platform admins. Who comes for the first
time gets an account; roles follow the provider's groups at every sign-in.
"""

import json
import logging
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from lib.core.data.kv import get_kv
from lib.core.http.errors import Conflict, Forbidden, NotFound, Unauthorized
from lib.core.security.crypto import token_digest
from lib.core.telemetry.logs import log
from lib.identity import administration, auth_client
from lib.identity.models import SignedIn
from lib.identity.passwords import unknown_password
from lib.identity.sign_in import Device, open_session, require_kv
from lib.identity.single_sign_on import saml
from lib.identity.single_sign_on.models import Discovery, SignOnTarget, SsoDiscovery
from lib.identity.single_sign_on.paths import check_return
from lib.identity.single_sign_on.saml import Assertion

STATE_COOKIE: Final = "__Host-mixerai-sso"
STATE_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Started:
    url: str
    browser_token: str = field(repr=False)
    """For a cookie: the answer counts in the browser that asked and in no other."""


def metadata() -> str:
    return saml.metadata()


async def _connection(asked: dict[str, Any]) -> dict[str, Any] | None:
    return await administration.ask("find_sso_connection", {"asked": asked})


async def discover(wanted: SsoDiscovery) -> Discovery:
    """By the domain alone, so that it tells nothing of who has an account."""
    connection = await _connection({"domain": wanted.email.split("@")[1]})
    if connection is None:
        return Discovery(method="password")
    url = f"/api/v1/auth/saml/{connection['id']}/login"
    target = SignOnTarget(connection_id=connection["id"], name=connection["name"], url=url)
    return Discovery(method="saml", target=target)


async def begin(connection_id: UUID, return_to: str) -> Started:
    """Raises NotFound for a connection that there is not."""
    path = check_return(return_to)
    connection = await _connection({"id": str(connection_id)})
    if connection is None:
        raise NotFound("there is no such identity provider")
    relay_state, browser_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    url, request_id = saml.sign_on_url(connection, relay_state)
    state = {
        "connectionId": str(connection_id),
        "requestId": request_id,
        "returnTo": path,
        "browser": token_digest(browser_token),
    }
    await require_kv(get_kv().set(f"saml:{token_digest(relay_state)}", json.dumps(state), ex=STATE_SECONDS))
    return Started(url, browser_token)


def _refused(reason: str) -> Unauthorized:
    log(logging.WARNING, "a SAML response was refused", fields={"reason": reason})
    return Unauthorized(saml.REFUSED, code="INVALID_TOKEN")


async def _take_state(relay_state: str, browser_token: str | None) -> dict[str, str]:
    """Once: what a response answers is spent by the first that comes."""
    kept = await require_kv(get_kv().getdel(f"saml:{token_digest(relay_state)}"))
    if kept is None:
        raise _refused("unknown or used RelayState")
    state: dict[str, str] = json.loads(kept)
    if browser_token is None or not secrets.compare_digest(state["browser"], token_digest(browser_token)):
        raise _refused("another browser")
    return state


async def _refuse_replay(assertion: Assertion) -> None:
    """An assertion counts once, for as long as it would be valid."""
    seconds = max(60, assertion.not_on_or_after - int(time.time()) + 60)
    is_new = await require_kv(get_kv().set(f"assertion:{token_digest(assertion.id)}", "1", ex=seconds, nx=True))
    if not is_new:
        raise _refused("replayed assertion")


async def _account(connection: dict[str, Any], assertion: Assertion) -> UUID:
    email = assertion.email
    if email.count("@") != 1 or email.split("@")[1] not in connection["domains"]:
        raise Forbidden("the identity provider does not speak for this address")
    who = {"email": email}
    known = (await administration.ask("find_sso_person", {"who": who}))["userId"]
    if known is not None:
        return UUID(known)
    attributes = {
        "email": email,
        "password": unknown_password(),  # people who come by a provider have none
        "email_confirm": True,
        "user_metadata": {"first_name": assertion.first_name, "last_name": assertion.last_name},
        # Auth rewrites `provider` at each sign-in by a link; our own key stays.
        "app_metadata": {"sso_connection": connection["id"]},
    }
    with suppress(Conflict):  # a second tab was faster
        return await administration.create_user(attributes)
    found = (await administration.ask("find_sso_person", {"who": who}))["userId"]
    if found is None:
        raise Conflict("the account cannot be made")
    return UUID(found)


async def consume(response: str, relay_state: str, browser_token: str | None, device: Device) -> tuple[SignedIn, str]:
    """A session, and where in the app the browser goes. Raises Unauthorized for an answer that is not accepted,
    Forbidden for who the provider may not speak for, and for who was deactivated."""
    state = await _take_state(relay_state, browser_token)
    connection = await _connection({"id": state["connectionId"]})
    if connection is None:
        raise _refused("the connection was switched off")
    try:
        assertion = saml.check_response(connection, response, state["requestId"])
    except Unauthorized as error:
        raise _refused(str(error.__cause__)) from error
    await _refuse_replay(assertion)
    if not (assertion.first_name and assertion.last_name):
        raise Forbidden("the identity provider does not say the name of the person")
    user_id = await _account(connection, assertion)
    try:
        token = await administration.make_sign_in_token(user_id, assertion.email)
    except Conflict as error:
        raise _refused(error.message) from error
    session = await auth_client.redeem(token, address=device.address)
    signed_in = await open_session(session, device, method="saml")
    mapping = {"connectionId": connection["id"], "userId": str(user_id), "groups": list(assertion.groups)}
    await administration.tell("map_sso_roles", {"mapping": mapping})
    return signed_in, state["returnTo"]
