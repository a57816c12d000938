"""The data calls of destinations, as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, command, command_once, fetch_listing
from lib.notify.destinations.models import DestinationChanges


async def fetch_destinations(db: Db, *, brand_id: UUID | None) -> list[Row]:
    """Returns the caller's destinations, or those of a brand. Raises NotFound, Forbidden."""
    rows, _ = await fetch_listing(call(db, "list_destinations", {"brand_id": str(brand_id) if brand_id else None}))
    return rows


async def add(db: Db, *, destination: Row) -> Row:
    """Adds a destination. Not under the caller's Idempotency-Key: the stored answer would lack the secret."""
    return (await command_once(db, "add_destination", {"destination": destination}))[0]


async def change(db: Db, *, destination_id: UUID, changes: DestinationChanges) -> Row:
    """Changes a destination. Raises NotFound, Forbidden."""
    arguments = {
        "destination_id": str(destination_id),
        "changes": changes.model_dump(mode="json", exclude_unset=True),
    }
    return (await command(db, "change_destination", arguments))[0]


async def remove(db: Db, *, destination_id: UUID) -> None:
    """Removes a destination. Raises NotFound, Forbidden."""
    await command(db, "remove_destination", {"destination_id": str(destination_id)})


async def queue_test(db: Db, *, destination_id: UUID) -> bool:
    """Queues a test message; returns whether none waits already. Raises NotFound, Forbidden, Conflict."""
    rows = await command(db, "test_destination", {"destination_id": str(destination_id)})
    return bool(rows and rows[0])
