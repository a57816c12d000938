"""Auth itself, called directly and not through our functions."""

from collections.abc import AsyncIterator

import pytest

from tests.support.auth import AuthServer
from tests.support.world import World


@pytest.fixture
async def auth(world: World) -> AsyncIterator[AuthServer]:
    server = AuthServer(world.stack.environment)
    yield server
    await server.http.aclose()
