"""Reports what became of a mail, as SendGrid and SES do."""

import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from local.mail.signing import sendgrid_headers, sns_message


def sendgrid_event(mail_id: str, event: str, *, address: str, **more: Any) -> dict[str, Any]:
    """Returns an event of SendGrid. more: further parts, or others than the usual ones."""
    return {
        "email": address,
        "timestamp": int(time.time()),
        "event": event,
        "sg_event_id": uuid4().hex,
        "sg_message_id": f"{uuid4().hex}.recvd-1",
        "mail_id": mail_id,
    } | more


def ses_event(mail_id: str, event: str, *, address: str, **more: Any) -> dict[str, Any]:
    """Returns an event of SES (``Bounce``, ``Delivery`` …). more: further parts of its details."""
    now = datetime.now(UTC).isoformat()
    part = event.lower()
    details: dict[str, Any] = {"timestamp": now}
    if event in ("Bounce", "Complaint"):
        recipients = "bouncedRecipients" if event == "Bounce" else "complainedRecipients"
        details[recipients] = [{"emailAddress": address}]
    if event == "Bounce":
        details["bounceType"] = "Permanent"
    mail = {"messageId": uuid4().hex, "timestamp": now, "tags": {"mail_id": [mail_id]}}
    return {"eventType": event, "mail": mail, part: details | more}


def signed_request(wanted: dict[str, Any], *, origin: str) -> tuple[bytes, dict[str, str]]:
    """Returns body and headers of a request that reports an event.

    wanted: ``{"provider", "mailId", "event", "to", "topic"}``.
    """
    if wanted["provider"] == "ses":
        event = ses_event(wanted["mailId"], wanted["event"], address=wanted["to"])
        message = sns_message(event, topic=wanted["topic"], origin=origin)
        return json.dumps(message).encode(), {"Content-Type": "text/plain; charset=UTF-8"}
    body = json.dumps([sendgrid_event(wanted["mailId"], wanted["event"], address=wanted["to"])]).encode()
    return body, sendgrid_headers(body)
