"""Signs payloads that the database takes from our functions only: ``private.verified_payload`` verifies them."""

import hashlib
import hmac
import json
from typing import Any

from lib.core.config import ConfigurationError, get_settings


def signed(name: str, payload: dict[str, Any]) -> dict[str, str]:
    """Returns the arguments of a signed command: the payload as JSON under ``name``, and its signature.

    Raises ConfigurationError where the deployment has no secret.
    """
    secret = get_settings().signing_secret
    if secret is None:
        raise ConfigurationError(
            "SIGNING_SECRET: needed to sign payloads that the database accepts only from our functions"
        )
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=str)
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {name: text, "signature": signature}
