"""Calls of the data API, with the service role, that belong to changes in Supabase Auth."""

from uuid import UUID

from lib.core.data.db import call, command_once, run
from lib.core.http.client import PATIENT_SECONDS
from lib.identity.administration import connect_as_service


async def permit_credential_change(*, user_id: UUID, email: str | None) -> bool:
    """Permits one change of a password or address in Auth. Returns False where another person has ``email``."""
    arguments = {"user_id": str(user_id), "email": email}
    (is_permitted,) = await command_once(connect_as_service(), "permit_credential_change", arguments)
    return bool(is_permitted)


async def forget_auth_records(*, user_id: UUID, address: str | None) -> None:
    """Deletes what Auth keeps of a person besides their row. ``address`` is the former one, which its log names."""
    arguments = {"user_id": str(user_id), "address": address}
    await run(call(connect_as_service(), "forget_auth_records", arguments), seconds=PATIENT_SECONDS)
