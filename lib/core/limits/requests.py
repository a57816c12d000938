"""Charges requests to their limits, and puts the X-RateLimit headers on the answers."""

import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Request

from lib.core.auth.addresses import client_address
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.http.admission import begin_admission
from lib.core.http.conditional import names_tags
from lib.core.http.errors import RETRY_AFTER_SECONDS, RateLimitExceeded, ServiceUnavailable
from lib.core.limits.numbers import MINOR_COST, Limit
from lib.core.limits.rules import READING_METHODS, LimitRules
from lib.core.limits.standings import STANDINGS
from lib.core.limits.windows import Window, WindowState, admit, is_admitted, refund
from lib.core.telemetry.context import current_context
from lib.core.telemetry.logs import log

_CONDITION: Final = "if-none-match"
WINDOW_HEADERS: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def weigh(request: Request, *, cost: float, reads: bool) -> None:
    """Says what a request costs, in requests, and whether it only reads, where its method and path do not tell."""
    request.state.cost, request.state.reads = cost, reads


def _reads(request: Request) -> bool:
    return getattr(request.state, "reads", request.method in READING_METHODS)


def rules_of(request: Request) -> LimitRules:
    """Returns the rules of the function that answers this request."""
    return request.app.state.limits


def require_room(states: Sequence[WindowState]) -> None:
    """Puts the X-RateLimit headers of the fullest window on the answer. Raises RateLimitExceeded if it has no room."""
    fullest = min(states, key=lambda state: (state.has_room, state.remaining / max(1, state.limit)))
    headers = current_context().response_headers
    numbers = (fullest.limit, fullest.remaining, math.ceil(fullest.reset))
    headers.update({name: str(number) for name, number in zip(WINDOW_HEADERS, numbers, strict=True)})
    if not fullest.has_room:
        wait = max(1, math.ceil(fullest.reset - time.time()))
        raise RateLimitExceeded("Rate limit exceeded", retry_after=wait)


def go_on_without_kv(request: Request, limit: Limit, error: KvUnavailable) -> None:
    """Lets requests that read go on while KV does not answer, and writes a warning to the log.

    Raises ServiceUnavailable for requests that write, unless their limit fails open, and for all requests of a limit
    that fails closed.
    """
    refused = limit.fails_closed or not (limit.fails_open or _reads(request))
    log(logging.WARNING, "KV is not available", fields={"limit": limit.name, "refused": refused, "reason": str(error)})
    if refused:
        raise ServiceUnavailable("this cannot be done right now", retry_after=RETRY_AFTER_SECONDS) from error


def windows_of(request: Request, limit: Limit, identifier: str) -> list[Window]:
    """Returns the windows of the path of a request and of its operation, the path's first."""
    rules, path = rules_of(request), request.url.path
    cost = getattr(request.state, "cost", None)
    if cost is None:
        cost = rules.cost_of(request.method, path, request.query_params)
    window = limit.window(identifier, cost)
    operation = rules.operation_limit_of(request.method, path)
    return [window, *([operation.window(identifier)] if operation else [])]


def require_no_refusal(windows: Sequence[Window]) -> None:
    """Raises RateLimitExceeded where KV has refused such a request, until the reset that it named. Asks nobody."""
    refusal = STANDINGS.refusal_of(windows)
    if refusal is not None:
        require_room([refusal])


async def charge(
    request: Request, windows: Sequence[Window], *, session_key: str = "", session_seconds: int = 0
) -> tuple[list[WindowState], str | None]:
    """Charges a request to its windows, that of its path first, and reads the session record.

    One command of KV, to be awaited through ``ask_kv``; see ``admit``. A request with tags in If-None-Match is charged
    in full; when its answer is 304, nine tenths are given back after the answer.
    """
    now = time.time()
    with STANDINGS.asking(windows):
        states, record = await admit(*windows, session_key=session_key, session_seconds=session_seconds, now=now)
    STANDINGS.note(windows, states)
    if request.method in READING_METHODS and names_tags(request.headers.get(_CONDITION)) and is_admitted(states):
        current_context().when_unchanged = partial(_refund, windows[0], now)
    return states, record


