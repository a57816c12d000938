"""The setting ``rate_limits`` of the database, made to count in KV: thresholds change without a deploy."""

import logging
from typing import Any

from lib.core.data.db import Db, fetch_one
from lib.core.data.kv import ask_kv
from lib.core.limits.windows import write_overrides
from lib.core.telemetry.logs import log

SETTING = "rate_limits"


def read_limits(value: Any) -> dict[str, int]:
    """Returns ``{"auth": 10, …}``, by the names of lib/core/limits/rate_limit.py.

    Leaves out what is no positive whole number, and says so in the log: a typing error must not lock everyone out.
    """
    limits: dict[str, int] = {}
    for name, most in value.items() if isinstance(value, dict) else ():
        if isinstance(most, int) and not isinstance(most, bool) and most > 0:
            limits[str(name)] = most
        else:
            log(logging.ERROR, "a rate limit of the settings cannot be", fields={"limit": str(name)})
    return limits


async def change_limits(db: Db) -> dict[str, int]:
    """For the scheduler; the limits that count instead of those of the environment."""
    row = await fetch_one(db.from_("platform_settings").select("value").eq("key", SETTING).limit(1))
    limits = read_limits(row["value"] if row else {})
    await ask_kv(write_overrides(limits))
    return limits
