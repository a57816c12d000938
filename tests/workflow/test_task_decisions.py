"""Tests decisions on tasks, one and many, two at once, and giving tasks to another member."""

import asyncio
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World
from tests.workflow.review_desk import add_step, key, name_in_first_step, read_task, submitted, task_on, tasks_of

pytestmark = pytest.mark.anyio


async def test_decisions_and_their_conditions(world: World) -> None:
    brand = await world.brand()
    content = await submitted(world, brand)
    path = f"/tasks/{(await task_on(brand.viewer, content))['id']}/decision"
    for body in (
        {"decision": "maybe"},
        {"decision": "reject"},
        {"decision": "request_changes", "comment": "  "},
        {"decision": "approve", "publishedUrl": "ftp://x.test"},
        {},
    ):
        assert_problem(await brand.viewer.post(path, body), 400, "VALIDATION_ERROR")
    stale = await brand.viewer.http.post(path, json={"decision": "approve"}, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "CONFLICT")
    assert_problem(await brand.editor.post(path, {"decision": "approve"}), 403, "FORBIDDEN")
    done = (await brand.viewer.post(path, {"decision": "reject", "comment": "Off brand"})).json()["data"]
    assert (done["decision"], done["comment"], done["content"]["status"]) == ("reject", "Off brand", "rejected")


async def test_an_approval_gives_the_address_that_the_step_requires(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "update public.workflow_steps set requires_published_url = true where workflow_id = %s", brand.workflow_id
    )
    path = f"/tasks/{(await task_on(brand.viewer, await submitted(world, brand)))['id']}/decision"
    problem = assert_problem(await brand.viewer.post(path, {"decision": "approve"}), 400, "VALIDATION_ERROR")
    assert problem["details"][0]["field"] == "publishedUrl"
    body = {"decision": "approve", "publishedUrl": "https://example.test/winter"}
    assert (await brand.viewer.post(path, body)).json()["data"]["content"]["status"] == "approved"


