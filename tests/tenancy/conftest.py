"""One scene for all tests of a session: they look, and take back what they try."""

from collections.abc import Iterator

import psycopg
import pytest

from local.stack.client import RunningStack
from tests.tenancy.probe import Probe
from tests.tenancy.scene import Scene, build_scene


@pytest.fixture(scope="session")
def probe(stack: RunningStack) -> Iterator[Probe]:
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        yield Probe(connection)


@pytest.fixture(scope="session")
def scene(database: psycopg.Connection) -> Scene:
    return build_scene(database)
