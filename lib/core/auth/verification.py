"""Verifies access tokens by the keys of the project: see lib/core/auth/tokens.py.

A token says by ``alg`` and ``kid`` which key has signed it: the project's shared secret (HS256), or one of its
published keys (https://supabase.com/docs/guides/auth/signing-keys), each with the one algorithm of its type. While a
project moves from the secret to keys, tokens of both kinds are valid for as long as the older ones live.
"""

import asyncio
import hashlib
import json
import logging
import time
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import httpx
import jwt

from lib.core.auth.issuing import AUDIENCE, READ_ONLY_CLAIM
from lib.core.auth.tokens import AccessToken
from lib.core.config import Settings, get_settings
from lib.core.http.client import get_http_client
from lib.core.http.errors import RETRY_AFTER_SECONDS, ServiceUnavailable, Unauthorized
from lib.core.memory import Memory
from lib.core.telemetry.context import timed
from lib.core.telemetry.logs import log

LEEWAY_SECONDS: Final = 5
JWKS_SECONDS: Final = 5.0
JWKS_FRESH_SECONDS: Final = 600.0
JWKS_REFETCH_SECONDS: Final = 30.0
JWKS_RETRY_SECONDS: Final = 3.0
# Seconds that an instance trusts a token without verifying it again, and how many of them. Whether the session still
# holds is asked of KV and of the database at each request.
VERIFIED_SECONDS: Final = 60.0
MAX_VERIFIED: Final = 5_000
ALGORITHM_OF_KEY_TYPE: Final = {"EC": "ES256", "RSA": "RS256"}


class _Claims(NamedTuple):
    """The content of a verified token, in the order of AccessToken."""

    user_id: UUID
    session_id: UUID
    email: str
    expires_at: int


class PublishedKeys:
    """The project's public keys by id.

    They come from the environment at first. They are fetched again when they are ten minutes old or lack a key.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = f"{settings.supabase_url}/auth/v1/.well-known/jwks.json"
        # A project that signs with a shared secret publishes an empty set.
        self._may_be_empty = settings.supabase_jwt_secret is not None
        self._is_empty = False
        self._keys: dict[str, jwt.PyJWK] = {}
        self._loaded_at = -JWKS_FRESH_SECONDS
        # Keys from the environment may be as old as the deployment: they never count as just fetched, so that the first
        # token of a newer key has them fetched at once.
        self._tried_at = -JWKS_FRESH_SECONDS
        self._has_failed = False
        self._fetching = asyncio.Lock()
        if settings.supabase_jwks:
            self._load(json.loads(settings.supabase_jwks))

    def _load(self, document: dict[str, Any]) -> None:
        keys = [key for key in document.get("keys", []) if key.get("kty") in ALGORITHM_OF_KEY_TYPE]
        self._is_empty = self._may_be_empty and not keys and not self._keys
        if not keys and not self._is_empty:
            raise ValueError("the key set has no key that can be used")
        self._keys = {key["kid"]: jwt.PyJWK(key, ALGORITHM_OF_KEY_TYPE[key["kty"]]) for key in keys if "kid" in key}
        self._loaded_at = time.monotonic()

    async def _fetch(self) -> None:
        self._tried_at = time.monotonic()
        self._has_failed = True
        with timed("jwks"):
            try:
                response = await get_http_client().get(self._url, timeout=JWKS_SECONDS)
                response.raise_for_status()
                self._load(response.json())
                self._has_failed = False
            except (httpx.HTTPError, jwt.PyJWTError, ValueError, AttributeError) as error:
                # The known keys stay valid; a key set that cannot be read is not the caller's fault.
                log(logging.WARNING, "the sign-in keys cannot be read", error=error)

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        """Returns None for an id that no key has.

        Raises ServiceUnavailable where no key is known, or where the newest keys cannot be read: the id may belong to
        one of those.
        """
        if self._is_due(key_id) or (key_id not in self._keys and self._fetching.locked()):
            async with self._fetching:
                if self._is_due(key_id):  # those who waited for the lock find it done
                    await self._fetch()
        if key_id not in self._keys and (self._has_failed or not (self._keys or self._is_empty)):
            raise ServiceUnavailable("sign-in keys cannot be read right now", retry_after=RETRY_AFTER_SECONDS)
        return self._keys.get(key_id)

    def _is_due(self, key_id: str) -> bool:
        # An unknown id may belong to a new key. Asking at most twice a minute bounds the cost of forged ids. After a
        # failure it is asked again after three seconds, since the caller waits for an answer.
        now = time.monotonic()
        is_unknown = key_id not in self._keys
        is_wanting = is_unknown or now - self._loaded_at > JWKS_FRESH_SECONDS
        is_urgent = is_unknown and (self._has_failed or not (self._keys or self._is_empty))
        wait = JWKS_RETRY_SECONDS if is_urgent else JWKS_REFETCH_SECONDS
        return is_wanting and now - self._tried_at > wait


class TokenVerifier:
    """Verifies access tokens by the settings of the deployment."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.supabase_jwt_secret
        self._issuer = settings.jwt_issuer
        self._published = PublishedKeys(settings)
        # By the digest of the token, so that no token stays in memory.
        self._verified = Memory[bytes, _Claims](MAX_VERIFIED)

    async def _key(self, raw: str) -> tuple[Any, str]:
        header = jwt.get_unverified_header(raw)
        algorithm, key_id = header.get("alg"), header.get("kid")
        if algorithm == "HS256" and self._secret:
            return self._secret, "HS256"
        if algorithm not in ALGORITHM_OF_KEY_TYPE.values() or not isinstance(key_id, str):
            raise jwt.InvalidKeyError("no key of ours signs like this")
        key = await self._published.find(key_id)
        if key is None:
            raise jwt.InvalidKeyError("unknown key id")
        return key.key, key.algorithm_name

    async def verify(self, raw: str) -> AccessToken:
        """Raises Unauthorized with TOKEN_EXPIRED or INVALID_TOKEN."""
        digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).digest()
        claims = self._verified.get(digest)
        if claims is None or claims.expires_at <= time.time():
            claims = await self._read(raw)
            self._verified.put(digest, claims, VERIFIED_SECONDS)
        return AccessToken(raw, *claims)

    async def _read(self, raw: str) -> "_Claims":
        try:
            key, algorithm = await self._key(raw)
            claims = jwt.decode(
                raw,
                key,
                algorithms=[algorithm],
                audience=AUDIENCE,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "sub", "aud", "iss", "session_id"]},
            )
            if claims.get("role") != "authenticated":
                raise jwt.InvalidTokenError("not a user's token")
            if READ_ONLY_CLAIM in claims:
                raise jwt.InvalidTokenError("a token for reading at Supabase")
            return _Claims(UUID(claims["sub"]), UUID(claims["session_id"]), str(claims.get("email", "")), claims["exp"])
        except jwt.ExpiredSignatureError:
            raise Unauthorized("the access token has expired", code="TOKEN_EXPIRED") from None
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
            raise Unauthorized("the access token is not valid", code="INVALID_TOKEN") from None


@lru_cache(maxsize=1)
def get_verifier() -> TokenVerifier:
    """Returns the verifier of this instance."""
    return TokenVerifier(get_settings())
