"""Data calls of e-mail addresses, with the service role."""

from typing import Any, cast

from lib.core.data.db import command_once
from lib.identity.administration import connect_as_service
from lib.identity.email.models import RequestedChange, VerifiedEmail


async def request_change(change: RequestedChange) -> None:
    """Stores the link of a new address, and queues the mails to the new and the old address.

    Raises Forbidden (REAUTHENTICATION_REQUIRED) if the person last authenticated more than 30 minutes ago.
    """
    token = {
        "purpose": "email_change",
        "userId": str(change.user_id),
        "sessionId": str(change.session_id),
        "tokenHash": change.token_hash,
        "newEmail": change.new_email,
        "mail": change.mail,
        "warning": change.warning,
    }
    await command_once(connect_as_service(), "request_email_change", {"token": token})


async def record_email(verified: VerifiedEmail) -> list[str]:
    """Records a verified address. After a change returns the ids of the sessions that it ended."""
    change: dict[str, Any] = {
        "userId": str(verified.user_id),
        "action": verified.action,
        "emailIndex": verified.email_index,
    }
    if verified.mail is not None:
        change["mail"] = verified.mail
    (ended,) = await command_once(connect_as_service(), "record_email", {"change": change})
    return cast("list[str]", ended)
