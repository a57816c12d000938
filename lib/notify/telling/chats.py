"""The queue of messages to Slack, Teams and webhooks.

Slack: https://docs.slack.dev/messaging/formatting-message-text. Teams: an Adaptive Card in a message, as workflows of
Power Automate and incoming webhooks take it. Webhooks: Standard Webhooks.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from lib.core.data.db import Db
from lib.core.data.reading import read_row
from lib.core.http.errors import Unprocessable, ValidationFailed
from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.core.security.outgoing import SendFailed, send
from lib.core.security.webhook_signatures import signed_headers
from lib.jobs import Job, JobFailed, JobHandler, each
from lib.notify.destinations.addresses import host_of
from lib.notify.destinations.service import owner_of
from lib.notify.telling import repository
from lib.notify.telling.mails import link_to
from lib.notify.telling.models import ChatMessage, DestinationInUse

SECONDS: Final = 5.0
MAX_ANSWER: Final = 1000
# Characters of Adaptive Cards and Slack that markup is made of.
_SLACK: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
_CARD: Final = {ord(each): f"\\{each}" for each in "\\*_[]()#`>~"}
_COLORS: Final = {"error": "attention", "warning": "warning", "success": "good"}


def slack_body(message: ChatMessage) -> dict[str, Any]:
    """Returns a message for Slack. Titles are plain text there: nobody can be mentioned by one, and no link hidden."""
    title, text = message.title.translate(_SLACK), message.message.translate(_SLACK)
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "plain_text", "text": message.title, "emoji": False}}
    ]
    if message.message:
        blocks.append({"type": "section", "text": {"type": "plain_text", "text": message.message, "emoji": False}})
    if message.url:
        link = {"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": link_to(message.url)}
        blocks.append({"type": "actions", "elements": [link]})
    return {"text": f"{title}\n{text}".strip(), "blocks": blocks, "unfurl_links": False}


def teams_body(message: ChatMessage) -> dict[str, Any]:
    """Returns a message for Teams: an Adaptive Card, whose texts take no markup of ours."""
    color = _COLORS.get(message.type, "default")
    body: list[dict[str, Any]] = [
        {
            "type": "TextBlock", "text": message.title.translate(_CARD), "weight": "bolder", "wrap": True,
            "color": color,
        }
    ]  # fmt: skip
    if message.message:
        body.append({"type": "TextBlock", "text": message.message.translate(_CARD), "wrap": True})
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "body": body,
    }  # fmt: skip
    if message.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": link_to(message.url)}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def webhook_body(message: ChatMessage) -> dict[str, Any]:
    """Returns a message for a webhook: type, timestamp and data, as Standard Webhooks recommends."""
    return {
        "type": f"notification.{message.event}",
        "timestamp": message.at.isoformat(),
        "data": {
            "title": message.title,
            "message": message.message,
            "kind": message.type,
            "url": link_to(message.url) if message.url else None,
            "brandId": str(message.brand_id) if message.brand_id else None,
        },
    }


_BODIES: Final[dict[str, Callable[[ChatMessage], dict[str, Any]]]] = {
    "slack": slack_body,
    "teams": teams_body,
    "webhook": webhook_body,
}


async def _send(db: Db, job: Job) -> None:
    """Sends one message. Raises JobFailed; an address that is gone is switched off."""
    try:
        message = read_row(ChatMessage, job.payload)
    except Unprocessable as error:
        raise JobFailed("this is no message", is_final=True) from error
    rows = await repository.fetch_destinations(db, ids=[message.destination_id])
    if not rows:
        return  # removed or switched off since
    destination = read_row(DestinationInUse, rows[0])
    if message.brand_id is not None and message.brand_id not in destination.brands:
        return  # its person is no member any more
    try:
        url = key_ring().decrypt(destination.url, owner_of("url", destination.id))
        host_of(destination.kind, url)
        content = json.dumps(_BODIES[destination.kind](message), ensure_ascii=False)
        headers = {"Content-Type": "application/json", **_signature(destination, job.id, content)}
        sent = await send("POST", url, headers=headers, content=content.encode(), seconds=SECONDS, max_bytes=MAX_ANSWER)
    except (DecryptionFailed, ValidationFailed) as error:
        raise JobFailed("the address cannot be used", is_final=True) from error
    except SendFailed as error:
        raise JobFailed(str(error), is_final=error.is_final) from error
    if sent.status in (404, 410):
        reason = f"the receiver answered {sent.status}"
        await repository.disable_destination(db, destination_id=destination.id, reason=reason)
        raise JobFailed(reason, is_final=True)
    if not 200 <= sent.status < 300:
        is_final = 300 <= sent.status < 500 and sent.status not in (408, 425, 429)
        raise JobFailed(f"the receiver answered {sent.status}", is_final=is_final)


def _signature(destination: DestinationInUse, message_id: UUID, content: str) -> dict[str, str]:
    if destination.secret is None:
        return {}
    secret = key_ring().decrypt(destination.secret, owner_of("secret", destination.id))
    return signed_headers([secret], message_id=f"msg_{message_id.hex}", at=datetime.now(UTC), body=content)


CHATS: Final = JobHandler(
    queue="notification_chat", handle=each(_send), batch=8, seconds=SECONDS + 1, min_seconds=2, is_prompt=True
)
