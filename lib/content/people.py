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
"""Full names by the id of the person; people whose profile the caller may not see are missing."""


def _named(value: Any, names: Names) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [_named(each, names) for each in value]
    return {"id": value, "name": names.get(value)}


def name_people(row: Row, names: Names, *columns: str) -> Row:
    """Returns the row with ``{id, name}`` in place of the ids in these columns."""
    return row | {column: _named(row[column], names) for column in columns}
