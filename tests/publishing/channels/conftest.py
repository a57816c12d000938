from collections.abc import AsyncIterator
from typing import Any

import pytest

from lib.core import config
from lib.core.data import db, kv
from lib.core.data.db import Db
from lib.core.http import client
from lib.core.security import crypto, web
from lib.core.telemetry.context import begin_context
from local.stack.client import RunningStack
from tests.publishing.channels.targets import Bucket, Targets, new_name


@pytest.fixture
async def service(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Db]:
    """This process as the cron function, with the data client of the service."""
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    cached: tuple[Any, ...] = (
        config.get_settings,
        kv.get_kv,
        client.get_http_client,
        web.guarded_client,
        crypto.key_ring,
    )
    for function in cached:
        function.cache_clear()
    begin_context("the cron function")
    yield db.connect_with(stack.environment["SUPABASE_SECRET_KEY"])
    await client.get_http_client().aclose()
    await web.guarded_client().aclose()
    for function in cached:
        function.cache_clear()


@pytest.fixture
def targets(stack: RunningStack) -> Targets:
    return Targets(stack, stack.urls["channels"])


@pytest.fixture
def bucket(targets: Targets, service: Db) -> Bucket:
    return Bucket(targets, f"b-{new_name()}")
