"""Requests to Supabase Auth in the name of a person: from their own address, with their own credentials."""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from lib.core.http.errors import ApiError, Unauthorized
from lib.identity.auth_server.client import ask_auth, auth_client, change_own_password

if TYPE_CHECKING:
    from supabase_auth.types import AuthResponse, CodeExchangeParams, User


@dataclass(frozen=True, slots=True)
class AuthSession:
    """A session that Auth has opened or renewed."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    """Seconds from now until the access token expires."""
    email: str = field(repr=False)
    is_email_verified: bool
    vouching_providers: frozenset[str]
    """The OIDC providers of the user, if all of them vouch for this address: it is the one of their identity, and they
    call it verified. Empty if one of them does not."""


def _vouching_providers(user: "User") -> frozenset[str]:
    # Auth copies what the provider said into the data of the identity at each sign-in
    # (supabase/auth: internal/api/external.go), and signs in an identity that it knows whatever the provider says.
    external = [identity for identity in user.identities or () if identity.provider != "email"]
    # Auth does not tell by which identity it has just signed in, so one that does not vouch spoils all.
    is_vouched_for = all(
        identity.identity_data.get("email_verified") is True
        and str(identity.identity_data.get("email", "")).lower() == (user.email or "").lower()
        for identity in external
    )
    return frozenset(identity.provider for identity in external) if is_vouched_for else frozenset()


async def _session_of(request: "Awaitable[AuthResponse]", refused: ApiError) -> AuthSession:
    answer = await ask_auth(request, refused=refused)
    if answer.session is None:
        raise refused
    user = answer.session.user
    return AuthSession(
        access_token=answer.session.access_token,
        refresh_token=answer.session.refresh_token,
        expires_in=answer.session.expires_in,
        email=user.email or "",
        is_email_verified=user.email_confirmed_at is not None,
        vouching_providers=_vouching_providers(user),
    )


async def sign_in(email: str, password: str, *, address: str) -> AuthSession:
    """Opens a session by e-mail and password. ``address`` is the client's IP address, here and below.

    Raises Unauthorized (INVALID_CREDENTIALS), Forbidden (EMAIL_NOT_VERIFIED).
    """
    refused = Unauthorized("e-mail or password is wrong", code="INVALID_CREDENTIALS")
    request = auth_client(address).sign_in_with_password({"email": email, "password": password})
    return await _session_of(request, refused)


async def redeem_token(token_hash: str, *, address: str) -> AuthSession:
    """Opens a session by a token of ``make_sign_in_token``.

    Raises Unauthorized for a token that was used before, and for banned accounts.
    """
    refused = Unauthorized("signing in failed: try again", code="INVALID_TOKEN")
    return await _session_of(auth_client(address).verify_otp({"type": "magiclink", "token_hash": token_hash}), refused)


async def exchange_code(code: str, verifier: str, *, address: str) -> AuthSession:
    """Opens a session by the authorization code of an OIDC provider, which Auth has checked (PKCE, RFC 7636).

    Raises Unauthorized for a code that does not belong to ``verifier``, or was used before.
    """
    refused = Unauthorized("signing in failed: try again", code="INVALID_TOKEN")
    parameters = cast("CodeExchangeParams", {"auth_code": code, "code_verifier": verifier, "redirect_to": ""})
    return await _session_of(auth_client(address).exchange_code_for_session(parameters), refused)


async def renew(refresh_token: str, *, address: str) -> AuthSession:
    """Renews a session.

    Raises Unauthorized for a token that is not valid; ServiceUnavailable while other requests renew the same session.
    """
    refused = Unauthorized("the refresh token is not valid", code="INVALID_TOKEN")
    return await _session_of(auth_client(address).refresh_session(refresh_token), refused)


async def change_password(access_token: str, *, current: str, new: str, address: str) -> None:
    """Changes a password with the person's own token: Auth ends all other sessions, and this one stays.

    Raises Conflict for a password that Auth does not accept, Unauthorized (SESSION_INVALID) if the session has ended.
    """
    refused = Unauthorized("the session has ended: sign in again", code="SESSION_INVALID")
    attributes = {"password": new, "current_password": current}
    await ask_auth(change_own_password(access_token, attributes, address), refused=refused, has_person=True)


async def sign_out(access_token: str) -> None:
    """Ends the session of an access token in Auth. Succeeds if it has ended already."""
    ended = Unauthorized("the session has ended", code="SESSION_INVALID")
    with suppress(Unauthorized):
        await ask_auth(auth_client().admin.sign_out(access_token, "local"), refused=ended, has_person=True)
