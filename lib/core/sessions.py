"""Sessions in KV: eight hours from the last request, twenty-four in all (domain §8)."""

import json
import time
from typing import Final
from uuid import UUID

from lib.core.errors import Unauthorized
from lib.core.kv import get_kv

IDLE_SECONDS: Final = 8 * 3600
LIFETIME_SECONDS: Final = 24 * 3600


def _key(session_id: UUID) -> str:
    return f"session:{session_id}"


async def open_session(session_id: UUID, user_id: UUID) -> None:
    record = json.dumps({"userId": str(user_id), "openedAt": int(time.time())})
    await get_kv().set(_key(session_id), record, ex=IDLE_SECONDS)


async def touch_session(session_id: UUID) -> str | None:
    """Reads and extends a session in one command."""
    return await get_kv().getex(_key(session_id), ex=IDLE_SECONDS)


async def close_session(session_id: UUID) -> None:
    await get_kv().delete(_key(session_id))


def check_session(record: str | None, user_id: UUID) -> None:
    """Raises Unauthorized unless the record is of this user and young enough."""
    session = json.loads(record) if record else None
    if session is None or session["userId"] != str(user_id):
        raise Unauthorized("the session has ended: sign in again", code="SESSION_INVALID")
    if time.time() - session["openedAt"] > LIFETIME_SECONDS:
        raise Unauthorized("the session is older than a day: sign in again", code="SESSION_INVALID")
