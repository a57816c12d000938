"""The queue of the checks of automated steps."""

from typing import Final

from lib.jobs.registry import BackgroundWork
from lib.workflow.checks import CHECKS

BACKGROUND: Final = BackgroundWork(handlers=(CHECKS,))
