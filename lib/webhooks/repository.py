"""Data calls of webhooks, as the caller."""

from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, command, command_once, fetch_one, run
from lib.core.http.client import PATIENT_SECONDS


async def create(db: Db, *, request: dict[str, Any]) -> Row:
    """Stores a webhook with its encrypted secret.

    Not under an Idempotency-Key: a replayed answer could not hold the secret, which nobody stores in clear.
    """
    return (await command_once(db, "create_webhook", {"request": request}))[0]


async def fetch_webhooks(db: Db, *, brand_id: UUID) -> list[Row]:
    """Reads the webhooks of a brand."""
    return (await run(call(db, "list_webhooks", {"brand_id": str(brand_id)}))).data["items"]


async def fetch_webhook(db: Db, *, webhook_id: UUID) -> Row | None:
    """Reads one webhook."""
    return await fetch_one(call(db, "get_webhook", {"webhook_id": str(webhook_id)}))


async def update(db: Db, *, webhook_id: UUID, expected_version: int, changes: dict[str, Any]) -> Row:
    """Changes the values of a webhook that were sent, and returns it."""
    arguments = {"webhook_id": str(webhook_id), "expected_version": expected_version, "changes": changes}
    return (await command(db, "update_webhook", arguments))[0]


async def delete(db: Db, *, webhook_id: UUID) -> None:
    """Deletes a webhook."""
    await command(db, "delete_webhook", {"webhook_id": str(webhook_id)})


async def rotate(db: Db, *, webhook_id: UUID, secret_id: UUID, secret: str, keep_hours: int) -> Row:
    """Stores another secret. Not under an Idempotency-Key, like ``create``."""
    arguments = {
        "webhook_id": str(webhook_id),
        "secret_id": str(secret_id),
        "secret": secret,
        "keep_hours": keep_hours,
    }
    return (await command_once(db, "rotate_webhook_secret", arguments))[0]


async def test(db: Db, *, webhook_id: UUID) -> Row:
    """Adds a delivery of a test."""
    return (await command(db, "test_webhook", {"webhook_id": str(webhook_id)}))[0]


async def replay_delivery(db: Db, *, webhook_id: UUID, delivery_id: UUID) -> Row:
    """Has a delivery sent once more."""
    arguments = {"webhook_id": str(webhook_id), "delivery_id": str(delivery_id)}
    return (await command(db, "replay_webhook_delivery", arguments))[0]


async def replay(db: Db, *, webhook_id: UUID, since: str | None, after: UUID | None) -> Row:
    """Has events since a time, or failed deliveries, sent once more."""
    arguments = {"webhook_id": str(webhook_id), "since": since, "after_event": str(after) if after else None}
    return (await command(db, "replay_webhook", arguments, seconds=PATIENT_SECONDS))[0]


async def fetch_deliveries(
    db: Db, *, webhook_id: UUID, status: str | None, before: UUID | None, count: int
) -> list[Row]:
    """Reads deliveries of a webhook, those of the latest events first. ``before``: an event."""
    arguments = {
        "webhook_id": str(webhook_id),
        "wanted_status": status,
        "before_id": str(before) if before else None,
        "page_size": count,
    }
    return (await run(call(db, "list_webhook_deliveries", arguments))).data["items"]


async def fetch_attempts(
    db: Db, *, webhook_id: UUID, delivery_id: UUID | None, before: UUID | None, count: int
) -> list[Row]:
    """Reads attempts of a webhook, the latest first. ``before``: an attempt."""
    arguments = {
        "webhook_id": str(webhook_id),
        "of_delivery": str(delivery_id) if delivery_id else None,
        "before_id": str(before) if before else None,
        "page_size": count,
    }
    return (await run(call(db, "list_webhook_attempts", arguments))).data["items"]