async def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told_who_and_when(world: World) -> None:
    brand = await world.brand()
    name_in_first_step(world, brand, brand.admin)
    for _ in range(3):
        content = await submitted(world, brand)
        people = (brand.viewer, brand.admin)
        paths = [f"/tasks/{(await task_on(person, content))['id']}/decision" for person in people]
        answers = await asyncio.gather(
            *(person.post(path, {"decision": "approve"}) for person, path in zip(people, paths, strict=True))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        loser = next(answer for answer in answers if answer.status_code == 409)
        winner = people[0] if answers[0].status_code == 200 else people[1]
        detail = assert_problem(loser, 409, "CONFLICT")["details"][0]
        assert (detail["field"], detail["action"], detail["by"]) == ("taskId", "approve", world.id_of(winner))
        decided = world.rows(
            "select decided_at from public.workflow_tasks where content_id = %s and decision = 'approve'", content["id"]
        )
        assert len(decided) == 1
        assert detail["at"][:19] == decided[0]["decided_at"].isoformat()[:19]


async def test_deciding_twice_and_withdrawn_reviews_say_what_happened(world: World) -> None:
    brand = await world.brand()
    add_step(world, brand, 2, "Legal", brand.viewer)
    content = await submitted(world, brand)
    path = f"/tasks/{(await task_on(brand.viewer, content))['id']}/decision"
    assert (await brand.viewer.post(path, {"decision": "approve"})).status_code == 200
    twice = assert_problem(await brand.viewer.post(path, {"decision": "approve"}), 409, "CONFLICT")
    assert twice["details"][0]["by"] == world.id_of(brand.viewer)
    legal = f"/tasks/{(await task_on(brand.viewer, content))['id']}/decision"
    assert (await brand.editor.post(f"/contents/{content['id']}/withdraw", {"reason": "Wait"})).status_code == 200
    gone = assert_problem(await brand.viewer.post(legal, {"decision": "approve"}), 409, "CONFLICT")
    assert (gone["details"][0]["action"], gone["details"][0]["by"]) == ("cancel", world.id_of(brand.editor))


async def test_a_decision_under_a_key_is_made_once(world: World) -> None:
    brand = await world.brand()
    path = f"/tasks/{(await task_on(brand.viewer, await submitted(world, brand)))['id']}/decision"
    headers = {"Idempotency-Key": key()}
    answers = [await brand.viewer.http.post(path, json={"decision": "approve"}, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.headers["Idempotency-Replayed"] for answer in answers] == ["false", "true"]


async def test_many_decisions_each_with_its_own_outcome(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    name_in_first_step(world, brand, brand.admin)
    good = [await submitted(world, brand) for _ in range(3)]
    own = await submitted(world, brand, by=brand.admin)  # the step names the author as well
    foreign = await task_on(other.viewer, await submitted(world, other))
    closed = await task_on(brand.viewer, await submitted(world, brand))
    assert (await brand.viewer.post(f"/tasks/{closed['id']}/decision", {"decision": "approve"})).status_code == 200
    read = [read_task(await task_on(brand.viewer, content)) for content in (*good, own)]
    ids = [task["taskId"] for task in read]
    edited = await submitted(world, brand)
    stale = read_task(await task_on(brand.viewer, edited))
    changed = await brand.editor.patch(f"/contents/{edited['id']}", edited["version"], {"title": "Another text"})
    assert changed.status_code == 200, changed.text
    unknown = {"taskId": str(uuid4()), "contentVersion": 1}
    wanted = [*read, read_task(foreign), read_task(closed), unknown, stale]
    body = {"decision": "approve", "comment": "Fine", "tasks": wanted}
    outcome = (await brand.viewer.post("/tasks/decisions", body)).json()["data"]
    statuses = {item["taskId"]: item["status"] for item in outcome["items"]}
    # Nobody approves a text that they have not read.
    refused = {foreign["id"]: 404, closed["id"]: 409, unknown["taskId"]: 404, stale["taskId"]: 412}
    assert statuses == dict.fromkeys(ids, 200) | refused
    assert (outcome["succeeded"], outcome["failed"]) == (4, 4)
    items = {item["taskId"]: item for item in outcome["items"]}
    assert items[foreign["id"]]["contentId"] is None
    assert items[closed["id"]]["error"]["details"][0]["by"] == world.id_of(brand.viewer)
    assert items[ids[0]]["contentStatus"] == "approved"
    assert [task["id"] for task in await tasks_of(brand.viewer)] == [stale["taskId"]]
    many = [{"taskId": str(uuid4()), "contentVersion": 1} for _ in range(101)]
    unread = [{"taskId": stale["taskId"]}]
    for invalid in (
        {"tasks": []},
        {"tasks": many},
        {"tasks": unread},
        {"tasks": [*read, read[0]]},
        {"decision": "reject"},
    ):
        answer = await brand.viewer.post("/tasks/decisions", {"decision": "approve", "tasks": read} | invalid)
        assert_problem(answer, 400, "VALIDATION_ERROR")


async def test_authors_do_not_decide_in_bulk_either(world: World) -> None:
    brand = await world.brand()
    content = await submitted(world, brand, by=brand.admin)
    task = await task_on(brand.viewer, content)
    body = {"decision": "approve", "tasks": [read_task(task)]}
    item = (await brand.admin.post("/tasks/decisions", body)).json()["data"]["items"][0]
    assert (item["status"], item["error"]["details"][0]["rule"]) == (403, "content.approve.not_own")


async def test_tasks_go_to_others_by_their_holder_or_an_admin(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    colleague = await world.member(brand, "viewer")
    content = await submitted(world, brand)
    task = await task_on(brand.viewer, content)
    path, body = f"/tasks/{task['id']}", {"assigneeId": world.id_of(colleague), "reason": "Knows it"}
    assert_problem(await brand.admin.post(f"{path}/delegate", body), 403, "FORBIDDEN")
    assert_problem(await colleague.post(f"{path}/reassign", body), 403, "FORBIDDEN")
    assert_problem(await other.admin.post(f"{path}/reassign", body), 404, "NOT_FOUND")
    strange = {"assigneeId": world.id_of(other.viewer)}
    assert_problem(await brand.viewer.post(f"{path}/delegate", strange), 400, "VALIDATION_ERROR")
    author = {"assigneeId": world.id_of(brand.editor)}
    assert_problem(await brand.viewer.post(f"{path}/delegate", author), 403, "FORBIDDEN")
    moved = (await brand.viewer.post(f"{path}/delegate", body)).json()["data"]
    assert (moved["assignee"]["id"], moved["status"]) == (world.id_of(colleague), "pending")
    assert (await task_on(colleague, content))["id"] == moved["id"]
    former = (await brand.viewer.get(path)).json()["data"]
    assert (former["status"], former["reassignedTo"]["id"]) == ("reassigned", world.id_of(colleague))
    assert_problem(await brand.viewer.post(f"{path}/delegate", body), 409, "CONFLICT")
    back = {"assigneeId": world.id_of(brand.viewer)}
    again = await brand.admin.post(f"/tasks/{moved['id']}/reassign", back)
    assert (again.status_code, again.json()["data"]["id"]) == (200, task["id"])
