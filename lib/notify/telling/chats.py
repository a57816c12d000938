"""The formats of messages to Slack, Teams and webhooks.

Slack: https://docs.slack.dev/messaging/formatting-message-text. Teams: an Adaptive Card in a message, as workflows of
Power Automate and incoming webhooks take it. Webhooks: Standard Webhooks.
"""

from collections.abc import Callable
from typing import Any, Final

from lib.notify.telling.mails import link_to
from lib.notify.telling.models import ChatMessage

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


BODIES: Final[dict[str, Callable[[ChatMessage], dict[str, Any]]]] = {
    "slack": slack_body,
    "teams": teams_body,
    "webhook": webhook_body,
}
