"""Signs tokens of our own as the project signs its own, so that every Supabase service takes them."""

import json
import time
from functools import lru_cache
from typing import Any, Final
from uuid import UUID, uuid4

from lib.core.config import ConfigurationError, get_settings

AUDIENCE: Final = "authenticated"
# The claim of tokens that only read: SQL knows it (private.has_reading_token), and our own routes refuse it.
READ_ONLY_CLAIM: Final = "read_only"
# The claim of these tokens that names the session: SQL reads it instead of `session_id` (private.session_id).
READING_SESSION_CLAIM: Final = "reading_session_id"
# So short that a page which lost its session loses its channels soon.
READING_TOKEN_SECONDS: Final = 300


# PyJWT is imported with the first token, as in lib/core/auth/tokens.py.


@lru_cache(maxsize=1)
def _signer() -> tuple[Any, str, dict[str, str]]:
    settings = get_settings()
    if settings.supabase_signing_jwk:
        import jwt

        document = json.loads(settings.supabase_signing_jwk)
        return jwt.PyJWK(document, "ES256").key, "ES256", {"kid": document["kid"]}
    if settings.supabase_jwt_secret:
        return settings.supabase_jwt_secret, "HS256", {}
    raise ConfigurationError("SUPABASE_SIGNING_JWK: needed for tokens of API keys and of web pages")


def issue_token(user_id: UUID, *, seconds: int, claims: dict[str, Any]) -> str:
    """Signs a token of a person with these claims, for a number of seconds. Raises ConfigurationError without a key."""
    import jwt

    now = int(time.time())
    standard = {
        "iss": get_settings().jwt_issuer,
        "aud": AUDIENCE,
        "role": "authenticated",
        "sub": str(user_id),
        "iat": now,
        "exp": now + seconds,
    }
    signing_key, algorithm, headers = _signer()
    return jwt.encode(claims | standard, signing_key, algorithm, headers=headers)


def issue_reading_token(user_id: UUID, session_id: UUID) -> str:
    """Signs a token of five minutes with which a page reads at Supabase as its session may, and changes nothing."""
    # Auth would accept the real session, and change the user or end all sessions with it. It refuses a token whose
    # session does not exist, but accepts one without `session_id` (supabase/auth: internal/api/auth.go).
    claims = {"session_id": str(uuid4()), READING_SESSION_CLAIM: str(session_id), READ_ONLY_CLAIM: True}
    return issue_token(user_id, seconds=READING_TOKEN_SECONDS, claims=claims)
