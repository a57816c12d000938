"""Every step from status to status over HTTP: who may, from where, and which event tells of it."""

import asyncio
from typing import Any

import httpx
import pytest

from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

STATUSES = ("draft", "pending_review", "approved", "scheduled", "published", "archived", "rejected")
WHEN = {"scheduledFor": "2031-01-01T09:00:00Z"}
WHY = {"reason": "Because"}

# Step: (body, the statuses it starts from and where it leads, who may beyond the brand's admin)
STEPS: dict[str, tuple[dict[str, Any] | None, dict[str, str], set[str]]] = {
    "submit": (None, {"draft": "pending_review"}, {"editor"}),
    "approve": (None, {"pending_review": "approved"}, {"viewer"}),
    "reject": (WHY, {"pending_review": "rejected"}, {"viewer"}),
    "requestChanges": (WHY, {"pending_review": "draft"}, {"viewer"}),
    "withdraw": (WHY, {"pending_review": "draft"}, {"editor"}),
    "restart": (None, {"rejected": "pending_review"}, set()),
    "publish": (None, {"approved": "published", "scheduled": "published"}, set()),
    "schedule": (WHEN, {"approved": "scheduled"}, set()),
    "unschedule": (None, {"scheduled": "approved"}, set()),
    "archive": ({"reason": "Old"}, {status: "archived" for status in STATUSES if status != "archived"}, set()),
    "reopen": (None, {"approved": "draft", "archived": "draft"}, {"editor"}),
}


def path_of(step: str) -> str:
    """The last segment of the path of a step."""
    return "request-changes" if step == "requestChanges" else step


async def content_in(world: World, brand: Brand, status: str) -> dict[str, Any]:
    """One by the brand's editor, brought there by the API alone."""
    content = await world.draft(brand)
    ways: dict[str, list[tuple[Person, str, dict[str, Any] | None]]] = {"draft": []}
    ways["pending_review"] = [(brand.editor, "submit", None)]
    ways["approved"] = [*ways["pending_review"], (brand.viewer, "approve", None)]
    ways["rejected"] = [*ways["pending_review"], (brand.viewer, "reject", WHY)]
    ways["scheduled"] = [*ways["approved"], (brand.admin, "schedule", WHEN)]
    ways["published"] = [*ways["approved"], (brand.admin, "publish", None)]
    ways["archived"] = [*ways["published"], (brand.admin, "archive", None)]
    for person, step, body in ways[status]:
        response = await person.post(f"/contents/{content['id']}/{step}", body)
        assert response.status_code == 200, response.text
        content = response.json()["data"]
    assert content["status"] == status
    return content


@pytest.mark.parametrize("step", STEPS)
async def test_step(world: World, step: str) -> None:
    body, ways, others = STEPS[step]
    brand, stranger = await world.brand(), await world.brand()
    for status in STATUSES:
        path = f"/contents/{(await content_in(world, brand, status))['id']}"
        content = (await brand.admin.get(path)).json()["data"]
        way = f"{path}/{path_of(step)}"
        is_offered = content["_links"].get(step) == f"/api/v1{way}"
        assert is_offered == (status in ways), f"{step} is {'' if is_offered else 'not '}offered for {status}"
        assert is_offered == (step in content["allowedActions"])
        assert_problem(await stranger.admin.post(way, body), 404, "NOT_FOUND")
        for role in ("viewer", "editor"):
            may = role in others and not (step == "reopen" and status == "archived")
            if status in ways and not may:
                error = assert_problem(await getattr(brand, role).post(way, body), 403, "FORBIDDEN")
                assert error["details"][0]["rule"].startswith(f"content.{step}."), error
        if status not in ways:
            error = assert_problem(await brand.admin.post(way, body), 409, "CONFLICT")
            assert error["details"][0]["rule"] in (f"content.{step}.status", f"content.{step}.run")
            assert (await brand.admin.get(path)).json()["data"] == content
            continue
        stale = await brand.admin.http.post(way, json=body, headers={"If-Match": '"1"'})
        if content["version"] > 1:
            assert_problem(stale, 412, "CONFLICT")
            done = await brand.admin.http.post(way, json=body, headers={"If-Match": f'"{content["version"]}"'})
        else:
            done = stale
        assert done.status_code == 200, f"{step} from {status}: {done.text}"
        after = done.json()["data"]
        assert after["status"] == ways[status]
        assert done.headers["ETag"] == f'"{after["version"]}"'
        events = (await brand.viewer.get(f"{path}/events", pageSize=100)).json()["data"]
        changes = [event["payload"] for event in events if event["type"] == "ContentStatusChanged"]
        assert (changes[-1]["from"], changes[-1]["to"]) == (status, after["status"])


