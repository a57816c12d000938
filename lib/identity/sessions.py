"""One's own sessions and remembered devices: seen, extended, proved anew, ended."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from lib.core.auth.principal import Person
from lib.core.auth.sessions import IDLE_SECONDS, LIFETIME_SECONDS
from lib.core.data.db import command_once
from lib.core.http.errors import Unauthorized
from lib.core.security.crypto import DecryptionFailed, key_ring
from lib.core.telemetry.logs import log
from lib.identity import administration, repository
from lib.identity.models import DeviceListed, FactorState, SessionListed, SessionState
from lib.identity.sign_in import prove_password


def _shown(row: dict[str, Any], current: UUID) -> SessionListed:
    address = None
    if row["address"]:
        try:
            address = key_ring().decrypt(row["address"], f"public.user_sessions.address:{row['id']}")
        except DecryptionFailed as error:
            log(logging.ERROR, "the address of a session cannot be read", error=error)
    return SessionListed.model_validate(
        row
        | {
            "address": address,
            "is_current": row["id"] == str(current),
            "has_passed_factor": row["mfa_verified_at"] is not None,
        }
    )


async def list_sessions(person: Person) -> list[SessionListed]:
    """Those that live, the latest first."""
    rows = await repository.fetch_sessions(person.db, user_id=person.user_id)
    return [_shown(row, person.session_id) for row in rows]


async def describe_session(person: Person) -> SessionState:
    """Of the session that asks, also before its second factor."""
    known = await administration.ask("read_session", {"session_id": str(person.session_id)})
    if known is None:
        raise Unauthorized("the session has ended: sign in again", code="SESSION_INVALID")
    opened = datetime.fromisoformat(known["createdAt"])
    ends = min(datetime.now(UTC) + timedelta(seconds=IDLE_SECONDS), opened + timedelta(seconds=LIFETIME_SECONDS))
    state = FactorState(
        state=person.factor, methods=known["methods"], is_enrollment_required=known["isEnrollmentRequired"]
    )
    return SessionState(session_id=person.session_id, user_id=person.user_id, factor=state, expires_at=ends)


async def extend_session(person: Person) -> None:
    """Eight hours more from now, up to the day that a session lasts; the guard of the route has told KV."""
    arguments = {"session_id": str(person.session_id), "user_id": str(person.user_id)}
    if not await administration.tell("keep_session", arguments):
        raise Unauthorized("the session has ended: sign in again", code="SESSION_INVALID")


async def reauthenticate(person: Person, password: str) -> None:
    """Shows that it is still the same person: for half an hour they may do what is sensitive.

    Raises what prove_password raises.
    """
    await prove_password(person, password)
    arguments = {"session_id": str(person.session_id), "user_id": str(person.user_id)}
    await administration.tell("reauthenticate_session", arguments)


async def list_devices(person: Person) -> list[DeviceListed]:
    """Those that need no second factor for a while."""
    rows = await repository.fetch_devices(person.db)
    return [DeviceListed.model_validate(row) for row in rows]


async def forget_device(person: Person, device_id: UUID) -> None:
    """Makes a device show the second factor again. Raises NotFound for a device that is not the caller's."""
    await command_once(person.db, "forget_device", {"device_id": str(device_id)})
