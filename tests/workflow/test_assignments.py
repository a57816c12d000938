"""Tests the report of the assignments of a person, and their replacement across workflows and brands."""

from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.workflow.review_desk import add_step, submitted, task_on, tasks_of

pytestmark = pytest.mark.anyio


async def two_brands(world: World) -> tuple[Brand, Brand]:
    """Makes two brands whose reviews both name the viewer of the first, with an open task in each."""
    first, second = await world.brand(), await world.brand()
    world.join(first.viewer, second.id, "viewer")
    add_step(world, second, 2, "Legal", first.viewer)
    world.rows(
        "update public.workflows set escalate_to = %s where id = %s", world.id_of(first.viewer), second.workflow_id
    )
    await submitted(world, first)
    content = await submitted(world, second)
    task = await task_on(second.viewer, content)
    assert (await second.viewer.post(f"/tasks/{task['id']}/decision", {"decision": "approve"})).status_code == 200
    await submitted(world, second)
    return first, second


async def test_the_report_by_brand(world: World) -> None:
    first, second = await two_brands(world)
    leaver = world.id_of(first.viewer)

    async def report(person: Any) -> dict[str, Any]:
        data = (await person.get(f"/tasks/assignments?userId={leaver}")).json()["data"]
        assert data["user"]["id"] == leaver
        return {item["brand"]["id"]: item for item in data["brands"]}

    platform = await world.platform_admin()
    everything = await report(platform)
    assert everything.keys() == {first.id, second.id}
    found = everything[second.id]
    assert [(step["name"], step["otherAssignees"]) for step in found["steps"]] == [("Legal", 0)]
    assert [item["workflowId"] for item in found["escalations"]] == [second.workflow_id]
    assert (found["openTasks"], found["overdueTasks"], found["comingSteps"], found["isMember"]) == (1, 0, 1, True)
    # Admins see their own brands.
    assert (await report(first.admin)).keys() == {first.id}
    assert_problem(await first.editor.get(f"/tasks/assignments?userId={leaver}"), 403, "FORBIDDEN")
    stranger = await world.brand()
    assert_problem(await stranger.admin.get(f"/tasks/assignments?userId={leaver}"), 404, "NOT_FOUND")


async def test_everything_moves_in_one_command(world: World) -> None:
    first, second = await two_brands(world)
    successor = await world.member(first, "viewer")
    world.join(successor, second.id, "viewer")
    platform = await world.platform_admin()
    body = {"userId": world.id_of(first.viewer), "targetId": world.id_of(successor), "reason": "Leaves"}
    report = (await platform.post("/tasks/assignments/reassign", body)).json()["data"]
    assert {brand["id"] for brand in report["brands"]} == {first.id, second.id}
    assert {name: report[name] for name in ("steps", "escalations", "tasks", "tasksElsewhere")} == {
        "steps": 2, "escalations": 1, "tasks": 2, "tasksElsewhere": 0,
    }  # fmt: skip
    assert await tasks_of(first.viewer) == []
    assert len(await tasks_of(successor)) == 2
    # The steps that have not asked yet ask the new person.
    waiting = (await tasks_of(second.viewer))[0]
    decided = await second.viewer.post(f"/tasks/{waiting['id']}/decision", {"decision": "approve"})
    assert decided.status_code == 200
    assert len(await tasks_of(successor)) == 3
    assert await submitted(world, first)
    assert len(await tasks_of(successor)) == 4
    left = (await platform.get(f"/tasks/assignments?userId={world.id_of(first.viewer)}")).json()["data"]["brands"]
    assert all(item["steps"] == item["escalations"] == [] and item["openTasks"] == 0 for item in left)


async def test_without_access_nothing_moves_and_the_attempt_is_recorded(world: World) -> None:
    first, second = await two_brands(world)
    successor = await world.member(first, "viewer")
    platform = await world.platform_admin()
    body = {"userId": world.id_of(first.viewer), "targetId": world.id_of(successor)}
    problem = assert_problem(await platform.post("/tasks/assignments/reassign", body), 400, "VALIDATION_ERROR")
    assert [detail["message"] for detail in problem["details"]] == [f"has no access to {second.name}"]
    assert len(await tasks_of(first.viewer)) == 2
    denied = world.rows(
        "select brand_id::text from public.audit_log where action = 'workflow.reassign_denied' and resource_id = %s",
        world.id_of(successor),
    )
    assert [row["brand_id"] for row in denied] == [second.id]
    # Brand by brand, for its admins.
    assert_problem(
        await first.admin.post("/tasks/assignments/reassign", body | {"brandIds": [second.id]}), 404, "NOT_FOUND"
    )
    assert_problem(await first.editor.post("/tasks/assignments/reassign", body), 403, "FORBIDDEN")
    same = body | {"targetId": body["userId"]}
    assert_problem(await first.admin.post("/tasks/assignments/reassign", same), 400, "VALIDATION_ERROR")
    report = (await first.admin.post("/tasks/assignments/reassign", body)).json()["data"]
    assert ([brand["id"] for brand in report["brands"]], report["tasks"]) == ([first.id], 1)


async def test_the_author_does_not_get_their_own_content(world: World) -> None:
    brand = await world.brand()
    content = await submitted(world, brand)
    body = {"userId": world.id_of(brand.viewer), "targetId": world.id_of(brand.editor)}
    report = (await brand.admin.post("/tasks/assignments/reassign", body)).json()["data"]
    assert (report["tasks"], report["tasksElsewhere"]) == (0, 1)
    assert await task_on(brand.admin, content)
