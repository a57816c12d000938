"""The registry of background work.

Each context describes its own in a module ``lib/<context>/schedule.py``; ``api/_routes/jobs/cron.py`` lists these
modules. Nothing here names a context.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lib.core.data.db import Db
from lib.core.http.deadline import time_left
from lib.events import Consumer
from lib.jobs import repository
from lib.jobs.consumers import drain
from lib.jobs.models import Interval, JobHandler, ScheduledTask, Task
from lib.jobs.worker import work_off

# Queues and consumers may hold any amount of work, so they get more of a run's time than a task of one call.
LOOP_SHARE: Final = 4


@dataclass(frozen=True, slots=True)
class BackgroundWork:
    """The background work of one context: scheduled tasks, the handlers of its queues and consumers of events."""

    tasks: Sequence[ScheduledTask] = ()
    handlers: Sequence[JobHandler] = ()
    consumers: Sequence[Consumer] = ()


def sql_task(function: str, *, every: Interval) -> ScheduledTask:
    """Makes a task of an SQL function without arguments, which gives the task its name."""

    async def run(db: Db) -> Any:
        return await repository.run_function(db, function)

    return ScheduledTask(function, every, run)


def _work_off(handler: JobHandler) -> Task:
    async def run(db: Db) -> dict[str, int]:
        return await work_off(db, handler)

    return run


def _drain(consumer: Consumer) -> Task:
    async def run(db: Db) -> dict[str, int]:
        return await drain(db, consumer, seconds=time_left())

    return run


class Schedule:
    """All tasks of a deployment: those that contexts registered, one for each queue and one for each consumer.

    The tasks of queues and consumers run every minute and have their names.
    """

    def __init__(self, registered: Iterable[BackgroundWork]) -> None:
        """Raises ValueError for a name that two tasks have."""
        self._tasks: list[ScheduledTask] = []
        self.consumers: list[Consumer] = []
        self.prompt_handlers: list[JobHandler] = []
        consuming: list[ScheduledTask] = []
        working: list[ScheduledTask] = []
        for work in registered:
            self._tasks += work.tasks
            for handler in work.handlers:
                if handler.is_prompt:
                    self.prompt_handlers.append(handler)
                task = ScheduledTask(handler.queue, "minute", _work_off(handler), LOOP_SHARE, handler.is_prompt)
                working.append(task)
            for consumer in work.consumers:
                self.consumers.append(consumer)
                task = ScheduledTask(consumer.name, "minute", _drain(consumer), LOOP_SHARE, consumer.is_prompt)
                consuming.append(task)
        # Consumers take what tasks cause, and queues what consumers cause.
        self._tasks += [*consuming, *working]
        names = [task.name for task in self._tasks]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"registered twice: {', '.join(sorted(twice))}")

    def tasks(self, every: Interval) -> list[ScheduledTask]:
        """Returns the tasks of one interval, in the order of registration."""
        return [task for task in self._tasks if task.every == every]
