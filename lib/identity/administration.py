"""What takes the service role: the administration of Supabase Auth, and the commands that come before any trust.

The one module besides the scheduler that holds it. Everything here names the person whom it is about, and the callers
take that from a verified token, a link or a provider's assertion, never from a body.
"""

import logging
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID, uuid4

from lib.core.db import Db, Row, call, fetch_rows, run
from lib.core.errors import ApiError, Conflict, ServiceUnavailable
from lib.core.kv import KvUnavailable, ask_kv
from lib.core.logs import log
from lib.core.service_role import connect_as_service, secret_key
from lib.core.sessions import close_sessions
from lib.identity.auth_api import ask_auth, auth_client
from lib.identity.avatars import remove_objects
from lib.identity.passwords import unknown_password
from lib.notify import deliver_mail

if TYPE_CHECKING:
    from supabase_auth.types import AdminUserAttributes

MAIL_SECONDS: Final = 8.0


async def ask(function: str, arguments: Row) -> Any:
    """What an SQL function of the service answers. Raises what lib.core.db.run raises."""
    return (await run(call(connect_as_service(), function, arguments))).data


async def send_waiting_mail() -> None:
    """After the answer has gone out, so that nobody can tell by the time it took whether there was any."""
    await deliver_mail(connect_as_service(), seconds=MAIL_SECONDS)


async def end_stolen_sessions(db: Db | None = None) -> int:
    """Ends the sessions that somebody renewed at Auth itself, past us; how many. For the scheduler."""
    ended: list[str] = (await run(call(db or connect_as_service(), "end_stolen_sessions", {}))).data
    try:
        await ask_kv(close_sessions(ended))
    except KvUnavailable as error:  # the database refuses them already
        log(logging.WARNING, "KV still knows ended sessions", fields={"reason": str(error)})
    return len(ended)


async def finish_erasures(db: Db | None = None) -> int:
    """Takes everything personal out of Auth for those who were erased; how many. For the scheduler as well."""
    service, worker, done = db or connect_as_service(), uuid4().hex, 0
    for job in await fetch_rows(call(service, "claim_jobs", {"queue": "erasure", "worker": worker, "batch": 20})):
        try:
            await _forget(service, UUID(job["payload"]["userId"]))
            if job["payload"].get("avatarPath"):
                await remove_objects("avatars", [job["payload"]["avatarPath"]], api_key=secret_key())
        except ApiError as error:
            log(logging.ERROR, "Auth did not forget somebody yet", error=error)
            failed = {"job_id": job["id"], "worker": worker, "error": str(error)}
            await run(call(service, "fail_job", failed))
        else:
            await run(call(service, "complete_jobs", {"ids": [job["id"]], "worker": worker}))
            done += 1
    return done


async def _forget(service: Db, user_id: UUID) -> None:
    """The row stays for what refers to it, with an address that nobody has and a password that nobody knows."""
    # While the address is still known: it also stands in the records that Auth keeps of what people do.
    await run(call(service, "forget_auth_records", {"user_id": str(user_id)}))
    attributes = {
        "email": f"erased-{user_id}@invalid.example",
        "password": unknown_password(),
        "email_confirm": True,
        "ban_duration": "876000h",
    }
    await update_user(user_id, attributes)
    # Again, for what Auth has recorded of this very change.
    await run(call(service, "forget_auth_records", {"user_id": str(user_id)}))


async def create_user(attributes: Row) -> UUID:
    """Raises Conflict: ALREADY_EXISTS for an address that has an account."""
    refused = Conflict("Auth does not take this")
    request = auth_client().admin.create_user(cast("AdminUserAttributes", attributes))
    return UUID((await ask_auth(request, refused=refused)).user.id)


async def _permit_change(user_id: UUID, email: str | None) -> None:
    """Raises Conflict (ALREADY_EXISTS) for an address that somebody else has."""
    if not await ask("permit_credential_change", {"user_id": str(user_id), "email": email}):
        raise Conflict("there is an account with this address already", code="ALREADY_EXISTS")


async def update_user(user_id: UUID, attributes: Row) -> None:
    """Raises Conflict: ALREADY_EXISTS for an address that somebody else has."""
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
    """For a change that the person's own token makes, just after."""
    await _permit_change(user_id, None)


async def make_sign_in_token(user_id: UUID, email: str) -> str:
    """A token that signs its person in once, without a password: for people who were identified elsewhere.

    Raises Conflict where the address is not, or no longer, this person's. Auth makes an account for an address that has
    none, also where signing up is switched off: it is deleted again.
    """
    refused = Conflict("Auth does not take this")
    admin = auth_client().admin
    made = await ask_auth(admin.generate_link({"type": "magiclink", "email": email}), refused=refused)
    if made.user.id == str(user_id):
        return made.properties.hashed_token
    if made.properties.verification_type == "signup":
        await ask_auth(admin.delete_user(made.user.id), refused=refused)
    raise Conflict("the address belongs to another account")