async def charge_further(identifier: str, limits: Iterable[Limit], request: Request, *, cost: float = 1) -> None:
    """Charges a part of a request to limits of its own. Raises RateLimitExceeded, and ServiceUnavailable without KV."""
    windows = [limit.window(identifier, cost) for limit in limits]
    if not windows:
        return
    require_no_refusal(windows)
    try:
        states, _ = await ask_kv(admit(*windows))
    except KvUnavailable as error:
        for limit in limits:
            go_on_without_kv(request, limit, error)
    else:
        STANDINGS.note(windows, states)
        require_room(states)


async def compare(windows: Sequence[Window], *, session_key: str) -> list[WindowState]:
    """Compares the windows of a charged request with their maxima, once the record that names the plan is known.

    One command of KV, to be awaited through ``ask_kv``. It charges nothing.
    """
    states, _ = await admit(*(replace(window, cost=0) for window in windows), session_key=session_key)
    return states


async def _refund(window: Window, charged_at: float) -> None:
    """Gives back what a request was charged beyond that of a minor one."""
    try:
        await ask_kv(refund(window, window.cost - MINOR_COST, charged_at=charged_at))
        STANDINGS.forgive(window)
    except KvUnavailable as error:
        log(logging.WARNING, "KV is not available", fields={"limit": window.name, "reason": str(error)})


async def limited_by_address(request: Request, *besides: Limit) -> None:
    """Charges a request by its client address, also to further limits. Raises RateLimitExceeded."""
    limit, windows = _windows_of_address(request, *besides)
    require_no_refusal(windows)
    await _charge_address(request, limit, windows)


async def read_limited_by_address(request: Request) -> None:
    """Charges a request by its client address, beside its data call where it reads.

    For routes that do nothing but read through lib/core/data/db.py. Raises RateLimitExceeded.
    """
    await _charge_address_beside(request, *_windows_of_address(request))


async def read_limited_by(request: Request, limit: Limit) -> None:
    """Charges a request like ``read_limited_by_address``, but to a limit that is not that of its path."""
    await _charge_address_beside(request, limit, [limit.window(client_address(request))])


async def _charge_address_beside(request: Request, limit: Limit, windows: Sequence[Window]) -> None:
    require_no_refusal(windows)
    check = _charge_address(request, limit, windows)
    if may_read_beside(request, windows):
        begin_admission(check)
    else:
        await check


def may_read_beside(request: Request, windows: Sequence[Window]) -> bool:
    """Tells whether the data API may be asked before KV has answered: for reads while their windows have room."""
    return _reads(request) and STANDINGS.have_room(windows)


def _windows_of_address(request: Request, *besides: Limit) -> tuple[Limit, list[Window]]:
    limit, address = rules_of(request).limit_of(request.url.path), client_address(request)
    return limit, [*windows_of(request, limit, address), *(each.window(address) for each in besides)]


async def _charge_address(request: Request, limit: Limit, windows: Sequence[Window]) -> None:
    try:
        states, _ = await ask_kv(charge(request, windows))
    except KvUnavailable as error:
        go_on_without_kv(request, limit, error)
    else:
        require_room(states)


def limited_narrowly(limit: Limit) -> Callable[[Request], Awaitable[None]]:
    """Makes a dependency that limits requests by client address, with a limit beside that of the path."""

    async def limited(request: Request) -> None:
        await limited_by_address(request, limit)

    return limited


async def _limited(request: Request) -> None:
    await limited_by_address(request)


LimitedByAddress = Annotated[None, Depends(_limited)]


ReadLimitedByAddress = Annotated[None, Depends(read_limited_by_address)]


async def _limited_in_public(request: Request) -> None:
    await limited_by_address(request)
    for name in WINDOW_HEADERS:
        current_context().response_headers.pop(name, None)


# For answers that shared caches keep for everybody: only refusals tell the client's window.
LimitedInPublic = Annotated[None, Depends(_limited_in_public)]
