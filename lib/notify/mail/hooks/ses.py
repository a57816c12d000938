"""Events of SES within messages of SNS.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from typing import Any, Final

from lib.notify.mail.hooks.models import Kind, MailEvent, Suppression, read_text, read_time, read_uuid

_KINDS: Final[dict[str, tuple[Kind, str]]] = {
    "Delivery": ("delivered", "delivery"),
    "Open": ("opened", "open"),
    "Click": ("clicked", "click"),
    "Bounce": ("bounced", "bounce"),
    "Complaint": ("complained", "complaint"),
    "Reject": ("failed", "reject"),
    "Rendering Failure": ("failed", "failure"),
}
_RECIPIENTS: Final = {"bounce": "bouncedRecipients", "complaint": "complainedRecipients"}


def read_event(payload: Any, message_id: str) -> MailEvent | None:
    """Returns the event of a notification; None for one that says nothing about a mail.

    ``message_id``: that of SNS, the same in each repetition.
    """
    if not isinstance(payload, dict):
        return None
    known = _KINDS.get(str(payload.get("eventType") or payload.get("notificationType")))
    if known is None:
        return None
    kind, part = known
    details, mail = _object(payload.get(part)), _object(payload.get("mail"))
    suppress: Suppression | None = None
    if kind == "bounced" and details.get("bounceType") != "Permanent":
        kind = "failed"  # for the moment: the mailbox is full, or the server away
    elif kind == "bounced":
        suppress = "bounce"
    elif kind == "complained" and details.get("complaintFeedbackType") != "not-spam":
        suppress = "complaint"
    tags = _object(mail.get("tags")).get("mail_id")
    return MailEvent(
        event_id=message_id,
        kind=kind,
        at=read_time(details.get("timestamp")),
        mail_id=read_uuid(tags[0]) if isinstance(tags, list) and tags else None,
        provider_message_id=read_text(mail.get("messageId"), 300),
        address=_address(details.get(_RECIPIENTS.get(part, ""))),
        suppress=suppress,
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _address(recipients: Any) -> str | None:
    """Returns the address of the only recipient. A mail of ours has one; of several, none is certain."""
    if not isinstance(recipients, list) or len(recipients) != 1:
        return None
    return read_text(_object(recipients[0]).get("emailAddress"), 320)
