"""The addresses that a destination may have.

A URL of a chat is a secret: it is all that a sender needs. Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
Teams: a workflow's URL of Power Automate, or of the older connectors.
"""

from typing import Final
from urllib.parse import urlsplit

from lib.core.config import get_settings
from lib.core.http.errors import ValidationFailed

_HOSTS: Final = {
    "slack": ("hooks.slack.com",),
    "teams": (".webhook.office.com", ".logic.azure.com", ".environment.api.powerplatform.com"),
}


def host_of(kind: str, url: str) -> str:
    """Returns the host of a URL. Raises ValidationFailed where a destination of this kind cannot have the URL.

    Whether the host is public is checked at each message.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise _refused("must be a URL") from None
    if f"{host}:{port}" in get_settings().web_fetch_private_hosts:
        return host  # the stand-in on the same machine
    if parts.scheme != "https" or not host or parts.username is not None or len(host) > 255:
        raise _refused("must be an https URL without a user name")
    if port not in (None, 443):
        raise _refused("must have the usual port")
    known = _HOSTS.get(kind)
    if known and not any(host.endswith(name) if name.startswith(".") else host == name for name in known):
        raise _refused(f"must be a URL of an incoming webhook of {kind.capitalize()}")
    return host


def _refused(message: str) -> ValidationFailed:
    return ValidationFailed(
        "the URL cannot be used", details=[{"field": "url", "code": "INVALID_FORMAT", "message": message}]
    )
