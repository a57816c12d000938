"""What people ask of Supabase Auth, which keeps passwords and issues tokens: through us, from their own address."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lib.core.errors import RETRY_AFTER_SECONDS, ApiError, Conflict, ServiceUnavailable, Unauthorized
from lib.identity.auth_api import ask_auth
from lib.identity.auth_errors import UNAVAILABLE


@dataclass(frozen=True, slots=True)
class AuthSession:
    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds from now."""
    email: str
    is_email_verified: bool


async def _open(path: str, body: dict[str, Any], address: str, refused: ApiError) -> AuthSession:
    answer = await ask_auth("POST", path, body=body, address=address, refused=refused)
    try:
        user = answer["user"]
        return AuthSession(
            access_token=answer["access_token"],
            refresh_token=answer["refresh_token"],
            expires_in=answer["expires_in"],
            email=user.get("email") or "",
            is_email_verified=user.get("email_confirmed_at") is not None,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS) from error


async def sign_in(email: str, password: str, *, address: str) -> AuthSession:
    """Raises Unauthorized (INVALID_CREDENTIALS), Forbidden (EMAIL_NOT_VERIFIED)."""
    refused = Unauthorized("e-mail or password is wrong", code="INVALID_CREDENTIALS")
    return await _open("/token?grant_type=password", {"email": email, "password": password}, address, refused)


async def redeem(token_hash: str, *, address: str) -> AuthSession:
    """A session for a token of ``administration.make_sign_in_token``.

    Raises Unauthorized for a token that was spent, and for people who are banned.
    """
    refused = Unauthorized("signing in did not work: try again", code="INVALID_TOKEN")
    return await _open("/verify", {"type": "magiclink", "token_hash": token_hash}, address, refused)


async def exchange(code: str, verifier: str, *, address: str) -> AuthSession:
    """A session for the code of an OIDC provider's answer, which Auth has checked (PKCE, RFC 7636)."""
    refused = Unauthorized("signing in did not work: try again", code="INVALID_TOKEN")
    return await _open("/token?grant_type=pkce", {"auth_code": code, "code_verifier": verifier}, address, refused)


async def renew(refresh_token: str, *, address: str) -> AuthSession:
    """Raises Unauthorized for a token that is not good, or no longer; ServiceUnavailable where other requests are
    renewing the same session."""
    refused = Unauthorized("the refresh token is not valid", code="INVALID_TOKEN")
    return await _open("/token?grant_type=refresh_token", {"refresh_token": refresh_token}, address, refused)


async def change_password(access_token: str, *, current: str, new: str, address: str) -> None:
    """As the person: Auth ends all other sessions, and this one stays. Raises Conflict for what Auth does not take."""
    refused = Conflict("Auth does not take this password")
    body = {"password": new, "current_password": current}
    await ask_auth("PUT", "/user", body=body, token=access_token, address=address, refused=refused)


async def sign_out(access_token: str) -> None:
    """Ends this session; one that Auth has forgotten already is as good as ended."""
    ended = Unauthorized("the session has ended", code="SESSION_INVALID")
    with suppress(Unauthorized):
        await ask_auth("POST", "/logout?scope=local", token=access_token, refused=ended)
