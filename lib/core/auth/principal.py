"""The guards that routes declare in their signatures: each authenticates the caller and charges the rate limits.

A caller is a person by bearer token or cookie, or an API key. ``CurrentUser`` takes both; it verifies the token here
and asks KV once, for the limits and the session record by one command. ``CurrentPerson`` takes no API key;
``PendingPerson`` takes sessions that have not passed their second factor yet; ``LimitedByAddress`` and
``limited_narrowly`` are for routes that come before any token. The guard of a request that reads returns before KV has
answered: see lib/core/http/admission.py.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from lib.core.auth import api_keys
from lib.core.auth.addresses import client_address, seen_address
from lib.core.auth.api_keys import ApiKey, HeldKey
from lib.core.auth.cookies import ACCESS_COOKIE, check_csrf
from lib.core.auth.session_lengths import IDLE_SECONDS
from lib.core.auth.sessions import Factor, check_session, session_key
from lib.core.auth.tokens import AccessToken, verify_token
from lib.core.data.db import Db, connect_as
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.admission import begin_admission
from lib.core.http.errors import RETRY_AFTER_SECONDS, ApiError, Forbidden, ServiceUnavailable, Unauthorized
from lib.core.http.routes import in_one_step
from lib.core.limits.numbers import KEY_GUESSES
from lib.core.limits.requests import (
    LimitedByAddress,
    charge,
    compare,
    go_on_without_kv,
    limited_narrowly,
    may_read_beside,
    require_no_refusal,
    require_room,
    rules_of,
    windows_of,
)
from lib.core.limits.standings import STANDINGS
from lib.core.limits.windows import Window, WindowState, admit, is_admitted
from lib.core.memory import Memory
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
    "person_of",
    "read_presented",
    "seen_address",
]

_bearer = HTTPBearer(auto_error=False, scheme_name="accessToken", bearerFormat="JWT")
_key = APIKeyHeader(name=api_keys.HEADER, auto_error=False, scheme_name="apiKey")
_cookie = APIKeyCookie(name=ACCESS_COOKIE, auto_error=False, scheme_name="sessionCookie")


@dataclass(frozen=True, slots=True)
class Presented:
    """The credentials of a request: a bearer token counts before an API key, and that before a cookie."""

    bearer: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    cookie: str | None = field(default=None, repr=False)


async def read_presented(request: Request) -> Presented:
    """Returns the credentials of a request."""
    scheme, bearer = get_authorization_scheme_param(request.headers.get("authorization"))
    if bearer and scheme.lower() == "bearer":
        return Presented(bearer=bearer)
    key = request.headers.get(api_keys.HEADER)
    return Presented(key=key) if key else Presented(cookie=request.cookies.get(ACCESS_COOKIE) or None)


@in_one_step(read_presented)
async def _presented(
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    key: Annotated[str | None, Security(_key)],
    cookie: Annotated[str | None, Security(_cookie)],
) -> Presented:
    return Presented(bearer.credentials if bearer else None, key, cookie)


type Beside[T] = Callable[[], Awaitable[T]]
"""Asks KV for something that a route needs beside limits and session."""
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
    factor: Factor | None = None
    """The state of the second factor; None where KV has not answered yet, or does not."""
    api_key: ApiKey | None = None
    is_cookie: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Principal):
    """A caller who is a person in a session of their own, and no API key."""

    session_id: UUID
    address: str = field(repr=False)
    """The client's address: see seen_address."""
    user_agent: str


type Charged = tuple[list[WindowState], str | None]
# Sessions that have ended or wait for their second factor, with the code of the refusal. KV is asked first for them, so
# that calls that go on do not reach the database.
_REFUSED_SECONDS: Final = 60
_refused_sessions: Final = Memory[UUID, str](5_000)


async def _ask[T](charged: Awaitable[Charged], beside: Beside[T] | None) -> tuple[Charged, T | None]:
    """Asks KV for limits and record, and runs the route's own question beside it. Raises KvUnavailable."""
    if beside is None:
        return await ask_kv(charged), None
    return await ask_kv(asyncio.gather(charged, beside()))


