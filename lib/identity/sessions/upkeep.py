"""Scheduled work on sessions. ``db`` is the data API with the service role."""

from typing import Final

from lib.core.data.db import Db
from lib.identity.sessions import repository
from lib.identity.sessions.cache import forget_sessions

AUTH_SESSIONS_BATCH: Final = 5000


async def end_stolen_sessions(db: Db) -> int:
    """Ends sessions that were refreshed at Auth directly, past us, and returns how many."""
    ended = await repository.end_stolen_sessions(db)
    await forget_sessions(ended)
    return len(ended)


async def end_expired_sessions(db: Db) -> int:
    """Ends expired sessions, and lets KV forget all that ended of late. Returns how many KV was asked to forget."""
    ended = await repository.end_expired_sessions(db)
    await forget_sessions(ended)
    return len(ended)


async def forget_ended_sessions(db: Db) -> int:
    """Deletes sessions that ended a day ago, here and in Auth, and returns how many of ours."""
    forgotten = await repository.forget_ended_sessions(db)
    deleted = AUTH_SESSIONS_BATCH
    while deleted == AUTH_SESSIONS_BATCH:
        deleted = await repository.forget_auth_sessions(db, batch=AUTH_SESSIONS_BATCH)
    return forgotten
