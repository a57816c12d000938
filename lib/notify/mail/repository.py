"""The calls of the data API about mail: with the service's client, as a person, or without one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, command, fetch_one, run


async def queue(db: Db, mails: Sequence[Row]) -> int:
    """Queues mails with the service's client and returns how many were new."""
    return (await run(call(db, "queue_mails", {"mails": list(mails)}))).data


async def begin(db: Db, mail: Row) -> Row:
    """Notes an attempt to send a mail and returns how it is addressed, with the service's client."""
    return (await run(call(db, "begin_mail", {"mail": mail}))).data


async def end(
    db: Db, mail_id: UUID, status: str, *, provider: str | None = None, provider_id: str | None = None
) -> None:
    """Records what became of a mail, with the service's client."""
    arguments = {"mail_id": str(mail_id), "status": status, "provider": provider, "provider_id": provider_id}
    await run(call(db, "end_mail", arguments))


async def postpone(db: Db, mail_id: UUID, *, seconds: int) -> None:
    """Returns a mail to its queue for so many seconds, with the service's client."""
    await run(call(db, "postpone_mail", {"mail_id": str(mail_id), "seconds": seconds}))


async def record_events(db: Db, events: Sequence[Row]) -> int:
    """Records events of a provider and returns how many were new. ``db`` has no person. Safe to repeat."""
    return (await run(call(db, "record_mail_events", {"events": list(events)}))).data


async def unsubscribe(db: Db, *, user_id: UUID, category: str) -> bool:
    """Turns mails of a category off and returns whether there is such a person. ``db`` has none. Safe to repeat."""
    return (await run(call(db, "unsubscribe_mail", {"person": str(user_id), "category": category}))).data


async def fetch_settings(db: Db, *, brand_id: UUID) -> Row | None:
    """Reads the mail settings of a brand, as the caller."""
    return await fetch_one(call(db, "read_mail_settings", {"brand_id": str(brand_id)}))


async def replace_settings(db: Db, *, brand_id: UUID, settings: dict[str, Any], expected_version: int) -> Row:
    """Replaces the mail settings of a brand, as the caller, and returns them."""
    arguments = {"brand_id": str(brand_id), "settings": settings, "expected_version": expected_version}
    return (await command(db, "set_mail_settings", arguments))[0]
