"""Data calls of signing in, sessions and remembered devices."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from lib.core.auth.tokens import AccessToken
from lib.core.data.db import Db, Row, call, command_once, fetch_rows, run
from lib.core.http.client import PATIENT_SECONDS
from lib.core.security.crypto import token_digest
from lib.identity.administration import connect_as_service
from lib.identity.sessions.models import FailedSignIn, KnownSession, NewSession, OpenedSession, RefreshClaim
from lib.identity.sessions.refresh_tokens import is_row_token, named_session

_SESSION = "id,device_name,user_agent,address,method,mfa_verified_at,last_seen_at,expires_at,created_at"


async def fetch_sessions(db: Db, *, user_id: UUID) -> list[Row]:
    """Returns the open sessions of a person, the latest first."""
    query = db.from_("user_sessions").select(_SESSION).eq("user_id", str(user_id)).is_("ended_at", "null")
    return await fetch_rows(query.gt("expires_at", "now()").order("last_seen_at", desc=True))


async def end_sessions(db: Db, *, session_ids: list[UUID] | None = None, besides: UUID | None = None) -> list[str]:
    """Ends sessions of the caller: those of ``session_ids``, or all but ``besides``. Returns the ids of the ended."""
    arguments = {
        "which": [str(session_id) for session_id in session_ids] if session_ids is not None else None,
        "besides": str(besides) if besides else None,
    }
    (ended,) = await command_once(db, "end_own_sessions", arguments)
    return cast("list[str]", ended)


async def fetch_devices(db: Db) -> list[Row]:
    """Returns the remembered devices of the caller, the latest first."""
    columns = "id,name,expires_at,created_at"
    return await fetch_rows(db.from_("trusted_devices").select(columns).order("created_at", desc=True))


async def forget_device(db: Db, *, device_id: UUID) -> None:
    """Deletes a remembered device of the caller. Raises NotFound if the caller has no such device."""
    await command_once(db, "forget_device", {"device_id": str(device_id)})


async def record_failed_sign_in(failure: FailedSignIn) -> None:
    """Records a failed attempt in the audit log, and queues the mail if the address has an account."""
    recorded: dict[str, Any] = {
        "email": failure.email,
        "emailIndexes": failure.email_indexes,
        "addressIndex": failure.address_index,
        "reason": failure.reason,
    }
    if failure.mail is not None:
        recorded["mail"] = failure.mail
    await command_once(connect_as_service(), "record_failed_sign_in", {"failure": recorded})


async def open_session(session: NewSession) -> OpenedSession:
    """Records a session that Auth has opened. Raises Unauthorized (SESSION_INVALID) if Auth has ended it again."""
    sign_in = {
        "userId": str(session.user_id),
        "sessionId": str(session.session_id),
        "deviceName": session.device_name,
        "userAgent": session.user_agent,
        "address": session.address,
        "addressIndex": session.address_index,
        "method": session.method,
        "deviceTokenHash": session.device_token_hash,
        "emailIndex": session.email_index,
        "refreshTokenDigest": session.refresh_token_digest,
    }
    if session.vouched is not None:
        sign_in["ssoConnectionId"] = str(session.vouched.connection_id)
        sign_in["ssoSubject"] = session.vouched.subject
        sign_in["ssoSubjectDigest"] = session.vouched.subject_digest
        sign_in["ssoIndexDigest"] = session.vouched.index_digest
    (opened,) = await command_once(connect_as_service(), "open_session", {"sign_in": sign_in})
    if not opened["isActive"]:
        return OpenedSession(is_active=False)
    changed_at = opened["passwordChangedAt"]
    return OpenedSession(
        is_active=True,
        factor=opened["factor"],
        methods=opened["methods"],
        is_enrollment_required=opened["isEnrollmentRequired"],
        evicted=opened["evicted"],
        plan=opened["plan"],
        password_changed_at=datetime.fromisoformat(changed_at) if changed_at else None,
    )


async def read_session(*, session_id: UUID) -> KnownSession | None:
    """Returns an open session; None for any other. Works before the session has passed its second factor."""
    known = (await run(call(connect_as_service(), "read_session", {"session_id": str(session_id)}))).data
    if known is None:
        return None
    return KnownSession(
        created_at=datetime.fromisoformat(known["createdAt"]),
        methods=known["methods"],
        is_enrollment_required=known["isEnrollmentRequired"],
    )


async def keep_session(*, session_id: UUID, user_id: UUID) -> bool:
    """Marks a session as seen now. Returns False for a session that has ended."""
    arguments = {"session_id": str(session_id), "user_id": str(user_id)}
    (is_open,) = await command_once(connect_as_service(), "keep_session", arguments)
    return bool(is_open)


async def reauthenticate_session(*, session_id: UUID, user_id: UUID) -> None:
    """Records that the person authenticated again just now. Raises Unauthorized if the session has ended."""
    arguments = {"session_id": str(session_id), "user_id": str(user_id)}
    await command_once(connect_as_service(), "reauthenticate_session", arguments)


async def claim_refresh(refresh_token: str, *, has_answer: bool) -> RefreshClaim:
    """Asks whether a session may be refreshed in Auth by a token now, and claims that.

    ``has_answer`` says that the caller has the answer to the token's first use. Anyone can make up a token that names a
    session: such a token claims nothing.
    """
    session_id = named_session(refresh_token)
    wanted: dict[str, Any] = {"digest": token_digest(refresh_token), "hasAnswer": has_answer}
    if session_id is not None:
        wanted["sessionId"] = str(session_id)
    elif is_row_token(refresh_token):
        wanted["token"] = refresh_token
    (claim,) = await command_once(connect_as_service(), "claim_refresh", {"wanted": wanted})
    return RefreshClaim(
        state=claim["state"],
        ended=claim.get("ended", []),
        session_id=UUID(claim["sessionId"]) if "sessionId" in claim else None,
        user_id=UUID(claim["userId"]) if "userId" in claim else None,
        is_spent=claim.get("isSpent", False),
    )


async def finish_refresh(token: AccessToken, *, spent: str, issued: str) -> str | None:
    """Records that we refreshed a session just now, by the token ``spent``, for the token ``issued``.

    Returns the plan that rate limits go by, or None for a session that has ended.
    """
    done = {
        "sessionId": str(token.session_id),
        "userId": str(token.user_id),
        "spent": token_digest(spent),
        "issued": token_digest(issued),
    }
    (plan,) = await command_once(connect_as_service(), "finish_refresh", {"done": done})
    return cast("str | None", plan)


async def release_refresh(*, session_id: UUID) -> None:
    """Lets the next request refresh a session, after a refresh that failed."""
    await command_once(connect_as_service(), "release_refresh", {"session_id": str(session_id)})


async def end_reused_session(*, session_id: UUID, user_id: UUID) -> list[str]:
    """Ends a session whose refresh token was used twice, and returns its id if it was open."""
    arguments = {"session_id": str(session_id), "user_id": str(user_id)}
    (ended,) = await command_once(connect_as_service(), "end_reused_session", arguments)
    return cast("list[str]", ended)


async def end_refused_session(*, session_id: UUID, user_id: UUID) -> list[str]:
    """Ends a session that Auth refuses to renew, and returns its id if it was open."""
    arguments = {"session_id": str(session_id), "user_id": str(user_id)}
    (ended,) = await command_once(connect_as_service(), "end_refused_session", arguments)
    return cast("list[str]", ended)


async def end_stolen_sessions(db: Db) -> list[str]:
    """Ends the sessions that were refreshed at Auth directly, at most 1,000. Returns their ids."""
    return (await run(call(db, "end_stolen_sessions", {}), seconds=PATIENT_SECONDS)).data


async def end_expired_sessions(db: Db) -> list[str]:
    """Ends expired sessions. Returns the ids of the sessions that KV must not hold any more."""
    return (await run(call(db, "end_expired_sessions", {}), seconds=PATIENT_SECONDS)).data


async def forget_ended_sessions(db: Db) -> int:
    """Deletes our records of ended sessions. Returns how many."""
    return (await run(call(db, "forget_ended_sessions", {}), seconds=PATIENT_SECONDS)).data


async def forget_auth_sessions(db: Db, *, batch: int) -> int:
    """Deletes at most ``batch`` sessions of Auth that are older than a session may be. Returns how many."""
    return (await run(call(db, "forget_auth_sessions", {"batch": batch}), seconds=PATIENT_SECONDS)).data
