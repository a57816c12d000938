"""Tests that urgent contents are due sooner, whatever begins or resumes their review."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World
from tests.workflow.office import create, data, decide, review, step

pytestmark = pytest.mark.anyio

# The hours until a step of 48 hours is due.
HOURS = {"normal": 48, "high": 24, "urgent": 12}


def hours(since: str, until: str) -> float:
    return round((datetime.fromisoformat(until) - datetime.fromisoformat(since)) / timedelta(hours=1), 1)


def open_steps(shown: dict[str, Any]) -> list[float]:
    return [hours(each["openedAt"], each["dueAt"]) for each in shown["steps"] if each["status"] == "active"]


@pytest.mark.parametrize("priority", ["normal", "high", "urgent"])
async def test_steps_are_due_sooner(world: World, priority: str) -> None:
    brand = await world.brand()
    workflow = await create(
        brand, step("First", brand.viewer.email, timeoutHours=48), step("Last", brand.viewer.email, timeoutHours=None)
    )
    content = await world.draft(brand)
    path = f"/contents/{content['id']}"
    body = {"workflowId": workflow["id"], "priority": priority}
    submitted = data(await brand.editor.post(f"{path}/submit", body))
    assert submitted["review"]["priority"] == priority
    shown = await review(brand.viewer, content["id"])
    assert (shown["run"]["priority"], open_steps(shown)) == (priority, [HOURS[priority]])
    [task] = (await brand.viewer.get("/tasks", brandId=brand.id)).json()["data"]
    assert hours(task["createdAt"], task["dueAt"]) == HOURS[priority]
    started = world.rows(
        "select payload ->> 'priority' as priority from public.domain_events "
        "where brand_id = %s and type = 'WorkflowStarted'",
        brand.id,
    )
    assert started == [{"priority": priority}]
    # A dry run says the same, and a step without a time has none.
    tried = data(await brand.editor.post(f"/workflows/{workflow['id']}/dry-run", {"priority": priority}))
    assert [each["dueAt"] and hours(each["opensAt"], each["dueAt"]) for each in tried["steps"]] == [
        HOURS[priority],
        None,
    ]


async def test_the_priority_stays_until_another_is_named(world: World) -> None:
    brand = await world.brand()
    workflow = await create(brand, step("First", brand.viewer.email, timeoutHours=48))
    content = await world.draft(brand)
    path = f"/contents/{content['id']}"
    data(await brand.editor.post(f"{path}/submit", {"workflowId": workflow["id"], "priority": "urgent"}))
    for body, wanted in (({}, "urgent"), ({"priority": "high"}, "high")):
        await decide(brand.viewer, content["id"], "request_changes", comment="Shorter")
        data(await brand.editor.post(f"{path}/submit", body))
        shown = await review(brand.viewer, content["id"])
        assert (shown["run"]["priority"], open_steps(shown)) == (wanted, [HOURS[wanted]])
    # The user who restarts the review of a rejected content says how soon it is due.
    await decide(brand.viewer, content["id"], "reject", comment="No")
    restart = {"workflowId": workflow["id"], "priority": "urgent"}
    data(await brand.admin.post(f"{path}/review/restart", restart))
    shown = await review(brand.viewer, content["id"])
    assert (shown["run"]["priority"], open_steps(shown)) == ("urgent", [12])


async def test_an_edit_keeps_the_priority(world: World) -> None:
    brand = await world.brand()
    first, last = (step(name, brand.viewer.email, timeoutHours=48) for name in ("First", "Last"))
    workflow = await create(brand, first, last)
    content = await world.draft(brand)
    path = f"/contents/{content['id']}"
    data(await brand.editor.post(f"{path}/submit", {"workflowId": workflow["id"], "priority": "urgent"}))
    await decide(brand.viewer, content["id"], "approve")
    seen = data(await brand.editor.get(path))
    data(await brand.editor.patch(path, seen["version"], {"title": "Another title"}))
    shown = await review(brand.viewer, content["id"])
    assert (shown["run"]["priority"], open_steps(shown)) == ("urgent", [12])


async def test_unknown_priorities(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    for priority in ("asap", "", 1):
        response = await brand.editor.post(f"/contents/{content['id']}/submit", {"priority": priority})
        problem = assert_problem(response, 400, "VALIDATION_ERROR")
        assert problem["details"][0]["field"] == "priority"
