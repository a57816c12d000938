"""SendGrid's event webhook (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event).

Signed by ECDSA over P-256 and SHA-256: the timestamp of the header, then the body as it was sent
(https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features).
"""

import base64
import binascii
import json
import time
from collections.abc import Iterator
from typing import Any, Final

from lib.core.http.errors import Forbidden, ValidationFailed
from lib.notify.mail.hooks.models import Kind, MailEvent, Suppression, read_text, read_time, read_uuid
from lib.notify.settings import get_mail_settings

SIGNATURE_HEADER: Final = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER: Final = "X-Twilio-Email-Event-Webhook-Timestamp"
MAX_AGE: Final = 300
MAX_EVENTS: Final = 5_000
_KINDS: Final[dict[str, Kind]] = {
    "delivered": "delivered",
    "open": "opened",
    "click": "clicked",
    "bounce": "bounced",
    "dropped": "failed",
    "spamreport": "complained",
}
# Why SendGrid dropped a mail, where it says something about the address.
_DROPPED: Final[dict[str, Suppression]] = {"Bounced Address": "bounce", "Spam Reporting Address": "complaint"}


def verify(body: bytes, *, signature: str | None, timestamp: str | None) -> None:
    """Verifies a request. Raises Forbidden unless SendGrid signed it within the last five minutes."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    configured = get_mail_settings().sendgrid_webhook_public_key
    if configured is None:
        raise Forbidden("this deployment takes no events of SendGrid")
    if not signature or not timestamp or not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise Forbidden("the request is not signed")
    if abs(time.time() - int(timestamp)) > MAX_AGE:
        raise Forbidden("the signature is too old")
    try:
        key = load_der_public_key(base64.b64decode(configured, validate=True))
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
            raise Forbidden("the key of SendGrid's events is of another kind")
        key.verify(base64.b64decode(signature, validate=True), timestamp.encode() + body, ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise Forbidden("the signature is wrong") from error


def read_events(body: bytes) -> list[MailEvent]:
    """Returns the events of a request that say something about a mail. Raises ValidationFailed."""
    try:
        listed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValidationFailed("the body is no JSON") from error
    if not isinstance(listed, list) or len(listed) > MAX_EVENTS:
        raise ValidationFailed(f"the body must be a list of at most {MAX_EVENTS} events")
    return list(_events(listed))


def _events(listed: list[Any]) -> Iterator[MailEvent]:
    for event in listed:
        if not isinstance(event, dict):
            continue
        kind, event_id = _KINDS.get(str(event.get("event"))), read_text(event.get("sg_event_id"))
        # Proxies of mailboxes open mails before a person does.
        if kind is None or event_id is None or event.get("sg_machine_open") is True:
            continue
        suppress: Suppression | None = None
        if kind == "bounced" and event.get("type") == "blocked":
            kind = "failed"  # for the moment: the address exists
        elif kind == "bounced":
            suppress = "bounce"
        elif kind == "complained":
            suppress = "complaint"
        elif kind == "failed":
            suppress = _DROPPED.get(str(event.get("reason")))
        yield MailEvent(
            event_id=event_id,
            kind=kind,
            at=read_time(event.get("timestamp")),
            mail_id=read_uuid(event.get("mail_id")),
            # The part before the first point is the X-Message-Id of the answer to the mail.
            provider_message_id=(read_text(event.get("sg_message_id"), 300) or "").split(".")[0] or None,
            address=read_text(event.get("email"), 320),
            suppress=suppress,
        )
