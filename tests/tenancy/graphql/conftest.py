"""Provides a scene of two brands, and functions without limits of requests that ask for it."""

from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from local.stack.client import RunningStack
from tests.support.servers import functions_with
from tests.support.sql import Database
from tests.tenancy.graphql.callers import Clients
from tests.tenancy.graphql.proof import Proof
from tests.tenancy.scene import Scene, build_scene

LIMITS = (
    "ACCOUNT", "AI", "API", "AUTH", "BRAND_PROFILE", "DELIVERY", "GENERATE", "GRAPHQL_POINTS", "KEY_GUESSES", "NOTIFY"
)  # fmt: skip


@pytest.fixture(scope="session")
def origin(stack: RunningStack) -> Iterator[str]:
    with functions_with(stack.environment | {f"RATE_LIMIT_{name}": "100000000" for name in LIMITS}) as running:
        yield running


@pytest.fixture(scope="session")
def brands(database: psycopg.Connection) -> Scene:
    """Yields brands of this proof alone, since some callers may change a little of theirs."""
    return build_scene(database)


@pytest.fixture(scope="session")
def proof(database: psycopg.Connection, brands: Scene) -> Proof:
    return Proof(Database(database), brands)


@pytest.fixture
async def clients(
    stack: RunningStack, database: psycopg.Connection, origin: str, brands: Scene
) -> AsyncIterator[Clients]:
    made = Clients(stack, database, origin, brands)
    yield made
    await made.close()
