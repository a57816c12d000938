"""Tests that heavy work leaves the event loop free, ends in time, and is shared out between callers."""

import asyncio
import threading
import time

import pytest

from lib.core.http import heavy
from lib.core.http.heavy import MAX_PENDING, MAX_PENDING_OF_CALLER, WorkRefused, check_time, run_heavy
from lib.core.telemetry.context import begin_context, current_context


def spin_until_ended() -> None:
    while True:
        check_time()


async def all_is_done() -> None:
    # Nothing public tells it, nor needs to.
    while heavy._pending:  # noqa: ASYNC110  # pyright: ignore[reportPrivateUsage]
        await asyncio.sleep(0.01)


async def test_the_work_is_done_in_a_thread() -> None:
    begin_context("here").user_id = "somebody"
    names = await run_heavy(lambda: (threading.current_thread().name, current_context().request_id))
    assert names[0].startswith("heavy")
    assert names[1] == "here"


async def test_errors_reach_the_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        await run_heavy(divmod, 1, 0)


async def test_the_loop_goes_on_meanwhile() -> None:
    work = asyncio.create_task(run_heavy(spin_until_ended, seconds=0.5))
    steps = 0
    while not work.done():
        await asyncio.sleep(0.001)
        steps += 1
    assert steps > 20
    with pytest.raises(WorkRefused) as refused:
        await work
    assert refused.value.status == 503
    assert refused.value.retry_after


async def test_work_ends_when_its_time_is_over() -> None:
    with pytest.raises(WorkRefused):
        await run_heavy(spin_until_ended, seconds=0.05)
    async with asyncio.timeout(10):
        await all_is_done()


async def test_the_deadline_of_the_request_counts() -> None:
    begin_context("test").ends_at = time.monotonic() + 0.05
    async with asyncio.timeout(10):
        with pytest.raises(WorkRefused):
            await run_heavy(spin_until_ended, seconds=60)


async def test_one_caller_leaves_room_for_others() -> None:
    gate = threading.Event()
    mine = [asyncio.create_task(run_heavy(gate.wait, 10.0, caller="me")) for _ in range(MAX_PENDING_OF_CALLER)]
    await asyncio.sleep(0)
    with pytest.raises(WorkRefused):
        await run_heavy(gate.wait, 10.0, caller="me")
    another = asyncio.create_task(run_heavy(gate.wait, 10.0, caller="another"))
    await asyncio.sleep(0)
    gate.set()
    assert all(await asyncio.gather(*mine, another))
    await all_is_done()


async def test_callers_take_turns() -> None:
    gate = threading.Event()
    begun: list[str] = []

    def work(name: str) -> None:
        begun.append(name)
        gate.wait(10.0)

    mine = [asyncio.create_task(run_heavy(work, "me", caller="me")) for _ in range(MAX_PENDING_OF_CALLER)]
    await asyncio.sleep(0)
    others = [asyncio.create_task(run_heavy(work, name, caller=name)) for name in ("another", "a third")]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*mine, *others)
    # Pieces of mine that run already come first, and at most one at each further turn.
    assert max(begun.index("another"), begun.index("a third")) < heavy.THREADS + 4
    await all_is_done()


async def test_too_much_work_is_refused_at_once() -> None:
    gate = threading.Event()
    pending = [asyncio.create_task(run_heavy(gate.wait, 10.0, caller=f"{n}")) for n in range(MAX_PENDING)]
    await asyncio.sleep(0)
    with pytest.raises(WorkRefused):
        await run_heavy(gate.wait, 10.0, caller="one more")
    gate.set()
    await asyncio.gather(*pending)
    await all_is_done()


async def test_work_that_was_given_up_counts_until_it_has_ended() -> None:
    gate = threading.Event()
    given_up = [run_heavy(gate.wait, 10.0, caller="me", seconds=0.01) for _ in range(MAX_PENDING_OF_CALLER)]
    results = await asyncio.gather(*given_up, return_exceptions=True)
    assert all(isinstance(result, WorkRefused) for result in results)
    # Work that had not begun never will; work that runs keeps its thread.
    assert heavy._pending["me"] == heavy.THREADS  # pyright: ignore[reportPrivateUsage] - nothing public tells it
    gate.set()
    await all_is_done()


def test_outside_of_heavy_work_no_time_is_over() -> None:
    check_time()
