"""Hands events to their consumers: each consumer has a queue, whose jobs are events."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from lib.core.data.db import Db
from lib.core.data.reading import read_rows
from lib.events import Consumer, Event, queue_events
from lib.jobs.models import Job, JobFailed, JobHandler
from lib.jobs.worker import work_off

BATCH_EVENTS: Final = 200
SECONDS: Final = 20.0
MIN_SECONDS: Final = 2.0
# Looking at the log is cheap, and leaves at least half of the time to the consumer.
QUEUEING_SHARE: Final = 0.5


def handler_of(consumer: Consumer) -> JobHandler:
    """Returns the handler of a consumer's queue."""

    async def handle(db: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
        events: list[Event] = []
        failures: dict[UUID, JobFailed] = {}
        for job in jobs:
            found = read_rows(Event, [job.payload])
            if not found:
                failures[job.id] = JobFailed("this is no event", is_final=True)
            events += found
        if events:
            await consumer.handle(db, sorted(events, key=lambda event: event.order))
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

    Returns how many events of the log were looked at, and the numbers of attempts that are done and failed.
    """
    looked_at = await queue_events(db, consumer, seconds=seconds * QUEUEING_SHARE)
    return {"looked_at": looked_at} | await work_off(db, handler_of(consumer))
