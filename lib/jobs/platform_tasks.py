"""The scheduled tasks that belong to the platform and to no context."""

from typing import Final

from lib.core.data.deployment import register_deployment
from lib.core.limits.overrides import change_limits
from lib.jobs.models import ScheduledTask
from lib.jobs.registry import BackgroundWork, sql_task

BACKGROUND: Final = BackgroundWork(
    tasks=(
        sql_task("bury_exhausted_jobs", every="minute"),
        sql_task("count_dead_letters", every="minute"),
        ScheduledTask("register_deployment", "minute", register_deployment),
        ScheduledTask("change_limits", "minute", change_limits),
        sql_task("raise_alerts", every="minute"),
        # Each command leaves a key for 15 minutes, so there are as many to forget as there are writes.
        sql_task("forget_expired_keys", every="minute"),
        sql_task("make_next_partitions", every="day"),
    )
)
