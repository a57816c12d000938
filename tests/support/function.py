"""This process as a function of the platform, with the data client of the service."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from lib.core import config
from lib.core.data import db, kv
from lib.core.data.db import Db
from lib.core.http import client
from lib.core.security import crypto, web
from lib.core.telemetry.context import begin_context
from lib.identity import settings as identity_settings
from lib.notify import settings as mail_settings
from lib.notify.mail.providers import ses
from local.stack.client import RunningStack

# The functions whose answers an instance keeps of its settings.
CACHED: Final[tuple[Any, ...]] = (
    config.get_settings,
    kv.get_kv,
    client.get_http_client,
    web.guarded_client,
    crypto.key_ring,
    mail_settings.get_mail_settings,
    identity_settings.get_identity_settings,
    ses._client,  # pyright: ignore[reportPrivateUsage]
)


@asynccontextmanager
async def as_function(stack: RunningStack, monkeypatch: pytest.MonkeyPatch, **changes: str) -> AsyncGenerator[Db]:
    """Gives this process the settings of the stack with these changes, and yields the data client of the service."""
    for name, value in (stack.environment | changes).items():
        monkeypatch.setenv(name, value)
    for function in CACHED:
        function.cache_clear()
    begin_context("a function")
    yield db.connect_with(stack.environment["SUPABASE_SECRET_KEY"])
    await client.get_http_client().aclose()
    await web.guarded_client().aclose()
    for function in CACHED:
        function.cache_clear()
