"""/api/v1/cron/*: called by Vercel Cron. Every task is safe to run at any time, and twice at once.

The contexts register their tasks, queues and consumers: see lib/jobs/registry.py.
"""

import hmac
import logging
import time
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field

import lib.ai.schedule
import lib.audit.schedule
import lib.claims.schedule
import lib.content.schedule
import lib.identity.schedule
import lib.jobs.platform_tasks
import lib.notify.schedule
import lib.publishing.schedule
import lib.webhooks.schedule
import lib.workflow.schedule
from lib.core.config import get_settings
from lib.core.data.db import Db
from lib.core.data.service_role import connect_as_service
from lib.core.http.app import documented
from lib.core.http.envelope import Failure, Success
from lib.core.http.errors import ApiError, Unauthorized
from lib.core.http.models import ResponseModel
from lib.core.http.routes import Route
from lib.core.http.wake import is_token
from lib.core.telemetry.context import current_context
from lib.core.telemetry.logs import log
from lib.jobs import TaskReport
from lib.jobs.at_once import drain_at_once
from lib.jobs.models import Interval
from lib.jobs.registry import Schedule
from lib.jobs.scheduler import run_tasks
from lib.webhooks.schedule import send_at_once

router = APIRouter(route_class=Route, prefix="/api/v1/cron", tags=["cron"])

_bearer = HTTPBearer(auto_error=False, scheme_name="cronSecret")

SCHEDULE: Final = Schedule(
    (
        lib.publishing.schedule.BACKGROUND,
        lib.content.schedule.BACKGROUND,
        lib.workflow.schedule.BACKGROUND,
        lib.ai.schedule.BACKGROUND,
        lib.claims.schedule.BACKGROUND,
        lib.notify.schedule.BACKGROUND,
        lib.webhooks.schedule.BACKGROUND,
        lib.audit.schedule.BACKGROUND,
        lib.identity.schedule.BACKGROUND,
        lib.jobs.platform_tasks.BACKGROUND,
    )
)
INTERVAL_SECONDS: Final[dict[Interval, int]] = {"minute": 60, "hour": 3600, "day": 86_400}


class CronReport(ResponseModel):
    """The result of each task of a run."""

    tasks: dict[str, TaskReport] = Field(
        examples=[{"publish_due": {"outcome": "done", "seconds": 0.042, "did": {"published": 2}}}]
    )
    """A report for each task, by its name."""
    is_complete: bool
    """Whether every task is done. The next run repeats those that are not."""


# A task that is not done fails the run, which the platform shows by its status; the body is the report all the same.
DOCUMENTED: Final = documented(401) | {
    503: {
        "model": Success[CronReport] | Failure,
        "description": "Incomplete run: the report of a run in which a task failed or got no time, or a failure where "
        "the service is not available.",
    }
}


async def require_cron_secret(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Refuses requests without CRON_SECRET, which the platform sends, and all requests if it is not set."""
    secret = get_settings().cron_secret
    offered = credentials.credentials if credentials else ""
    if secret is None or not hmac.compare_digest(offered.encode(), secret.encode()):
        raise Unauthorized("this is for the scheduler")


async def require_wake_token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Refuses requests with neither CRON_SECRET nor a token that was made from it."""
    secret = get_settings().cron_secret
    if secret is None or credentials is None or not is_token(secret, credentials.credentials):
        await require_cron_secret(credentials)


async def _run(every: Interval, response: Response) -> Success[CronReport]:
    """Answers 503 where a task is not done, and the platform shows it."""
    turn = int(time.time()) // INTERVAL_SECONDS[every]
    reports = await run_tasks(SCHEDULE.tasks(every), connect_as_service(), turn=turn)
    is_complete = all(report.outcome == "done" for report in reports.values())
    if not is_complete:
        response.status_code = 503
    return Success(data=CronReport(tasks=reports, is_complete=is_complete))


@router.post(
    "/events",
    name="drainEvents",
    status_code=202,
    response_class=Response,
    dependencies=[Depends(require_wake_token)],
    responses=documented(401),
)
async def drain_events() -> Response:
    """Dispatches new events to their consumers and runs prompt jobs, after the response.

    Requests that committed events call it after their response. Requires a bearer token: `CRON_SECRET`, or a token that
    is derived from it. Calls that arrive while events are being dispatched share the next run.
    """
    db = connect_as_service()
    current_context().afterwards = partial(
        drain_at_once, db, SCHEDULE.consumers, SCHEDULE.prompt_handlers, SCHEDULE.prompt_tasks
    )
    return Response(status_code=202)


@router.post(
    "/webhooks",
    name="sendWebhooks",
    status_code=202,
    response_class=Response,
    dependencies=[Depends(require_wake_token)],
    responses=documented(401),
)
async def send_webhooks() -> Response:
    """Sends due deliveries of webhooks once this is answered.

    Called when events were handed over, with a bearer token like that of `events`. At most two
    workers send at the same time; a call made while both are busy makes one of them look again.
    """
    current_context().afterwards = partial(_send_webhooks, connect_as_service())
    return Response(status_code=202)


async def _send_webhooks(db: Db) -> None:
    try:
        await send_at_once(db)
    except ApiError as error:
        log(logging.WARNING, "webhooks are left to the schedule", error=error)


@router.get("/minute", name="runMinutely", dependencies=[Depends(require_cron_secret)], responses=DOCUMENTED)
async def run_minutely(response: Response) -> Success[CronReport]:
    """Runs the tasks of every minute: publishes and archives contents that are due, sends mail, purges the edge cache.

    They also remind of late tasks, end runs and generations past their time, index contents for search, end stolen
    sessions, raise alerts, apply changed rate limits, and register the deployment with its database.

    Requires `CRON_SECRET` as the bearer token. A database webhook may call it between two runs. Answers 503, with the
    same report, where a task failed or got no time.
    """
    return await _run("minute", response)


@router.get("/hour", name="runHourly", dependencies=[Depends(require_cron_secret)], responses=DOCUMENTED)
async def run_hourly(response: Response) -> Success[CronReport]:
    """Runs the tasks of every hour: updates analytics, deletes ended sessions, queues embeddings that are missing.

    Requires `CRON_SECRET` as the bearer token. Answers 503, with the same report, where a task failed or got no time.
    """
    return await _run("hour", response)


@router.get("/day", name="runDaily", dependencies=[Depends(require_cron_secret)], responses=DOCUMENTED)
async def run_daily(response: Response) -> Success[CronReport]:
    """Runs the tasks of every day: makes the partitions of the next years.

    Requires `CRON_SECRET` as the bearer token. Answers 503, with the same report, where a task failed or got no time.
    """
    return await _run("day", response)
