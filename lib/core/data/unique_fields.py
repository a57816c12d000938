"""Finds the field of the API that a unique index is about. Contexts register theirs: lib/<context>/unique_fields.py.

Under row-level security PostgreSQL tells no key of a duplicate, only the name of the index that forbids it.
"""

from collections.abc import Mapping
from typing import Final

# The tables of the platform, which belong to no context.
_fields: Final[dict[str, str]] = {"feature_flags_pkey": "key", "platform_settings_pkey": "key"}


def register_unique_fields(fields: Mapping[str, str]) -> None:
    """Adds the unique indexes of a context's tables, each with the field of the API that a duplicate is reported for.

    Raises ValueError for an index that is registered with another field already.
    """
    for index, field in fields.items():
        if _fields.setdefault(index, field) != field:
            raise ValueError(f"{index} is registered for {_fields[index]} already")


def registered_unique_fields() -> dict[str, str]:
    """Returns the fields by the names of their indexes, of the contexts that were imported."""
    return dict(_fields)


def find_unique_field(message: str) -> str | None:
    """Returns the field that PostgreSQL's message about a duplicate (23505) means, if its index is registered."""
    return next((field for index, field in _fields.items() if f'"{index}"' in message), None)
