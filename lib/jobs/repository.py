"""The queues of the database, and its functions for the scheduler. All calls are made with the service's client."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from lib.core.data.db import Db, call, fetch_rows, run
from lib.core.http.client import PATIENT_SECONDS
from lib.jobs.models import Job, JobFailed, JobOutcome


async def claim(db: Db, *, queue: str, worker: str, batch: int) -> list[Job]:
    """Leases up to ``batch`` ready jobs to a worker for 60 seconds, and counts an attempt of each."""
    rows = await fetch_rows(call(db, "claim_jobs", {"queue": queue, "worker": worker, "batch": batch}))
    return [Job.from_row(row) for row in rows]


async def complete(db: Db, job_ids: Iterable[UUID], *, worker: str) -> None:
    """Removes jobs that the worker has done."""
    await run(call(db, "complete_jobs", {"ids": [str(job_id) for job_id in job_ids], "worker": worker}))


async def fail(db: Db, job_id: UUID, failure: JobFailed, *, worker: str) -> JobOutcome:
    """Records a failed attempt. Returns whether the job is tried again, dead, or another worker's by now."""
    arguments = {"job_id": str(job_id), "worker": worker, "error": str(failure), "is_final": failure.is_final}
    return (await run(call(db, "fail_job", arguments))).data


async def release(db: Db, job_ids: Iterable[UUID], *, worker: str) -> None:
    """Returns jobs that the worker has not begun to their queue. Their attempts do not count."""
    await run(call(db, "release_jobs", {"ids": [str(job_id) for job_id in job_ids], "worker": worker}))


async def run_function(db: Db, name: str) -> Any:
    """Calls an SQL function of the scheduler, which takes no arguments, and returns its answer. It has 25 seconds."""
    return (await run(call(db, name, {}), seconds=PATIENT_SECONDS)).data
