"""Tests that a caller past its limit is refused from memory, and how many reads get through before that."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from lib.core.limits.standings import MAX_WINDOWS, UNKNOWN_ROOM, Standings
from lib.core.limits.windows import Window, WindowState
from local.stack.client import RunningStack
from tests.support.errors import assert_problem
from tests.support.recorder import Recorder, recording
from tests.support.servers import functions_with
from tests.support.world import World

pytestmark = pytest.mark.anyio

MAXIMUM = 3
WINDOW = Window("api", 10, 900, "somebody")


@pytest.fixture(scope="module")
def recorded(stack: RunningStack) -> Iterator[tuple[Recorder, str]]:
    small = {f"RATE_LIMIT_{name}": str(MAXIMUM) for name in ("API", "DELIVERY")}
    with recording(stack.environment) as (recorder, settings), functions_with(settings | small) as origin:
        yield recorder, origin


async def test_a_refused_user_reaches_neither_kv_nor_the_database(world: World, recorded: tuple[Recorder, str]) -> None:
    recorder, origin = recorded
    person, other = await world.signed_in(origin), await world.signed_in(origin)
    for _ in range(MAXIMUM):
        assert (await person.get("/brands")).status_code == 200
    first = await person.get("/brands")
    assert_problem(first, 429, "RATE_LIMIT_EXCEEDED")
    recorder.hops.clear()
    for _ in range(5):
        again = await person.get("/contents")
        assert_problem(again, 429, "RATE_LIMIT_EXCEEDED")
        assert again.headers["X-RateLimit-Limit"] == str(MAXIMUM)
        assert again.headers["X-RateLimit-Reset"] == first.headers["X-RateLimit-Reset"]
        assert 0 < int(again.headers["Retry-After"]) <= 900 + 15  # the window, and one of its steps
        assert_problem(await person.post("/contents", {}), 429, "RATE_LIMIT_EXCEEDED")
    assert recorder.hops == []
    assert (await person.get("/auth/sessions")).status_code == 200, "another limit has room"
    assert (await other.get("/brands")).status_code == 200, "another caller has room"


async def test_a_burst_reaches_the_database_a_few_times(world: World, recorded: tuple[Recorder, str]) -> None:
    recorder, origin = recorded
    person = await world.signed_in(origin)
    recorder.hops.clear()
    recorder.held.add("kv")
    try:
        asked = [asyncio.ensure_future(person.get("/brands")) for _ in range(40)]
        await recorder.wait_for_begun("kv", "supabase")
        await asyncio.sleep(0.3)
        # KV is given up after 1.5 seconds, and reads go on without it.
        until = recorder.hops[0].began + 1.4
        reading = [hop for hop in recorder.hops if hop.service == "supabase" and hop.began < until]
    finally:
        recorder.held.clear()
    await asyncio.gather(*asked)
    assert 1 <= len(reading) <= UNKNOWN_ROOM


async def test_a_session_that_has_ended_reaches_the_database_once(world: World, recorded: tuple[Recorder, str]) -> None:
    recorder, origin = recorded
    person = await world.signed_in(origin)
    assert (await person.post("/auth/logout")).status_code < 300
    recorder.hops.clear()
    for _ in range(MAXIMUM):
        assert_problem(await person.get("/brands"), 401, "SESSION_INVALID")
    assert len([hop for hop in recorder.hops if hop.service == "supabase"]) <= 1


def state(*, has_room: bool, remaining: int, reset: float) -> WindowState:
    return WindowState(WINDOW.name, has_room, 10, remaining, reset)


def test_a_refusal_ends_at_the_reset() -> None:
    standings = Standings()
    assert standings.refusal_of([WINDOW]) is None
    refusal = state(has_room=False, remaining=0, reset=time.time() + 60)
    standings.note([WINDOW], [refusal])
    assert standings.refusal_of([WINDOW]) == refusal
    standings.note([WINDOW], [replace(refusal, reset=time.time())])
    assert standings.refusal_of([WINDOW]) is None


def test_a_cheaper_request_and_other_windows_are_not_refused() -> None:
    standings = Standings()
    standings.note([WINDOW], [state(has_room=False, remaining=0, reset=time.time() + 60)])
    assert standings.refusal_of([replace(WINDOW, cost=0.1)]) is None
    assert standings.refusal_of([replace(WINDOW, identifier="another")]) is None
    assert standings.refusal_of([replace(WINDOW, name="ai")]) is None
    assert standings.refusal_of([replace(WINDOW, name="ai"), WINDOW]) is not None


def test_no_more_reads_are_under_way_than_the_window_has_room_for() -> None:
    standings = Standings()
    standings.note([WINDOW], [state(has_room=True, remaining=2, reset=time.time())])
    with standings.asking([WINDOW]):
        assert standings.have_room([WINDOW])
        with standings.asking([WINDOW]):
            assert not standings.have_room([WINDOW])
        assert standings.have_room([WINDOW])
    standings.note([WINDOW], [state(has_room=True, remaining=0, reset=time.time())])
    assert not standings.have_room([WINDOW]), "KV is asked first"


def test_of_an_unknown_caller_a_few_reads_are_under_way() -> None:
    standings = Standings()
    with ExitStack() as under_way:
        for _ in range(UNKNOWN_ROOM):
            assert standings.have_room([WINDOW])
            under_way.enter_context(standings.asking([WINDOW]))
        assert not standings.have_room([WINDOW])


def test_the_memory_is_bounded() -> None:
    standings = Standings()
    for number in range(MAX_WINDOWS + 100):
        window = replace(WINDOW, identifier=str(number))
        standings.note([window], [state(has_room=False, remaining=0, reset=time.time() + 60)])
    assert len(standings) == MAX_WINDOWS


def test_a_refund_ends_a_refusal() -> None:
    standings = Standings()
    standings.note([WINDOW], [state(has_room=False, remaining=0, reset=time.time() + 60)])
    standings.forgive(WINDOW)
    assert standings.refusal_of([WINDOW]) is None
