"""Limits that change without a deploy: the setting ``rate_limits`` of the database, copied to KV by the scheduler."""

import logging
from typing import Any

from lib.core.data.db import Db
from lib.core.data.kv import ask_kv
from lib.core.limits import repository
from lib.core.limits.windows import write_overrides
from lib.core.telemetry.logs import log


def read_limits(value: Any) -> dict[str, int]:
    """Returns the valid maxima of the setting, such as ``{"auth": 10, "api_professional": 2000}``.

    The names are those of lib/core/limits/numbers.py, for a plan ``<limit>_<plan>``. An entry that is no positive whole
    number is left out and logged, since a typing error must not lock everyone out.
    """
    limits: dict[str, int] = {}
    for name, most in value.items() if isinstance(value, dict) else ():
        if isinstance(most, int) and not isinstance(most, bool) and most > 0:
            limits[str(name)] = most
        else:
            log(
                logging.ERROR, "ignoring an invalid entry in platform_settings.rate_limits", fields={"limit": str(name)}
            )
    return limits


async def change_limits(db: Db) -> dict[str, int]:
    """Copies the setting to KV, for the scheduler. Returns the maxima that count instead of those of the environment.

    ``db`` is the service's. Raises KvUnavailable.
    """
    limits = read_limits(await repository.fetch_limits(db))
    await ask_kv(write_overrides(limits))
    return limits
