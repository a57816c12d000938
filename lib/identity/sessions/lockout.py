"""Locks an address for 30 minutes after five failures in 15 minutes (domain §8), whether it has an account or not.

An attempt is counted before the password is checked and taken back when it was right, so that a hundred attempts at
once gain nothing over one after the other. Attempts that fail on our side are taken back too: an outage locks nobody
out. Every lock ends by itself.
"""

import time
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from lib.core.data.kv import ask_kv, get_kv
from lib.core.http.errors import RateLimitExceeded
from lib.core.security.crypto import key_ring
from lib.identity.mail import send_waiting_mail

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
    """An attempt that was counted."""

    subject: str
    id: str
    failures: int
    """Failures before this attempt; -1 while the subject is locked."""
    locked_seconds: int
    """Seconds until the lock ends; 0 if there is none."""
    is_newly_locked: bool
    """Whether this attempt locked the subject."""

    @property
    def is_locked(self) -> bool:
        """Whether the attempt must be refused."""
        return self.failures < 0


def subject_of(kind: str, value: str) -> str:
    """Returns the name under which attempts are counted: a digest, so that KV holds no address and no id of a person.

    ``kind`` says what is attempted: ``email`` (sign-in by address), ``proof`` or ``second_factor`` (by person).
    """
    return key_ring().digests(f"{kind}:{value}", "lockout")[0]


def _keys(subject: str) -> list[str]:
    return [f"lockout:{subject}", f"failures:{subject}"]


async def begin_attempt(subject: str) -> Attempt:
    """Counts an attempt. Raises KvUnavailable: attempts that cannot be counted are refused."""
    attempt_id = uuid4().hex
    arguments = [round(time.time() * 1000), WINDOW_SECONDS * 1000, MAX_FAILURES, LOCK_SECONDS, attempt_id]
    failures, seconds, is_new = await ask_kv(
        get_kv().eval(_BEGIN, keys=_keys(subject), args=[str(item) for item in arguments])
    )
    return Attempt(subject, attempt_id, int(failures), int(seconds), bool(is_new))


async def take_back(attempt: Attempt) -> None:
    """Uncounts an attempt that did not test a credential. Raises KvUnavailable."""
    await ask_kv(get_kv().zrem(_keys(attempt.subject)[1], attempt.id))


async def forget_failures(subject: str) -> None:
    """Forgets failures and lock of a subject. One command of KV: await it through ``ask_kv``."""
    await get_kv().delete(*_keys(subject))


def locked_out(attempt: Attempt) -> RateLimitExceeded:
    """Returns the error for an attempt of a locked subject. After the answer the mail about a new lock is sent."""
    return RateLimitExceeded(
        "too many failed attempts: try again later",
        code="ACCOUNT_LOCKED",
        retry_after=attempt.locked_seconds,
        afterwards=send_waiting_mail if attempt.is_newly_locked else None,
    )
