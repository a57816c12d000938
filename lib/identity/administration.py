"""What takes the service role: the administration of Supabase Auth, and the commands that come before any trust.

The one module besides the scheduler that holds it. Everything here names the person whom it is about, and the callers
take that from a verified token, a link or a provider's assertion, never from a body.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast
from uuid import UUID, uuid4

from lib.core.config import get_settings
from lib.core.context import timed
from lib.core.db import Db, Row, call, fetch_rows, run
from lib.core.errors import RETRY_AFTER_SECONDS, ApiError, Conflict, ServiceUnavailable
from lib.core.http import TOTAL_SECONDS, get_http_client
from lib.core.logs import log
from lib.core.service_role import connect_as_service
from lib.identity.avatars import remove_objects
from lib.notify import deliver_mail

if TYPE_CHECKING:
    from supabase_auth._async.gotrue_admin_api import AsyncGoTrueAdminAPI
    from supabase_auth.errors import AuthError
    from supabase_auth.types import AdminUserAttributes

MAIL_SECONDS: Final = 8.0
PERSONAL_METADATA: Final = (
    "first_name",
    "last_name",
    "email",
    "name",
    "full_name",
    "picture",
    "avatar_url",
    "preferred_username",
    "user_name",
)


async def ask(function: str, arguments: Row) -> Any:
    """What an SQL function of the service answers. Raises what lib.core.db.run raises."""
    return (await run(call(connect_as_service(), function, arguments))).data


async def send_waiting_mail() -> None:
    """After the answer has gone out, so that nobody can tell by the time it took whether there was any."""
    await deliver_mail(connect_as_service(), seconds=MAIL_SECONDS)


async def finish_erasures(db: Db | None = None) -> int:
    """Takes address and password of those who were erased out of Auth; how many. For the scheduler as well."""
    settings = get_settings()
    service, worker, done = db or connect_as_service(), uuid4().hex, 0
    for job in await fetch_rows(call(service, "claim_jobs", {"queue": "erasure", "worker": worker, "batch": 20})):
        user_id = UUID(job["payload"]["userId"])
        # An address that nobody has, a password that nobody knows: the row stays for what refers to it.
        attributes = {
            "email": f"erased-{user_id}@invalid.example",
            "password": secrets.token_urlsafe(48),
            "email_confirm": True,
            # Auth merges what it is told: each name that a provider may have left is told to be empty.
            "user_metadata": dict.fromkeys(PERSONAL_METADATA, ""),
            "ban_duration": "876000h",
        }
        try:
            await update_user(user_id, attributes)
            if job["payload"].get("avatarPath"):
                key = settings.supabase_secret_key or ""
                await remove_objects(key, "avatars", [job["payload"]["avatarPath"]], api_key=key)
        except ApiError as error:
            log(logging.ERROR, "Auth did not forget somebody yet", error=error)
            failed = {"job_id": job["id"], "worker": worker, "error": str(error)}
            await run(call(service, "fail_job", failed))
        else:
            await run(call(service, "complete_jobs", {"ids": [job["id"]], "worker": worker}))
            done += 1
    return done


def _auth() -> "AsyncGoTrueAdminAPI":
    from supabase_auth import AsyncGoTrueClient

    settings = get_settings()
    key = settings.supabase_secret_key or ""
    client = AsyncGoTrueClient(
        url=f"{settings.supabase_url}/auth/v1",
        headers={"apikey": key, "Authorization": f"Bearer {key}"},
        http_client=get_http_client(),
        auto_refresh_token=False,
        persist_session=False,
    )
    return client.admin


def _refuse(error: "AuthError") -> NoReturn:
    if getattr(error, "code", None) in ("email_exists", "user_already_exists"):
        raise Conflict("there is an account with this address already", code="ALREADY_EXISTS") from error
    if getattr(error, "status", 500) == 422:
        raise Conflict("Auth does not take this") from error
    raise ServiceUnavailable("this cannot be done right now", retry_after=RETRY_AFTER_SECONDS) from error


async def _administer[T](request: Awaitable[T]) -> T:
    from supabase_auth.errors import AuthError

    with timed("auth"):
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                return await request
        except AuthError as error:
            _refuse(error)
        except TimeoutError as error:
            raise ServiceUnavailable("this cannot be done right now", retry_after=RETRY_AFTER_SECONDS) from error


async def create_user(attributes: Row) -> UUID:
    """Raises Conflict (ALREADY_EXISTS) for an address that has an account."""
    answer = await _administer(_auth().create_user(cast("AdminUserAttributes", attributes)))
    return UUID(answer.user.id)


async def update_user(user_id: UUID, attributes: Row) -> None:
    """Raises Conflict (ALREADY_EXISTS) for an address that somebody else has."""
    if attributes.keys() & {"email", "password"}:
        await ask("permit_credential_change", {"user_id": str(user_id)})
    await _administer(_auth().update_user_by_id(str(user_id), cast("AdminUserAttributes", attributes)))


async def make_sign_in_token(email: str) -> str:
    """A token that signs its person in once, without a password: for who was identified elsewhere."""
    answer = await _administer(_auth().generate_link({"type": "magiclink", "email": email}))
    return answer.properties.hashed_token
