"""The worker loop: claims jobs under a lease, has them done, and records the outcome of each.

A worker that is killed loses nothing: its leases end, and another worker claims its jobs. An attempt counts from the
moment that a job begins, so the jobs that wait behind it keep theirs. Workers that run at the same time share the work,
since each job is leased to one of them. A job that fails harms no other: where a call with several jobs fails, each is
done alone, and a job that was begun before gets a call of its own.
"""

import itertools
import logging
import math
import time
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID, uuid4

from lib.core.data.db import Db
from lib.core.http.deadline import OWN_SECONDS, at_least, time_left, within
from lib.core.http.errors import ApiError
from lib.core.telemetry.logs import log
from lib.core.telemetry.survival import ends_the_process, report_safely
from lib.jobs import repository
from lib.jobs.models import Job, JobFailed, JobHandler, JobHeld, JobOutcome

# With less time left than this, no job is begun, whatever its handler says.
MIN_SECONDS: Final = 0.5
# The lease that begin_jobs gives, less the time to record the outcomes.
LEASE_SECONDS: Final = 50.0


async def work_off(
    db: Db, handler: JobHandler, *, seconds: float = math.inf, batches: float = math.inf
) -> dict[str, int]:
    """Works through a queue until it is empty, or for at most so many seconds and as long as the request has time.

    ``db`` is the service's; ``batches``: how many are claimed at most. Returns ``{"done": …, "failed": …}``, numbers of
    attempts. Raises what the data API raises where jobs cannot be claimed; a job that fails is tried again later, and
    becomes a dead letter in the end.
    """
    counts = {"done": 0, "failed": 0}
    if not handler.is_ready():
        return counts
    least = max(MIN_SECONDS, handler.seconds if handler.min_seconds is None else handler.min_seconds)
    worker, until = uuid4().hex, time.monotonic() + min(seconds, time_left())
    # A batch that is one call is claimed and begun by one round trip.
    begins = handler.jobs_per_call >= handler.batch

    def count(outcomes: Sequence[JobOutcome]) -> None:
        for outcome in outcomes:
            if outcome != "released":
                counts["done" if outcome == "done" else "failed"] += 1

    while batches > 0 and time.monotonic() < until - least:
        batches -= 1
        waiting = await repository.claim(db, queue=handler.queue, worker=worker, batch=handler.batch, begins=begins)
        is_last_batch = len(waiting) < handler.batch
        begun = [job for job in waiting if begins and job.attempts == 0]
        waiting = [job for job in waiting if not begins or job.attempts > 0]
        try:
            if begun and time.monotonic() < until - least:
                jobs, begun = begun, []
                count(await _work(db, handler, worker, jobs))
            while waiting and time.monotonic() < until - least:
                jobs = _of_one_call(waiting, handler.jobs_per_call)
                held = await repository.begin(db, [job.id for job in jobs], worker=worker)
                waiting = waiting[len(jobs) :]
                jobs = [job for job in jobs if job.id in held]
                outcomes = await _work(db, handler, worker, jobs)
                count(outcomes)
                behind = _behind_failed(handler, zip(jobs, outcomes, strict=True), waiting)
                waiting = [job for job in waiting if job not in behind]
                await _release(db, worker, behind)
        finally:
            await _release(db, worker, begun, are_begun=True)
            await _release(db, worker, waiting)
        if is_last_batch:
            break
    return counts


def _behind_failed(
    handler: JobHandler, ended: Iterable[tuple[Job, JobOutcome]], waiting: Sequence[Job]
) -> Sequence[Job]:
    """Returns the jobs that must wait for one that has failed."""
    if handler.order_of is None:
        return ()
    failed = {handler.order_of(job) for job, outcome in ended if outcome not in ("done", "dead")} - {None}
    return [job for job in waiting if handler.order_of(job) in failed]


def _of_one_call(waiting: Sequence[Job], limit: int) -> Sequence[Job]:
    """Returns the first job alone if it was begun before, else as many as were not, up to the limit."""
    fresh = itertools.takewhile(lambda job: job.attempts == 0, waiting[:limit])
    return list(fresh) or waiting[:1]


