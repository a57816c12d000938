"""Sliding windows in KV: several of them, and the session record of a request, by one command.

A window counts what was admitted in the last so many milliseconds, in tenths of a request. It keeps one number for each
step of time: a step of a millisecond makes it exact; longer steps keep it small where thousands of requests fit, and
what was admitted leaves the window up to one step late, never early. Either all windows of a request have room and each
is charged, or none is.

The maximum may depend on the plan that the session record names. A hash in KV overrides the maxima that the caller
names; the scheduler keeps it equal to the setting ``rate_limits`` of the database, so limits change without a deploy.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lib.core.data.kv import get_kv
from lib.core.data.transport import repeatable_script

OVERRIDES_KEY: Final = "limits:overrides"
TENTHS: Final = 10

# KEYS: the overrides, the session record (or an empty string), then a hash for each window: step → tenths.
# ARGV: now (ms), seconds that the session record is kept for from now (0: as it is), then for each window its name, its
# maximum, the maxima of plans ("professional=1000 enterprise=10000"), its length (ms), its step (ms) and the cost in
# tenths.
# Answer: the session record, then for each window: admitted, maximum, tenths that remain, reset (ms).
# The plan is found by a pattern because cjson would decode the whole record for it. Where the record is missing, the
# largest maximum counts: the session has ended, which the caller must be told, or the record of an API key has expired
# and is read again.
# It may run twice, where the first run was not answered: a request is then charged twice, and never too little.
_ADMIT: Final = repeatable_script("""
local now, answers, refused = tonumber(ARGV[1]), {}, false
local record = KEYS[2] ~= '' and redis.call('GET', KEYS[2])
local plan = record and string.match(record, '"plan": "([%l_]+)"')
local is_missing = KEYS[2] ~= '' and not record
for i = 3, #KEYS do
  local at = 3 + (i - 3) * 6
  local name, most = ARGV[at], tonumber(ARGV[at + 1])
  local length, step, cost = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
  most = tonumber(redis.call('HGET', KEYS[1], name)) or most
  for other, number in string.gmatch(ARGV[at + 2], '([%l_]+)=(%d+)') do
    if other == plan or is_missing then
      local own = tonumber(redis.call('HGET', KEYS[1], name .. '_' .. other) or number)
      most = is_missing and math.max(most, own) or own
    end
  end
  local stored, used = redis.call('HGETALL', KEYS[i]), 0
  local current, first = math.floor(now / step), math.floor((now + 1 - length) / step)
  local oldest = current
  for n = 1, #stored, 2 do
    local at_step = tonumber(stored[n])
    if at_step < first then redis.call('HDEL', KEYS[i], stored[n])
    else
      used = used + stored[n + 1]
      if at_step < oldest then oldest = at_step end
    end
  end
  local over = used + cost - most * 10
  if over > 0 then
    refused, oldest = true, current
    local steps, tenths, freed = {}, {}, 0
    for n = 1, #stored, 2 do
      local at_step = tonumber(stored[n])
      if at_step >= first then steps[#steps + 1], tenths[at_step] = at_step, stored[n + 1] end
    end
    table.sort(steps)
    for _, at_step in ipairs(steps) do
      freed = freed + tenths[at_step]
      if freed >= over then
        oldest = at_step
        break
      end
    end
  end
  answers[i - 2] = {over > 0 and 0 or 1, most, used, (oldest + 1) * step - 1 + length}
end
for i = 3, #KEYS do
  local at, answer = 3 + (i - 3) * 6, answers[i - 2]
  if not refused then
    local length, step, cost = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
    redis.call('HINCRBY', KEYS[i], math.floor(now / step), cost)
    redis.call('PEXPIRE', KEYS[i], length + step)
    answer[3] = answer[3] + cost
  end
  answer[3] = math.max(0, answer[2] * 10 - answer[3])
end
if record and not refused and ARGV[2] ~= '0' then redis.call('EXPIRE', KEYS[2], ARGV[2]) end
return {not refused and record or '', answers}
""")

# KEYS: the hash of a window. ARGV: the step that was charged, and tenths to give back. A step that has left the window
# meanwhile stays gone.
_REFUND: Final = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then redis.call('HINCRBY', KEYS[1], ARGV[1], -ARGV[2]) end
return 1
"""


@dataclass(frozen=True)
class Window:
    """The charge of one request against one limit of one caller."""

    name: str
    max_requests: int
    seconds: int
    """The length of the window."""
    identifier: str
    """The caller that it counts: a user, an address, an API key, or the digest of an e-mail address."""
    cost: float = 1
    """In requests; rounded to tenths."""
    step_milliseconds: int = 1
    by_plan: Mapping[str, int] = field(default_factory=dict[str, int])
    """The maximum by plan, for sessions and API keys whose record names one of these plans."""

    @property
    def key(self) -> str:
        """The key of the window in KV."""
        return f"window:{self.name}:{self.identifier}"


@dataclass(frozen=True)
class WindowState:
    """How full a window is after a request, and whether it has room for the request."""

    name: str
    has_room: bool
    limit: int
    remaining: int
    """Whole requests that still fit."""
    reset: float
    """Unix time, seconds: when a refused request has room, else when the oldest request leaves the window."""


def _arguments(window: Window) -> list[Any]:
    plans = " ".join(f"{plan}={most}" for plan, most in window.by_plan.items())
    length, cost = window.seconds * 1000, round(window.cost * TENTHS)
    return [window.name, window.max_requests, plans, length, window.step_milliseconds, cost]


async def admit(
    *windows: Window, session_key: str = "", session_seconds: int = 0, now: float | None = None
) -> tuple[list[WindowState], str | None]:
    """Charges all windows or none, and reads the session record under ``session_key``, which names the plan.

    Where that record is missing, the largest maximum of all plans counts.
    The record is kept for ``session_seconds`` from now (0: as long as it is kept anyway). It is not returned where a
    window has no room. ``now``: Unix time, seconds. One command of KV, to be awaited through ``ask_kv``.
    """
    moment = time.time() if now is None else now
    arguments: list[Any] = [round(moment * 1000), session_seconds]
    for window in windows:
        arguments += _arguments(window)
    keys = [OVERRIDES_KEY, session_key, *(window.key for window in windows)]
    record, answers = await get_kv().eval(_ADMIT, keys=keys, args=[str(item) for item in arguments])
    states = [
        WindowState(window.name, bool(has_room), int(limit), int(remaining) // TENTHS, int(reset) / 1000)
        for window, (has_room, limit, remaining, reset) in zip(windows, answers, strict=True)
    ]
    return states, record or None


async def refund(window: Window, cost: float, *, charged_at: float) -> None:
    """Gives back part of what a request was charged, in requests. One command of KV, to be awaited through ``ask_kv``.

    ``charged_at``: the ``now`` of the call of ``admit`` that charged it.
    """
    step = round(charged_at * 1000) // window.step_milliseconds
    await get_kv().eval(_REFUND, keys=[window.key], args=[str(step), str(round(cost * TENTHS))])


def is_admitted(states: Sequence[WindowState]) -> bool:
    """Tells whether all windows of a request had room, so that it was charged."""
    return all(state.has_room for state in states)


async def write_overrides(limits: Mapping[str, int]) -> None:
    """Replaces the maxima that count instead of those that callers of ``admit`` name, by the name of the window.

    The maximum of a plan is named ``<window>_<plan>``.
    """
    transaction = get_kv().multi()
    transaction.delete(OVERRIDES_KEY)
    if limits:
        transaction.hset(OVERRIDES_KEY, values=dict(limits))
    await transaction.exec()
