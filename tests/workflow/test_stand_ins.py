"""Tests who decides instead of another user: nobody twice, nobody who could not, and no stranger."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.workflow.review_desk import add_step, name_in_first_step, submitted, task_on, tasks_of
from tests.workflow.test_delegations import at, away

pytestmark = pytest.mark.anyio


def all_must_approve(world: World, brand: Brand) -> None:
    world.rows(
        "update public.workflow_steps set require_all_approvals = true where workflow_id = %s", brand.workflow_id
    )


async def approve(person: Any, content: dict[str, Any]) -> str:
    """Approves the task of a person for a content, and returns the state of the content."""
    task = await task_on(person, content)
    answer = await person.post(f"/tasks/{task['id']}/decision", {"decision": "approve"})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["content"]["status"]


async def test_a_delegate_who_has_the_step_does_not_count_twice(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    name_in_first_step(world, brand, second)
    all_must_approve(world, brand)
    before = await submitted(world, brand)
    decided = await submitted(world, brand)
    assert await approve(second, decided) == "in_review"
    await away(brand.viewer, world, second, movesOpenTasks=True)
    during = await submitted(world, brand)
    # Two people must approve: the admin decides for the one who is away.
    for content in (before, during):
        assert (await task_on(brand.admin, content))["onBehalfOf"]["id"] == world.id_of(brand.viewer)
        assert await approve(second, content) == "in_review"
        assert await approve(brand.admin, content) == "approved"
    assert await approve(brand.admin, decided) == "approved"


async def test_a_successor_who_has_the_step_does_not_count_twice(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    name_in_first_step(world, brand, second)
    all_must_approve(world, brand)
    pending, decided = await submitted(world, brand), await submitted(world, brand)
    await approve(second, decided)
    body = {"userId": world.id_of(brand.viewer), "targetId": world.id_of(second)}
    report = (await brand.admin.post("/tasks/assignments/reassign", body)).json()["data"]
    assert (report["tasks"], report["tasksElsewhere"]) == (0, 2)
    assert await approve(second, pending) == "in_review"
    assert await approve(brand.admin, pending) == "approved"
    assert await approve(brand.admin, decided) == "approved"
    action = world.rows(
        "select from_id::text, to_id::text from public.workflow_actions where content_id = %s and action = 'reassign'",
        pending["id"],
    )
    assert action == [{"from_id": world.id_of(brand.viewer), "to_id": world.id_of(brand.admin)}]


async def test_a_step_that_anyone_may_approve_stays_with_the_successor(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    name_in_first_step(world, brand, second)
    content = await submitted(world, brand)
    body = {"userId": world.id_of(brand.viewer), "targetId": world.id_of(second)}
    assert (await brand.admin.post("/tasks/assignments/reassign", body)).json()["data"]["tasks"] == 1
    assert await tasks_of(brand.viewer) == []
    assert await approve(second, content) == "approved"


async def test_nobody_takes_over_who_is_away_or_whose_delegate_leaves(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    content = await submitted(world, brand)
    await away(second, world, brand.viewer)
    body = {"userId": world.id_of(brand.viewer), "targetId": world.id_of(second)}
    problem = assert_problem(await brand.admin.post("/tasks/assignments/reassign", body), 409, "CONFLICT")
    assert problem["details"][0]["field"] == "targetId"
    # The others of the step: of these one is away, and the leaver stands in.
    name_in_first_step(world, brand, second)
    body["targetId"] = world.id_of(brand.editor)
    assert (await brand.admin.post("/tasks/assignments/reassign", body)).status_code == 200
    assert await tasks_of(brand.viewer) == []
    assert await task_on(brand.admin, content)


async def test_people_who_could_not_decide_are_not_asked(world: World) -> None:
    brand = await world.brand()
    restricted = await world.member(brand, "viewer")
    world.rows(
        "update public.brand_members set restrictions = '{content.review}' where user_id = %s",
        world.id_of(restricted),
    )
    name_in_first_step(world, brand, restricted)
    all_must_approve(world, brand)
    content = await submitted(world, brand)
    assert await tasks_of(restricted) == []
    task = await task_on(brand.viewer, content)
    chosen = {"assigneeId": world.id_of(restricted)}
    assert_problem(await brand.viewer.post(f"/tasks/{task['id']}/delegate", chosen), 400, "VALIDATION_ERROR")
    body = {"userId": world.id_of(brand.viewer), "targetId": world.id_of(restricted)}
    assert_problem(await brand.admin.post("/tasks/assignments/reassign", body), 400, "VALIDATION_ERROR")
    # Nor waited for: a person who may decide no more keeps no step open.
    assert await approve(brand.viewer, content) == "approved"


async def test_strangers_are_neither_delegates_nor_told(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    loner, stranger = await world.signed_in(), other.viewer
    before = world.rows("select count(*) from public.notifications where user_id = %s", world.id_of(stranger))
    texts = []
    for delegate in (world.id_of(stranger), str(uuid4())):
        body = {"delegateId": delegate, "endsAt": at(7), "reason": "Secret"}
        texts.append(assert_problem(await loner.post("/delegations", body), 400, "VALIDATION_ERROR")["details"])
    assert texts[0] == texts[1]
    # Nobody is a member of a deleted brand.
    world.rows("update public.brands set deleted_at = now() where id = %s", brand.id)
    body = {"delegateId": world.id_of(brand.editor), "endsAt": at(7)}
    assert_problem(await brand.viewer.post("/delegations", body), 400, "VALIDATION_ERROR")
    assert world.rows("select count(*) from public.notifications where user_id = %s", world.id_of(stranger)) == before


async def test_replacing_a_person_needs_both_rights(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    await submitted(world, brand)
    world.rows(
        "update public.brand_members set restrictions = '{workflow.control}' where user_id = %s",
        world.id_of(brand.admin),
    )
    body: dict[str, Any] = {"userId": world.id_of(brand.viewer), "targetId": world.id_of(second)}
    assert_problem(await brand.admin.post("/tasks/assignments/reassign", body), 403, "FORBIDDEN")
    body["brandIds"] = [brand.id]
    assert_problem(await brand.admin.post("/tasks/assignments/reassign", body), 403, "FORBIDDEN")
    assert len(await tasks_of(brand.viewer)) == 1


async def test_a_workflow_gets_one_version_however_many_steps_change(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    for position in (2, 3, 4):
        add_step(world, brand, position, f"Step {position}", brand.viewer)

    def version() -> int:
        return world.rows("select version from public.workflows where id = %s", brand.workflow_id)[0]["version"]

    before = version()
    body = {"userId": world.id_of(brand.viewer), "targetId": world.id_of(second)}
    assert (await brand.admin.post("/tasks/assignments/reassign", body)).json()["data"]["steps"] == 4
    assert version() == before + 1
    kept = world.rows(
        "select definition::text from public.workflow_versions where workflow_id = %s order by version desc limit 1",
        brand.workflow_id,
    )[0]["definition"]
    assert world.id_of(second) in kept
    assert world.id_of(brand.viewer) not in kept


async def test_running_reviews_alone_are_reason_enough_to_move(world: World) -> None:
    brand = await world.brand()
    third, second = await world.member(brand, "viewer"), await world.member(brand, "viewer")
    add_step(world, brand, 2, "Legal", third)
    content = await submitted(world, brand)
    # The workflow names nobody any more; the review that has begun still does.
    world.rows("delete from public.workflow_step_assignees where user_id = %s", world.id_of(third))
    found = (await brand.admin.get(f"/tasks/assignments?userId={world.id_of(third)}")).json()["data"]["brands"]
    assert [(item["steps"], item["comingSteps"]) for item in found] == [([], 1)]
    body = {"userId": world.id_of(third), "targetId": world.id_of(second)}
    report = (await brand.admin.post("/tasks/assignments/reassign", body)).json()["data"]
    assert [item["id"] for item in report["brands"]] == [brand.id]
    await approve(brand.viewer, content)
    assert await task_on(second, content)


async def test_overdue_tasks_escalate_once(world: World) -> None:
    brand = await world.brand()
    boss, second = await world.member(brand, "viewer"), await world.member(brand, "viewer")
    world.rows("update public.workflows set escalate_to = %s where id = %s", world.id_of(boss), brand.workflow_id)
    content = await submitted(world, brand)
    # Later changes of the workflow do not reach the review.
    world.rows("update public.workflows set escalate_to = null where id = %s", brand.workflow_id)
    world.rows(
        "update public.workflow_tasks set created_at = now() - interval '3 days', due_at = now() - interval '1 day' "
        "where content_id = %s",
        content["id"],
    )
    world.rows(
        "update public.workflow_step_runs set due_at = now() - interval '1 day' where content_id = %s", content["id"]
    )

    def chased() -> list[str]:
        rows = world.rows(
            "select chased.outcome from public.chase_tasks() as chased inner join public.workflow_tasks as task "
            "on task.id = chased.task_id where task.content_id = %s",
            content["id"],
        )
        return [row["outcome"] for row in rows]

    assert chased() == ["escalated"]
    assert await task_on(boss, content)
    task = await task_on(brand.viewer, content)
    await brand.viewer.post(f"/tasks/{task['id']}/delegate", {"assigneeId": world.id_of(second)})
    assert await task_on(second, content)
    assert chased() == []


async def test_an_edit_starts_the_review_again_as_it_began(world: World) -> None:
    brand = await world.brand()
    add_step(world, brand, 2, "Legal", brand.viewer)
    first, second = await submitted(world, brand), await submitted(world, brand)
    world.rows("delete from public.workflow_steps where workflow_id = %s and position = 2", brand.workflow_id)

    async def edit_after_approval(content: dict[str, Any]) -> dict[str, Any]:
        assert await approve(brand.viewer, content) == "in_review"
        present = (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]
        changed = await brand.editor.patch(f"/contents/{content['id']}", present["version"], {"title": "New"})
        assert changed.status_code == 200, changed.text
        return (await brand.editor.get(f"/contents/{content['id']}/review")).json()["data"]

    again = await edit_after_approval(first)
    assert [step["name"] for step in again["steps"]] == ["Review", "Legal"]
    assert again["run"]["workflowVersion"] == again["earlierRuns"][0]["workflowVersion"]
    # An archived workflow begins no review.
    world.rows("update public.workflows set is_active = false, archived_at = now() where id = %s", brand.workflow_id)
    assert (await edit_after_approval(second))["contentStatus"] == "draft"
