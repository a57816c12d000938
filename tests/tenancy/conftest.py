"""Provides one scene in its own database for the proof in SQL, and one in the stack's for the proof over HTTP."""

from collections.abc import Iterator

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.scratch import scratch_database
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Scene, build_scene


@pytest.fixture(scope="session")
def probe(stack: RunningStack) -> Iterator[Probe]:
    """Yields a database without other users: a statement that names no row reaches the rows of the scene only."""
    with scratch_database(stack.database_url) as url, psycopg.connect(url, autocommit=True) as connection:
        yield Probe(connection)


@pytest.fixture(scope="session")
def scene(probe: Probe) -> Scene:
    return build_scene(probe.connection)


@pytest.fixture(scope="session")
def live_scene(database: psycopg.Connection) -> Scene:
    return build_scene(database)
