"""Gives each worker its own stack, and each test its own users and brands."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest
import redis
from hypothesis import settings

from lib.core.data.db import Db
from local.stack.client import RunningStack, copied_stack, running_stack
from tests.support.events import unknown_events, unknown_messages
from tests.support.function import as_function
from tests.support.world import World

# Generated input is the same in every run, except ids, so that a change is judged by what it changed; `make fuzz`
# searches further.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")


TESTS: Final = Path(__file__).parent
# The modules that take longest. They start first; most of them wait, and others compute meanwhile.
LONGEST_FIRST: Final = (
    # These compute, alone in a worker, for minutes: at the end of a run the others would have nothing left to do.
    "responsiveness/test_routes.py",
    "tenancy/poison/test_matrix.py",
    "tenancy/graphql/test_fields.py",
    "core/data/test_outages.py",
    "tools/test_smoke.py",
    "api/test_schema.py",
    "identity/test_lockout.py",
    "stack/test_stack.py",
    "ai/test_fallback_chain.py",
    "ai/test_events.py",
    "identity/test_passwords.py",
    "stand_ins/test_realtime.py",
    "core/http/test_deadlines.py",
    "ai/test_generate.py",
    "core/limits/test_windows.py",
    "core/security/test_rotation.py",
    "ai/test_injections.py",
    "identity/test_alerts.py",
    "content/test_lists.py",
    "tenancy/test_data_api.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {name: rank for rank, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.relative_to(TESTS).as_posix(), len(ranks)))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def shared_stack() -> Iterator[RunningStack]:
    """Yields the running stack, or a new one; several workers use it at the same time."""
    with running_stack() as running:
        yield running


@pytest.fixture(scope="session")
def stack(shared_stack: RunningStack) -> Iterator[RunningStack]:
    """Yields a copy of the stack for this worker alone: functions, data API, KV and a newly cloned database."""
    with copied_stack(shared_stack) as copy:
        yield copy


@pytest.fixture(scope="session")
def database(stack: RunningStack) -> Iterator[psycopg.Connection]:
    """Yields the database as its owner, each statement a transaction: to arrange data and to look behind the API."""
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        yield connection
        # Every event that the tests caused is described in lib/events/catalogue.py.
        assert unknown_events(connection) + unknown_messages(connection) == []


@pytest.fixture
async def world(stack: RunningStack, database: psycopg.Connection) -> AsyncIterator[World]:
    made = World(stack, database)
    yield made
    await made.close()


@pytest.fixture
async def service(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Db]:
    """Makes this process a function of the platform, and yields the data client of the service."""
    async with as_function(stack, monkeypatch) as db:
        yield db


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the figures that tests gave to record_property, also those of other worker processes."""
    statuses: Counter[int] = Counter()
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "figure":
                terminalreporter.write_line(str(value))
            elif name == "status":
                statuses[value] += 1
    if statuses:
        shares = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
        terminalreporter.write_line(f"{statuses.total()} requests compared with the description of the API ({shares})")


@pytest.fixture
def room_for_sign_ins(stack: RunningStack) -> Iterator[None]:
    """More sign-ins come from this network address than it may send in 15 minutes."""
    with redis.Redis.from_url(stack.redis_url) as kv:
        kv.delete("window:auth:127.0.0.1")
        yield
        kv.delete("window:auth:127.0.0.1")
