"""Which refresh tokens were spent: one that comes back is stolen, or its successor is (RFC 9700 §4.14)."""

import hashlib
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from lib.core.kv import get_kv
from lib.core.sessions import LIFETIME_SECONDS

# Two tabs of one browser may both refresh: Auth gives both the same answer for as long (its reuse interval).
GRACE_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a refresh token."""

    session_id: UUID
    user_id: UUID
    spent_at: float | None

    @property
    def is_reused(self) -> bool:
        return self.spent_at is not None and time.time() - self.spent_at > GRACE_SECONDS


def _key(token: str) -> str:
    return f"refresh:{hashlib.sha256(token.encode()).hexdigest()}"


def _load(entry: str | None) -> Mark | None:
    if entry is None:
        return None
    session, user, spent = entry.split(" ")
    return Mark(UUID(session), UUID(user), float(spent) if spent != "-" else None)


async def mark_live(token: str, session_id: UUID, user_id: UUID) -> None:
    await get_kv().set(_key(token), f"{session_id} {user_id} -", ex=LIFETIME_SECONDS)


async def read_mark(token: str) -> Mark | None:
    """None for one that KV does not know: Auth decides."""
    return _load(await get_kv().get(_key(token)))


async def mark_spent(token: str, mark: Mark) -> None:
    """When it was spent first, not last."""
    if mark.spent_at is None:
        await get_kv().set(_key(token), f"{mark.session_id} {mark.user_id} {time.time():.0f}", ex=LIFETIME_SECONDS)
