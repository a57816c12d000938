"""Hands events to their consumers: each consumer has a queue, whose jobs are events."""

import time
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from lib.core.data.db import Db
from lib.core.data.reading import read_rows
from lib.core.http.deadline import time_left
from lib.events import BATCH_EVENTS as BATCH_LOOKED_AT
from lib.events import Consumer, Event, queue_events
from lib.jobs.models import Job, JobFailed, JobHandler
from lib.jobs.worker import work_off

BATCH_EVENTS: Final = 500
SECONDS: Final = 20.0
MIN_SECONDS: Final = 2.0


def _events_of(jobs: Sequence[Job]) -> tuple[list[Event], dict[UUID, JobFailed]]:
    """Returns the events of jobs in their order, and the failures of jobs that hold none."""
    events = read_rows(Event, [job.payload for job in jobs])
    failures: dict[UUID, JobFailed] = {}
    if len(events) < len(jobs):
        failures = {
            job.id: JobFailed("this is no event", is_final=True) for job in jobs if not read_rows(Event, [job.payload])
        }
    return sorted(events, key=lambda event: event.order), failures


def handler_of(consumer: Consumer) -> JobHandler:
    """Returns the handler of a consumer's queue."""

    async def handle(db: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
        events, failures = _events_of(jobs)
        if events:
            await consumer.handle(db, events)
        return failures

    return JobHandler(
        queue=consumer.name,
        handle=handle,
        batch=BATCH_EVENTS,
        jobs_per_call=BATCH_EVENTS,
        seconds=SECONDS,
        min_seconds=MIN_SECONDS,
    )


async def drain(db: Db, consumer: Consumer, *, seconds: float) -> dict[str, int]:
    """Queues the events of a consumer that are new, and hands over what its queue has, for at most so many seconds.

    Looks at the log before each batch, so that the flood of one brand delays no event of another by more than that.
    Returns how many events of the log were looked at, and the numbers of attempts that are done and failed.
    """
    if consumer.reads_log is not None:
        return await consumer.reads_log(db, min(seconds, time_left()))
    until = time.monotonic() + min(seconds, time_left())
    handler = handler_of(consumer)
    total = {"looked_at": 0, "done": 0, "failed": 0}
    while time.monotonic() < until - MIN_SECONDS:
        looked_at = await queue_events(db, consumer)
        counts = await work_off(db, handler, seconds=until - time.monotonic(), batches=1)
        total = {
            "looked_at": total["looked_at"] + looked_at,
            "done": total["done"] + counts["done"],
            "failed": total["failed"] + counts["failed"],
        }
        if looked_at < BATCH_LOOKED_AT and counts["done"] + counts["failed"] < handler.batch:
            break
    return total
