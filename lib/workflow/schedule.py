"""The queue of the checks of automated steps, and the scheduled tasks of delegations."""

from typing import Final

from lib.jobs.registry import BackgroundWork, sql_task
from lib.workflow.checks import CHECKS

BACKGROUND: Final = BackgroundWork(tasks=(sql_task("forget_ended_delegations", every="day"),), handlers=(CHECKS,))
