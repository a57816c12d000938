"""Data calls of single sign-on, with the service role: nobody is known yet."""

from typing import Any, cast
from uuid import UUID

from lib.core.data.db import call, command_once, run
from lib.core.data.unique_fields import register_unique_fields
from lib.identity.administration import connect_as_service
from lib.identity.single_sign_on.models import SsoConnection
from lib.identity.unique_fields import UNIQUE_FIELDS

register_unique_fields(UNIQUE_FIELDS)


async def find_connection(*, connection_id: UUID) -> SsoConnection | None:
    """Returns the active connection with an id; None if there is none."""
    return await _find({"id": str(connection_id)})


async def find_connection_of_domain(domain: str) -> SsoConnection | None:
    """Returns the active connection of an e-mail domain; None if there is none."""
    return await _find({"domain": domain})


async def find_connection_of_provider(entity_id: str) -> SsoConnection | None:
    """Returns the active connection to the provider with an entity id; None if there is none."""
    return await _find({"entityId": entity_id})


async def _find(criteria: dict[str, Any]) -> SsoConnection | None:
    row = (await run(call(connect_as_service(), "find_sso_connection", {"asked": criteria}))).data
    if row is None:
        return None
    return SsoConnection(
        id=UUID(row["id"]),
        name=row["name"],
        entity_id=row["entityId"],
        sign_on_url=row["signOnUrl"],
        certificates=row["certificates"],
        domains=row["domains"],
        group_attribute=row["groupAttribute"],
        logout_url=row["logoutUrl"],
        allows_unsolicited=row["allowsUnsolicited"],
    )


async def find_person(*, email: str) -> UUID | None:
    """Returns the id of the person with an address; None if there is none. Raises Forbidden for platform admins."""
    found = (await run(call(connect_as_service(), "find_sso_person", {"who": {"email": email}}))).data
    return UUID(found["userId"]) if found["userId"] is not None else None


async def check_oidc_person(*, user_id: UUID, email: str) -> None:
    """Raises Forbidden for platform admins, and for people of a company that has an identity provider of its own."""
    who = {"userId": str(user_id), "email": email}
    await run(call(connect_as_service(), "check_oidc_person", {"who": who}))


async def map_roles(*, connection_id: UUID, user_id: UUID, groups: list[str]) -> None:
    """Gives a person the roles of their groups, and ends the memberships of groups that they have left."""
    mapping = {"connectionId": str(connection_id), "userId": str(user_id), "groups": groups}
    await command_once(connect_as_service(), "map_sso_roles", {"mapping": mapping})


async def end_sessions(*, connection_id: UUID, subject_digest: str, index_digests: list[str]) -> list[str]:
    """Ends the sessions of a person that a provider opened: all, or those that it names. Returns their ids."""
    logout = {
        "connectionId": str(connection_id),
        "subjectDigest": subject_digest,
        "indexDigests": index_digests,
    }
    (ended,) = await command_once(connect_as_service(), "end_sso_sessions", {"logout": logout})
    return cast("list[str]", ended)


async def read_session(*, session_id: UUID) -> tuple[UUID, str] | None:
    """Returns the connection that opened a session, and the encrypted names of person and session there.

    Returns None for a session that no SAML provider opened.
    """
    known = (await run(call(connect_as_service(), "read_sso_session", {"session_id": str(session_id)}))).data
    return (UUID(known["connectionId"]), known["subject"]) if known is not None else None
