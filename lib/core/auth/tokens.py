"""The access tokens of Supabase Auth, which are verified without asking it."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A verified access token of a user."""

    raw: str = field(repr=False)
    user_id: UUID
    session_id: UUID
    email: str = field(repr=False)
    expires_at: int
    """Unix time, seconds."""


async def verify_token(raw: str) -> AccessToken:
    """Verifies an access token. Raises Unauthorized (TOKEN_EXPIRED, INVALID_TOKEN), or ServiceUnavailable."""
    # Imported with the first token: PyJWT and `cryptography` take a quarter of the time in which FastAPI is imported.
    from lib.core.auth.verification import get_verifier

    return await get_verifier().verify(raw)
