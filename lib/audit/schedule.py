"""The scheduled task of the audit log."""

from typing import Any, Final

from lib.audit import repository
from lib.core.data.db import Db
from lib.core.http.deadline import time_left
from lib.jobs import ScheduledTask
from lib.jobs.registry import BackgroundWork

MIN_SECONDS: Final = 0.5


async def append_awaited_entries(db: Db) -> int:
    """Appends what commands of other tenants wrote for the log of a brand, in turns by brand. Returns how many."""
    total, in_this_round, after = 0, 0, None
    while time_left() > MIN_SECONDS:
        appended: dict[str, Any] | None = await repository.append_awaited(db, after=after)
        if appended is not None:
            in_this_round += appended["appended"]
            after = appended["brand_id"]
            continue
        total += in_this_round
        if not in_this_round:
            break
        in_this_round, after = 0, None
    return total + in_this_round


BACKGROUND: Final = BackgroundWork(
    tasks=(ScheduledTask("append_awaited_entries", "minute", append_awaited_entries),),
)
