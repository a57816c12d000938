"""Circuit breakers whose state is kept in KV, so that every instance of every function agrees.

A closed circuit lets all calls through and keeps the outcomes of the last ten. It opens when half of them failed. An
open circuit lets no call through for thirty seconds. Then it lets three probes through: it closes when all of them
succeed, and opens again when one fails (thresholds: domain §7). Redis runs each script as one step, by its own clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from lib.core.config import get_settings
from lib.core.data.kv import get_kv

WINDOW_CALLS: Final = 10
MAX_ERRORS: Final = 5
OPEN_MILLISECONDS: Final = 30_000
PROBES: Final = 3
KEPT_SECONDS: Final = 86_400

_NOW: Final = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)"
_READ: Final = f"""{_NOW}
local found = {{}}
for i, key in ipairs(KEYS) do
  local opened = redis.call('HGET', key, 'opened_at')
  local state = 0
  if opened then if now - opened < tonumber(ARGV[1]) then state = 1 else state = 2 end end
  found[i] = {{state, redis.call('HGET', key, 'latency') or '0'}}
end
return found
"""
# A probe whose function was killed returns its place after the thirty seconds of an open circuit.
_ACQUIRE: Final = f"""{_NOW}
local opened = redis.call('HGET', KEYS[1], 'opened_at')
if not opened then return 1 end
if now - opened < tonumber(ARGV[1]) then return 0 end
local since = redis.call('HGET', KEYS[1], 'probing_at')
if not since or now - since >= tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'probing_at', now, 'probes', 0, 'successes', 0)
end
if redis.call('HINCRBY', KEYS[1], 'probes', 1) > tonumber(ARGV[2]) then return 0 end
return 1
"""
# Outcomes that arrive while the circuit is open belong to calls from before it opened, and are ignored.
_RECORD: Final = f"""{_NOW}
local key, calls, is_good = KEYS[1], KEYS[2], ARGV[1] == '1'
local opened = redis.call('HGET', key, 'opened_at')
local function open()
  redis.call('DEL', calls)
  redis.call('HDEL', key, 'probing_at', 'probes', 'successes')
  redis.call('HSET', key, 'opened_at', now)
end
if opened and now - opened >= tonumber(ARGV[3]) then
  if not is_good then open()
  elseif redis.call('HINCRBY', key, 'successes', 1) >= tonumber(ARGV[4]) then
    redis.call('HDEL', key, 'opened_at', 'probing_at', 'probes', 'successes')
  end
elseif not opened then
  redis.call('LPUSH', calls, ARGV[1])
  redis.call('LTRIM', calls, 0, ARGV[5] - 1)
  local errors = 0
  for _, outcome in ipairs(redis.call('LRANGE', calls, 0, -1)) do if outcome == '0' then errors = errors + 1 end end
  if redis.call('LLEN', calls) >= tonumber(ARGV[5]) and errors >= tonumber(ARGV[6]) then open() end
end
if is_good and tonumber(ARGV[2]) > 0 then
  local before = tonumber(redis.call('HGET', key, 'latency') or ARGV[2])
  redis.call('HSET', key, 'latency', math.floor(before * 0.7 + ARGV[2] * 0.3))
end
redis.call('EXPIRE', key, ARGV[7])
redis.call('EXPIRE', calls, ARGV[7])
return 1
"""


class State(IntEnum):
    """The state of a circuit: CLOSED lets calls through, OPEN none, HALF_OPEN probes only."""

    CLOSED = 0
    OPEN = 1
    HALF_OPEN = 2


@dataclass(frozen=True, slots=True)
class Circuit:
    """The record of one circuit in KV."""

    state: State = State.CLOSED
    latency_ms: int = 0
    """How long recent calls took, weighted towards the latest, in milliseconds; 0: not known."""


def _key(name: str) -> str:
    # A preview that calls a broken model must not open the circuits of production, which may share its store.
    return f"circuit:{get_settings().environment}:{name}"


async def read_circuits(names: Sequence[str]) -> dict[str, Circuit]:
    """Returns circuits by name, by one command of KV. Await it by ``ask_kv``, like the other functions here."""
    if not names:
        return {}
    found = await get_kv().eval(_READ, keys=[_key(name) for name in names], args=[str(OPEN_MILLISECONDS)])
    return {
        name: Circuit(State(int(state)), int(float(latency)))
        for name, (state, latency) in zip(names, found, strict=True)
    }


async def acquire_probe(name: str) -> bool:
    """Returns whether a call may go through a circuit that was not closed when it was read."""
    args = [str(OPEN_MILLISECONDS), str(PROBES)]
    return bool(await get_kv().eval(_ACQUIRE, keys=[_key(name)], args=args))


async def record_outcome(name: str, *, is_good: bool, latency_ms: int = 0) -> None:
    """Records the outcome of a call, and its latency in milliseconds (0: not known)."""
    args = [int(is_good), latency_ms, OPEN_MILLISECONDS, PROBES, WINDOW_CALLS, MAX_ERRORS, KEPT_SECONDS]
    await get_kv().eval(_RECORD, keys=[_key(name), f"{_key(name)}:calls"], args=[str(value) for value in args])
