"""Manages the connections of accounts to their SAML providers, and tests a provider before."""

from typing import Any
from uuid import UUID

from pydantic.alias_generators import to_camel

from lib.core.auth.principal import Person
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound, ValidationFailed
from lib.identity.sessions import forget_sessions
from lib.identity.single_sign_on.connections import repository
from lib.identity.single_sign_on.connections.metadata import read_metadata
from lib.identity.single_sign_on.connections.models import ConnectionChanges, NewConnection, SsoConnection


async def _with_metadata[M: (NewConnection, ConnectionChanges)](given: M) -> M:
    """Returns what was sent, in which values that were not sent come from the metadata."""
    if given.metadata is None:
        return given
    read = await read_metadata(given.metadata)
    found: dict[str, Any] = {
        "entity_id": read.entity_id,
        "sign_on_url": read.sign_on_url,
        "certificates": list(read.certificates),
    }
    filled = {name: getattr(given, name) or value for name, value in found.items()}
    missing = [name for name in found if not filled[name]]
    if missing or not filled["sign_on_url"].startswith("https://"):
        names = ", ".join(map(to_camel, missing)) or "signOnUrl with https"
        raise ValidationFailed(
            "the metadata cannot be used",
            details=[{"field": "metadata", "code": "REQUIRED_FIELD_MISSING", "message": f"has no {names}"}],
        )
    if read.logout_url.startswith("https://") and "logout_url" not in given.model_fields_set:
        filled["logout_url"] = read.logout_url
    return given.model_copy(update=filled)


async def list_connections(
    principal: Person, *, account_id: UUID | None, page: PageRequest
) -> tuple[list[SsoConnection], int]:
    """Lists connections by name. Raises Forbidden unless the caller is a platform admin."""
    rows, total = await repository.fetch_connections(principal.db, account_id=account_id, page=page)
    return read_rows(SsoConnection, rows), total


async def get_connection(principal: Person, *, connection_id: UUID) -> SsoConnection:
    """Returns a connection. Raises Forbidden unless the caller is a platform admin, NotFound."""
    row = await repository.fetch_connection(principal.db, connection_id=connection_id)
    if row is None:
        raise NotFound("connection not found")
    return read_row(SsoConnection, row)


async def create_connection(principal: Person, *, connection: NewConnection) -> SsoConnection:
    """Connects an account to an identity provider (domain §8).

    Raises Forbidden without recent authentication, for everybody but platform admins, and where the plan has no single
    sign-on; NotFound for an account that does not exist; Conflict for a domain or an entity id of another connection,
    and for a brand of another account; ValidationFailed for metadata that cannot be used.
    """
    row = await repository.create(principal.db, connection=await _with_metadata(connection))
    return read_row(SsoConnection, row)


async def update_connection(principal: Person, *, connection_id: UUID, changes: ConnectionChanges) -> SsoConnection:
    """Changes a connection. Raises what `create_connection` raises, and NotFound for an unknown connection."""
    row = await repository.update(principal.db, connection_id=connection_id, changes=await _with_metadata(changes))
    return read_row(SsoConnection, row)


async def delete_connection(principal: Person, *, connection_id: UUID) -> None:
    """Removes a connection, the memberships that its groups gave and the sessions that it opened.

    Raises Forbidden, NotFound.
    """
    await forget_sessions(await repository.delete(principal.db, connection_id=connection_id))
