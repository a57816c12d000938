"""Tests that commands on many tasks and decisions on single ones wait for each other, and never in a circle."""

import asyncio

import pytest

from tests.support.world import World
from tests.workflow.review_desk import name_in_first_step, read_task, submitted, tasks_of
from tests.workflow.test_delegations import away

pytestmark = pytest.mark.anyio


async def test_bulk_decisions_on_the_same_tasks_beside_single_ones(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    name_in_first_step(world, brand, second)
    world.rows(
        "update public.workflow_steps set require_all_approvals = true where workflow_id = %s", brand.workflow_id
    )
    contents = [await submitted(world, brand) for _ in range(12)]
    tasks = {person: await tasks_of(person) for person in (brand.viewer, second)}
    both = [
        person.post("/tasks/decisions", {"decision": "approve", "tasks": [read_task(task) for task in of_person]})
        for person, of_person in ((brand.viewer, tasks[brand.viewer]), (second, tasks[second][::-1]))
    ]
    single = [
        brand.admin.post(f"/contents/{content['id']}/review/decisions", {"decision": "approve"})
        for content in contents[::-1]
    ]
    answers = await asyncio.gather(*both, *single)
    assert {answer.status_code for answer in answers} <= {200, 409}
    for bulk in answers[:2]:
        assert {item["status"] for item in bulk.json()["data"]["items"]} <= {200, 409}
    # Nothing was decided twice, and all have come to their end.
    states = world.rows(
        "select status::text as status, count(*) from public.contents where brand_id = %s group by 1", brand.id
    )
    assert states == [{"status": "approved", "count": 12}]


async def test_tasks_that_move_while_they_are_decided(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    contents = [await submitted(world, brand) for _ in range(12)]
    made = await away(brand.viewer, world, second)
    moves = [
        brand.viewer.post(f"/delegations/{made['id']}/hand-over"),
        brand.admin.patch(f"/workflows/{brand.workflow_id}", 2, {"description": "Changed meanwhile"}),
    ]
    single = [
        brand.admin.post(f"/contents/{content['id']}/review/decisions", {"decision": "approve"})
        for content in contents[::-1]
    ]
    answers = await asyncio.gather(*moves, *single)
    assert [answer.status_code for answer in answers[2:]] == [200] * 12
    assert answers[0].status_code == 200
    assert await tasks_of(brand.viewer) == await tasks_of(second) == []
