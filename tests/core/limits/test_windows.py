"""Compares the sliding windows in KV with an exact model, and tests concurrent requests."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.core import config
from lib.core.auth import sessions
from lib.core.data import kv
from lib.core.limits import numbers
from lib.core.limits.numbers import GRAPHQL
from lib.core.limits.overrides import read_limits
from lib.core.limits.windows import Window, WindowState, admit, refund
from lib.core.telemetry.logs import JsonFormatter, log
from local.demo.callers import own_address
from local.stack.client import RunningStack
from tests.support.errors import assert_problem
from tests.support.servers import functions_with
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def platform(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Runs this process like a function of the platform: its settings, and its own client of KV."""
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    cached: tuple[Any, ...] = (config.get_settings, numbers.get_limit_settings, kv.get_kv)
    for function in cached:
        function.cache_clear()
    yield
    for function in cached:
        function.cache_clear()


@pytest.fixture
async def connected(platform: None) -> AsyncIterator[None]:
    """Uses a client of KV that ends with the test's own loop."""
    yield
    await kv.get_kv().close()


@dataclass
class Model:
    """An exact sliding window, by its definition: the requests admitted in the last ``seconds``."""

    most: int
    seconds: int
    admitted: list[float] = field(default_factory=list[float])

    def used(self, now: float) -> int:
        return sum(moment > now - self.seconds for moment in self.admitted)

    def has_room(self, now: float, cost: int) -> bool:
        return self.used(now) + cost <= self.most

    def charge(self, now: float, cost: int) -> None:
        self.admitted += [now] * cost


REQUESTS = st.lists(
    st.tuples(st.integers(min_value=0, max_value=40), st.integers(min_value=1, max_value=4)), min_size=1, max_size=40
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests=REQUESTS, narrow=st.integers(1, 6), wide=st.integers(1, 12), seconds=st.integers(1, 60))
def test_as_an_exact_model(
    platform: None, requests: list[tuple[int, int]], narrow: int, wide: int, seconds: int
) -> None:
    """For any sequence of requests, both admit the same ones and report the same room.

    Refusals are not counted; two windows are charged together or not at all.
    """
    models = [Model(narrow, seconds), Model(wide, 2 * seconds)]
    name = uuid4().hex

    async def play() -> None:
        now = 1_800_000_000.0
        for wait, cost in requests:
            now += wait
            windows = [
                Window("narrow", narrow, seconds, name, cost),
                Window("wide", wide, 2 * seconds, name, cost),
            ]
            states, _ = await admit(*windows, now=now)
            room = [model.has_room(now, cost) for model in models]
            assert [state.has_room for state in states] == room
            if all(room):
                for model in models:
                    model.charge(now, cost)
            for state, model in zip(states, models, strict=True):
                assert state.remaining == max(0, model.most - model.used(now))
                check_reset(state, model, now, cost)

    run_alone(play)


