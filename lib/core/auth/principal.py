"""The guards that routes declare in their signatures: each authenticates the caller and charges the rate limits.

A caller is a person by bearer token or cookie, or an API key. ``CurrentUser`` takes both; it verifies the token here
and asks KV once, for the limits and the session record by one command. ``CurrentPerson`` takes no API key;
``PendingPerson`` takes sessions that have not passed their second factor yet; ``LimitedByAddress`` and
``limited_narrowly`` are for routes that come before any token.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from lib.core.auth import api_keys
from lib.core.auth.addresses import client_address, seen_address
from lib.core.auth.api_keys import ApiKey
from lib.core.auth.cookies import ACCESS_COOKIE, check_csrf
from lib.core.auth.session_lengths import IDLE_SECONDS
from lib.core.auth.sessions import Factor, check_session, session_key
from lib.core.auth.tokens import AccessToken, verify_token
from lib.core.data.db import Db, connect_as
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.errors import RETRY_AFTER_SECONDS, Forbidden, ServiceUnavailable, Unauthorized
from lib.core.limits.numbers import KEY_GUESSES, Limit
from lib.core.limits.requests import (
    LimitedByAddress,
    charge,
    compare,
    go_on_without_kv,
    limited_narrowly,
    require_room,
    rules_of,
)
from lib.core.limits.windows import admit, is_admitted
from lib.core.telemetry.context import current_context
from lib.core.telemetry.logs import log

__all__ = [
    "Credentials",
    "CurrentPerson",
    "CurrentUser",
    "LimitedByAddress",
    "PendingPerson",
    "Person",
    "Presented",
    "Principal",
    "authenticate",
    "limited_narrowly",
    "seen_address",
]

_bearer = HTTPBearer(auto_error=False, scheme_name="accessToken", bearerFormat="JWT")
_key = APIKeyHeader(name=api_keys.HEADER, auto_error=False, scheme_name="apiKey")
_cookie = APIKeyCookie(name=ACCESS_COOKIE, auto_error=False, scheme_name="sessionCookie")


@dataclass(frozen=True, slots=True)
class Presented:
    """The credentials of a request. A bearer token counts before an API key, and that before a cookie."""

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
    """The caller of a request: a person in a session, or an API key that acts as its owner."""

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
    """A caller who is a person in a session of their own, and no API key."""

    session_id: UUID
    address: str = field(repr=False)
    """The client's address: see seen_address."""
    user_agent: str


async def _nothing() -> None:
    return None


async def _by_token[T](
    request: Request,
    token: AccessToken,
    beside: Callable[[], Awaitable[T]] | None,
    *,
    may_be_pending: bool,
    is_cookie: bool,
) -> tuple[Principal, T | None]:
    limit = rules_of(request).user_limit_of(request.url.path)
    found: T | None = None
    factor: Factor = "none"
    try:
        (states, record), found = await ask_kv(
            asyncio.gather(
                charge(
                    request,
                    limit,
                    str(token.user_id),
                    session_key=session_key(token.session_id),
                    session_seconds=IDLE_SECONDS,
                ),
                beside() if beside else _nothing(),
            )
        )
    except KvUnavailable as error:
        go_on_without_kv(request, limit, error)  # the policies still know which sessions were ended
    else:
        require_room(states)
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
    limit = rules_of(request).limit_of(request.url.path)
    digests = api_keys.key_digests(secret)
    found: T | None = None
    record: str | None = None
    try:
        (states, record), found = await ask_kv(
            asyncio.gather(
                charge(request, limit, f"key:{digests[0]}", session_key=api_keys.cache_key(digests[0])),
                beside() if beside else _nothing(),
            )
        )
    except KvUnavailable as error:
        go_on_without_kv(request, limit, error)
    else:
        require_room(states)
    key = api_keys.load_key(record or await _unknown_key(request, limit, digests))
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


async def _unknown_key(request: Request, limit: Limit, digests: list[str]) -> str:
    """Returns the record of a key that KV does not know, from the database.

    The request was admitted by the largest maximum of all plans; here it is held to that of the key's plan. A request
    that is refused here stays charged. Raises Unauthorized; RateLimitExceeded also after too many guesses from one
    address.
    """
    try:
        states, _ = await ask_kv(admit(KEY_GUESSES.window(client_address(request))))
    except KvUnavailable as error:
        raise ServiceUnavailable("this cannot be done right now", retry_after=RETRY_AFTER_SECONDS) from error
    if not is_admitted(states):
        require_room(states)
    record = await api_keys.find_key(digests)
    if record is not None:
        # Side by side: recording the use makes no request slower.
        await asyncio.gather(
            _remember_key(request, limit, digests[0], record),
            api_keys.note_use(api_keys.load_key(record), digests[0]),
        )
        return record
    raise Unauthorized("the API key is not valid", code="INVALID_TOKEN")


async def _remember_key(request: Request, limit: Limit, digest: str, record: str) -> None:
    """Keeps a key in KV, and holds the request to its plan. Raises RateLimitExceeded."""
    try:
        await ask_kv(api_keys.remember_key(digest, record))
        cache_key = api_keys.cache_key(digest)
        states = await ask_kv(compare(request, limit, f"key:{digest}", session_key=cache_key))
    except KvUnavailable as error:
        log(logging.WARNING, "a key could not be remembered", fields={"reason": str(error)})
    else:
        require_room(states)


async def authenticate[T](
    request: Request,
    credentials: Presented,
    beside: Callable[[], Awaitable[T]] | None = None,
    *,
    may_be_pending: bool = False,
) -> tuple[Principal, T | None]:
    """Returns the caller, and what ``beside`` found in KV, which is asked side by side with limits and session.

    Show nothing of it before the data API has said that the caller may see it. Raises Unauthorized, Forbidden,
    RateLimitExceeded, and ServiceUnavailable where KV is needed and does not answer.
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
    """Authenticates a person or an API key. Raises what ``authenticate`` raises."""
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
    """Authenticates a person. Raises Forbidden for API keys, and what ``authenticate`` raises."""
    principal, _ = await authenticate(request, credentials)
    return _person(request, principal)


async def pending_person(request: Request, credentials: Credentials) -> Person:
    """Authenticates a person whose session may still have to pass its second factor."""
    principal, _ = await authenticate(request, credentials, may_be_pending=True)
    return _person(request, principal)


CurrentUser = Annotated[Principal, Depends(current_user)]
CurrentPerson = Annotated[Person, Depends(current_person)]
PendingPerson = Annotated[Person, Depends(pending_person)]
