"""Proves to the database that a request comes from our functions: ``private.from_functions`` verifies it.

The data API is open to everyone with a token. It lets tokens read; changes need the header of this module, which only
holders of SIGNING_SECRET can make. So nobody goes around what the functions validate, clean and limit.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any, Final

from lib.core.config import ConfigurationError, get_settings
from lib.core.memory import Memory
from lib.core.settings.refusals import claims_of

PROOF_HEADER: Final = "X-Functions-Proof"
# Longer than a function may run, which is 60 seconds. The database refuses more than 300.
PROOF_SECONDS: Final = 120
# Seconds that a proof is used again for the same token: it then holds for 90 more, longer than a function runs.
REUSED_SECONDS: Final = 30
MAX_PROOFS: Final = 5_000
_VERSION: Final = "functions-proof-1"
# The claims to which a proof is bound, in the order of private.from_functions.
_BOUND_CLAIMS: Final = ("sub", "session_id", "api_key_id", "scope")


# By the digest of secret and token, so that no token stays in memory.
_proofs: Final = Memory[bytes, str](MAX_PROOFS)


def require_secret() -> str:
    """Returns SIGNING_SECRET. Raises ConfigurationError where the deployment has none."""
    secret = get_settings().signing_secret
    if secret is None:
        raise ConfigurationError("SIGNING_SECRET: needed to change anything: the database takes changes from us only")
    return secret


def make_proof(claims: Mapping[str, Any], secret: str, *, expires_at: int | None = None) -> str:
    """Returns the proof of requests whose access token has these claims; a request without a person has none.

    It holds for the user, the session or API key, and the scopes of the claims, until ``expires_at`` (Unix time,
    seconds; by default in two minutes).
    """
    expiry = str(int(time.time()) + PROOF_SECONDS if expires_at is None else expires_at)
    text = "\n".join([_VERSION, *(str(claims.get(name, "")) for name in _BOUND_CLAIMS), expiry])
    return f"{expiry}.{hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()}"


def proof_headers(access_token: str | None) -> dict[str, str]:
    """Returns the header for a request with this access token, or without a person.

    The token is not verified here: the data API refuses any that is not valid. Returns no header where the deployment
    has no secret: it reads, and every change is refused. A proof holds for at least 90 seconds.
    """
    secret = get_settings().signing_secret
    if not secret:
        return {}
    key = hashlib.sha256(f"{secret} {access_token}".encode("utf-8", "surrogatepass")).digest()
    proof = _proofs.get(key)
    if proof is None:
        proof = make_proof(claims_of(access_token or ""), secret)
        _proofs.put(key, proof, REUSED_SECONDS)
    return {PROOF_HEADER: proof}
