"""The use cases of destinations."""

from typing import Literal
from uuid import UUID, uuid4

from lib.core.auth.principal import Person
from lib.core.data.reading import read_row, read_rows
from lib.core.security.crypto import key_ring
from lib.core.security.webhook_signatures import make_secret
from lib.notify.destinations import repository
from lib.notify.destinations.addresses import host_of
from lib.notify.destinations.models import (
    AddedDestination,
    Destination,
    DestinationChanges,
    NewDestination,
    TestQueued,
)


def owner_of(column: Literal["url", "secret"], destination_id: UUID | str) -> str:
    """Returns for whom a value of a destination is encrypted."""
    return f"private.notification_destinations.{column}:{destination_id}"


async def list_destinations(principal: Person, *, brand_id: UUID | None) -> list[Destination]:
    """Lists the caller's destinations, or those of a brand. Raises NotFound, Forbidden."""
    return read_rows(Destination, await repository.fetch_destinations(principal.db, brand_id=brand_id))


async def add_destination(principal: Person, *, destination: NewDestination) -> AddedDestination:
    """Adds a destination, and returns it with its secret.

    Raises ValidationFailed for an address that its kind cannot have, Conflict for an eleventh, NotFound, Forbidden.
    """
    destination_id, ring = uuid4(), key_ring()
    secret = make_secret() if destination.kind == "webhook" else None
    row = destination.model_dump(mode="json") | {
        "id": str(destination_id),
        "host": host_of(destination.kind, destination.url),
        "url": ring.encrypt(destination.url, owner_of("url", destination_id)),
        "secret": ring.encrypt(secret, owner_of("secret", destination_id)) if secret else None,
    }
    added = await repository.add(principal.db, destination=row)
    return read_row(AddedDestination, added | {"secret": secret})


async def change_destination(principal: Person, *, destination_id: UUID, changes: DestinationChanges) -> Destination:
    """Changes a destination, and returns it. Raises NotFound, Forbidden."""
    return read_row(Destination, await repository.change(principal.db, destination_id=destination_id, changes=changes))


async def remove_destination(principal: Person, *, destination_id: UUID) -> None:
    """Removes a destination. Raises NotFound, Forbidden."""
    await repository.remove(principal.db, destination_id=destination_id)


async def test_destination(principal: Person, *, destination_id: UUID) -> TestQueued:
    """Queues a test message. Raises NotFound, Forbidden, and Conflict for a destination that is switched off."""
    return TestQueued(is_queued=await repository.queue_test(principal.db, destination_id=destination_id))
