"""Tests one circuit, shared by two processes: closed, open, half open with few probes (domain §7)."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import redis.asyncio

from lib.core import config
from lib.core.data import circuit_breaker, kv
from lib.core.data.circuit_breaker import PROBES, WINDOW_CALLS, State, acquire_probe, read_circuits, record_outcome
from local.stack.client import RunningStack
from local.stack.settings import ROOT

pytestmark = pytest.mark.anyio

OTHER_PROCESS = """
import asyncio, sys
from lib.core.data.circuit_breaker import acquire_probe, read_circuits, record_outcome
async def main(name, *outcomes):
    for outcome in outcomes:
        if outcome == "probe":
            print(int(await acquire_probe(name)))
        else:
            await record_outcome(name, is_good=outcome == "good", latency_ms=100)
    print((await read_circuits([name]))[name].state.name)
asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def platform(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RunningStack]:
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    config.get_settings.cache_clear()
    kv.get_kv.cache_clear()
    yield stack
    await kv.get_kv().close()
    config.get_settings.cache_clear()
    kv.get_kv.cache_clear()


@pytest.fixture
def circuit(platform: RunningStack) -> str:
    assert platform.urls
    return f"test-{uuid4().hex}"


def other_process(stack: RunningStack, name: str, *outcomes: str) -> list[str]:
    result = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS, name, *outcomes],
        env={"PATH": os.environ["PATH"], **stack.environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.split()


async def state_of(name: str) -> State:
    return (await read_circuits([name]))[name].state


async def record(name: str, outcomes: str) -> None:
    for outcome in outcomes:
        await record_outcome(name, is_good=outcome == "+", latency_ms=100)


async def let_time_pass(stack: RunningStack, name: str) -> None:
    """Moves the circuit's times back by half a minute instead of waiting."""
    client = redis.asyncio.Redis.from_url(stack.redis_url)
    for field in ("opened_at", "probing_at"):
        value = await client.hget(f"circuit:local:{name}", field)  # pyright: ignore[reportGeneralTypeIssues]
        if value is not None:
            await client.hset(f"circuit:local:{name}", field, int(value) - circuit_breaker.OPEN_MILLISECONDS)  # pyright: ignore[reportGeneralTypeIssues]
    await client.aclose()


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ("", State.CLOSED),
        ("-" * 9, State.CLOSED),  # fewer than ten calls say nothing yet
        ("-" * 10, State.OPEN),
        ("-----+++++", State.OPEN),  # half of them
        ("----++++++", State.CLOSED),
        ("+++++-----", State.OPEN),
        ("-" * 4 + "+" * 40 + "-" * 4, State.CLOSED),  # only the last ten count
        ("+" * 40 + "-" * 5, State.OPEN),
    ],
)
async def test_when_it_opens(circuit: str, outcomes: str, state: State) -> None:
    await record(circuit, outcomes)
    assert await state_of(circuit) is state


async def test_the_other_process_sees_it(platform: RunningStack, circuit: str) -> None:
    assert other_process(platform, circuit, *["bad"] * 5) == ["CLOSED"]
    await record(circuit, "-----")
    assert await state_of(circuit) is State.OPEN
    assert other_process(platform, circuit, "probe") == ["0", "OPEN"]
    assert not await acquire_probe(circuit)


async def test_probes_close_it(platform: RunningStack, circuit: str) -> None:
    await record(circuit, "-" * WINDOW_CALLS)
    await let_time_pass(platform, circuit)
    assert await state_of(circuit) is State.HALF_OPEN
    assert await acquire_probe(circuit)
    assert other_process(platform, circuit, "probe", "probe", "probe") == ["1", "1", "0", "HALF_OPEN"]
    assert not await acquire_probe(circuit)
    await record(circuit, "++")
    assert await state_of(circuit) is State.HALF_OPEN
    assert other_process(platform, circuit, "good") == ["CLOSED"]
    assert await state_of(circuit) is State.CLOSED
    await record(circuit, "-" * 9)
    assert await state_of(circuit) is State.CLOSED, "the window begins anew"


async def test_one_probe_that_fails_opens_it_again(platform: RunningStack, circuit: str) -> None:
    await record(circuit, "-" * WINDOW_CALLS)
    await let_time_pass(platform, circuit)
    assert await acquire_probe(circuit)
    await record(circuit, "+-")
    assert await state_of(circuit) is State.OPEN
    assert not await acquire_probe(circuit)


async def test_a_race_for_the_probes(platform: RunningStack, circuit: str) -> None:
    await record(circuit, "-" * WINDOW_CALLS)
    await let_time_pass(platform, circuit)
    taken = await asyncio.gather(*(acquire_probe(circuit) for _ in range(40)))
    assert sum(taken) == PROBES


async def test_probes_that_never_came_back(platform: RunningStack, circuit: str) -> None:
    await record(circuit, "-" * WINDOW_CALLS)
    await let_time_pass(platform, circuit)
    assert [await acquire_probe(circuit) for _ in range(4)] == [True, True, True, False]
    await let_time_pass(platform, circuit)
    assert await acquire_probe(circuit)


async def test_calls_from_before_the_circuit_opened_do_not_count(circuit: str) -> None:
    await record(circuit, "-" * WINDOW_CALLS)
    await record(circuit, "+++")
    assert await state_of(circuit) is State.OPEN


async def test_latency_follows_the_latest(circuit: str) -> None:
    for latency in (100, 100, 1000, 1000, 1000, 1000, 1000, 1000):
        await record_outcome(circuit, is_good=True, latency_ms=latency)
    assert 800 < (await read_circuits([circuit]))[circuit].latency_ms < 1000