@pytest.mark.parametrize("step", ["submit", "approve", "reopen"])
async def test_those_who_may_beside_admins(world: World, step: str) -> None:
    brand = await world.brand()
    body, ways, others = STEPS[step]
    for role in others:
        content = await content_in(world, brand, next(iter(ways)))
        done = await getattr(brand, role).post(f"/contents/{content['id']}/{step}", body)
        assert done.status_code == 200, done.text


@pytest.mark.parametrize("step", ["reject", "request-changes", "withdraw"])
@pytest.mark.parametrize("body", [None, {}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 5001}])
async def test_a_reason_is_needed(world: World, step: str, body: dict[str, str] | None) -> None:
    brand = await world.brand()
    content = await content_in(world, brand, "pending_review")
    assert_problem(await brand.admin.post(f"/contents/{content['id']}/{step}", body), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("when", ["2020-01-01T00:00:00Z", "tomorrow", "2031-01-01T00:00:00", None])
async def test_a_schedule_is_for_the_future(world: World, when: str | None) -> None:
    brand = await world.brand()
    content = await content_in(world, brand, "approved")
    body = {"scheduledFor": when}
    assert_problem(await brand.admin.post(f"/contents/{content['id']}/schedule", body), 400, "VALIDATION_ERROR")


async def test_a_brand_without_workflow_approves_by_its_admin(world: World) -> None:
    brand = await world.brand()
    world.rows("update public.workflows set is_active = false where brand_id = %s", brand.id)
    path = f"/contents/{(await world.draft(brand))['id']}"
    assert_problem(await brand.editor.post(f"{path}/approve"), 403, "FORBIDDEN")
    assert (await brand.admin.post(f"{path}/approve")).json()["data"]["status"] == "approved"


async def test_a_violation_of_a_claim_bars_publishing(world: World) -> None:
    brand = await world.brand()
    content = await content_in(world, brand, "approved")
    world.rows("select public.record_claim_review(%s, 'GB', '[]', 'rejected', 1)", content["id"])
    path = f"/contents/{content['id']}"
    for step, body in (("publish", None), ("schedule", WHEN)):
        assert_problem(await brand.admin.post(f"{path}/{step}", body), 409, "CONFLICT")
    score = (await brand.viewer.get(f"{path}/score")).json()["data"]
    assert score["compliance"] == 0
    assert (await brand.viewer.get(path)).json()["data"]["score"] == score["score"]


async def cron(world: World, path: str = "minute", secret: str | None = None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {secret or world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(timeout=60) as platform:
        return await platform.get(f"{world.stack.urls['web']}/api/v1/cron/{path}", headers=headers)


async def test_due_contents_are_published_once_by_runs_that_overlap(world: World) -> None:
    brand = await world.brand()
    scheduled = [await content_in(world, brand, "scheduled") for _ in range(6)]
    expiring = await world.approved(brand, expiresAt="2030-06-01T00:00:00Z")
    assert (await brand.admin.post(f"/contents/{expiring['id']}/publish")).status_code == 200
    due = [content["id"] for content in scheduled[:5]]
    # As if time had passed. Triggers are off, for no person may write these.
    world.rows("set session_replication_role = replica")
    world.rows("update public.contents set scheduled_for = now() - interval '1 minute' where id = any(%s::uuid[])", due)
    world.rows("update public.contents set expires_at = now() - interval '1 minute' where id = %s", expiring["id"])
    world.rows("set session_replication_role = origin")
    reports = await asyncio.gather(*(cron(world) for _ in range(4)))
    assert [report.status_code for report in reports] == [200] * 4, reports[0].text
    for content in scheduled:
        item = (await brand.viewer.get(f"/contents/{content['id']}")).json()["data"]
        assert item["status"] == ("published" if content["id"] in due else "scheduled")
        events = (await brand.viewer.get(f"/contents/{content['id']}/events", pageSize=100)).json()["data"]
        published = [event for event in events if event["type"] == "ContentPublished"]
        assert len(published) == (content["id"] in due)
    archived = (await brand.viewer.get(f"/contents/{expiring['id']}")).json()["data"]
    assert archived["status"] == "archived"


@pytest.mark.parametrize("path", ["minute", "hour", "day"])
async def test_only_the_scheduler_runs_the_schedule(world: World, path: str) -> None:
    brand = await world.brand()
    for secret in ("wrong", world.stack.environment["CRON_SECRET"][:-1], brand.admin.access_token):
        assert_problem(await cron(world, path, secret), 401, "UNAUTHORIZED")
    async with httpx.AsyncClient() as nobody:
        anonymous = await nobody.get(f"{world.stack.urls['web']}/api/v1/cron/{path}")
    assert_problem(anonymous, 401, "UNAUTHORIZED")


@pytest.mark.parametrize("path", ["minute", "hour", "day"])
async def test_every_scheduled_task_does_its_work(world: World, path: str) -> None:
    report = (await cron(world, path)).json()["data"]
    assert report["isComplete"], report
