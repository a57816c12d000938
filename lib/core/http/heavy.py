"""Runs work of more than 20 milliseconds outside of the event loop, in two threads and within a time.

One instance of a function answers many requests at once, on one event loop. A computation on the loop stops all of
them. A thread helps for Python code, which yields the interpreter's lock regularly, and for libraries that release the
lock (Pillow, bcrypt, lxml, xmlsec, nh3). It does not help for one long call that keeps the lock, such as a regular
expression or ``json.loads``: only the size of its input limits that.

Callers take turns: the eight pieces of one caller keep the first piece of another waiting for one of them, and not
for all eight.

A thread cannot be ended from outside. Work therefore ends by itself, because its input is limited; loops over an input
call ``check_time``.
"""

import asyncio
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from functools import cache, partial
from threading import Lock
from typing import Final

from lib.core.http.deadline import time_left
from lib.core.http.errors import RETRY_AFTER_SECONDS, ServiceUnavailable
from lib.core.telemetry.context import current_context

# Seconds that a caller waits for the work, with the time in the queue.
HEAVY_SECONDS: Final = 6.0
# An instance has one or two processors. With the default interval of 5 ms, two threads of Python code delayed ten
# small steps of the event loop by up to 55 ms, with 1 ms by up to 17 ms; four threads by up to 150 ms.
THREADS: Final = 2
SWITCH_SECONDS: Final = 0.001
# Pieces of work that wait or run, in all and for one caller, so that nobody takes the threads from others for long.
MAX_PENDING: Final = 32
MAX_PENDING_OF_CALLER: Final = 8

_ends_at: ContextVar[float | None] = ContextVar("heavy_work_ends_at", default=None)
_pending: Counter[str] = Counter()
# By caller; the caller whose turn is next comes first.
_waiting: Final[dict[str, deque[Callable[[], None]]]] = {}
_lock = Lock()


class WorkRefused(ServiceUnavailable):
    """The work took too long, or too much other work waits."""

    def __init__(self, message: str = "this takes too long: try again with less, or later") -> None:
        super().__init__(message, retry_after=RETRY_AFTER_SECONDS)


def check_time() -> None:
    """Ends work of which the time is over. Loops over the parts of an input call this; it takes a microsecond.

    Raises WorkRefused. Does nothing outside of ``run_heavy``.
    """
    ends_at = _ends_at.get()
    if ends_at is not None and time.monotonic() > ends_at:
        raise WorkRefused


async def run_heavy[*Ts, T](
    function: Callable[[*Ts], T], *arguments: *Ts, seconds: float = HEAVY_SECONDS, caller: str | None = None
) -> T:
    """Calls a function in a thread and returns its result.

    ``seconds``: the most that the caller waits, and never past the request's deadline. ``caller``: whose share of the
    threads this takes; by default that of the request's user, and one share for all requests without a user.
    Raises WorkRefused after that time, and at once if too much work waits; passes on what the function raises.
    """
    share = caller or current_context().user_id or ""
    _take(share)
    within = min(seconds, time_left())
    context = copy_context()
    context.run(_ends_at.set, time.monotonic() + within)
    work: Future[T] = Future()
    _queue(share, partial(_do, work, partial(context.run, function, *arguments)))
    # The share is taken until the work has ended, also if its caller is gone.
    work.add_done_callback(lambda _: _give_back(share))
    try:
        async with asyncio.timeout(within):
            return await asyncio.wrap_future(work)
    except TimeoutError as error:
        raise WorkRefused from error


@cache
def _threads() -> ThreadPoolExecutor:
    sys.setswitchinterval(SWITCH_SECONDS)
    return ThreadPoolExecutor(THREADS, thread_name_prefix="heavy")


def _queue(share: str, piece: Callable[[], None]) -> None:
    with _lock:
        _waiting.setdefault(share, deque()).append(piece)
    _threads().submit(_do_next)


def _do_next() -> None:
    """Does the first piece of the caller whose turn it is. It is called once for each piece."""
    with _lock:
        share = next(iter(_waiting))
        pieces = _waiting.pop(share)
        piece = pieces.popleft()
        if pieces:
            _waiting[share] = pieces  # at the end
    piece()


def _do[T](work: Future[T], function: Callable[[], T]) -> None:
    if not work.set_running_or_notify_cancel():
        return
    try:
        result = function()
    except BaseException as error:  # noqa: BLE001 - the caller gets it
        work.set_exception(error)
    else:
        work.set_result(result)


def _take(share: str) -> None:
    with _lock:
        if _pending.total() >= MAX_PENDING or _pending[share] >= MAX_PENDING_OF_CALLER:
            raise WorkRefused("too much work of this kind is under way: try again later")
        _pending[share] += 1


def _give_back(share: str) -> None:
    with _lock:
        _pending[share] -= 1
        if not _pending[share]:
            del _pending[share]
