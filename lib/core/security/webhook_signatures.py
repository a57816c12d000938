"""Signs and verifies by Standard Webhooks (https://www.standardwebhooks.com): webhooks, channels and notifications."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

# The specification asks for 24 to 64 bytes.
SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"


class SignatureRefused(Exception):
    """The signature is missing, wrong, or older or newer than five minutes."""


def make_secret() -> str:
    """Returns a new random secret: `whsec_` and 32 bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(secrets_in_use: Sequence[str], *, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """Returns the headers of a message: its id, its time and a signature by each secret, separated by spaces.

    While a secret is being rotated there are two. ``at``: the time of the attempt, with a time zone.
    """
    from standardwebhooks import Webhook

    # The package takes any time for one in UTC.
    moment = at.astimezone(UTC)
    signatures = [Webhook(secret).sign(message_id, moment, body) for secret in secrets_in_use]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def verify(secret: str, *, headers: Mapping[str, str], body: bytes) -> None:
    """Verifies a message that was received, within five minutes of its time. Raises SignatureRefused."""
    from standardwebhooks import Webhook, WebhookVerificationError

    try:
        Webhook(secret).verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError) as error:
        raise SignatureRefused(str(error)) from error
