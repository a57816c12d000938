"""What takes the service role: the administration of Supabase Auth, and the commands that come before any trust.

The one module besides the scheduler that holds it. Everything here names the person whom it is about, and the callers
take that from a verified token, a link or a provider's assertion, never from a body.
"""

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID, uuid4

from lib.core.auth.sessions import close_sessions
from lib.core.data.db import Db, Row, call, command_once, fetch_rows, run
from lib.core.data.kv import KvUnavailable, ask_kv
from lib.core.data.service_role import connect_as_service, secret_key
from lib.core.http.client import PATIENT_SECONDS
from lib.core.http.errors import ApiError, Conflict, ServiceUnavailable
from lib.core.telemetry.logs import log
from lib.identity.auth_api import ask_auth, auth_client
from lib.identity.avatars import remove_objects
from lib.identity.passwords import unknown_password
from lib.notify import deliver_mail

if TYPE_CHECKING:
    from supabase_auth.types import AdminUserAttributes

MAIL_SECONDS: Final = 8.0
AUTH_SESSIONS_BATCH: Final = 5000


async def ask(function: str, arguments: Row) -> Any:
    """Returns the answer of an SQL function of the service that changes nothing. Raises what ``run`` raises."""
    return (await run(call(connect_as_service(), function, arguments))).data


async def tell(function: str, arguments: Row) -> Any:
    """Calls an SQL function of the service that changes something, once, and returns its answer.

    A gateway may repeat the call; without a key a sign-in, a link or a code would then be refused for having been used.
    """
    (answer,) = await command_once(connect_as_service(), function, arguments)
    return answer


async def send_waiting_mail() -> None:
    """Sends waiting mails. Called after the answer, whose time would otherwise tell whether there are any."""
    await deliver_mail(connect_as_service(), seconds=MAIL_SECONDS)


async def end_stolen_sessions(db: Db) -> int:
    """Ends sessions that somebody refreshed at Auth itself, past us, and returns how many. For the scheduler."""
    ended: list[str] = (await run(call(db, "end_stolen_sessions", {}), seconds=PATIENT_SECONDS)).data
    try:
        await ask_kv(close_sessions(ended))
    except KvUnavailable as error:  # the database refuses them already
        log(logging.WARNING, "KV still knows ended sessions", fields={"reason": str(error)})
    return len(ended)


async def forget_ended_sessions(db: Db) -> int:
    """Deletes ended sessions, here and in Auth, and returns how many of ours. For the scheduler."""
    forgotten: int = (await run(call(db, "forget_ended_sessions", {}), seconds=PATIENT_SECONDS)).data
    deleted = AUTH_SESSIONS_BATCH
    while deleted == AUTH_SESSIONS_BATCH:
        query = call(db, "forget_auth_sessions", {"batch": AUTH_SESSIONS_BATCH})
        deleted = (await run(query, seconds=PATIENT_SECONDS)).data
    return forgotten


async def finish_erasures(db: Db | None = None, *, batch: int = 20) -> int:
    """Deletes everything personal that Auth keeps of erased people, and returns how many it finished.

    For the scheduler, and after the answer to an erasure.
    """
    service, worker, done = db or connect_as_service(), uuid4().hex, 0
    for job in await fetch_rows(call(service, "claim_jobs", {"queue": "erasure", "worker": worker, "batch": batch})):
        try:
            await _forget(service, UUID(job["payload"]["userId"]))
            if job["payload"].get("avatarPath"):
                await remove_objects("avatars", [job["payload"]["avatarPath"]], api_key=secret_key())
            await run(call(service, "complete_jobs", {"ids": [job["id"]], "worker": worker}))
            done += 1
        except ApiError as error:
            log(logging.ERROR, "Auth did not forget somebody yet", error=error)
            with suppress(ApiError):  # the lease of the job ends by itself
                await run(call(service, "fail_job", {"job_id": job["id"], "worker": worker, "error": str(error)}))
    return done


async def _forget(service: Db, user_id: UUID) -> None:
    """Keeps the row in Auth, which others refer to, with an address and a password that nobody has."""
    refused = Conflict("Auth does not know this person")
    known = await ask_auth(auth_client().admin.get_user_by_id(str(user_id)), refused=refused)
    attributes = {
        "email": f"erased-{user_id}@invalid.example",
        "password": unknown_password(),
        "email_confirm": True,
        "ban_duration": "876000h",
    }
    await update_user(user_id, attributes)
    # Afterwards, for what Auth has recorded of this very change. The former address stands in its log as well.
    arguments = {"user_id": str(user_id), "address": known.user.email}
    await run(call(service, "forget_auth_records", arguments), seconds=PATIENT_SECONDS)


async def create_user(attributes: Row) -> UUID:
    """Creates an account and returns its id. Raises Conflict (ALREADY_EXISTS) for an address that has an account."""
    refused = Conflict("Auth does not take this")
    request = auth_client().admin.create_user(cast("AdminUserAttributes", attributes))
    return UUID((await ask_auth(request, refused=refused)).user.id)


async def _permit_change(user_id: UUID, email: str | None) -> None:
    """Permits one change in Auth. Raises Conflict (ALREADY_EXISTS) for an address that somebody else has."""
    if not await tell("permit_credential_change", {"user_id": str(user_id), "email": email}):
        raise Conflict("there is an account with this address already", code="ALREADY_EXISTS")


async def update_user(user_id: UUID, attributes: Row) -> None:
    """Changes an account. Raises Conflict (ALREADY_EXISTS) for an address that somebody else has."""
    email = attributes.get("email")
    if attributes.keys() & {"email", "password"}:
        await _permit_change(user_id, email)
    refused = Conflict("Auth does not take this")
    try:
        request = auth_client().admin.update_user_by_id(str(user_id), cast("AdminUserAttributes", attributes))
        await ask_auth(request, refused=refused)
    except ServiceUnavailable:
        if email is not None:  # Auth answers 500 where somebody took the address in this very moment
            await _permit_change(user_id, email)
        raise


async def permit_password_change(user_id: UUID) -> None:
    """Permits the change of a password that the caller makes next with the person's own token."""
    await _permit_change(user_id, None)


async def make_sign_in_token(user_id: UUID, email: str) -> str:
    """Returns a token that signs a person in once, without a password: for people whom a provider has identified.

    Raises Conflict where the address belongs to another account. Auth creates an account for an address that has none,
    also where signing up is switched off; that account is deleted again.
    """
    refused = Conflict("Auth does not take this")
    admin = auth_client().admin
    made = await ask_auth(admin.generate_link({"type": "magiclink", "email": email}), refused=refused)
    if made.user.id == str(user_id):
        return made.properties.hashed_token
    if made.properties.verification_type == "signup":
        await ask_auth(admin.delete_user(made.user.id), refused=refused)
    raise Conflict("the address belongs to another account")