async def _by_token[T](
    request: Request, token: AccessToken, beside: Beside[T] | None, *, may_be_pending: bool, is_cookie: bool
) -> tuple[Principal, T | None]:
    limit = rules_of(request).user_limit_of(request.url.path)
    windows = windows_of(request, limit, str(token.user_id))
    require_no_refusal(windows)

    async def check() -> tuple[Factor | None, T | None]:
        record_key = session_key(token.session_id)
        charged = charge(request, windows, session_key=record_key, session_seconds=IDLE_SECONDS)
        try:
            (states, record), found = await _ask(charged, beside)
        except KvUnavailable as error:
            go_on_without_kv(request, limit, error)  # the policies still know which sessions were ended
            return None, None
        require_room(states)
        try:
            factor = check_session(record, token.user_id, may_be_pending=may_be_pending).factor
        except ApiError as error:
            _refused_sessions.put(token.session_id, error.code, _REFUSED_SECONDS)
            raise
        _refused_sessions.drop(token.session_id)
        return factor, found

    factor: Factor | None = None
    found: T | None = None
    was_refused = _refused_sessions.get(token.session_id) is not None
    # The record says whether the session has passed its second factor.
    if beside is None and not may_be_pending and not was_refused and may_read_beside(request, windows):
        begin_admission(check())
    else:
        factor, found = await check()
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


async def _by_key[T](request: Request, secret: str, beside: Beside[T] | None) -> tuple[Principal, T | None]:
    limit = rules_of(request).limit_of(request.url.path)
    digests = api_keys.key_digests(secret)
    windows = windows_of(request, limit, f"key:{digests[0]}")
    require_no_refusal(windows)

    async def check() -> tuple[HeldKey, T | None]:
        record, found = None, None
        try:
            charged = charge(request, windows, session_key=api_keys.cache_key(digests[0]))
            (states, record), found = await _ask(charged, beside)
        except KvUnavailable as error:
            go_on_without_kv(request, limit, error)
        else:
            require_room(states)
        if record is None:
            api_keys.HELD.drop(digests[0])
            record = await _unknown_key(request, windows, digests)
        held = api_keys.hold_key(digests[0], record)
        api_keys.check_key(held.key, seen_address(request))
        return held, found

    held, found = api_keys.HELD.get(digests[0]), None
    # A key whose record is in memory is checked once more by the record of KV, which knows whether it was revoked.
    may_be_beside = held is not None and api_keys.is_allowed(held.key, seen_address(request))
    if held is not None and may_be_beside and beside is None and may_read_beside(request, windows):
        begin_admission(check())
    else:
        held, found = await check()
    key, token = held.key, held.token()
    context = current_context()
    context.user_id, context.access_token = str(key.user_id), token
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


async def _unknown_key(request: Request, windows: Sequence[Window], digests: list[str]) -> str:
    """Returns the record of a key that KV does not know, from the database.

    The request was admitted by the largest maximum of all plans; here it is held to that of the key's plan. A request
    that is refused here stays charged. Raises Unauthorized; RateLimitExceeded also after too many guesses from one
    address.
    """
    guesses = [KEY_GUESSES.window(client_address(request))]
    require_no_refusal(guesses)
    try:
        states, _ = await ask_kv(admit(*guesses))
    except KvUnavailable as error:
        raise ServiceUnavailable("this cannot be done right now", retry_after=RETRY_AFTER_SECONDS) from error
    STANDINGS.note(guesses, states)
    if not is_admitted(states):
        require_room(states)
    record = await api_keys.find_key(digests)
    if record is not None:
        # Side by side: recording the use makes no request slower.
        await asyncio.gather(
            _remember_key(windows, digests[0], record),
            api_keys.note_use(api_keys.load_key(record), digests[0]),
        )
        return record
    raise Unauthorized("the API key is not valid", code="INVALID_TOKEN")


async def _remember_key(windows: Sequence[Window], digest: str, record: str) -> None:
    """Keeps a key in KV, and holds the request to its plan. Raises RateLimitExceeded."""
    try:
        await ask_kv(api_keys.remember_key(digest, record))
        states = await ask_kv(compare(windows, session_key=api_keys.cache_key(digest)))
    except KvUnavailable as error:
        log(logging.WARNING, "a key could not be remembered", fields={"reason": str(error)})
    else:
        require_room(states)


async def authenticate[T](
    request: Request,
    credentials: Presented,
    beside: Beside[T] | None = None,
    *,
    may_be_pending: bool = False,
) -> tuple[Principal, T | None]:
    """Returns the caller, and what ``beside`` found in KV, which is asked side by side with limits and session.

    Show nothing of it before the data API has said that the caller may see it.

    Requests that read return before KV has answered, unless they need ``beside`` or may be pending: see
    lib/core/http/admission.py. Raises Unauthorized, Forbidden,
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


def person_of(request: Request, principal: Principal) -> Person:
    """Returns the caller as a person. Raises Forbidden for API keys."""
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
    return person_of(request, principal)


async def pending_person(request: Request, credentials: Credentials) -> Person:
    """Authenticates a person whose session may still have to pass its second factor."""
    principal, _ = await authenticate(request, credentials, may_be_pending=True)
    return person_of(request, principal)


CurrentUser = Annotated[Principal, Depends(current_user)]
CurrentPerson = Annotated[Person, Depends(current_person)]
PendingPerson = Annotated[Person, Depends(pending_person)]
