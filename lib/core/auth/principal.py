"""Who is calling: the guard that every route declares in its signature.

A person by bearer token or by cookie, or an API key. ``CurrentUser`` verifies it here and asks KV once, for the limits
and the session by one command. ``CurrentPerson`` takes no API key; ``PendingPerson`` is for the routes by which a
session passes its second factor; ``LimitedByAddress`` for those that come before any token.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from lib.core.auth import api_keys
from lib.core.auth.api_keys import ApiKey
from lib.core.auth.cookies import ACCESS_COOKIE, check_csrf
from lib.core.auth.sessions import IDLE_SECONDS, Factor, check_session, session_key
from lib.core.auth.tokens import AccessToken, verify_token
from lib.core.data.db import Db, connect_as
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.errors import RETRY_AFTER_SECONDS, Forbidden, ServiceUnavailable, Unauthorized
from lib.core.limits.rate_limit import (
    QUARTER_HOUR,
    NarrowLimit,
    RateLimit,
    apply_verdicts,
    limit_for,
    limit_for_user,
    narrow_limit_for,
)
from lib.core.limits.windows import Window, admit
from lib.core.telemetry.context import current_context
from lib.core.telemetry.logs import log

READING_METHODS: Final = ("GET", "HEAD")
# Keys that KV does not know, by address: each asks the database. One that works is asked about every five minutes.
MAX_KEY_GUESSES: Final = 100

_bearer = HTTPBearer(auto_error=False, scheme_name="accessToken", bearerFormat="JWT")
_key = APIKeyHeader(name=api_keys.HEADER, auto_error=False, scheme_name="apiKey")
_cookie = APIKeyCookie(name=ACCESS_COOKIE, auto_error=False, scheme_name="sessionCookie")


@dataclass(frozen=True, slots=True)
class Presented:
    """What a request offers to show who it is from; the first that there is counts."""

    bearer: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    cookie: str | None = field(default=None, repr=False)


def _presented(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    key: Annotated[str | None, Security(_key)],
    cookie: Annotated[str | None, Security(_cookie)],
) -> Presented:
    return Presented(bearer.credentials if bearer else None, key, cookie)


type Credentials = Annotated[Presented, Depends(_presented)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller of a request: a person in a session, or an API key of a person."""

    user_id: UUID
    session_id: UUID | None
    """None for an API key."""
    email: str = field(repr=False)
    access_token: str = field(repr=False)
    expires_at: int
    """When the access token ends: Unix time, seconds."""
    db: Db
    """The data API under the caller's own policies."""
    factor: Factor = "none"
    api_key: ApiKey | None = None
    is_cookie: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Principal):
    """A person in a session of their own, and no API key."""

    session_id: UUID
    address: str = field(repr=False)
    """The client's: see seen_address."""
    user_agent: str


def seen_address(request: Request) -> str:
    """The address that the platform saw; whatever a client claims about it is overwritten on the way in."""
    forwarded = request.headers.get("x-vercel-forwarded-for")
    address = forwarded.split(",")[0].strip() if forwarded else request.client.host if request.client else ""
    try:
        return str(ip_address(address))
    except ValueError:
        return "unknown"


def client_address(request: Request) -> str:
    """Whom limits by address count for: a household has a whole /64 of IPv6 addresses to choose from."""
    address = seen_address(request)
    return str(ip_network((address, 64), strict=False)) if ":" in address else address


async def _nothing() -> None:
    return None


def _without_kv(request: Request, limit: RateLimit, error: KvUnavailable) -> None:
    """Reading goes on, and the log says so. What writes, or must not run unlimited, is refused."""
    refused = limit.fails_closed or request.method not in READING_METHODS
    log(logging.WARNING, "KV is not available", fields={"limit": limit.name, "refused": refused, "reason": str(error)})
    if refused:
        raise ServiceUnavailable("this cannot be done right now", retry_after=RETRY_AFTER_SECONDS) from error


def _windows(request: Request, limit: RateLimit, identifier: str) -> list[Window]:
    narrow = narrow_limit_for(request.url.path) if request.method not in READING_METHODS else None
    return [limit.window(identifier), *([narrow.window(identifier)] if narrow else [])]


async def _by_token[T](
    request: Request,
    token: AccessToken,
    beside: Callable[[], Awaitable[T]] | None,
    *,
    may_be_pending: bool,
    is_cookie: bool,
) -> tuple[Principal, T | None]:
    limit = limit_for_user(request.url.path)
    found: T | None = None
    factor: Factor = "none"
    try:
        (verdicts, record), found = await ask_kv(
            asyncio.gather(
                admit(
                    *_windows(request, limit, str(token.user_id)),
                    session_key=session_key(token.session_id),
                    session_seconds=IDLE_SECONDS,
                ),
                beside() if beside else _nothing(),
            )
        )
    except KvUnavailable as error:
        _without_kv(request, limit, error)  # the policies still know which sessions were ended
    else:
        apply_verdicts(verdicts)
        factor = check_session(record, token.user_id, may_be_pending=may_be_pending).factor
    if is_cookie:
        check_csrf(request, token.session_id)
    current_context().access_token = token.raw
    principal = Principal(
        user_id=token.user_id,
        session_id=token.session_id,
        email=token.email,
        access_token=token.raw,
        expires_at=token.expires_at,
        db=connect_as(token.raw),
        factor=factor,
        is_cookie=is_cookie,
    )
    return principal, found


