"""The sessions and remembered devices of the caller: listed, extended, ended."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from lib.core.auth.principal import Person
from lib.core.auth.session_lengths import IDLE_SECONDS, LIFETIME_SECONDS
from lib.core.data.db import Row
from lib.core.data.reading import read_rows
from lib.core.http.errors import Unauthorized
from lib.identity.sessions import repository
from lib.identity.sessions.addresses import open_address
from lib.identity.sessions.cache import forget_sessions
from lib.identity.sessions.models import DeviceListed, FactorState, LogoutScope, SessionListed, SessionState
from lib.identity.sessions.sign_in import prove_password

ENDED: Final = "the session has ended: sign in again"


def _listed(row: Row, current: UUID) -> Row:
    return row | {
        "address": open_address(row["address"], session_id=row["id"]),
        "is_current": row["id"] == str(current),
        "has_passed_factor": row["mfa_verified_at"] is not None,
    }


async def list_sessions(principal: Person) -> list[SessionListed]:
    """Lists the caller's open sessions, the latest first."""
    rows = await repository.fetch_sessions(principal.db, user_id=principal.user_id)
    return read_rows(SessionListed, rows, shape=lambda row: _listed(row, principal.session_id))


async def describe_session(principal: Person) -> SessionState:
    """Describes the caller's session, also before its second factor.

    Raises Unauthorized (SESSION_INVALID) if it has ended.
    """
    known = await repository.read_session(session_id=principal.session_id)
    if known is None:
        raise Unauthorized(ENDED, code="SESSION_INVALID")
    idle_end = datetime.now(UTC) + timedelta(seconds=IDLE_SECONDS)
    return SessionState(
        session_id=principal.session_id,
        user_id=principal.user_id,
        factor=FactorState(
            state=principal.factor or "none", methods=known.methods, is_enrollment_required=known.is_enrollment_required
        ),
        expires_at=min(idle_end, known.created_at + timedelta(seconds=LIFETIME_SECONDS)),
    )


async def extend_session(principal: Person) -> SessionState:
    """Extends the caller's session to 8 hours from now, and at most 24 hours from sign-in (domain §8).

    The guard of the route has extended it in KV. Raises Unauthorized (SESSION_INVALID) if it has ended.
    """
    if not await repository.keep_session(session_id=principal.session_id, user_id=principal.user_id):
        raise Unauthorized(ENDED, code="SESSION_INVALID")
    return await describe_session(principal)


async def reauthenticate(principal: Person, *, password: str) -> None:
    """Authenticates the caller again, who may then use sensitive operations for 30 minutes.

    Raises what ``prove_password`` raises.
    """
    await prove_password(principal, password=password)
    await mark_reauthenticated(principal)


async def mark_reauthenticated(principal: Person) -> None:
    """Records that the caller authenticated again just now. Raises Unauthorized if the session has ended."""
    await repository.reauthenticate_session(session_id=principal.session_id, user_id=principal.user_id)


async def logout(principal: Person, *, scope: LogoutScope) -> int:
    """Ends this session, all others, or all. Their tokens are refused from the next request on.

    Returns how many sessions ended.
    """
    session_ids = [principal.session_id] if scope == "this" else None
    besides = principal.session_id if scope == "others" else None
    ended = await repository.end_sessions(principal.db, session_ids=session_ids, besides=besides)
    await forget_sessions(ended)
    return len(ended)


async def end_session(principal: Person, *, session_id: UUID) -> None:
    """Ends one of the caller's sessions. Raises NotFound for any other session."""
    await forget_sessions(await repository.end_sessions(principal.db, session_ids=[session_id]))


async def list_devices(principal: Person) -> list[DeviceListed]:
    """Lists the caller's remembered devices, the latest first."""
    return read_rows(DeviceListed, await repository.fetch_devices(principal.db))


async def forget_device(principal: Person, *, device_id: UUID) -> None:
    """Makes a device need the second factor again. Raises NotFound if the caller has no such device."""
    await repository.forget_device(principal.db, device_id=device_id)
