"""The schedule, and a page from publication until the edge has forgotten it."""

import asyncio
import time
from typing import Any, Final

import httpx

from tools.smoke.contents import CONTENT_TYPE, DATABASE_HINT
from tools.smoke.deployment import LOG_HINT, Deployment, Hint, describe
from tools.smoke.outcomes import CheckFailed, CheckSkipped

SCHEDULE: Final = "/api/v1/cron/minute"
SCHEDULE_SECONDS: Final = 70.0
EDGE_TRIES: Final = 5
POLL_SECONDS: Final = 2.0
RUN_AGAIN_SECONDS: Final = 10.0
PURGE_HINT: Final = "VERCEL_TOKEN, VERCEL_PROJECT_ID and VERCEL_TEAM_ID, and whether the schedule runs every minute"
REVIEW_HINT: Final = (
    f'the brand\'s workflow for contents of the type {CONTENT_TYPE}: see "After a deployment" in docs/deploy.md'
)


async def _run_schedule(deployment: Deployment, *, expected: int | tuple[int, ...] = 200) -> httpx.Response:
    headers = {"Authorization": f"Bearer {deployment.settings.cron_secret}"}
    hints: Hint = {
        401: "CRON_SECRET: it must be that of the deployment",
        504: "maxDuration of api/cron.py in vercel.json",
    }
    return await deployment.ask(
        "GET", SCHEDULE, expected=expected, headers=headers, look_at=hints, timeout=SCHEDULE_SECONDS
    )


async def check_schedule(deployment: Deployment) -> None:
    """The schedule runs for the platform, and for nobody else."""
    await deployment.ask("GET", SCHEDULE, expected=401, as_stranger=True)
    if not deployment.settings.cron_secret:
        raise CheckSkipped("CRON_SECRET is not set")
    report = (await _run_schedule(deployment, expected=(200, 503))).json().get("data", {})
    if not report.get("isComplete"):
        outcomes = {name: task["outcome"] for name, task in report.get("tasks", {}).items()}
        missed = sorted(f"{name} {outcome}" for name, outcome in outcomes.items() if outcome != "done")
        came = ", ".join(missed) or str(report)
        raise CheckFailed(expected="a run in which every task is done", came=came, look_at=LOG_HINT)


async def check_publication(deployment: Deployment) -> None:
    """A page is served from the edge once it is published, and by nothing once it is archived."""
    session, content = deployment.require_session(), deployment.require_content()
    if session.brand["role"] != "admin":
        raise CheckSkipped(
            f"the account is {session.brand['role']} of {session.brand['brandName']}: only admins publish"
        )
    path = f"/api/v1/contents/{content['id']}"
    page = f"/api/v1/delivery/{session.brand['brandSlug']}/contents/{content['slug']}"
    await deployment.ask("GET", page, expected=404, as_stranger=True)
    await _publish(deployment, path)
    await _await_edge(deployment, page)
    await deployment.ask("POST", f"{path}/archive", look_at=DATABASE_HINT)
    await _await_purge(deployment, page)


async def _publish(deployment: Deployment, path: str) -> None:
    content: dict[str, Any] = (await deployment.ask("POST", f"{path}/submit", look_at=REVIEW_HINT)).json()["data"]
    if content["status"] != "approved":
        content = (await deployment.ask("POST", f"{path}/approve", look_at=REVIEW_HINT)).json()["data"]
    if content["status"] != "approved":
        came = f"it is {content['status']}"
        raise CheckFailed(expected="a content that one approval approves", came=came, look_at=REVIEW_HINT)
    await deployment.ask("POST", f"{path}/publish", look_at=DATABASE_HINT)


async def _await_edge(deployment: Deployment, page: str) -> None:
    """The first answers come from the function; what the edge does not keep cannot be purged from it."""
    hint = "the brand's delivery, which must be public: PUT /api/v1/brands/{id}/delivery"
    kept = ""
    for _ in range(EDGE_TRIES):
        served = await deployment.ask("GET", page, as_stranger=True, look_at=hint)
        kept = served.headers.get("x-vercel-cache", "")
        if kept in ("HIT", "STALE"):
            return
        await asyncio.sleep(0.5)
    raise CheckFailed(
        expected=f"{page} from the edge", came=f"x-vercel-cache: {kept}", look_at="the headers of api/delivery.py"
    )


async def _await_purge(deployment: Deployment, page: str) -> None:
    """Runs the schedule, which purges, where it may; else the platform's own schedule does.

    An event is handed out when no older transaction of the database is open, so one run may come too early.
    """
    limit = deployment.settings.purge_seconds
    deadline = time.monotonic() + limit
    next_run = time.monotonic()
    while True:
        if deployment.settings.cron_secret and time.monotonic() >= next_run:
            await _run_schedule(deployment, expected=(200, 401, 503))
            next_run = time.monotonic() + RUN_AGAIN_SECONDS
        answer = await deployment.ask("GET", page, expected=(200, 404), as_stranger=True)
        if answer.status_code == 404:
            return
        if time.monotonic() > deadline:
            expected = f"404 from {page} within {limit:.0f} seconds after it was archived"
            came = f"{describe(answer)[:60]}, x-vercel-cache: {answer.headers.get('x-vercel-cache')}"
            raise CheckFailed(expected=expected, came=came, look_at=PURGE_HINT)
        await asyncio.sleep(POLL_SECONDS)
