"""Finishes erasures: Auth and Storage forget the person."""

import logging
from contextlib import suppress
from uuid import UUID, uuid4

from lib.core.data.db import Db, call, fetch_rows, run
from lib.core.http.errors import ApiError
from lib.core.telemetry.logs import log
from lib.identity import auth_server
from lib.identity.administration import connect_as_service
from lib.identity.passwords import unknown_password
from lib.identity.people.avatars import remove_avatar_of_erased


async def finish_erasures(db: Db | None = None, *, batch: int = 20) -> int:
    """Deletes everything personal that Auth keeps of erased people, and returns how many it finished.

    For the scheduler, and after the answer to an erasure.
    """
    service, worker, done = db or connect_as_service(), uuid4().hex, 0
    for job in await fetch_rows(call(service, "claim_jobs", {"queue": "erasure", "worker": worker, "batch": batch})):
        try:
            await forget_person(UUID(job["payload"]["userId"]), avatar_path=job["payload"].get("avatarPath"))
            await run(call(service, "complete_jobs", {"ids": [job["id"]], "worker": worker}))
            done += 1
        except ApiError as error:
            log(logging.ERROR, "an erasure is not finished yet", error=error)
            with suppress(ApiError):  # the lease of the job ends by itself
                await run(call(service, "fail_job", {"job_id": job["id"], "worker": worker, "error": str(error)}))
    return done


async def forget_person(user_id: UUID, *, avatar_path: str | None) -> None:
    """Makes Auth forget an erased person, and deletes their avatar. Safe to repeat."""
    await auth_server.anonymize_user(user_id, password=unknown_password())
    if avatar_path:
        await remove_avatar_of_erased(avatar_path)
