"""Checks scheduled contents again when their claims have changed, from the jobs that ``queue_claim_checks`` adds."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from lib.claims.checks import service
from lib.core.data.db import Db
from lib.core.http.errors import ApiError
from lib.jobs import Job, JobFailed, JobHandler

AT_ONCE: Final = 4


async def _check_again(db: Db, jobs: Sequence[Job]) -> Mapping[UUID, JobFailed]:
    """Checks several contents at once: while one is compared, the claims of another are read."""
    outcomes = await asyncio.gather(
        *(service.check_again(db, content_id=UUID(job.payload["contentId"])) for job in jobs), return_exceptions=True
    )
    failures: dict[UUID, JobFailed] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        if isinstance(outcome, ApiError):
            failures[job.id] = JobFailed(outcome.message)
        elif outcome is not None:
            raise outcome  # each of the call is then done alone
    return failures


RECHECKS: Final = JobHandler(queue="claims", handle=_check_again, jobs_per_call=AT_ONCE, seconds=20, min_seconds=2)
