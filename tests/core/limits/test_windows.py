"""Compares the sliding windows in KV with an exact model, and tests concurrent requests."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.core import config
from lib.core.data import kv
from lib.core.limits.overrides import read_limits
from lib.core.limits.rate_limit import GRAPHQL
from lib.core.limits.windows import Verdict, Window, admit
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
    cached: tuple[Any, ...] = (config.get_settings, kv.get_kv)
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
            verdicts, _ = await admit(*windows, now=now)
            room = [model.has_room(now, cost) for model in models]
            assert [verdict.is_admitted for verdict in verdicts] == room
            if all(room):
                for model in models:
                    model.charge(now, cost)
            for verdict, model in zip(verdicts, models, strict=True):
                assert verdict.remaining == max(0, model.most - model.used(now))
                check_reset(verdict, model, now, cost)

    async def alone() -> None:
        try:
            await play()
        finally:
            await kv.get_kv().close()
            kv.get_kv.cache_clear()

    asyncio.run(alone())


def check_reset(verdict: Verdict, model: Model, now: float, cost: int) -> None:
    """A refused request that can be admitted later is admitted at the reported time, and not before."""
    if verdict.is_admitted or cost > model.most:
        return
    assert model.has_room(verdict.reset, cost)
    assert not model.has_room(verdict.reset - 0.001, cost)
    assert now < verdict.reset <= now + model.seconds


async def test_many_at_once_get_exactly_as_many(connected: None) -> None:
    window = Window("test", 10, 60, uuid4().hex)
    answers = await asyncio.gather(*(admit(window) for _ in range(50)))
    assert sum(verdicts[0].is_admitted for verdicts, _ in answers) == 10


async def test_points_of_graphql(connected: None) -> None:
    """Two hundred points a minute, spent by the cost of each query."""
    person = uuid4().hex
    costs = (150, 60, 50, 1)
    admitted = [(await admit(GRAPHQL.window(person, cost)))[0][0].is_admitted for cost in costs]
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
        await set_limits({"delivery": 777, "api": 123, "auth": "none", "account": 0, "ai": True})
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
