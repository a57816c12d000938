"""The scheduled tasks of claims, and the queue of the checks of scheduled contents."""

from typing import Final

from lib.claims.checks.rechecks import RECHECKS
from lib.jobs.registry import BackgroundWork, sql_task

BACKGROUND: Final = BackgroundWork(
    tasks=(
        sql_task("queue_claim_checks", every="minute"),
        sql_task("announce_expiring_evidence", every="hour"),
    ),
    handlers=(RECHECKS,),
)
