"""Asks the database which type an object has."""

from uuid import UUID

from lib.core.data.db import Db, call, fetch_rows


async def fetch_type(db: Db, *, node_id: UUID) -> str | None:
    """Returns the type of an id by its name in GraphQL; None for an id that the caller may not read."""
    rows = await fetch_rows(call(db, "find_nodes", {"ids": [str(node_id)]}))
    return rows[0]["type_name"] if rows else None
