"""Hands events to their consumers: each consumer has a queue, whose jobs are events."""

import time
from collections.abc import Hashable, Mapping, Sequence
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


def _aggregate_of(job: Job) -> Hashable:
    return job.payload.get("aggregateId")


def handler_of(consumer: Consumer) -> JobHandler:
    """Returns the handler of a consumer's queue. Raises TypeError for a consumer that reads the log by itself."""
    take = consumer.handle
    if take is None:
        raise TypeError(f"the consumer {consumer.name} has no queue")

    async def handle(db: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
        events, failures = _events_of(jobs)
        if events:
            await take(db, events)
        return failures

    return JobHandler(
        queue=consumer.name,
        handle=handle,
        batch=BATCH_EVENTS,
        jobs_per_call=BATCH_EVENTS,
        seconds=SECONDS,
        min_seconds=MIN_SECONDS,
        order_of=_aggregate_of if consumer.is_ordered else None,
    )


async def drain(db: Db, consumer: Consumer, *, seconds: float) -> dict[str, int]:
    """Queues the events of a consumer that are new, and hands over what its queue has, for at most so many seconds.

    Looks at the log before each batch, so that the flood of one brand delays no event of another by more than that. For
    a consumer in order the log is looked at in whole first (see ``outbox_consumers.is_behind``), and again after each
    batch: something in it may have been what others waited for.
    Returns how many events of the log were looked at, and the numbers of attempts that are done and failed.
    """
    if consumer.reads_log is not None:
        return await consumer.reads_log(db, min(seconds, time_left()))
    until = time.monotonic() + min(seconds, time_left())
    handler = handler_of(consumer)
    total = {"looked_at": 0, "done": 0, "failed": 0}
    while time.monotonic() < until - MIN_SECONDS:
        looked_at = await queue_events(db, consumer)
        if consumer.is_ordered and looked_at >= BATCH_LOOKED_AT:
            total["looked_at"] += looked_at
            continue
        counts = await work_off(db, handler, seconds=until - time.monotonic(), batches=1)
        total = {
            "looked_at": total["looked_at"] + looked_at,
            "done": total["done"] + counts["done"],
            "failed": total["failed"] + counts["failed"],
        }
        attempts = counts["done"] + counts["failed"]
        if looked_at < BATCH_LOOKED_AT and attempts < (1 if consumer.is_ordered else handler.batch):
            break
    return total
