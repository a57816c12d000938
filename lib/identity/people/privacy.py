"""The rights of access and erasure (domain §12)."""

from typing import Any

from pydantic.alias_generators import to_camel

from lib.core.auth.principal import Person
from lib.core.data.reading import read_row
from lib.identity.people import repository
from lib.identity.people.models import PersonExport
from lib.identity.people.phones import open_phone
from lib.identity.sessions import forget_sessions, open_address, prove_password


def _with_api_names(part: Any) -> Any:
    """Returns rows, or one row, with the names of the API in place of those of columns; other values unchanged."""
    if isinstance(part, list):
        return [_with_api_names(row) for row in part]
    return {to_camel(name): value for name, value in part.items()} if isinstance(part, dict) else part


async def export_person(principal: Person) -> PersonExport:
    """Returns all personal data that is kept of the caller, decrypted."""
    data = await repository.export_person(principal.db)
    profile = data["profile"]
    profile["phone"] = open_phone(profile["phone"], user_id=profile["id"])
    for session in data["sessions"]:
        session["address"] = open_address(session["address"], session_id=session["id"])
    return read_row(PersonExport, {name: _with_api_names(part) for name, part in data.items()})


async def erase_person(principal: Person, *, password: str | None) -> None:
    """Erases the caller's account for good. Their work stays, attributed to a person without a name.

    Without a password, as for people who sign in by an identity provider, the caller must have authenticated within the
    last 30 minutes. Raises what ``prove_password`` raises; Conflict for platform admins, who must give up the flag
    first.
    """
    if password is not None:
        await prove_password(principal, password=password)
    sessions = await repository.erase_person(user_id=principal.user_id, session_id=principal.session_id)
    await forget_sessions(sessions)
