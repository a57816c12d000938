"""Runs the checks of automated steps, from the jobs that reviews enqueue when such a step opens."""

from typing import Final

from lib.core.data.db import Db, command_once
from lib.jobs import Job, JobHandler, each


async def _run_check(db: Db, job: Job) -> None:
    """Runs the check of a step. The database ignores the job of a step that is closed or was opened again."""
    arguments = {"step_run_id": job.payload["stepRunId"], "round": job.payload["round"]}
    await command_once(db, "run_automated_step", arguments)


# A check is one short call: it needs less of the time of a run than jobs that call services.
CHECKS: Final = JobHandler(queue="workflow", handle=each(_run_check), seconds=8, min_seconds=1)
