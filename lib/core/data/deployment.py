"""Registers this deployment with its database: the name of its environment, and the secret of its proofs.

The schedule does this every minute, but in production only. Any deployment does it when the database does not know its
secret. A preview does it before its first answer, to learn whether the database belongs to production.
"""

import asyncio
import logging
import time
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from lib.core.config import ConfigurationError, get_settings
from lib.core.data.db import Db, call, run
from lib.core.http.errors import ApiError
from lib.core.settings.refusals import LOOPBACK_HOSTS, is_published_secret
from lib.core.telemetry.logs import log

RETRY_SECONDS: Final = 30.0
PRODUCTION: Final = "production"


def _secret_to_register() -> str | None:
    """Returns the signing secret; None for that of the local stack if the database is not on this machine."""
    settings = get_settings()
    secret = settings.signing_secret
    if secret is None or urlsplit(settings.supabase_url).hostname in LOOPBACK_HOSTS:
        return secret
    return None if is_published_secret(secret) else secret


async def register_deployment(db: Db, *, is_scheduled: bool = True) -> str:
    """Registers the environment and the signing secret; returns the environment that the database belongs to.

    ``db`` is the data API as the service. Outside the schedule of production a secret is registered only if there is
    none yet: see `supabase/schemas/brand/functions/deployment.sql`.
    """
    settings = get_settings()
    arguments = {
        "environment": settings.environment,
        "secret": _secret_to_register(),
        "is_scheduled": is_scheduled,
    }
    owner: str = (await run(call(db, "register_deployment", arguments))).data
    if owner == PRODUCTION and settings.environment != PRODUCTION:
        fields = {"environment": settings.environment}
        log(logging.ERROR, "the database belongs to production, and this deployment does not", fields=fields)
    return owner


class Registration:
    """Registers an instance outside the schedule, at most once in 30 seconds."""

    def __init__(self) -> None:
        self.owner: str | None = None
        """The environment that the database belongs to; None until the database has answered."""
        self._tried_at = -RETRY_SECONDS
        self._lock = asyncio.Lock()

    async def attempt(self) -> None:
        """Registers the instance and keeps the answer. Errors are logged and not raised."""
        async with self._lock:
            if time.monotonic() - self._tried_at < RETRY_SECONDS:
                return
            self._tried_at = time.monotonic()
            from lib.core.data.service_role import connect_as_service

            try:
                self.owner = await register_deployment(connect_as_service(), is_scheduled=False)
            except (ApiError, ConfigurationError) as error:
                log(logging.ERROR, "this deployment cannot be registered with its database", error=error)

    @property
    def is_refused(self) -> bool:
        """Tells whether the database belongs to production and this deployment does not."""
        return self.owner == PRODUCTION and get_settings().environment != PRODUCTION


@lru_cache(maxsize=1)
def registration() -> Registration:
    """Returns the registration of this instance."""
    return Registration()


async def register_unknown_key() -> bool:
    """Registers this instance after the database did not know its key. Returns whether to repeat the call.

    Concurrent requests that were refused wait for one registration.
    """
    known = registration()
    await known.attempt()
    return known.owner is not None and not known.is_refused
