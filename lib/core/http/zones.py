"""The time zones that requests name: those of the IANA database."""

from functools import cache
from typing import Final
from zoneinfo import available_timezones

MAX_ZONE_CHARACTERS: Final = 64


@cache
def _zones() -> frozenset[str]:
    # Python walks the folders of the database at each call.
    return frozenset(available_timezones())


def check_zone(name: str) -> str:
    """Returns the name of a time zone as it is. Raises ValueError for any other."""
    if name not in _zones():
        raise ValueError("must be a time zone of the IANA database")
    return name
