"""Lets a request that reads ask KV and the data API side by side (design §2, ADR 52).

The guard of a route starts the check of limits and session and returns. The data API is asked before KV answers. No
answer begins, and no call that may change something is made, before the check has passed: ``lib.core.data.db`` and the
middleware wait for it, so that no route can go around it. The refusal of KV wins over whatever the data API answered.
"""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any, Final

from lib.core.telemetry.context import current_context

# Set within the check, and in the tasks that it starts: the check must not wait for itself.
_is_checking: ContextVar[bool] = ContextVar("is_checking", default=False)

# Calls whose answers nobody waits for: the event loop itself holds tasks by weak references alone.
_unwanted: Final = set[asyncio.Task[Any]]()


async def _run_check(check: Coroutine[Any, Any, object]) -> None:
    _is_checking.set(True)
    await check


def _mark_as_seen(task: asyncio.Task[Any]) -> None:
    """Keeps asyncio from writing an exception to the log that nobody waits for any more."""
    if not task.cancelled():
        task.exception()


def begin_admission(check: Coroutine[Any, Any, object]) -> None:
    """Starts the check of the current request. It raises the refusal, and what it returns is dropped.

    It runs at once up to its first wait, so that the next request finds this one counted.
    """
    task = asyncio.Task(_run_check(check), loop=asyncio.get_running_loop(), eager_start=True)
    task.add_done_callback(_mark_as_seen)
    current_context().admission = task


async def admitted() -> None:
    """Waits until KV has admitted the request. Raises its refusal. Returns at once where KV was asked before."""
    admission = current_context().admission
    if admission is None or _is_checking.get():
        return
    if admission.done():
        admission.result()
    else:
        await asyncio.shield(admission)


async def beside_admission[T](answer: Coroutine[Any, Any, T]) -> T:
    """Awaits an answer that changes nothing, beside the check. Returns or raises it after the check has passed.

    Raises the refusal of the check. The call then ends by itself, and its answer is dropped: cancelling it would close
    its connection, so that a flood of refused reads would open new ones all the time.
    """
    admission = current_context().admission
    if admission is None or _is_checking.get():
        return await answer
    if admission.done():
        try:
            admission.result()
        except BaseException:
            answer.close()  # a request that is refused already asks for nothing
            raise
        return await answer
    asked = asyncio.create_task(answer)
    asked.add_done_callback(_mark_as_seen)
    try:
        await admitted()
        return await asked
    except asyncio.CancelledError:
        asked.cancel()
        raise
    finally:
        if not asked.done():
            _unwanted.add(asked)
            asked.add_done_callback(_unwanted.discard)
