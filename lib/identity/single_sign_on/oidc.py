"""OIDC with the providers that Supabase Auth is configured with: code flow with PKCE; Auth exchanges the code.

https://supabase.com/docs/guides/auth/sessions/pkce-flow. Sign-up is switched off in Auth, so a provider signs in only
people who were invited.
"""

import base64
import hashlib
import json
import logging
import secrets
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode

from lib.core.auth.tokens import verify_token
from lib.core.config import get_settings
from lib.core.data.kv import get_kv
from lib.core.http.errors import Forbidden, ServiceUnavailable
from lib.core.security.crypto import token_digest
from lib.core.telemetry.logs import log
from lib.identity import auth_server
from lib.identity.auth_server import AuthSession
from lib.identity.sessions import Device, SignedIn, open_session, require_kv
from lib.identity.single_sign_on import repository
from lib.identity.single_sign_on.models import BegunSignOn
from lib.identity.single_sign_on.outcomes import Reason, SignOnRefused, reason_of_error
from lib.identity.single_sign_on.paths import check_return

OIDC_COOKIE: Final = "__Host-mixerai-oidc"
CALLBACK_PATH: Final = "/api/v1/auth/oidc/callback"
STATE_SECONDS: Final = 600


async def begin_oidc(*, provider: str, return_to: str) -> BegunSignOn:
    """Begins a sign-on. ``return_to`` is a path of the app. Raises ValidationFailed for any other."""
    path = check_return(return_to)
    verifier, browser_token = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    state = json.dumps({"verifier": verifier, "returnTo": path, "provider": provider})
    await require_kv(get_kv().set(f"oidc:{token_digest(browser_token)}", state, ex=STATE_SECONDS))
    settings = get_settings()
    query = {
        "provider": provider,
        "redirect_to": f"{settings.app_url}{CALLBACK_PATH}",
        "code_challenge": challenge,
        "code_challenge_method": "s256",
    }
    return BegunSignOn(f"{settings.supabase_url}/auth/v1/authorize?{urlencode(query)}", browser_token)


async def take_oidc_failure(*, error: str, code: str | None, browser_token: str | None) -> tuple[Reason, str | None]:
    """Ends a sign-on that Auth or the provider refused, as when the person cancelled it.

    Returns the reason, and the path of the app where it began; None if this browser began none in ten minutes.
    """
    kept = None
    if browser_token is not None:
        kept = await require_kv(get_kv().getdel(f"oidc:{token_digest(browser_token)}"))
    log(logging.WARNING, "an OIDC sign-in was refused", fields={"reason": f"{error[:100]} {(code or '')[:100]}"})
    return reason_of_error(error, code), json.loads(kept)["returnTo"] if kept is not None else None


async def consume_oidc(*, code: str, browser_token: str | None, device: Device) -> tuple[SignedIn, str]:
    """Finishes a sign-on. Returns the session, and the path of the app to go to.

    Raises SignOnRefused for a code that does not answer a sign-on of this browser within ten minutes; Forbidden for an
    address that the provider does not vouch for, for platform admins, for people of a company that has an identity
    provider of its own, and for deactivated accounts.
    """
    expired = SignOnRefused("signing in failed: try again", reason="expired")
    if browser_token is None:
        raise expired
    kept = await require_kv(get_kv().getdel(f"oidc:{token_digest(browser_token)}"))
    if kept is None:
        raise expired
    state: dict[str, str] = json.loads(kept)
    if "provider" not in state:  # begun at a deployment that did not keep it
        raise expired
    session = await auth_server.exchange_code(code, state["verifier"], address=device.address)
    try:
        await _check_person(session, state["provider"])
    except Forbidden:
        with suppress(ServiceUnavailable):  # its tokens are of no use without a session of ours
            await auth_server.sign_out(session.access_token)
        raise
    return await open_session(auth_session=session, device=device, method="oidc"), state["returnTo"]


async def _check_person(session: AuthSession, provider: str) -> None:
    """Checks what ``service.consume`` checks for SAML: the provider may vouch for this address, and for this person."""
    if provider not in session.vouching_providers:
        raise Forbidden("the identity provider does not vouch for this address")
    user_id = (await verify_token(session.access_token)).user_id
    await repository.check_oidc_person(user_id=user_id, email=session.email)
