"""Introduces this deployment to its database: by the name of its environment, and by the secret that it signs with.

The schedule does so every minute, and it runs in production only. So a deployment also introduces itself when the
database does not know its secret. A preview asks before its first answer whether the database belongs to production.
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
    """The signing secret, unless it is the published one of the local stack and the database is elsewhere."""
    settings = get_settings()
    secret = settings.signing_secret
    if secret is None or urlsplit(settings.supabase_url).hostname in LOOPBACK_HOSTS:
        return secret
    return None if is_published_secret(secret) else secret


async def register_deployment(db: Db, *, is_scheduled: bool = True) -> str:
    """Registers the environment and the signing secret; returns the environment that the database belongs to.

    ``db`` is the data API as the service. Outside the schedule of production a secret is registered only where there is
    none: see `supabase/schemas/brand/functions/deployment.sql`.
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


class Introduction:
    """Introduces an instance outside the schedule, at most once in 30 seconds."""

    def __init__(self) -> None:
        self.owner: str | None = None
        """The environment that the database belongs to; None until it was told."""
        self._tried_at = -RETRY_SECONDS
        self._lock = asyncio.Lock()

    async def attempt(self) -> None:
        """Introduces the instance, and writes down the answer. What goes wrong is logged and not raised."""
        async with self._lock:
            if time.monotonic() - self._tried_at < RETRY_SECONDS:
                return
            self._tried_at = time.monotonic()
            from lib.core.data.service_role import connect_as_service

            try:
                self.owner = await register_deployment(connect_as_service(), is_scheduled=False)
            except (ApiError, ConfigurationError) as error:
                log(logging.ERROR, "this deployment cannot introduce itself to its database", error=error)

    @property
    def is_refused(self) -> bool:
        """Tells whether the database belongs to production and this deployment does not."""
        return self.owner == PRODUCTION and get_settings().environment != PRODUCTION


@lru_cache(maxsize=1)
def introduction() -> Introduction:
    """Returns that of this instance."""
    return Introduction()


async def introduce_for_signature() -> bool:
    """Introduces this instance after the database refused its signature; tells whether to ask again.

    Several requests that are refused at once ask again after one introduction.
    """
    known = introduction()
    await known.attempt()
    return known.owner is not None and not known.is_refused
