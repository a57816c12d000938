"""Supabase Auth, which keeps passwords and issues tokens, through its own client."""

import asyncio
import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn, cast

import httpx

from lib.core.config import get_settings
from lib.core.context import timed
from lib.core.errors import (
    RETRY_AFTER_SECONDS,
    Conflict,
    Forbidden,
    RateLimitExceeded,
    ServiceUnavailable,
    Unauthorized,
)
from lib.core.http import TOTAL_SECONDS, get_http_client
from lib.core.logs import log

if TYPE_CHECKING:
    from supabase_auth import AsyncGoTrueClient
    from supabase_auth.errors import AuthError
    from supabase_auth.types import AuthResponse, CodeExchangeParams


UNAVAILABLE: Final = "signing in is not possible right now"


@dataclass(frozen=True, slots=True)
class AuthSession:
    access_token: str
    refresh_token: str
    expires_in: int
    """Seconds from now."""
    email: str
    is_email_verified: bool


def _client() -> "AsyncGoTrueClient":
    """A client for one call: it remembers whom it signed in, so it is never shared."""
    from supabase_auth import AsyncGoTrueClient

    settings = get_settings()
    return AsyncGoTrueClient(
        url=f"{settings.supabase_url}/auth/v1",
        headers={"apikey": settings.supabase_publishable_key},
        http_client=get_http_client(),
        auto_refresh_token=False,
        persist_session=False,
    )


@contextmanager
def _asking_auth() -> Generator[None]:
    with timed("auth"):
        try:
            yield
        except TimeoutError as error:
            raise ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS) from error


def _refuse(error: "AuthError", refused: Unauthorized) -> NoReturn:
    """Whatever Auth found wrong with the credentials, the caller hears the same."""
    status = getattr(error, "status", 500)
    if status in (401, 403):
        log(logging.ERROR, "Auth refuses our own key", error=error)
    if status in (0, None, 401, 403) or status >= 500:
        raise ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS) from error
    if getattr(error, "code", None) == "email_not_confirmed":
        raise Forbidden("confirm your e-mail address first", code="EMAIL_NOT_VERIFIED") from error
    if status == 429:
        raise RateLimitExceeded("too many attempts", retry_after=60) from error
    raise refused from error


def _session(answer: "AuthResponse", refused: Unauthorized) -> AuthSession:
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


async def sign_in(email: str, password: str) -> AuthSession:
    from supabase_auth.errors import AuthError

    refused = Unauthorized("e-mail or password is wrong", code="INVALID_CREDENTIALS")
    with _asking_auth():
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                answer = await _client().sign_in_with_password({"email": email, "password": password})
        except AuthError as error:
            _refuse(error, refused)
    return _session(answer, refused)


async def redeem(token_hash: str) -> AuthSession:
    """A session for who holds what ``administration.make_sign_in_token`` made."""
    from supabase_auth.errors import AuthError

    refused = Unauthorized("signing in did not work: try again", code="INVALID_TOKEN")
    with _asking_auth():
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                answer = await _client().verify_otp({"type": "magiclink", "token_hash": token_hash})
        except AuthError as error:
            _refuse(error, refused)
    return _session(answer, refused)


async def exchange(code: str, verifier: str) -> AuthSession:
    """A session for the code of an OIDC provider's answer, which Auth has checked (PKCE, RFC 7636)."""
    from supabase_auth.errors import AuthError

    refused = Unauthorized("signing in did not work: try again", code="INVALID_TOKEN")
    with _asking_auth():
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                parameters = {"auth_code": code, "code_verifier": verifier, "redirect_to": ""}
                answer = await _client().exchange_code_for_session(cast("CodeExchangeParams", parameters))
        except AuthError as error:
            _refuse(error, refused)
    return _session(answer, refused)


async def renew(refresh_token: str) -> AuthSession:
    from supabase_auth.errors import AuthError

    refused = Unauthorized("the refresh token is not valid", code="INVALID_TOKEN")
    with _asking_auth():
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                answer = await _client().refresh_session(refresh_token)
        except AuthError as error:
            _refuse(error, refused)
    return _session(answer, refused)


async def change_password(access_token: str, password: str) -> None:
    """As the person: this session stays. Raises Conflict for what Auth does not take."""
    settings = get_settings()
    with _asking_auth():
        try:
            response = await get_http_client().put(
                f"{settings.supabase_url}/auth/v1/user",
                json={"password": password},
                headers={"apikey": settings.supabase_publishable_key, "Authorization": f"Bearer {access_token}"},
                timeout=TOTAL_SECONDS,
            )
        except httpx.HTTPError as error:
            raise ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS) from error
    if response.status_code in (400, 422):
        raise Conflict("Auth does not take this password")
    if response.status_code >= 300:
        raise ServiceUnavailable(UNAVAILABLE, retry_after=RETRY_AFTER_SECONDS)


async def sign_out(access_token: str) -> None:
    """Ends this session; one that Auth has forgotten already is as good as ended."""
    from supabase_auth.errors import AuthError

    with _asking_auth():
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                await _client().admin.sign_out(access_token, "local")
        except AuthError as error:
            if getattr(error, "status", 500) not in (401, 403, 404):
                _refuse(error, Unauthorized("the session cannot be ended", code="SESSION_INVALID"))
