"""The queues of the database, and its functions for the scheduler. All calls are made with the service's client."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from lib.core.data.db import Db, call, fetch_rows, run
from lib.core.http.client import PATIENT_SECONDS
from lib.jobs.models import Job, JobFailed, JobOutcome


async def claim(db: Db, *, queue: str, worker: str, batch: int, begins: bool = False) -> list[Job]:
    """Leases up to ``batch`` ready jobs to a worker for 60 seconds.

    ``begins``: also counts an attempt of each that had none, for a worker that does all of those at once.
    """
    arguments = {"queue": queue, "worker": worker, "batch": batch, "begins": begins}
    rows = await fetch_rows(call(db, "claim_jobs", arguments))
    return [Job.from_row(row) for row in rows]


async def begin(db: Db, job_ids: Iterable[UUID], *, worker: str) -> set[UUID]:
    """Counts an attempt of each job that the worker still holds, and returns their ids."""
    answer = await run(call(db, "begin_jobs", {"ids": [str(job_id) for job_id in job_ids], "worker": worker}))
    return {UUID(job_id) for job_id in answer.data}


async def complete(db: Db, job_ids: Iterable[UUID], *, worker: str) -> None:
    """Removes jobs that the worker has done."""
    await run(call(db, "complete_jobs", {"ids": [str(job_id) for job_id in job_ids], "worker": worker}))


async def fail(db: Db, job_id: UUID, failure: JobFailed, *, worker: str) -> JobOutcome:
    """Records a failed attempt. Returns whether the job is tried again, dead, or another worker's by now."""
    arguments = {"job_id": str(job_id), "worker": worker, "error": str(failure), "is_final": failure.is_final}
    return (await run(call(db, "fail_job", arguments))).data


async def release(db: Db, job_ids: Iterable[UUID], *, worker: str, are_begun: bool = False) -> None:
    """Returns jobs to their queue. The attempt of jobs that were begun does not count."""
    ids = [str(job_id) for job_id in job_ids]
    await run(call(db, "release_jobs", {"ids": ids, "worker": worker, "are_begun": are_begun}))


async def run_function(db: Db, name: str) -> Any:
    """Calls an SQL function of the scheduler, which takes no arguments, and returns its answer. It has 25 seconds."""
    return (await run(call(db, name, {}), seconds=PATIENT_SECONDS)).data


async def find_waiting(db: Db, consumers: Mapping[str, Iterable[str]], queues: Iterable[str]) -> set[str]:
    """Returns the names of those consumers, given with their types, and queues that may have something to do."""
    arguments = {"consumers": {name: sorted(types) for name, types in consumers.items()}, "queues": sorted(queues)}
    return set((await run(call(db, "find_waiting_work", arguments))).data)
