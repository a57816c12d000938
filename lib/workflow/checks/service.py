"""Runs the checks of automated steps, from the jobs that reviews enqueue when such a step opens."""

from typing import Final

from lib.core.data.db import Db
from lib.jobs import Job, JobHandler, each
from lib.workflow.checks import repository


async def _run_check(db: Db, job: Job) -> None:
    await repository.run_step(db, step_run_id=job.payload["stepRunId"], round_number=job.payload["round"])


# A check is one short call: it needs less of the time of a run than jobs that call services.
CHECKS: Final = JobHandler(queue="workflow", handle=each(_run_check), seconds=8, min_seconds=1)
