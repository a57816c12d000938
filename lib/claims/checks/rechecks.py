"""Checks scheduled contents again when their claims have changed, from the jobs that ``queue_claim_checks`` adds."""

from typing import Final
from uuid import UUID

from lib.claims.checks import service
from lib.core.data.db import Db
from lib.jobs import Job, JobHandler, each


async def _check_again(db: Db, job: Job) -> None:
    await service.check_again(db, content_id=UUID(job.payload["contentId"]))


RECHECKS: Final = JobHandler(queue="claims", handle=each(_check_again), seconds=20, min_seconds=2)
