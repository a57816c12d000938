"""Tests the list of tasks: what it shows, whom, in which order, and the counts."""

from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World
from tests.workflow.review_desk import add_step, make_due, name_in_first_step, submitted, task_on, tasks_of

pytestmark = pytest.mark.anyio


async def test_a_task_has_what_is_needed_to_decide(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "update public.workflow_steps set instructions = 'Check every claim', requires_published_url = true "
        "where workflow_id = %s",
        brand.workflow_id,
    )
    content = await submitted(world, brand, body="<p>Cold air holds <strong>little</strong> water.</p>")
    page = (await brand.viewer.get("/tasks")).json()
    assert page["pagination"] == {"page": 1, "pageSize": 20, "totalPages": 1, "totalItems": 1}
    assert page["counts"] == {"open": 1, "overdue": 0, "done": 0}
    task = page["data"][0]
    assert task["content"] | {"dueAt": None} == {
        "id": content["id"],
        "title": content["title"],
        "type": "article",
        "status": "pending_review",
        "version": content["version"],
        "excerpt": "Cold air holds little water.",
        "dueAt": None,
        "author": {"id": world.id_of(brand.editor), "name": task["content"]["author"]["name"]},
    }
    assert task["brand"]["id"] == brand.id
    assert task["run"]["workflow"] == "Review"
    assert task["step"] | {"id": None} == {
        "id": None,
        "name": "Review",
        "position": 1,
        "instructions": "Check every claim",
        "actions": ["approve", "reject", "request_changes"],
        "requiresPublishedUrl": True,
        "requiresAllApprovals": False,
        "allowsSkip": False,
        "formRequirements": [
            {"field": "comment", "decisions": ["reject", "request_changes"]},
            {"field": "publishedUrl", "decisions": ["approve"]},
        ],
    }
    assert task["allowedActions"] == ["approve", "reject", "requestChanges", "delegate"]
    assert task["_links"]["decision"] == f"/api/v1/tasks/{task['id']}/decision"
    assert (task["priority"], task["overdueSeconds"], task["round"], task["isOpen"]) == ("normal", None, 1, True)
    assert (await brand.viewer.get(f"/tasks/{task['id']}")).json()["data"] == task


async def test_former_decisions_are_told_with_their_comments(world: World) -> None:
    brand = await world.brand()
    content = await submitted(world, brand)
    task = await task_on(brand.viewer, content)
    body = {"decision": "request_changes", "comment": "The claim needs a source"}
    asked = (await brand.viewer.post(f"/tasks/{task['id']}/decision", body)).json()["data"]
    assert (asked["status"], asked["decision"], asked["allowedActions"]) == ("completed", "request_changes", [])
    assert asked["content"]["status"] == "draft"
    assert await tasks_of(brand.viewer) == []
    assert (await brand.editor.post(f"/contents/{content['id']}/submit")).status_code == 200
    again = await task_on(brand.viewer, content)
    assert (again["round"], again["priority"]) == (2, "high")
    remark = again["remarks"][0]
    assert (remark["action"], remark["step"], remark["comment"]) == ("request_changes", "Review", body["comment"])
    assert remark["actor"]["id"] == world.id_of(brand.viewer)