async def _by_key[T](
    request: Request, secret: str, beside: Callable[[], Awaitable[T]] | None
) -> tuple[Principal, T | None]:
    limit = limit_for(request.url.path)
    digests = api_keys.key_digests(secret)
    found: T | None = None
    record: str | None = None
    try:
        (verdicts, record), found = await ask_kv(
            asyncio.gather(
                admit(
                    *_windows(request, limit, f"key:{digests[0]}"),
                    session_key=api_keys.cache_key(digests[0]),
                ),
                beside() if beside else _nothing(),
            )
        )
    except KvUnavailable as error:
        _without_kv(request, limit, error)
    else:
        apply_verdicts(verdicts)
    key = api_keys.load_key(record or await _unknown_key(request, digests))
    api_keys.check_key(key, seen_address(request))
    current_context().user_id = str(key.user_id)
    token = api_keys.issue_token(key)
    current_context().access_token = token
    principal = Principal(
        user_id=key.user_id,
        session_id=None,
        email="",
        access_token=token,
        expires_at=int(key.expires_at),
        db=connect_as(token),
        api_key=key,
    )
    return principal, found


async def _unknown_key(request: Request, digests: list[str]) -> str:
    """What the database knows of a key that KV does not. Raises Unauthorized; RateLimitExceeded after many guesses."""
    guesses = Window("key_guesses", MAX_KEY_GUESSES, QUARTER_HOUR, client_address(request))
    try:
        verdicts, _ = await ask_kv(admit(guesses))
    except KvUnavailable as error:
        raise ServiceUnavailable("this cannot be done right now", retry_after=RETRY_AFTER_SECONDS) from error
    if not verdicts[0].is_admitted:
        apply_verdicts(verdicts)
    record = await api_keys.find_key(digests)
    if record is not None:
        try:
            await ask_kv(api_keys.remember_key(digests[0], record))
        except KvUnavailable as error:
            log(logging.WARNING, "a key could not be remembered", fields={"reason": str(error)})
        return record
    raise Unauthorized("the API key is not valid", code="INVALID_TOKEN")


async def authenticate[T](
    request: Request,
    credentials: Presented,
    beside: Callable[[], Awaitable[T]] | None = None,
    *,
    may_be_pending: bool = False,
) -> tuple[Principal, T | None]:
    """Who calls; and what ``beside`` found in KV, which is asked side by side with the limits and the session.

    Nothing of it may be shown before the data API has said that the caller may see it.
    """
    if credentials.bearer is None and credentials.key is not None:
        return await _by_key(request, credentials.key, beside)
    raw = credentials.bearer or credentials.cookie
    if raw is None:
        raise Unauthorized("an access token is needed: Authorization: Bearer …")
    token = await verify_token(raw)
    current_context().user_id = str(token.user_id)
    return await _by_token(request, token, beside, may_be_pending=may_be_pending, is_cookie=credentials.bearer is None)


async def current_user(request: Request, credentials: Credentials) -> Principal:
    principal, _ = await authenticate(request, credentials)
    return principal


def _person(request: Request, principal: Principal) -> Person:
    if principal.session_id is None:
        raise Forbidden("this is for people, not for API keys", code="INSUFFICIENT_PERMISSIONS")
    return Person(
        user_id=principal.user_id,
        session_id=principal.session_id,
        email=principal.email,
        access_token=principal.access_token,
        expires_at=principal.expires_at,
        db=principal.db,
        factor=principal.factor,
        is_cookie=principal.is_cookie,
        address=seen_address(request),
        user_agent=request.headers.get("user-agent", "")[:500],
    )


async def current_person(request: Request, credentials: Credentials) -> Person:
    principal, _ = await authenticate(request, credentials)
    return _person(request, principal)


async def pending_person(request: Request, credentials: Credentials) -> Person:
    principal, _ = await authenticate(request, credentials, may_be_pending=True)
    return _person(request, principal)


async def limited_by_address(request: Request, *narrow: NarrowLimit) -> None:
    limit, address = limit_for(request.url.path), client_address(request)
    try:
        verdicts, _ = await ask_kv(admit(limit.window(address), *(each.window(address) for each in narrow)))
    except KvUnavailable as error:
        _without_kv(request, limit, error)
    else:
        apply_verdicts(verdicts)


def limited_narrowly(limit: NarrowLimit) -> Callable[[Request], Awaitable[None]]:
    """A dependency: by address, with a limit beside that of the path."""

    async def limited(request: Request) -> None:
        await limited_by_address(request, limit)

    return limited


async def _limited(request: Request) -> None:
    await limited_by_address(request)


CurrentUser = Annotated[Principal, Depends(current_user)]
CurrentPerson = Annotated[Person, Depends(current_person)]
PendingPerson = Annotated[Person, Depends(pending_person)]
LimitedByAddress = Annotated[None, Depends(_limited)]
