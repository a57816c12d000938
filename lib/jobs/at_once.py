"""Hands out events, and does prompt jobs and tasks, right after a request that caused some.

See lib/core/http/wake.py, ADR 56 and 63. Each consumer, each prompt queue and each prompt task has a turn of its own in
a deployment, and they work side by side: a receiver that is slow delays no other. A call that finds one at work leaves
a note, and that one looks once more before it ends, or wakes the dispatcher again if it has no more time. So a burst of
changes makes few drains, and no change is left to the schedule by this.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final
from uuid import uuid4

from lib.core.config import get_settings
from lib.core.data.db import Db
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.http.deadline import at_most
from lib.core.http.errors import ApiError
from lib.core.http.wake import wake
from lib.core.telemetry.context import current_context, of_its_own
from lib.core.telemetry.logs import log
from lib.core.telemetry.survival import ends_the_process, report_safely
from lib.events import Consumer, has_events_to_come
from lib.jobs import repository
from lib.jobs.consumers import MIN_SECONDS, drain
from lib.jobs.models import JobHandler, ScheduledTask
from lib.jobs.worker import work_off

# How long one call goes on with a flood of events. The schedule takes the rest, and so does the next call.
SECONDS: Final = 10.0
# How long it goes on with the jobs of a queue. A handler that needs more time than this is left to the schedule.
SECONDS_FOR_JOBS: Final = 25.0
# How long it goes on with a task, less than the `maxDuration` of the function.
SECONDS_FOR_TASKS: Final = 45.0
# How long events that wait for an older transaction are waited for, and how often the log is looked at meanwhile.
PATIENCE_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 0.1
# One whose function was killed keeps others off for so much longer than it may work. Two at once would do no harm.
SPARE_SECONDS: Final = 5.0

# Takes each turn that is free and leaves a note for each that is not. Returns the places of those that it took.
_BEGIN: Final = """
local begun = {}
for place = 1, #KEYS, 2 do
  local kept = ARGV[2 + (place - 1) / 2]
  if redis.call('SET', KEYS[place], ARGV[1], 'NX', 'PX', kept) then
    begun[#begun + 1] = (place - 1) / 2
  else
    redis.call('SET', KEYS[place + 1], '1', 'PX', kept)
  end
end
return begun
"""
# Looks for a note and gives up the turn by one step: no note falls in between. Returns what the caller does next.
_END: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 'end' end
local is_wanted = redis.call('DEL', KEYS[2]) == 1
if is_wanted and ARGV[3] == '1' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 'again'
end
redis.call('DEL', KEYS[1])
return is_wanted and 'hand over' or 'end'
"""


def _keys(name: str) -> list[str]:
    turn = f"drain:{get_settings().environment}:{name}"
    return [f"{turn}:running", f"{turn}:wanted"]


async def drain_at_once(
    db: Db,
    consumers: Sequence[Consumer],
    handlers: Sequence[JobHandler] = (),
    tasks: Sequence[ScheduledTask] = (),
) -> None:
    """Dispatches new events to their consumers and runs prompt jobs and tasks, unless another call is doing so.

    ``db`` is the service's; ``handlers``: of the queues that requests and consumers fill; ``tasks``: tasks that
    continue the work of requests. Raises nothing: failures are logged, and the schedule takes the rest.
    """
    await _Drain(db, consumers, handlers, tasks).run()


class _Drain:
    """One call: a task for each consumer, queue and prompt task whose turn it has."""

    def __init__(
        self,
        db: Db,
        consumers: Sequence[Consumer],
        handlers: Sequence[JobHandler],
        prompt_tasks: Sequence[ScheduledTask],
    ) -> None:
        self._db, self._began = db, time.monotonic()
        self._consumers = {consumer.name: consumer for consumer in consumers}
        self._handlers = {handler.queue: handler for handler in handlers if handler.is_ready()}
        self._prompt_tasks = {task.name: task for task in prompt_tasks}
        self._token = uuid4().hex
        self._tasks = set[asyncio.Task[None]]()

    async def run(self) -> None:
        await self._start_all()
        while self._tasks:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def _start_all(self) -> None:
        """Starts all consumers, queues and tasks that may have work."""
        # Consumers that read the log themselves may have work that is not in the log.
        looking = {name: each.types for name, each in self._consumers.items() if each.reads_log is None}
        always = [*(name for name in self._consumers if name not in looking), *self._prompt_tasks]
        await self._start([*await self._waiting(looking), *always])

    async def _waiting(self, consumers: Mapping[str, Iterable[str]]) -> list[str]:
        """Returns the names of those consumers and queues that may have work: most events concern few.

        Makes one call for all of them. Events that are committed later have a call of their own.
        """
        names = [*consumers, *self._handlers]
        try:
            found = await repository.find_waiting(self._db, consumers, self._handlers) if names else set[str]()
        except ApiError as error:
            log(logging.WARNING, "it is not known which work waits", error=error)
            return names
        return [name for name in names if name in found]

    async def _start(self, names: Iterable[str]) -> None:
        """Begins with those whose turn is free. The others look once more before they end, also those of this call."""
        waiting = list(names)
        keys = [key for name in waiting for key in _keys(name)]
        if not keys:
            return
        try:
            arguments = [self._token, *(self._kept(name) for name in waiting)]
            begun = await ask_kv(get_kv().eval(_BEGIN, keys=keys, args=arguments))
        except KvUnavailable as error:
            log(logging.WARNING, "events are left to the schedule", error=error)
            return
        for place in begun:
            task = asyncio.create_task(self._survive(waiting[int(place)]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _survive(self, name: str) -> None:
        with of_its_own():  # each counts its own deadlines
            try:
                await self._take_turns(name)
            except (KvUnavailable, ApiError) as error:
                log(logging.WARNING, "events are left to the schedule", error=error, fields={"turn": name})
            except BaseException as error:
                if ends_the_process(error):
                    raise
                report_safely("events are left to the schedule", error, fields={"turn": name})

    async def _take_turns(self, name: str) -> None:
        until = self._began + self._seconds(name)
        next_step = "again"
        while next_step == "again":
            went_well = False
            try:
                await self._work(name, until)
                went_well = True
            finally:
                # A drain takes no batch in its last seconds, and one that failed gives up its turn.
                has_time = went_well and time.monotonic() < until - MIN_SECONDS
                arguments = [self._token, self._kept(name), str(int(has_time))]
                next_step = await ask_kv(get_kv().eval(_END, keys=_keys(name), args=arguments))
        if next_step == "hand over":
            await wake()

    async def _work(self, name: str, until: float) -> None:
        consumer = self._consumers.get(name)
        if consumer is not None:
            await self._drain_for_now(consumer, until)
        elif name in self._prompt_tasks:
            task = self._prompt_tasks[name]
            with at_most(until - time.monotonic()):
                await self._noting(lambda: task.run(self._db))
        else:
            handler = self._handlers[name]
            await self._noting(lambda: work_off(self._db, handler, seconds=until - time.monotonic()))

    def _seconds(self, name: str) -> float:
        """Returns for how long this call goes on with one of them."""
        if name in self._consumers:
            return SECONDS
        return SECONDS_FOR_TASKS if name in self._prompt_tasks else SECONDS_FOR_JOBS

    def _kept(self, name: str) -> str:
        """Returns for how many milliseconds its turn is kept."""
        return str(int((self._seconds(name) + SPARE_SECONDS) * 1000))

    async def _noting(self, work: Callable[[], Awaitable[dict[str, int]]]) -> None:
        """Does some work, and has the others look for the events and jobs that it caused."""
        current_context().has_work = False
        did = await work()
        if current_context().has_work:
            await self._start_all()
        elif did.get("looked_at") and did.get("done"):
            await self._start(await self._waiting({}))

    async def _drain_for_now(self, consumer: Consumer, until: float) -> None:
        """Drains until no event is left but those that wait for an older transaction for longer than a second."""
        patient_until = min(until, time.monotonic() + PATIENCE_SECONDS)
        while True:
            await self._noting(lambda: drain(self._db, consumer, seconds=until - time.monotonic()))
            if time.monotonic() > patient_until or not await has_events_to_come(self._db, consumer):
                return
            await asyncio.sleep(PAUSE_SECONDS)
