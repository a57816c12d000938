"""The data calls of telling people. All are made with the service's client."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, run
from lib.core.http.client import PATIENT_SECONDS


async def write_notifications(db: Db, *, ids: Sequence[UUID]) -> int:
    """Tells people of events. Returns how many are told."""
    arguments = {"ids": [str(event_id) for event_id in ids]}
    return (await run(call(db, "write_notifications", arguments), seconds=PATIENT_SECONDS)).data


async def fetch_mails(db: Db, *, ids: Sequence[Any]) -> list[Row]:
    """Reads what the mails about notifications say, without those that need none any more."""
    return (await run(call(db, "read_notification_mails", {"ids": [str(each) for each in ids]}))).data


async def fetch_digest(db: Db, *, user_id: Any, since: Any, until: Any) -> Row | None:
    """Reads what a digest says; None for somebody who gets no mail."""
    arguments = {"user_id": str(user_id), "since": str(since), "until": str(until)}
    return (await run(call(db, "read_digest", arguments))).data


async def fetch_destinations(db: Db, *, ids: Sequence[Any]) -> list[Row]:
    """Reads destinations that are in use, with their encrypted addresses."""
    return (await run(call(db, "read_destinations", {"ids": [str(each) for each in ids]}))).data


async def disable_destination(db: Db, *, destination_id: Any, reason: str) -> None:
    """Switches a destination off and tells its people."""
    await run(call(db, "disable_destination", {"destination_id": str(destination_id), "reason": reason}))
