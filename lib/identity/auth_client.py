"""What people ask of Supabase Auth, which keeps passwords and issues tokens: through us, from their own address."""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from lib.core.http.errors import ApiError, Unauthorized
from lib.identity.auth_api import ask_auth, auth_client, change_own_password

if TYPE_CHECKING:
    from supabase_auth.types import AuthResponse, CodeExchangeParams


@dataclass(frozen=True, slots=True)
class AuthSession:
    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds from now."""
    email: str
    is_email_verified: bool


async def _open(request: "Awaitable[AuthResponse]", refused: ApiError) -> AuthSession:
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
    )


async def sign_in(email: str, password: str, *, address: str) -> AuthSession:
    """Raises Unauthorized (INVALID_CREDENTIALS), Forbidden (EMAIL_NOT_VERIFIED)."""
    refused = Unauthorized("e-mail or password is wrong", code="INVALID_CREDENTIALS")
    request = auth_client(address).sign_in_with_password({"email": email, "password": password})
    return await _open(request, refused)


async def redeem(token_hash: str, *, address: str) -> AuthSession:
    """A session for a token of ``administration.make_sign_in_token``.

    Raises Unauthorized for a token that was spent, and for people who are banned.
    """
    refused = Unauthorized("signing in did not work: try again", code="INVALID_TOKEN")
    return await _open(auth_client(address).verify_otp({"type": "magiclink", "token_hash": token_hash}), refused)


async def exchange(code: str, verifier: str, *, address: str) -> AuthSession:
    """A session for the code of an OIDC provider's answer, which Auth has checked (PKCE, RFC 7636)."""
    refused = Unauthorized("signing in did not work: try again", code="INVALID_TOKEN")
    parameters = cast("CodeExchangeParams", {"auth_code": code, "code_verifier": verifier, "redirect_to": ""})
    return await _open(auth_client(address).exchange_code_for_session(parameters), refused)


async def renew(refresh_token: str, *, address: str) -> AuthSession:
    """Raises Unauthorized for a token that is not good, or no longer; ServiceUnavailable where other requests are
    renewing the same session."""
    refused = Unauthorized("the refresh token is not valid", code="INVALID_TOKEN")
    return await _open(auth_client(address).refresh_session(refresh_token), refused)


async def change_password(access_token: str, *, current: str, new: str, address: str) -> None:
    """Changes a password with the person's own token: Auth ends all other sessions, and this one stays.

    Raises Conflict for a password that Auth does not take, Unauthorized (SESSION_INVALID) where the session has ended.
    """
    refused = Unauthorized("the session has ended: sign in again", code="SESSION_INVALID")
    attributes = {"password": new, "current_password": current}
    await ask_auth(change_own_password(access_token, attributes, address), refused=refused, has_person=True)


async def sign_out(access_token: str) -> None:
    """Ends this session; one that Auth has forgotten already is as good as ended."""
    ended = Unauthorized("the session has ended", code="SESSION_INVALID")
    with suppress(Unauthorized):
        await ask_auth(auth_client().admin.sign_out(access_token, "local"), refused=ended, has_person=True)
