"""A run of the schedule: each task in its own slice of the time, so that no task takes time from another.

A task may use its share of the time that is left when it begins. The tasks after it get the time that it leaves
unused. A task that hangs is cancelled at the end of its slice; a task that fails ends its own slice only.
"""

import asyncio
import json
import logging
import math
import time
from collections.abc import Sequence
from typing import Any, Final

from lib.core.data.db import Db
from lib.core.http.deadline import OWN_SECONDS, at_most, time_left
from lib.core.telemetry.logs import log
from lib.core.telemetry.survival import ends_the_process, report_safely
from lib.jobs.models import ScheduledTask, TaskReport

# A task is not begun with less than this: it would be cut, and its work in the database go on beside the next run's.
MIN_SECONDS: Final = 0.5
# Characters of JSON of what a task did.
MAX_DID: Final = 2000


def in_turn(tasks: Sequence[ScheduledTask], turn: int) -> list[ScheduledTask]:
    """Returns the tasks in the order of this run: those marked as first, then the others from another one on each time.

    So a task that got little time at the end of one run is early in another.
    """
    first = [task for task in tasks if task.is_first]
    others = [task for task in tasks if not task.is_first]
    start = turn % len(others) if others else 0
    return [*first, *others[start:], *others[:start]]


async def run_tasks(
    tasks: Sequence[ScheduledTask], db: Db, *, turn: int, seconds: float = math.inf
) -> dict[str, TaskReport]:
    """Runs all tasks within so many seconds and the time of the request, and returns a report for each by name.

    ``db`` is the service's; ``turn``: the number of the run, which decides the order. Raises nothing: the log and the
    reports say what failed.
    """
    ends_at = time.monotonic() + min(seconds, time_left())
    waiting = in_turn(tasks, turn)
    reports: dict[str, TaskReport] = {}
    while waiting:
        share = waiting[0].share / sum(task.share for task in waiting)
        task, waiting = waiting[0], waiting[1:]
        slice_seconds = (ends_at - time.monotonic()) * share
        if slice_seconds < MIN_SECONDS:
            log(logging.ERROR, "there was no time for a scheduled task", fields={"task": task.name})
            reports[task.name] = TaskReport(outcome="skipped", seconds=0)
        else:
            reports[task.name] = await _run(task, db, slice_seconds)
    return reports


def _shown(did: Any) -> Any:
    """Returns what a task says that it did, in a form that an answer can hold."""
    text = json.dumps(did, default=str, allow_nan=False)
    return did if len(text) <= MAX_DID else f"{len(did)} items" if isinstance(did, list) else text[:MAX_DID]


async def _run(task: ScheduledTask, db: Db, seconds: float) -> TaskReport:
    """Runs one task. Its waits end with its slice; OWN_SECONDS later it is cancelled, whatever it waits for."""
    began = time.monotonic()
    limit = asyncio.timeout(seconds + OWN_SECONDS)
    did: Any = None
    reason: str | None = None
    try:
        with at_most(seconds):
            async with limit:
                did = _shown(await task.run(db))
        outcome = "done"
    except BaseException as error:
        # The tasks after it have their own work to do.
        if ends_the_process(error):
            raise
        is_over = limit.expired() or time.monotonic() - began >= seconds
        outcome = "timed_out" if is_over else "failed"
        reason = type(error).__name__
        report_safely("a scheduled task failed", error, fields={"task": task.name, "outcome": outcome})
    return TaskReport(outcome=outcome, seconds=round(time.monotonic() - began, 3), did=did, reason=reason)
