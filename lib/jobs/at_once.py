"""Drains the consumers of events right after a request that caused some: see lib/core/http/wake.py and ADR 56.

One drain runs at a time in a deployment. A call that finds one running leaves a note, and the running one looks at the
log once more before it ends. So a burst of changes makes few drains, and no change is left to the schedule by this.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from lib.core.config import get_settings
from lib.core.data.db import Db
from lib.core.data.kv import KvUnavailable, ask_kv, get_kv
from lib.core.http.errors import ApiError
from lib.core.telemetry.logs import log
from lib.events import Consumer, has_events_to_come
from lib.jobs.consumers import MIN_SECONDS, drain
from lib.jobs.models import ScheduledTask

# How long one drain goes on with a flood. The schedule takes the rest, and so does the next call.
SECONDS: Final = 10.0
# How long events that wait for an older transaction are waited for, and how often the log is looked at meanwhile.
PATIENCE_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 0.1
# A drain whose function was killed keeps others off for so long. Two at once would do no harm.
KEPT_MILLISECONDS: Final = 15_000

_BEGIN: Final = """
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
return 0
"""
# Looks for a note and gives up the turn by one step: no note falls in between.
_END: Final = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if redis.call('DEL', KEYS[2]) == 1 and ARGV[3] == '1' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 1
end
redis.call('DEL', KEYS[1])
return 0
"""


def _keys() -> list[str]:
    kind = f"drain:{get_settings().environment}"
    return [f"{kind}:running", f"{kind}:wanted"]


async def _begins(token: str) -> bool:
    return bool(await ask_kv(get_kv().eval(_BEGIN, keys=_keys(), args=[token, str(KEPT_MILLISECONDS)])))


async def _goes_on(token: str, *, has_time: bool) -> bool:
    """Gives up the turn, unless there is a note and time for it."""
    args = [token, str(KEPT_MILLISECONDS), str(int(has_time))]
    return bool(await ask_kv(get_kv().eval(_END, keys=_keys(), args=args)))


async def drain_at_once(db: Db, consumers: Sequence[Consumer]) -> None:
    """Hands new events to their consumers, unless another call does so just now. ``db`` is the service's.

    Raises nothing: the log says what failed, and the schedule takes the rest.
    """
    token, until = uuid4().hex, time.monotonic() + SECONDS
    try:
        if not await _begins(token):
            return
        is_wanted = True
        while is_wanted:
            went_well = False
            try:
                await _drain_for_now(db, consumers, until)
                went_well = True
            finally:
                # A drain takes no batch in its last seconds, and one that failed gives up its turn.
                has_time = went_well and time.monotonic() < until - MIN_SECONDS
                is_wanted = await _goes_on(token, has_time=has_time)
    except (KvUnavailable, ApiError) as error:
        log(logging.WARNING, "events are left to the schedule", error=error)


async def run_at_once(db: Db, task: ScheduledTask) -> None:
    """Runs a task that does not wait for the schedule. Raises nothing: the schedule runs it again."""
    try:
        await task.run(db)
    except (ApiError, TimeoutError) as error:
        log(logging.WARNING, "a task is left to the schedule", error=error, fields={"task": task.name})


async def _drain_for_now(db: Db, consumers: Sequence[Consumer], until: float) -> None:
    """Drains until no event is left but those that wait for an older transaction for longer than a second."""
    patient_until = min(until, time.monotonic() + PATIENCE_SECONDS)
    while True:
        for consumer in consumers:
            await drain(db, consumer, seconds=until - time.monotonic())
        if time.monotonic() > patient_until:
            return
        if not any([await has_events_to_come(db, consumer) for consumer in consumers]):
            return
        await asyncio.sleep(PAUSE_SECONDS)
