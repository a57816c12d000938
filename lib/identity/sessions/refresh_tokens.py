"""Refresh tokens, and the answers that were given to them a moment ago.

The database knows the tokens that we issued, by their digests, and decides whether one is used a second time. KV keeps
each answer for as long as a second use may be answered, so that all tabs of a browser get the same tokens.

Auth writes tokens in two formats (https://github.com/supabase/auth/blob/master/internal/crypto/refresh_tokens.go):
twelve characters with a row in ``auth.refresh_tokens``, or signed bytes that name their session. Supabase decides which
one a project uses, and may change it during a session.
"""

import base64
import binascii
import json
import re
import time
from dataclasses import asdict, dataclass, field
from typing import Final
from uuid import UUID

from lib.core.data.kv import get_kv
from lib.core.security.crypto import DecryptionFailed, key_ring, token_digest

# How long a token is answered after its first use. As private.refresh_reuse_limit.
GRACE_SECONDS: Final = 30
# More than the grace: the database decides, and what it still accepts must be there.
_KEPT_SECONDS: Final = GRACE_SECONDS + 15
# Each refresh takes a round trip to Auth, so that no more fit into the time.
_MAX_STEPS: Final = 50
_ROW_TOKEN: Final = re.compile(r"[a-z0-9]{12}")
# A version, the session's id, a counter of a byte at least, 16 bytes of signature and four of a checksum.
_MIN_BYTES: Final = 1 + 16 + 1 + 16 + 4
_SESSION: Final = slice(1, 17)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer to a refresh token."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float
    """When the access token expires: Unix time, seconds."""
    session_id: str


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
    return f"refreshed:{token_digest(token)}"


async def keep_answer(token: str, answer: KeptAnswer) -> None:
    """Keeps the answer to a token, encrypted. One command of KV: await it through ``ask_kv``, as those below."""
    if answer.refresh_token != token:
        sealed = key_ring().encrypt(json.dumps(asdict(answer)), _key(token))
        await get_kv().set(_key(token), sealed, ex=_KEPT_SECONDS)


async def _read_answer(token: str) -> KeptAnswer | None:
    sealed = await get_kv().get(_key(token))
    if sealed is None:
        return None
    try:
        answer = KeptAnswer(**json.loads(key_ring().decrypt(sealed, _key(token))))
    except DecryptionFailed:  # under a key that was taken out of the ring: Auth is asked
        return None
    return answer if answer.expires_at > time.time() else None


async def newest_answer(token: str) -> KeptAnswer | None:
    """Returns the answer to a token that was used a moment ago; None if there is none.

    If the token of that answer was used since, the answer to that one is returned, and so on: a client must not be
    given a token that is spent.
    """
    newest = None
    for _ in range(_MAX_STEPS):
        following = await _read_answer(token)
        if following is None:
            break
        newest, token = following, following.refresh_token
    return newest
