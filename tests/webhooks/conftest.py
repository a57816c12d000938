"""A desk for tests that send by themselves."""

from collections.abc import AsyncIterator

import pytest

from lib.core import config
from lib.core.http.client import close_connections
from lib.core.telemetry.context import begin_context
from local.stack.client import RunningStack
from tests.support.world import World
from tests.webhooks.desk import Desk, only_worker


@pytest.fixture
async def desk(stack: RunningStack, world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    config.get_settings.cache_clear()
    begin_context("a test of webhooks")
    with only_worker(stack):
        # Webhooks of other tests would be sent as well.
        world.rows("delete from public.webhook_endpoints where true")
        world.rows("delete from public.webhook_deliveries where true")
        yield Desk(world, monkeypatch)
        await close_connections()
    config.get_settings.cache_clear()
