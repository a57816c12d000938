"""One scene in a database of its own for the proof in SQL; another in the stack's, for what goes over the wire."""

from collections.abc import Iterator

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.scratch import scratch_database
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Scene, build_scene


@pytest.fixture(scope="session")
def probe(stack: RunningStack) -> Iterator[Probe]:
    """Nobody else works here: a statement that names no row reaches the rows of the scene and no others."""
    with scratch_database(stack.database_url) as url, psycopg.connect(url, autocommit=True) as connection:
        yield Probe(connection)


@pytest.fixture(scope="session")
def scene(probe: Probe) -> Scene:
    return build_scene(probe.connection)


@pytest.fixture(scope="session")
def live_scene(database: psycopg.Connection) -> Scene:
    return build_scene(database)
