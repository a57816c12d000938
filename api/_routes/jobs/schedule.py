"""/api/v1/cron/*: what Vercel Cron calls. Everything here is safe to run at any time, and twice at once."""

import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field

from lib.ai import embed_changes
from lib.core.config import get_settings
from lib.core.data.db import Db, call, run
from lib.core.data.deployment import register_deployment
from lib.core.data.service_role import connect_as_service
from lib.core.http.app import documented
from lib.core.http.client import PATIENT_SECONDS
from lib.core.http.deadline import time_left
from lib.core.http.envelope import Success
from lib.core.http.errors import Unauthorized
from lib.core.http.models import ResponseModel
from lib.core.limits.overrides import change_limits
from lib.core.telemetry.logs import log
from lib.core.telemetry.reports import report
from lib.events import Consumer, drain
from lib.identity.people import finish_erasures
from lib.identity.sessions import end_stolen_sessions, forget_ended_sessions
from lib.notify import deliver_mail
from lib.publishing import publish_due, purge_delivered

router = APIRouter(prefix="/api/v1/cron", tags=["cron"], responses=documented(401))

_bearer = HTTPBearer(auto_error=False, scheme_name="cronSecret")
type Task = Callable[[Db], Awaitable[Any]]

DISPATCH_SECONDS: Final = 20.0
EMBED_SECONDS: Final = 12.0
MAIL_SECONDS: Final = 8.0
# A task is not begun with less than this: it would be cut, and its work in the database go on beside the next run's.
MIN_SECONDS: Final = 1.0


class CronReport(ResponseModel):
    """What each task did; null for one that failed or got no time, which the next run does again."""

    tasks: dict[str, Any] = Field(examples=[{"publish_due": {"published": 2}}])
    is_complete: bool


async def require_cron_secret(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """The platform sends CRON_SECRET; where none is set, nobody gets in."""
    secret = get_settings().cron_secret
    offered = credentials.credentials if credentials else ""
    if secret is None or not hmac.compare_digest(offered.encode(), secret.encode()):
        raise Unauthorized("this is for the scheduler")


def _function(name: str) -> Task:
    async def ask(db: Db) -> Any:
        return (await run(call(db, name, {}), seconds=PATIENT_SECONDS)).data

    return ask


async def _dispatch(db: Db) -> int:
    return await drain(db, Consumer("edge_cache", purge_delivered), seconds=DISPATCH_SECONDS)


async def _embed(db: Db) -> dict[str, int]:
    return await embed_changes(db, seconds=EMBED_SECONDS)


async def _mail(db: Db) -> dict[str, int]:
    return await deliver_mail(db, seconds=MAIL_SECONDS)


# What is to be published is so in every run; the others take turns in being the next.
MINUTELY: Final[dict[str, Task]] = {
    "publish_due": publish_due,
    "time_out_runs": _function("time_out_runs"),
    "chase_tasks": _function("chase_tasks"),
    "fail_stale_generations": _function("fail_stale_generations"),
    "bury_exhausted_jobs": _function("bury_exhausted_jobs"),
    "refresh_search": _function("refresh_search"),
    "dispatch": _dispatch,
    "register_deployment": register_deployment,
    "change_limits": change_limits,
    "raise_alerts": _function("raise_alerts"),
    # Each command leaves a key for 15 minutes, so there are as many to forget as there are writes.
    "forget_expired_keys": _function("forget_expired_keys"),
    "mail": _mail,
    "finish_erasures": finish_erasures,
    "end_stolen_sessions": end_stolen_sessions,
    "embed": _embed,
}
HOURLY: Final[dict[str, Task]] = {
    "refresh_analytics": _function("refresh_analytics"),
    "forget_ended_sessions": forget_ended_sessions,
    "enqueue_missing_embeddings": _function("enqueue_missing_embeddings"),
}
DAILY: Final[dict[str, Task]] = {"make_next_partitions": _function("make_next_partitions")}


def _in_turn(tasks: dict[str, Task], turn: int) -> dict[str, Task]:
    """The first task, and then the others from another one on at each turn.

    So a run that ends before it came to the last tasks is followed by runs that begin with these.
    """
    (first, *others) = tasks.items()
    start = turn % len(others) if others else 0
    return dict([first, *others[start:], *others[:start]])


async def do_all(tasks: dict[str, Task], db: Db, *, turn: int) -> CronReport:
    """Does all of them, also after one that failed."""
    done: dict[str, Any] = dict.fromkeys(tasks)
    is_complete = True
    for name, task in _in_turn(tasks, turn).items():
        if time_left() < MIN_SECONDS:
            log(logging.ERROR, "there was no time for a scheduled task", fields={"task": name})
            is_complete = False
            continue
        try:
            done[name] = await task(db)
        except Exception as error:  # noqa: BLE001 - whatever it was, the tasks after it have their own work to do
            report(error)
            log(logging.ERROR, "a scheduled task failed", error=error, fields={"task": name})
            is_complete = False
    return CronReport(tasks=done, is_complete=is_complete)


async def _run_all(tasks: dict[str, Task], response: Response, *, every_seconds: int) -> Success[CronReport]:
    """Answers 503 where a task failed or got no time, and the platform shows it."""
    done = await do_all(tasks, connect_as_service(), turn=int(time.time()) // every_seconds)
    if not done.is_complete:
        response.status_code = 503
    return Success(data=done)


@router.get("/minute", dependencies=[Depends(require_cron_secret)])
async def run_minutely(response: Response) -> Success[CronReport]:
    """Publishes and archives what is due, chases reviews, tells caches; a database webhook may call it in between."""
    return await _run_all(MINUTELY, response, every_seconds=60)


@router.get("/hour", dependencies=[Depends(require_cron_secret)])
async def run_hourly(response: Response) -> Success[CronReport]:
    """Brings figures up to date and forgets what has expired."""
    return await _run_all(HOURLY, response, every_seconds=3600)


@router.get("/day", dependencies=[Depends(require_cron_secret)])
async def run_daily(response: Response) -> Success[CronReport]:
    """Makes the partitions of the years to come."""
    return await _run_all(DAILY, response, every_seconds=86_400)
