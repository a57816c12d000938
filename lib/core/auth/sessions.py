"""Session records in KV: kept for eight hours from the last request, and for a day in all (domain §8).

The database has the sessions as well (``user_sessions``) and decides requests that reach it directly. The record in KV
holds what each request of the API needs to know, and comes with the answer of the rate limits.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from lib.core.auth.session_lengths import IDLE_SECONDS, LIFETIME_SECONDS
from lib.core.data.kv import get_kv
from lib.core.http.errors import Unauthorized

DEFAULT_PLAN: Final = "starter"

type Factor = Literal["none", "pending", "passed"]
"""The state of the second factor: the user has none, or it is still to be passed, or was passed in this session."""

# Replaces the plan in the text of the record: a record that was read, changed and written back could undo a change of
# the second factor that came between. A record without a plan, as former versions wrote it, gets one. The lifetime of
# the record stays as it is.
_CHANGE_PLAN: Final = """
local record = redis.call('GET', KEYS[1])
if record then
  local plan = '"plan": "' .. ARGV[1] .. '"'
  local changed, count = string.gsub(record, '"plan": "[%l_]+"', plan)
  if count == 0 then changed = string.gsub(record, '}%s*$', ', ' .. plan .. '}') end
  redis.call('SET', KEYS[1], changed, 'KEEPTTL')
end
return 1
"""


def session_key(session_id: UUID | str) -> str:
    """Returns the key of a session record in KV."""
    return f"session:{session_id}"


@dataclass(frozen=True)
class Session:
    """The record of an open session."""

    user_id: UUID
    opened_at: int
    """Unix time, seconds."""
    factor: Factor
    plan: str = DEFAULT_PLAN
    """The highest plan of the accounts of the user's brands, which decides the rate limits. It is read at sign-in and
    at each refresh, so a change of plan counts within the lifetime of an access token."""

    def dump(self) -> str:
        """Returns the text of the record. lib/core/limits/windows.py finds the plan in it by a pattern."""
        return json.dumps(
            {"userId": str(self.user_id), "openedAt": self.opened_at, "factor": self.factor, "plan": self.plan}
        )


async def write_session(session_id: UUID, user_id: UUID, factor: Factor, *, plan: str) -> None:
    """Writes the record of a session that was just opened."""
    record = Session(user_id, int(time.time()), factor, plan)
    await get_kv().set(session_key(session_id), record.dump(), ex=IDLE_SECONDS)


async def read_session(session_id: UUID) -> str | None:
    """Returns the record of a session, or None, and keeps it for another eight hours, in one command."""
    return await get_kv().getex(session_key(session_id), ex=IDLE_SECONDS)


async def change_factor(session_id: UUID | str, user_id: UUID, factor: Factor) -> None:
    """Changes the state of the second factor of a session. Does nothing for a session that has ended."""
    key = session_key(session_id)
    record = await get_kv().get(key)
    if record is not None:
        changed = replace(_load(record), user_id=user_id, factor=factor)
        await get_kv().set(key, changed.dump(), xx=True, ex=IDLE_SECONDS)


async def change_plan(session_id: UUID | str, plan: str) -> None:
    """Changes the plan of a session. Does nothing for a session that has ended."""
    await get_kv().eval(_CHANGE_PLAN, keys=[session_key(session_id)], args=[plan])


async def close_sessions(session_ids: Iterable[UUID | str]) -> None:
    """Deletes the records of sessions: from the next request on their tokens are refused."""
    keys = [session_key(session_id) for session_id in session_ids]
    if keys:
        await get_kv().delete(*keys)


def _load(record: str) -> Session:
    entry = json.loads(record)
    return Session(
        UUID(entry["userId"]), entry["openedAt"], entry.get("factor", "none"), entry.get("plan", DEFAULT_PLAN)
    )


def check_session(record: str | None, user_id: UUID, *, may_be_pending: bool = False) -> Session:
    """Returns the session of a record.

    Raises Unauthorized (SESSION_INVALID) where the record is missing, another user's or older than a day, and
    Unauthorized (MFA_REQUIRED) where the second factor is still to be passed, unless ``may_be_pending``.
    """
    session = _load(record) if record else None
    if session is None or session.user_id != user_id:
        raise Unauthorized("the session has ended: sign in again", code="SESSION_INVALID")
    if time.time() - session.opened_at > LIFETIME_SECONDS:
        raise Unauthorized("the session is older than a day: sign in again", code="SESSION_INVALID")
    if session.factor == "pending" and not may_be_pending:
        raise Unauthorized("this session has not passed the second factor", code="MFA_REQUIRED")
    return session