async def _work(db: Db, handler: JobHandler, worker: str, jobs: Sequence[Job]) -> list[JobOutcome]:
    """Does jobs that were begun, records their outcomes and returns them."""
    if not jobs:
        return []
    ends_at = time.monotonic() + handler.seconds
    failures = await _attempt(db, handler, jobs)
    # The run ended before the call had its time: that is no failure of its jobs.
    is_cut = time_left() <= 0 and time.monotonic() < ends_at
    cut = [
        job
        for job in jobs
        if isinstance(failure := failures.get(job.id), JobHeld) or (failure and is_cut and not failure.is_final)
    ]
    outcomes: list[JobOutcome] = []
    with at_least(OWN_SECONDS):  # what was done is recorded also where the time is over: else it would be done again
        await _complete(db, worker, [job for job in jobs if job.id not in failures])
        await _release(db, worker, cut, are_begun=True)
        for job in jobs:
            failure = failures.get(job.id)
            if failure is None:
                outcome = "done"
            elif job in cut:
                outcome = "released"
            else:
                outcome = await _fail(db, worker, job, failure)
            await _settle(db, handler, job, outcome)
            outcomes.append(outcome)
    return outcomes


async def _settle(db: Db, handler: JobHandler, job: Job, outcome: JobOutcome) -> None:
    """Tells the handler of an outcome that has been recorded. A failure of that changes no outcome."""
    if handler.settled is None:
        return
    try:
        await handler.settled(db, job, outcome)
    except BaseException as error:
        if ends_the_process(error):
            raise
        report_safely("the outcome of a job could not be told", error, fields={"queue": handler.queue})


async def _attempt(db: Db, handler: JobHandler, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
    """Returns the failures by job id. Where several jobs failed as a whole, each is tried alone while the lease lasts.

    No exception of a handler stops the other jobs of the queue.
    """
    lease_ends_at = time.monotonic() + LEASE_SECONDS
    outcome = await _call(db, handler, jobs)
    if not isinstance(outcome, JobFailed):
        return outcome
    failures = {job.id: outcome for job in jobs}
    if len(jobs) == 1:
        return failures
    failed_keys = set[Hashable]()
    for job in jobs:
        if time_left() < MIN_SECONDS or time.monotonic() > lease_ends_at - handler.seconds:
            break  # the others have failed with their call, and get one of their own in the next attempt
        key = handler.order_of(job) if handler.order_of else None
        if key in failed_keys:
            failures[job.id] = JobHeld("an earlier one has failed")
            continue
        alone = await _call(db, handler, [job])
        if isinstance(alone, JobFailed):
            failures[job.id] = alone
        else:
            del failures[job.id]
            failures |= alone
        if key is not None and job.id in failures:
            failed_keys.add(key)
    return failures


async def _call(db: Db, handler: JobHandler, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed] | JobFailed:
    """Returns the failures by job id, or the failure of all of them."""
    try:
        async with within(handler.seconds):
            return await handler.handle(db, jobs)
    except JobFailed as error:
        return error
    except TimeoutError:
        return JobFailed(f"not done within {handler.seconds:g} seconds")
    except ApiError as error:
        return JobFailed(error.message)
    except BaseException as error:
        # A defect of one handler or job must not stop the queue.
        if ends_the_process(error):
            raise
        report_safely("a job failed unexpectedly", error, fields={"queue": handler.queue})
        return JobFailed(f"unexpected {type(error).__name__}")


async def _complete(db: Db, worker: str, jobs: Sequence[Job]) -> None:
    if not jobs:
        return
    try:
        await repository.complete(db, [job.id for job in jobs], worker=worker)
    except ApiError as error:  # their leases end, and they are done once more
        log(logging.ERROR, "the end of jobs could not be recorded", error=error)


async def _fail(db: Db, worker: str, job: Job, failure: JobFailed) -> JobOutcome:
    fields = {"jobId": str(job.id), "kind": job.kind, "reason": str(failure)}
    try:
        outcome = await repository.fail(db, job.id, failure, worker=worker)
    except ApiError as error:  # the lease ends, and the job is tried again
        log(logging.ERROR, "the failure of a job could not be recorded", error=error, fields=fields)
        return "lost"
    log(logging.ERROR if outcome == "dead" else logging.WARNING, f"a job failed: {outcome}", fields=fields)
    return outcome


async def _release(db: Db, worker: str, jobs: Sequence[Job], *, are_begun: bool = False) -> None:
    if not jobs:
        return
    try:
        with at_least(OWN_SECONDS):
            await repository.release(db, [job.id for job in jobs], worker=worker, are_begun=are_begun)
    except ApiError as error:  # their leases end
        log(logging.WARNING, "jobs could not be released", error=error)
