"""The people whom contents, versions, comments and events name."""

from typing import Any
from uuid import UUID

from pydantic import Field

from lib.core.data.db import Row
from lib.core.http.models import ResponseModel


class PersonDetails(ResponseModel):
    """A person whom a content names, with the details that `expand=people` adds."""

    id: UUID
    """The id of the person."""
    first_name: str = Field(examples=["Emil"])
    """The first name; empty if none is set."""
    last_name: str = Field(examples=["Editor"])
    """The last name; empty if none is set."""
    avatar_path: str | None = Field(examples=["avatars/01a20dcb.webp"])
    """The path of the picture in the storage; null without one."""
    is_active: bool
    """False for accounts that were deactivated."""


type Names = dict[str, str | None]
"""Full names by the id of the person; people whom the caller may not know, such as platform admins, are missing."""


def _named(value: Any, names: Names) -> Any:
    if isinstance(value, list):
        people: list[Any] = value
        return [_named(each, names) for each in people if each in names]
    return {"id": value, "name": names[value]} if value in names else None


def name_people(row: Row, names: Names, *columns: str) -> Row:
    """Returns the row with ``{id, name}`` in place of the ids in these columns; without people who are not in names."""
    shown = row.copy()
    for column in columns:
        shown[column] = _named(row[column], names)
    return shown
