"""Data calls of connections, as a platform admin."""

from typing import cast
from uuid import UUID

from lib.core.data.db import Db, Row, call, command, fetch_listing
from lib.core.http.envelope import PageRequest
from lib.identity.single_sign_on.connections.models import ConnectionChanges, NewConnection


async def fetch_connections(db: Db, *, account_id: UUID | None, page: PageRequest) -> tuple[list[Row], int]:
    """Reads connections by name, of one account or of all."""
    arguments = {
        "account_id": str(account_id) if account_id else None,
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    return await fetch_listing(call(db, "list_sso_connections", arguments))


async def fetch_connection(db: Db, *, connection_id: UUID) -> Row | None:
    """Reads one connection."""
    rows, _ = await fetch_listing(call(db, "list_sso_connections", {"connection_id": str(connection_id)}))
    return rows[0] if rows else None


async def create(db: Db, *, connection: NewConnection) -> Row:
    """Makes a connection with the roles of its groups. Its metadata was read before."""
    details = connection.model_dump(mode="json", exclude_none=True, exclude={"metadata"})
    return (await command(db, "create_sso_connection", {"details": details}))[0]


async def update(db: Db, *, connection_id: UUID, changes: ConnectionChanges) -> Row:
    """Changes the given values of a connection and returns it. Its metadata was read before."""
    named = changes.model_dump(mode="json", exclude_unset=True, exclude={"metadata"})
    return (await command(db, "update_sso_connection", {"connection_id": str(connection_id), "changes": named}))[0]


async def delete(db: Db, *, connection_id: UUID) -> list[str]:
    """Removes a connection, and returns the ids of the sessions that it had opened."""
    (ended,) = await command(db, "delete_sso_connection", {"connection_id": str(connection_id)})
    return cast("list[str]", ended)
