"""The sessions of the web app in cookies that no script can read, and its protection against CSRF.

Requests with a bearer token or an API key need no such protection: a browser never adds those by itself.
"""

import hmac
from typing import Final, Protocol
from urllib.parse import urlsplit
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from lib.core.auth.session_lengths import LIFETIME_SECONDS
from lib.core.config import get_settings
from lib.core.http.errors import Forbidden
from lib.core.security.crypto import key_ring

# Browsers accept these prefixes only for cookies that are set over TLS, and `__Host-` only for one host
# (RFC 6265bis §4.1.3).
ACCESS_COOKIE: Final = "__Host-mixerai-access"
REFRESH_COOKIE: Final = "__Secure-mixerai-refresh"
CSRF_COOKIE: Final = "__Host-mixerai-csrf"
DEVICE_COOKIE: Final = "__Secure-mixerai-device"
CSRF_HEADER: Final = "X-CSRF-Token"
AUTH_PATH: Final = "/api/v1/auth"
DEVICE_SECONDS: Final = 30 * 24 * 3600
SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")


class IssuedTokens(Protocol):
    """The tokens of a session that was just opened or refreshed. ``expires_in`` is in seconds."""

    access_token: str | None
    refresh_token: str | None
    expires_in: int


def csrf_token(session_id: UUID) -> str:
    """Returns the CSRF token of a session. It stays the same for as long as the newest encryption key does."""
    return key_ring().digests(str(session_id), "csrf")[0]


def set_session_cookies(response: Response, tokens: IssuedTokens, session_id: UUID) -> None:
    """Sets the cookies of the access token, the refresh token and the CSRF token."""
    response.set_cookie(
        ACCESS_COOKIE,
        tokens.access_token or "",
        max_age=tokens.expires_in,
        secure=True,
        httponly=True,
        samesite="strict",
    )
    response.set_cookie(
        REFRESH_COOKIE,
        tokens.refresh_token or "",
        max_age=LIFETIME_SECONDS,
        path=AUTH_PATH,
        secure=True,
        httponly=True,
        samesite="strict",
    )
    # The app reads this cookie and sends its value back in a header. No other site can do that.
    response.set_cookie(
        CSRF_COOKIE, csrf_token(session_id), max_age=LIFETIME_SECONDS, secure=True, httponly=False, samesite="strict"
    )


def set_device_cookie(response: Response, token: str) -> None:
    """Sets the cookie of a remembered device, for 30 days."""
    response.set_cookie(
        DEVICE_COOKIE, token, max_age=DEVICE_SECONDS, path=AUTH_PATH, secure=True, httponly=True, samesite="strict"
    )


def clear_session_cookies(response: Response) -> None:
    """Deletes the cookies of a session. The cookie of a remembered device stays."""
    for name, path in ((ACCESS_COOKIE, "/"), (REFRESH_COOKIE, AUTH_PATH), (CSRF_COOKIE, "/")):
        response.delete_cookie(name, path=path, secure=True, httponly=True, samesite="strict")


def check_origin(request: Request) -> None:
    """Raises Forbidden (CSRF_ERROR) for a request that a page of another site made."""
    origin = request.headers.get("origin")
    own = request.headers.get("host", "")
    settings = get_settings()
    allowed = {settings.app_url, *settings.cors_allowed_origins}
    if origin is not None and origin not in allowed and urlsplit(origin).netloc != own:
        raise Forbidden("the request comes from another site", code="CSRF_ERROR")
    if origin is None and request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise Forbidden("the request comes from another site", code="CSRF_ERROR")


def check_csrf(request: Request, session_id: UUID) -> None:
    """Checks the origin and the CSRF token of a request that is signed in by cookie and may change something.

    Raises Forbidden (CSRF_ERROR).
    """
    if request.method in SAFE_METHODS:
        return
    check_origin(request)
    offered = request.headers.get(CSRF_HEADER, "")
    valid = key_ring().digests(str(session_id), "csrf")
    if not any(hmac.compare_digest(offered.encode(), token.encode()) for token in valid):
        raise Forbidden(f"{CSRF_HEADER} is missing or wrong", code="CSRF_ERROR")


def check_double_submit(request: Request) -> None:
    """Checks a refresh by cookie: the CSRF header must repeat the CSRF cookie. Raises Forbidden (CSRF_ERROR).

    The session is not known yet, since its access token may have expired.
    """
    check_origin(request)
    offered, kept = request.headers.get(CSRF_HEADER, ""), request.cookies.get(CSRF_COOKIE, "")
    if not kept or not hmac.compare_digest(offered.encode(), kept.encode()):
        raise Forbidden(f"{CSRF_HEADER} is missing or wrong", code="CSRF_ERROR")
