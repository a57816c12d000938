"""Exact sliding windows in KV, several of them and the session of a request by one command.

Each window is a sorted set of what was admitted in the last so many milliseconds. Either all windows of a request have
room and each is charged, or none is. The limits may be changed while the platform runs: a hash in KV overrides those
that the caller names, and the scheduler keeps it equal to the setting ``rate_limits`` of the database.
"""

import time
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from lib.core.data.kv import get_kv

OVERRIDES_KEY: Final = "limits:overrides"

# KEYS: the overrides, the session (or an empty string), then a sorted set for each window.
# ARGV: now (ms), seconds that a session is kept for from now (0: as it is), a unique id, then for each window its name,
# maximum, length (ms) and cost.
# Answer: what the session key held, then for each window: admitted, maximum, remaining, reset (ms).
_SCRIPT: Final = """
local now, answers, refused = tonumber(ARGV[1]), {}, false
local maxima = {}
for i = 3, #KEYS do
  local at = 4 + (i - 3) * 4
  local most, length, cost = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  most = tonumber(redis.call('HGET', KEYS[1], ARGV[at])) or most
  maxima[i] = most
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - length)
  local used = redis.call('ZCARD', KEYS[i])
  local over = used + cost - most
  local admitted = over <= 0
  local reset = now + length
  if not admitted then
    refused = true
    if over <= used then
      reset = tonumber(redis.call('ZRANGE', KEYS[i], over - 1, over - 1, 'WITHSCORES')[2]) + length
    end
  elseif used > 0 then
    reset = tonumber(redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')[2]) + length
  end
  answers[i - 2] = {admitted and 1 or 0, most, used, reset}
end
for i = 3, #KEYS do
  local at = 4 + (i - 3) * 4
  local length, cost = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  if not refused then
    for n = 1, cost do redis.call('ZADD', KEYS[i], now, ARGV[3] .. ':' .. n) end
    redis.call('PEXPIRE', KEYS[i], length)
    answers[i - 2][3] = answers[i - 2][3] + cost
  end
  answers[i - 2][3] = math.max(0, maxima[i] - answers[i - 2][3])
end
local session = false
if KEYS[2] ~= '' and not refused then
  if ARGV[2] == '0' then session = redis.call('GET', KEYS[2])
  else session = redis.call('GETEX', KEYS[2], 'EX', ARGV[2]) end
end
return {session or '', answers}
"""


@dataclass(frozen=True)
class Window:
    name: str
    max_requests: int
    seconds: int
    identifier: str
    """Whom it counts for: a user, an address, the digest of an e-mail."""
    cost: int = 1

    @property
    def key(self) -> str:
        return f"limit:{self.name}:{self.identifier}"


@dataclass(frozen=True)
class Verdict:
    name: str
    is_admitted: bool
    limit: int
    remaining: int
    reset: float
    """Unix time, seconds: when there is room again, or the oldest request leaves the window."""


async def admit(
    *windows: Window, session_key: str = "", session_seconds: int = 0, now: float | None = None
) -> tuple[list[Verdict], str | None]:
    """Charges all windows or none; and what ``session_key`` holds, kept for so long from now (0: as it is).

    One command of KV, to be awaited through ``ask_kv``.
    """
    moment = time.time() if now is None else now
    arguments: list[Any] = [round(moment * 1000), session_seconds, uuid4().hex]
    for window in windows:
        arguments += [window.name, window.max_requests, window.seconds * 1000, window.cost]
    keys = [OVERRIDES_KEY, session_key, *(window.key for window in windows)]
    session, answers = await get_kv().eval(_SCRIPT, keys=keys, args=[str(item) for item in arguments])
    verdicts = [
        Verdict(window.name, bool(admitted), int(limit), int(remaining), int(reset) / 1000)
        for window, (admitted, limit, remaining, reset) in zip(windows, answers, strict=True)
    ]
    return verdicts, session or None


async def write_overrides(limits: dict[str, int]) -> None:
    """Makes these, and no others, count instead of what the callers of ``admit`` name; by the name of the window."""
    transaction = get_kv().multi()
    transaction.delete(OVERRIDES_KEY)
    if limits:
        transaction.hset(OVERRIDES_KEY, values=limits)
    await transaction.exec()
