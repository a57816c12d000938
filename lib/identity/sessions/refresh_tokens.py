"""Remembers in KV which refresh tokens were used. One that comes back was stolen, or its successor (RFC 9700 §4.14).

Auth writes them in two formats (https://github.com/supabase/auth/blob/master/internal/crypto/refresh_tokens.go): twelve
characters with a row in ``auth.refresh_tokens``, or signed bytes that name their session. Supabase decides which one a
project uses, and may change it during a session.
"""

import base64
import binascii
import hashlib
import re
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from lib.core.auth.session_lengths import LIFETIME_SECONDS
from lib.core.data.kv import get_kv

# Two tabs of one browser may both refresh: Auth gives both the same answer for this time (its reuse interval).
GRACE_SECONDS: Final = 10
_ROW_TOKEN: Final = re.compile(r"[a-z0-9]{12}")
# A version, the session's id, a counter of a byte at least, 16 bytes of signature and four of a checksum.
_MIN_BYTES: Final = 1 + 16 + 1 + 16 + 4
_SESSION: Final = slice(1, 17)


@dataclass(frozen=True, slots=True)
class Mark:
    """A refresh token that we issued."""

    session_id: UUID
    user_id: UUID
    spent_at: float | None
    """When it was first used: Unix time, seconds. None if it was not."""

    @property
    def is_reused(self) -> bool:
        """Whether using the token now counts as a second use."""
        return self.spent_at is not None and time.time() - self.spent_at > GRACE_SECONDS


def is_row_token(token: str) -> bool:
    """Whether a refresh token has the format of those with a row in Auth."""
    return _ROW_TOKEN.fullmatch(token) is not None


def named_session(token: str) -> UUID | None:
    """Returns the session that a signed refresh token names; None for other formats.

    Anyone can make up such a token: only Auth checks the signature.
    """
    try:
        content = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=content[_SESSION]) if len(content) >= _MIN_BYTES and content[0] == 0 else None


def _key(token: str) -> str:
    return f"refresh:{hashlib.sha256(token.encode()).hexdigest()}"


def _load(entry: str | None) -> Mark | None:
    if entry is None:
        return None
    session, user, spent = entry.split(" ")
    return Mark(UUID(session), UUID(user), float(spent) if spent != "-" else None)


async def mark_live(token: str, session_id: UUID, user_id: UUID) -> None:
    """Remembers a token that was just issued. One command of KV: await it through ``ask_kv``, as those below."""
    await get_kv().set(_key(token), f"{session_id} {user_id} -", ex=LIFETIME_SECONDS)


async def read_mark(token: str) -> Mark | None:
    """Returns what KV knows of a token; None if nothing, and Auth decides."""
    return _load(await get_kv().get(_key(token)))


async def mark_spent(token: str, mark: Mark) -> None:
    """Records the first use of a token. Later uses change nothing."""
    if mark.spent_at is None:
        await get_kv().set(_key(token), f"{mark.session_id} {mark.user_id} {time.time():.0f}", ex=LIFETIME_SECONDS)