def run_alone(play: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs one example of Hypothesis in an event loop and with a client of KV of its own."""

    async def alone() -> None:
        try:
            await play()
        finally:
            await kv.get_kv().close()
            kv.get_kv.cache_clear()

    asyncio.run(alone())


STEP_SECONDS = 10
WINDOW_SECONDS = 900


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    waits=st.lists(st.integers(min_value=0, max_value=400_000), min_size=1, max_size=40),
    most=st.integers(1, 8),
    cost=st.sampled_from([0.1, 1.0]),
)
def test_long_steps_admit_never_more_and_lag_by_less_than_a_step(
    platform: None, waits: list[int], most: int, cost: float
) -> None:
    """Against two exact windows: one as long as it says, and one that is a step longer."""
    name, tenths = uuid4().hex, round(cost * 10)
    as_long = Model(most * 10, WINDOW_SECONDS * 1000)
    longer = Model(most * 10, (WINDOW_SECONDS + STEP_SECONDS) * 1000)

    async def play() -> None:
        milliseconds = 1_800_000_000_123
        for wait in waits:
            milliseconds += wait
            now = milliseconds / 1000
            window = Window("steps", most, WINDOW_SECONDS, name, cost, step_milliseconds=STEP_SECONDS * 1000)
            (state,), _ = await admit(window, now=now)
            if state.has_room:
                assert as_long.has_room(milliseconds, tenths), "never more than so many in any window of this length"
                as_long.charge(milliseconds, tenths)
                longer.charge(milliseconds, tenths)
            else:
                assert not longer.has_room(milliseconds, tenths), "room is back a step late at most"
                assert now < state.reset <= now + WINDOW_SECONDS + STEP_SECONDS

    run_alone(play)


def check_reset(state: WindowState, model: Model, now: float, cost: int) -> None:
    """A refused request that could ever be admitted is at the time that it is told, and not a moment before."""
    if state.has_room or cost > model.most:
        return
    assert model.has_room(state.reset, cost)
    assert not model.has_room(state.reset - 0.001, cost)
    assert now < state.reset <= now + model.seconds


async def test_many_at_once_get_exactly_as_many(connected: None) -> None:
    window = Window("test", 10, 60, uuid4().hex)
    answers = await asyncio.gather(*(admit(window) for _ in range(50)))
    assert sum(states[0].has_room for states, _ in answers) == 10


async def test_points_of_graphql(connected: None) -> None:
    """Two hundred points a minute, spent by the cost of each query."""
    person = uuid4().hex
    costs = (150, 60, 50, 1)
    admitted = [(await admit(GRAPHQL.window(person, cost)))[0][0].has_room for cost in costs]
    assert admitted == [True, False, True, False]


async def test_the_session_is_read_by_the_same_command(connected: None) -> None:
    key = f"test:{uuid4().hex}"
    await kv.get_kv().set(key, "kept", ex=100)
    window = Window("test", 2, 60, uuid4().hex)
    assert (await admit(window, session_key=key, session_seconds=500))[1] == "kept"
    assert 400 < await kv.get_kv().ttl(key) <= 500
    assert (await admit(window, session_key=key))[1] == "kept"
    assert 400 < await kv.get_kv().ttl(key) <= 500
    assert (await admit(window, session_key=key, session_seconds=500))[1] is None  # refused: not published


async def test_no_error_names_the_command_that_failed(connected: None, caplog: pytest.LogCaptureFixture) -> None:
    """Upstash puts the whole command into its errors: it may hold a session record or the proof of a sign-in."""
    secret = uuid4().hex
    with pytest.raises(kv.KvUnavailable) as refused:
        await kv.ask_kv(kv.get_kv().set(f"test:{uuid4().hex}", secret, ex=-1))
    log(logging.WARNING, "KV is not available", error=refused.value, fields={"reason": str(refused.value)})
    (record,) = caplog.records
    assert "invalid expire time" in record.__dict__["fields"]["reason"]
    assert secret not in JsonFormatter().format(record)


async def test_a_session_record_of_a_former_version_gets_a_plan(connected: None) -> None:
    session_id = uuid4()
    key, former = sessions.session_key(session_id), '{"userId": "x", "openedAt": 1, "factor": "passed"}'
    await kv.get_kv().set(key, former, ex=100)
    for plan in ("professional", "enterprise"):
        await sessions.change_plan(session_id, plan)
        changed = await kv.get_kv().get(key)
        assert changed == former[:-1] + f', "plan": "{plan}"}}'
    assert 90 < await kv.get_kv().ttl(key) <= 100
    window = Window("test", 2, 60, uuid4().hex, by_plan={"enterprise": 9})
    assert (await admit(window, session_key=key))[0][0].limit == 9


async def test_the_record_says_which_maximum_counts(connected: None) -> None:
    """A session that names a plan, one that names none, and a plan that has no maximum of its own."""
    maxima: dict[str, int] = {}
    records = {"none": "{}", "starter": '{"plan": "starter"}', "large": '{"factor": "none", "plan": "large"}'}
    for name, record in records.items():
        key, plans = f"test:{uuid4().hex}", {"large": 7, "larger": 9}
        await kv.get_kv().set(key, record, ex=100)
        by_plan = Window("test", 2, 60, uuid4().hex, by_plan=plans)
        other = Window("other", 5, 60, uuid4().hex)
        (first, second), kept = await admit(by_plan, other, session_key=key)
        assert (kept, second.limit) == (record, 5)
        maxima[name] = first.limit
    assert maxima == {"none": 2, "starter": 2, "large": 7}
    # Without a record the plan is not known: the caller must not be refused by the smallest one.
    nobody = Window("test", 2, 60, uuid4().hex, by_plan={"large": 7, "larger": 9, "small": 1})
    assert (await admit(nobody, session_key="test:nobody"))[0][0].limit == 9
    assert (await admit(nobody))[0][0].limit == 2


@pytest.mark.parametrize("step", [1, 10_000])
async def test_tenths_and_what_is_given_back(connected: None, step: int) -> None:
    name, now = uuid4().hex, 1_800_000_000.0

    def window(cost: float) -> Window:
        return Window("test", 2, 60, name, cost, step_milliseconds=step)

    async def remaining(cost: float) -> tuple[bool, int]:
        ((state,), _) = await admit(window(cost), now=now)
        return state.has_room, state.remaining

    assert await remaining(0.1) == (True, 1), "whole requests that still fit"
    assert await remaining(1) == (True, 0)
    assert await remaining(1) == (False, 0)
    await refund(window(1), 0.9, charged_at=now)
    assert await remaining(1) == (True, 0)
    assert [await remaining(0.1) for _ in range(9)] == [(True, 0)] * 8 + [(False, 0)]
    # A step that has left the window stays gone, and nothing is owed for it.
    await refund(window(1), 0.9, charged_at=now - 1000)
    assert await remaining(0.1) == (False, 0)


async def test_a_window_of_thousands_is_small(connected: None) -> None:
    """Ten thousand requests in a quarter of an hour are at most 91 numbers."""
    window = Window("test", 10_000, 900, uuid4().hex, step_milliseconds=10_000)
    for second in range(0, 2000, 9):
        await admit(window, now=1_800_000_000.0 + second)
    assert await kv.get_kv().hlen(window.key) <= 91


async def test_thresholds_change_without_a_deploy(world: World) -> None:
    """Platform admins change a setting; the scheduler applies it. It applies to everyone, so this uses its own
    store.
    """
    person = await world.signed_in()
    assert (await person.get("/brands")).headers["X-RateLimit-Limit"] == "100"
    platform_admin = await world.platform_admin()
    settings_table = world.data_api(platform_admin.access_token)
    cron = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}

    async def set_limits(value: Any) -> None:
        body = {"key": "rate_limits", "value": value}
        headers = {"Prefer": "resolution=merge-duplicates"}
        answer = await settings_table.http.post("/platform_settings", json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        async with httpx.AsyncClient(timeout=60) as http:
            await http.get(f"{world.stack.urls['web']}/api/v1/cron/minute", headers=cron)

    try:
        await set_limits(
            {"delivery": 777, "api": 123, "api_professional": 1234, "auth": "none", "account": 0, "ai": True}
        )
        assert (await person.get("/brands")).headers["X-RateLimit-Limit"] == "123"
        assert (await person.get("/auth/session")).headers["X-RateLimit-Limit"] == "50"
    finally:
        await set_limits({})
    assert (await person.get("/brands")).headers["X-RateLimit-Limit"] == "100"


@pytest.mark.parametrize("value", [None, [], "x", 5, {"a": -1}, {"a": 0}, {"a": "10"}, {"a": True}, {"a": 1.5}])
def test_an_invalid_limit_locks_nobody_out(value: Any) -> None:
    assert read_limits(value) == {}


@pytest.mark.parametrize(
    "forged",
    [
        {"X-Forwarded-For": "8.8.8.8"},
        {"X-Vercel-Forwarded-For": "8.8.8.8"},
        {"X-Real-IP": "8.8.8.8"},
        {"Forwarded": "for=8.8.8.8"},
        {"CF-Connecting-IP": "8.8.8.8"},
        {"True-Client-IP": "8.8.8.8"},
    ],
)
async def test_the_platform_and_not_the_client_names_the_address(world: World, forged: dict[str, str]) -> None:
    with functions_with(world.stack.environment | {"RATE_LIMIT_AUTH": "2"}) as origin:
        transport = httpx.AsyncHTTPTransport(local_address=own_address())
        async with httpx.AsyncClient(base_url=origin, transport=transport, timeout=30) as http:
            statuses = [
                (await http.post("/api/v1/auth/sso/discover", json={"email": "a@b.test"}, headers=forged)).status_code
                for _ in range(3)
            ]
            plain = await http.post("/api/v1/auth/sso/discover", json={"email": "a@b.test"})
    assert statuses == [200, 200, 429]
    assert_problem(plain, 429, "RATE_LIMIT_EXCEEDED")
