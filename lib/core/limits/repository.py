"""The setting of the database that overrides rate limits."""

from typing import Any, Final

from lib.core.data.db import Db, fetch_one

SETTING: Final = "rate_limits"


async def fetch_limits(db: Db) -> Any:
    """Returns the value of the setting, which platform admins write; None if it is not set."""
    row = await fetch_one(db.from_("platform_settings").select("value").eq("key", SETTING).limit(1))
    return row["value"] if row else None