async def test_states_filters_and_orders(world: World) -> None:
    brand = await world.brand()
    add_step(world, brand, 2, "Legal", brand.viewer)
    plain = await submitted(world, brand, title=f"Plain {uuid4().hex}")
    late = await submitted(world, brand, title=f"50% late_{uuid4().hex}", type="blog_post", templateId=None)
    later = await submitted(world, brand, title="Later")
    make_due(world, late, "2 hours")
    make_due(world, later, "-5 days")
    decided = await submitted(world, brand)
    decided_task = await task_on(brand.viewer, decided)
    decision = await brand.viewer.post(f"/tasks/{decided_task['id']}/decision", {"decision": "approve"})
    assert decision.status_code == 200, decision.text
    assert decision.json()["data"]["content"]["status"] == "in_review"

    async def titles(**parameters: object) -> list[str]:
        return [task["content"]["title"] for task in await tasks_of(brand.viewer, **parameters)]

    everything = [late["title"], plain["title"], decided["title"], later["title"]]
    # The step after the decided one has no deadline, and comes last.
    assert await titles() == [late["title"], plain["title"], later["title"], decided["title"]]
    assert await titles(direction="desc") == [later["title"], plain["title"], late["title"], decided["title"]]
    assert await titles(sort="created") == [plain["title"], late["title"], later["title"], decided["title"]]
    assert await titles(sort="created", direction="desc", pageSize=1) == [decided["title"]]
    assert (await titles(sort="priority"))[0] == late["title"]
    assert await titles(state="overdue") == [late["title"]]
    assert await titles(state="done") == [decided["title"]]
    assert await titles(type="blog_post") == [late["title"]]
    assert await titles(q="50% late_") == [late["title"]]
    assert await titles(q="50_") == []
    assert await titles(step="Legal") == [decided["title"]]
    assert sorted(await titles(workflowId=brand.workflow_id)) == sorted(everything)
    assert await titles(workflowId=str(uuid4())) == []
    assert await titles(dueTo="2020-01-01T00:00:00Z") == []
    assert sorted(await titles(brandId=brand.id)) == sorted(everything)
    page = (await brand.viewer.get("/tasks", q="50% LATE", state="overdue", pageSize=1)).json()
    assert page["counts"] == {"open": 1, "overdue": 1, "done": 0}
    counts = (await brand.viewer.get("/tasks/counts")).json()["data"]
    assert {name: counts[name] for name in ("open", "overdue", "dueSoon")} == {"open": 4, "overdue": 1, "dueSoon": 1}


async def test_a_brand_is_listed_for_those_who_control_its_reviews(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await submitted(world, brand)
    name_in_first_step(world, brand, brand.admin)
    second = await submitted(world, brand)
    listed = await tasks_of(brand.admin, scope="brand", brandId=brand.id)
    assert sorted(task["content"]["id"] for task in listed) == sorted([content["id"], second["id"], second["id"]])
    of_viewer = await tasks_of(
        brand.admin, scope="brand", brandId=brand.id, assigneeId=world.id_of(brand.viewer), sort="created"
    )
    assert [task["content"]["id"] for task in of_viewer] == [content["id"], second["id"]]
    # The admin's actions on a task of another member.
    assert of_viewer[0]["allowedActions"] == ["approve", "reject", "requestChanges", "skip", "reassign"]
    platform = await world.platform_admin()
    assert len(await tasks_of(platform, scope="brand", brandId=brand.id)) == 3
    path = f"/tasks?scope=brand&brandId={brand.id}"
    assert_problem(await brand.viewer.get(path), 403, "FORBIDDEN")
    assert_problem(await other.admin.get(path), 404, "NOT_FOUND")
    assert_problem(await brand.admin.get("/tasks?scope=brand"), 400, "VALIDATION_ERROR")
    assert await tasks_of(other.admin, brandId=brand.id) == []


async def test_who_reads_a_task(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await submitted(world, brand)
    task = await task_on(brand.viewer, content)
    seen = (await brand.editor.get(f"/tasks/{task['id']}")).json()["data"]
    assert (seen["allowedActions"], seen["assignee"]["id"]) == ([], world.id_of(brand.viewer))
    assert_problem(await other.admin.get(f"/tasks/{task['id']}"), 404, "NOT_FOUND")
    assert_problem(await other.admin.get(f"/tasks/{uuid4()}"), 404, "NOT_FOUND")
    world.rows(
        "update public.brand_members set restrictions = '{content.read}' where user_id = %s",
        world.id_of(brand.viewer),
    )
    assert await tasks_of(brand.viewer) == []
    assert_problem(await brand.viewer.get(f"/tasks/{task['id']}"), 404, "NOT_FOUND")


async def test_a_deleted_content_leaves_its_decided_task(world: World) -> None:
    brand = await world.brand()
    content = await submitted(world, brand)
    task = await task_on(brand.viewer, content)
    assert (await brand.viewer.post(f"/tasks/{task['id']}/decision", {"decision": "approve"})).status_code == 200
    assert (await brand.admin.delete(f"/contents/{content['id']}")).status_code == 204
    done = await tasks_of(brand.viewer, state="done")
    assert [(item["id"], item["content"], item["allowedActions"]) for item in done] == [(task["id"], None, [])]


async def test_bad_filters(world: World) -> None:
    brand = await world.brand()
    for query in ("state=late", "sort=title", "pageSize=101", "dueFrom=yesterday", "type=Not a type", "assignee=x"):
        assert_problem(await brand.viewer.get(f"/tasks?{query}"), 400, "VALIDATION_ERROR")
