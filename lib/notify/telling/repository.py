"""The data calls of telling people. All are made with the service's client."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from lib.core.data.db import Db, Row, call, run
from lib.core.http.client import PATIENT_SECONDS

DIGESTS: Final = 500
"""How many people's digests are queued at once."""
REMOVED: Final = 5000
"""How many old rows are removed at once."""


async def write_notifications(db: Db, *, ids: Sequence[UUID]) -> int:
    """Tells people of events. Returns how many are told."""
    arguments = {"ids": [str(event_id) for event_id in ids]}
    return (await run(call(db, "write_notifications", arguments), seconds=PATIENT_SECONDS)).data


async def fetch_mails(db: Db, *, ids: Sequence[Any]) -> list[Row]:
    """Reads what the mails about notifications say, without those that need none any more."""
    return (await run(call(db, "read_notification_mails", {"ids": [str(each) for each in ids]}))).data


async def take_digest(db: Db, *, user_id: Any, digest_id: UUID, began_at: Any, ends_at: Any) -> Row | None:
    """Returns what a digest says, the same however often it is asked; None for people who get no mail."""
    arguments = {"user_id": str(user_id), "digest_id": str(digest_id), "began_at": began_at, "ends_at": ends_at}
    return (await run(call(db, "take_digest", arguments))).data


async def queue_digests(db: Db) -> int:
    """Queues digests that are due. Returns for how many people, a batch at most."""
    return (await run(call(db, "queue_digests", {"batch": DIGESTS}), seconds=PATIENT_SECONDS)).data


async def remove_old_notifications(db: Db) -> int:
    """Removes what is old. Returns how many rows, a batch at most."""
    return (await run(call(db, "remove_old_notifications", {"batch": REMOVED}), seconds=PATIENT_SECONDS)).data


async def fetch_news(db: Db, *, ids: Sequence[Any]) -> list[Row]:
    """Reads which notifications still tell their people something, and in which kinds of chats."""
    return (await run(call(db, "find_news", {"ids": [str(each) for each in ids]}))).data


async def fetch_destinations(db: Db, *, ids: Sequence[Any]) -> list[Row]:
    """Reads destinations that are in use, with their encrypted addresses."""
    return (await run(call(db, "read_destinations", {"ids": [str(each) for each in ids]}))).data


async def note_chat_outcomes(db: Db, *, outcomes: list[Row]) -> None:
    """Notes how destinations took their messages, and puts off what waits for those that failed."""
    await run(call(db, "note_chat_outcomes", {"outcomes": outcomes}))
