"""Data calls of passwords, with the service role."""

from typing import Any, cast
from uuid import UUID

from lib.core.data.db import call, command_once, run
from lib.identity.administration import connect_as_service
from lib.identity.passwords.models import RecordedPassword


async def read_history(*, user_id: UUID) -> list[str]:
    """Returns the hashes of the passwords that a person may not use again."""
    return (await run(call(connect_as_service(), "read_password_history", {"user_id": str(user_id)}))).data


async def record_password(password: RecordedPassword) -> list[str]:
    """Records a new password and ends the person's sessions. Returns the ids of the sessions that ended."""
    change: dict[str, Any] = {
        "userId": str(password.user_id),
        "passwordHash": password.password_hash,
        "action": password.action,
    }
    if password.mail is not None:
        change["mail"] = password.mail
    if password.besides is not None:
        change["besides"] = str(password.besides)
    (ended,) = await command_once(connect_as_service(), "record_password", {"change": change})
    return cast("list[str]", ended)
