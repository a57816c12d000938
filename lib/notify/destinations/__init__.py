"""Chats and webhooks that notifications go to: of a person, or of a brand."""

from lib.notify.destinations.models import (
    AddedDestination,
    Destination,
    DestinationChanges,
    NewDestination,
    TestQueued,
)
from lib.notify.destinations.service import (
    add_destination,
    change_destination,
    list_destinations,
    remove_destination,
    test_destination,
)

__all__ = [
    "AddedDestination",
    "Destination",
    "DestinationChanges",
    "NewDestination",
    "TestQueued",
    "add_destination",
    "change_destination",
    "list_destinations",
    "remove_destination",
    "test_destination",
]
