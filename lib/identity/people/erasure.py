"""Finishes erasures: Auth and Storage forget the person."""

from typing import Final
from uuid import UUID

from lib.core.data.db import Db
from lib.core.http.client import PATIENT_SECONDS
from lib.identity import auth_server
from lib.identity.administration import connect_as_service
from lib.identity.passwords import unknown_password
from lib.identity.people.avatars import remove_avatars_of_erased
from lib.jobs import Job, JobHandler, each, work_off


async def _erase(_: Db, job: Job) -> None:
    await forget_person(UUID(job.payload["userId"]))


# An erasure usually takes less than a second. It also begins after an answer, in the rest of the request's time.
ERASURES: Final = JobHandler(queue="erasure", handle=each(_erase), seconds=PATIENT_SECONDS, min_seconds=2)


async def finish_erasures() -> None:
    """Deletes everything personal that Auth and Storage keep of erased people.

    Call it after the answer to an erasure. The scheduler does what is not done here.
    """
    await work_off(connect_as_service(), ERASURES)


async def forget_person(user_id: UUID) -> None:
    """Makes Auth forget an erased person, and deletes their pictures. Safe to repeat."""
    await auth_server.anonymize_user(user_id, password=unknown_password())
    await remove_avatars_of_erased(user_id)
