"""Five failures in a quarter of an hour lock an address for half an hour (domain §8), whether it has an account or not.

An attempt is counted before the password is looked at and taken back when it was right, so that a hundred attempts at
once are no better than one after the other. What fails on our side is taken back as well: an outage locks nobody out,
and every lock ends by itself.
"""

import time
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from lib.core.data.kv import ask_kv, get_kv
from lib.core.security.crypto import key_ring

MAX_FAILURES: Final = 5
WINDOW_SECONDS: Final = 15 * 60
LOCK_SECONDS: Final = 30 * 60

# KEYS: the lock, the failures. ARGV: now (ms), window (ms), maximum, seconds of a lock, id of the attempt.
# Answer: failures before this one, or -1 when locked; seconds until the lock ends; whether it was locked just now.
_BEGIN: Final = """
local ttl = redis.call('TTL', KEYS[1])
if ttl > 0 then return {-1, ttl, 0} end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', tonumber(ARGV[1]) - tonumber(ARGV[2]))
local failures = redis.call('ZCARD', KEYS[2])
if failures >= tonumber(ARGV[3]) then
  redis.call('SET', KEYS[1], '1', 'EX', ARGV[4])
  redis.call('DEL', KEYS[2])
  return {-1, tonumber(ARGV[4]), 1}
end
redis.call('ZADD', KEYS[2], ARGV[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return {failures, 0, 0}
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    subject: str
    id: str
    failures: int
    """Before this one."""
    locked_seconds: int
    is_newly_locked: bool

    @property
    def is_locked(self) -> bool:
        return self.failures < 0


def subject_of(kind: str, value: str) -> str:
    """Nothing in KV says whose attempts they are."""
    return key_ring().digests(f"{kind}:{value}", "lockout")[0]


def _keys(subject: str) -> list[str]:
    return [f"lockout:{subject}", f"failures:{subject}"]


async def begin_attempt(subject: str) -> Attempt:
    """Raises KvUnavailable: without the count nobody gets in."""
    attempt_id = uuid4().hex
    arguments = [round(time.time() * 1000), WINDOW_SECONDS * 1000, MAX_FAILURES, LOCK_SECONDS, attempt_id]
    failures, seconds, is_new = await ask_kv(
        get_kv().eval(_BEGIN, keys=_keys(subject), args=[str(item) for item in arguments])
    )
    return Attempt(subject, attempt_id, int(failures), int(seconds), bool(is_new))


async def take_back(attempt: Attempt) -> None:
    """It said nothing about the password."""
    await ask_kv(get_kv().zrem(_keys(attempt.subject)[1], attempt.id))


async def forget_failures(subject: str) -> None:
    """One command of KV, to be awaited through ``ask_kv``: the right password, or a new one."""
    await get_kv().delete(*_keys(subject))
