"""Tests the figures of reviews against a scene that was computed by hand."""

from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.workflow.review_desk import add_step, submitted, task_on

pytestmark = pytest.mark.anyio

SPAN = "from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z"
HOUR = 3600


def move(world: World, row: dict[str, Any], midnight: str, opened: float, closed: float) -> None:
    """Lets a round of a step last from so many hours after midnight to so many."""
    world.rows(
        "update public.workflow_tasks set created_at = %s::timestamptz + %s * interval '1 hour', "
        "decided_at = %s::timestamptz + %s * interval '1 hour' where id = %s",
        midnight,
        opened,
        midnight,
        closed,
        row["id"],
    )
    if row["is_last"]:
        world.rows(
            "update public.workflow_step_runs set opened_at = %s::timestamptz + %s * interval '1 hour', "
            "closed_at = %s::timestamptz + %s * interval '1 hour', "
            "due_at = case when due_at is not null then %s::timestamptz + (%s + 24) * interval '1 hour' end "
            "where id = %s",
            midnight,
            opened,
            midnight,
            closed,
            midnight,
            opened,
            row["step_run_id"],
        )


async def finished(world: World, brand: Brand, decisions: list[tuple[str, float]], day: int) -> dict[str, Any]:
    """Takes a content through the steps Review and Legal and lets it happen on a day of March 2026.

    Each decision with the hours that its step was open. The review was submitted at midnight.
    """
    content = await submitted(world, brand)
    for decision, _ in decisions:
        task = await task_on(brand.viewer, content)
        body = {"decision": decision, "comment": "As it is"}
        assert (await brand.viewer.post(f"/tasks/{task['id']}/decision", body)).status_code == 200
        if decision == "request_changes":
            assert (await brand.editor.post(f"/contents/{content['id']}/submit")).status_code == 200
    rounds = world.rows(
        "select task.id, step_run.id as step_run_id, step_run.round = task.round as is_last "
        "from public.workflow_tasks as task "
        "join public.workflow_step_runs as step_run on step_run.id = task.step_run_id "
        "where task.content_id = %s order by task.decided_at, task.id",
        content["id"],
    )
    opened, midnight = 0.0, f"2026-03-{day:02} 00:00Z"
    for (_, hours), row in zip(decisions, rounds, strict=True):
        move(world, row, midnight, opened, opened + hours)
        opened += hours
    world.rows(
        "update public.workflow_instances set started_at = %s::timestamptz, "
        "completed_at = %s::timestamptz + %s * interval '1 hour' where content_id = %s",
        midnight,
        midnight,
        opened,
        content["id"],
    )
    return content


async def figures(person: Any, query: str) -> dict[str, Any]:
    response = await person.get(f"/review-analytics?{query}")
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def test_a_scene_that_was_computed_by_hand(world: World) -> None:
    brand = await world.brand()
    add_step(world, brand, 2, "Legal", brand.viewer)
    # Review (due in 24 hours), then Legal (no deadline). Cycle times: 10, 40, 30 and 20 hours.
    await finished(world, brand, [("approve", 4), ("approve", 6)], 2)
    await finished(world, brand, [("approve", 30), ("approve", 10)], 2)
    await finished(world, brand, [("request_changes", 8), ("approve", 2), ("approve", 20)], 9)
    await finished(world, brand, [("approve", 10), ("reject", 10)], 10)
    await submitted(world, brand)  # is not finished
    report = await figures(brand.viewer, f"{SPAN}&brandId={brand.id}&granularity=week")
    assert report["totals"] == {
        "finished": 4, "approved": 3, "rejected": 1, "firstPass": 2, "approvalRate": 0.75, "firstPassRate": 0.5,
        "medianCycleSeconds": 25 * HOUR, "p95CycleSeconds": 38.5 * HOUR,
        # One review step of four took 30 hours.
        "due": 4, "onTime": 3, "slaCompliance": 0.75,
    }  # fmt: skip
    weeks = {period["start"]: period["finished"] for period in report["periods"]}
    # The second ended on Tuesday, 3 March at 16:00; all in the weeks from 2 and from 9 March.
    assert weeks == {
        "2026-02-23": 0,
        "2026-03-02": 2,
        "2026-03-09": 2,
        "2026-03-16": 0,
        "2026-03-23": 0,
        "2026-03-30": 0,
    }
    steps = {step["step"]: step for step in report["steps"]}
    # Review: 4, 30, 8 + 2 and 10 hours; Legal: 6, 10, 20 and 10 hours; together the 100 hours of all cycles.
    assert (steps["Review"]["averageSeconds"], steps["Legal"]["averageSeconds"]) == (13.5 * HOUR, 11.5 * HOUR)
    assert (steps["Review"]["shareOfCycleTime"], steps["Legal"]["shareOfCycleTime"]) == (0.54, 0.46)
    assert (steps["Review"]["p95Seconds"], steps["Review"]["slaCompliance"]) == (27 * HOUR, 0.75)
    assert (steps["Legal"]["due"], steps["Legal"]["slaCompliance"]) == (0, None)
    assert report["bottleneck"]["step"] == report["workflows"][0]["bottleneck"] == "Review"
    assert [(item["brand"]["id"], item["finished"]) for item in report["brands"]] == [(brand.id, 4)]
    assert [(item["workflowId"], item["finished"]) for item in report["workflows"]] == [(brand.workflow_id, 4)]
    by_day = await figures(brand.viewer, f"{SPAN}&brandId={brand.id}")
    assert len(by_day["periods"]) == 31
    assert {p["start"]: p["finished"] for p in by_day["periods"] if p["finished"]} == {
        "2026-03-02": 1, "2026-03-03": 1, "2026-03-10": 2,
    }  # fmt: skip
    one_step = await figures(brand.viewer, f"{SPAN}&brandId={brand.id}&step=Legal&granularity=month")
    assert ([step["step"] for step in one_step["steps"]], len(one_step["periods"])) == (["Legal"], 1)
    other_type = await figures(brand.viewer, f"{SPAN}&brandId={brand.id}&type=blog_post")
    assert other_type["totals"]["finished"] == 0
    answer = await brand.viewer.http.get(
        f"/review-analytics?{SPAN}&brandId={brand.id}&granularity=week", headers={"Accept": "text/csv"}
    )
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert lines[0].startswith("section,name,step,finished")
    assert lines[1].startswith("total,,,4,3,1,2,0.75,0.5,90000.0,138600.0,4,3,0.75")
    assert any(line.startswith("step,Review,Legal,") for line in lines)


async def test_who_reads_figures_and_of_which_span(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    await finished(world, brand, [("approve", 1)], 5)
    assert (await figures(other.viewer, SPAN))["totals"]["finished"] == 0
    assert (await figures(brand.editor, SPAN))["totals"]["finished"] == 1
    assert_problem(await other.admin.get(f"/review-analytics?{SPAN}&brandId={brand.id}"), 404, "NOT_FOUND")
    world.rows(
        "update public.brand_members set restrictions = '{analytics.read}' where user_id = %s",
        world.id_of(brand.viewer),
    )
    assert_problem(await brand.viewer.get(f"/review-analytics?{SPAN}&brandId={brand.id}"), 403, "FORBIDDEN")
    assert (await figures(brand.viewer, SPAN))["totals"]["finished"] == 0
    for query in (
        "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
        "from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
        "from=2020-01-01T00:00:00Z&granularity=month&to=2026-01-01T00:00:00Z",
        "granularity=hour",
    ):
        assert_problem(await brand.editor.get(f"/review-analytics?{query}"), 400, "VALIDATION_ERROR")
