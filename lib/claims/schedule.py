"""The scheduled tasks of claims."""

from typing import Final

from lib.jobs.registry import BackgroundWork, sql_task

BACKGROUND: Final = BackgroundWork(tasks=(sql_task("announce_expiring_evidence", every="hour"),))
