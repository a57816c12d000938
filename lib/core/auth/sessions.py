"""Sessions in KV: eight hours from the last request, twenty-four in all (domain §8).

The database knows of them as well (``user_sessions``), for whoever asks it directly; what is written here is what
every request of ours needs to know without a hop of its own.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from lib.core.data.kv import get_kv
from lib.core.http.errors import Unauthorized

IDLE_SECONDS: Final = 8 * 3600
LIFETIME_SECONDS: Final = 24 * 3600

type Factor = Literal["none", "pending", "passed"]
"""Of the second factor: there is none, it is still to be passed, or it was passed in this session."""


def session_key(session_id: UUID | str) -> str:
    return f"session:{session_id}"


@dataclass(frozen=True)
class Session:
    user_id: UUID
    opened_at: int
    """Unix time, seconds."""
    factor: Factor

    def dump(self) -> str:
        return json.dumps({"userId": str(self.user_id), "openedAt": self.opened_at, "factor": self.factor})


async def write_session(session_id: UUID, user_id: UUID, factor: Factor) -> None:
    record = Session(user_id, int(time.time()), factor)
    await get_kv().set(session_key(session_id), record.dump(), ex=IDLE_SECONDS)


async def read_session(session_id: UUID) -> str | None:
    """Reads and extends a session in one command."""
    return await get_kv().getex(session_key(session_id), ex=IDLE_SECONDS)


async def change_factor(session_id: UUID | str, user_id: UUID, factor: Factor) -> None:
    """Of a session that still lives; when it was opened stays as it is."""
    key = session_key(session_id)
    record = await get_kv().get(key)
    if record is not None:
        session = _load(record)
        changed = Session(user_id, session.opened_at, factor)
        await get_kv().set(key, changed.dump(), xx=True, ex=IDLE_SECONDS)


async def close_sessions(session_ids: Iterable[UUID | str]) -> None:
    keys = [session_key(session_id) for session_id in session_ids]
    if keys:
        await get_kv().delete(*keys)


def _load(record: str) -> Session:
    entry = json.loads(record)
    return Session(UUID(entry["userId"]), entry["openedAt"], entry.get("factor", "none"))


def check_session(record: str | None, user_id: UUID, *, may_be_pending: bool = False) -> Session:
    """Raises Unauthorized unless the record is of this user, young enough, and past the second factor."""
    session = _load(record) if record else None
    if session is None or session.user_id != user_id:
        raise Unauthorized("the session has ended: sign in again", code="SESSION_INVALID")
    if time.time() - session.opened_at > LIFETIME_SECONDS:
        raise Unauthorized("the session is older than a day: sign in again", code="SESSION_INVALID")
    if session.factor == "pending" and not may_be_pending:
        raise Unauthorized("this session has not passed the second factor", code="MFA_REQUIRED")
    return session
