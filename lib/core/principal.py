"""Who is calling: the guard that every route declares in its signature.

``CurrentUser`` verifies the token here, then asks KV once, for the rate limit and the session side by
side. ``LimitedByAddress`` is for the routes that come before any token.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from lib.core.context import current_context
from lib.core.db import Db, connect_as
from lib.core.errors import RETRY_AFTER_SECONDS, ServiceUnavailable, Unauthorized
from lib.core.kv import KvUnavailable, ask_kv
from lib.core.logs import log
from lib.core.rate_limit import RateLimit, apply_verdict, count_request, limit_for
from lib.core.sessions import check_session, touch_session
from lib.core.tokens import verify_token

READING_METHODS: Final = ("GET", "HEAD")

_bearer = HTTPBearer(auto_error=False, scheme_name="accessToken", bearerFormat="JWT")
type Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


@dataclass(frozen=True, slots=True)
class Principal:
    user_id: UUID
    session_id: UUID
    email: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_at: int
    """When the access token ends: Unix time, seconds."""
    db: Db
    """The data API under the caller's own policies."""


def client_address(request: Request) -> str:
    """The address that the platform saw; whatever a client claims about it is overwritten on the way in."""
    forwarded = request.headers.get("x-vercel-forwarded-for")
    address = forwarded.split(",")[0].strip() if forwarded else request.client.host if request.client else ""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    # A household has a whole /64 of IPv6 addresses to choose from.
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


async def _nothing() -> None:
    return None


def _without_kv(request: Request, limit: RateLimit, error: KvUnavailable) -> None:
    """Reading goes on, and the log says so. What writes, or must not run unlimited, is refused."""
    refused = limit.fails_closed or request.method not in READING_METHODS
    log(logging.WARNING, "KV is not available", fields={"limit": limit.name, "refused": refused, "reason": str(error)})
    if refused:
        raise ServiceUnavailable("this cannot be done right now", retry_after=RETRY_AFTER_SECONDS) from error


async def authenticate[T](
    request: Request, credentials: Credentials, beside: Callable[[], Awaitable[T]] | None = None
) -> tuple[Principal, T | None]:
    """Who calls; and what ``beside`` found in KV, which is asked side by side with the limit and the session.

    Nothing of it may be shown before the data API has said that the caller may see it.
    """
    if credentials is None:
        raise Unauthorized("an access token is needed: Authorization: Bearer …")
    token = await verify_token(credentials.credentials)
    current_context().user_id = str(token.user_id)
    limit = limit_for(request.url.path)
    found: T | None = None
    try:
        verdict, session, found = await ask_kv(
            asyncio.gather(
                count_request(limit, str(token.user_id)),
                touch_session(token.session_id),
                beside() if beside else _nothing(),
            )
        )
    except KvUnavailable as error:
        _without_kv(request, limit, error)
    else:
        apply_verdict(verdict)
        check_session(session, token.user_id)
    principal = Principal(
        user_id=token.user_id,
        session_id=token.session_id,
        email=token.email,
        access_token=token.raw,
        expires_at=token.expires_at,
        db=connect_as(token.raw),
    )
    return principal, found


async def current_user(request: Request, credentials: Credentials) -> Principal:
    principal, _ = await authenticate(request, credentials)
    return principal


async def limited_by_address(request: Request) -> None:
    limit = limit_for(request.url.path)
    try:
        verdict = await ask_kv(count_request(limit, client_address(request)))
    except KvUnavailable as error:
        _without_kv(request, limit, error)
    else:
        apply_verdict(verdict)


CurrentUser = Annotated[Principal, Depends(current_user)]
LimitedByAddress = Annotated[None, Depends(limited_by_address)]
