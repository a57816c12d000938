"""Walks the workflows of domain §5 over HTTP: the three predefined ones, and one of every kind of step."""

from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.workflow.office import create, data, decide, review, states, step

pytestmark = pytest.mark.anyio


async def begun(world: World, brand: Brand, predefined: str) -> str:
    new = {"brandId": brand.id, "predefined": predefined, "state": "active"}
    workflow = data(await brand.admin.post("/workflows", new), 201)
    content = await world.draft(brand)
    data(await brand.editor.post(f"/contents/{content['id']}/submit", {"workflowId": workflow["id"]}))
    return content["id"]


def hours(found: dict[str, Any], world: World, content_id: str) -> dict[str, int]:
    rows = world.rows(
        "select name, extract(epoch from due_at - opened_at)::integer / 3600 as hours "
        "from public.workflow_step_runs where content_id = %s and due_at is not null",
        content_id,
    )
    assert found["steps"]
    return {row["name"]: row["hours"] for row in rows}


async def test_a_simple_review(world: World) -> None:
    brand = await world.brand()
    content_id = await begun(world, brand, "simple_review")
    found = await review(brand.editor, content_id)
    assert (states(found), hours(found, world, content_id)) == ({"Review": "active"}, {"Review": 24})
    assert data(await decide(brand.admin, content_id))["status"] == "approved"


async def test_marketing_and_legal(world: World) -> None:
    brand = await world.brand()
    content_id = await begun(world, brand, "marketing_legal")
    assert data(await decide(brand.admin, content_id))["status"] == "in_review"
    found = await review(brand.editor, content_id)
    assert states(found) == {"Marketing": "approved", "Legal": "active"}
    assert hours(found, world, content_id) == {"Marketing": 24, "Legal": 48}
    data(await decide(brand.admin, content_id, "request_changes"))
    data(await brand.editor.post(f"/contents/{content_id}/review/resume"))
    assert states(await review(brand.editor, content_id)) == {"Marketing": "approved", "Legal": "active"}
    assert data(await decide(brand.admin, content_id))["status"] == "approved"


async def test_the_full_approval(world: World) -> None:
    """Legal and compliance side by side, a join, and an executive who cannot ask for changes."""
    brand = await world.brand()
    content_id = await begun(world, brand, "full_approval")
    waiting = {"Brand": "active", "Legal": "waiting", "Compliance": "waiting", "Executive": "waiting"}
    assert states(await review(brand.editor, content_id)) == waiting
    data(await decide(brand.admin, content_id))
    found = await review(brand.editor, content_id)
    assert states(found) == {"Brand": "approved", "Legal": "active", "Compliance": "active", "Executive": "waiting"}
    ids = {entry["name"]: entry["id"] for entry in found["steps"]}
    data(await decide(brand.admin, content_id, stepId=ids["Compliance"]))
    assert states(await review(brand.editor, content_id))["Executive"] == "waiting"
    data(await decide(brand.admin, content_id, stepId=ids["Legal"]))
    found = await review(brand.editor, content_id)
    assert states(found)["Executive"] == "active"
    assert hours(found, world, content_id) == {"Brand": 24, "Legal": 48, "Compliance": 48, "Executive": 72}
    refused = assert_problem(await decide(brand.admin, content_id, "request_changes"), 409, "CONFLICT")
    assert refused["details"][0]["rule"] == "content.requestChanges.decision"
    assert data(await decide(brand.admin, content_id, "reject"))["status"] == "rejected"


async def test_every_kind_of_step(world: World) -> None:
    """All of several people, a condition, a notification, and an address that the last approval gives."""
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    workflow = await create(
        brand,
        step("Tell sales", type="notification", assignmentType="role", assignedRole="editor"),
        step("Health", brand.viewer.email, condition={"field": "tags", "operator": "contains", "value": "health"}),
        step("Board", brand.viewer.email, second.email, requireAllApprovals=True),
        step("Web", assignmentType="creator", requiresPublishedUrl=True),
        type="conditional",
    )
    content = await world.draft(brand, tags=["winter"])
    path = f"/contents/{content['id']}"
    data(await brand.editor.post(f"{path}/submit", {"workflowId": workflow["id"]}))
    assert states(await review(second, content["id"])) == {
        "Tell sales": "approved", "Health": "skipped", "Board": "active", "Web": "waiting",
    }  # fmt: skip
    told = world.rows(
        "select payload -> 'userIds' as people from public.domain_events "
        "where type = 'WorkflowNotification' and payload ->> 'contentId' = %s",
        content["id"],
    )
    # The members of the role, without the author.
    assert told == [{"people": [world.id_of(brand.admin)]}]
    data(await decide(second, content["id"]))
    assert states(await review(second, content["id"]))["Board"] == "active"
    data(await decide(brand.viewer, content["id"]))
    assert states(await review(second, content["id"]))["Web"] == "active"
    without = await decide(brand.editor, content["id"])
    assert assert_problem(without, 400, "VALIDATION_ERROR")["details"][0]["field"] == "publishedUrl"
    done = data(await decide(brand.editor, content["id"], publishedUrl="https://aurora.test/skin"))
    assert (done["status"], done["review"]) == ("approved", None)
    assert (await review(second, content["id"]))["steps"][3]["publishedUrl"] == "https://aurora.test/skin"


async def test_reminders_come_at_the_share_that_the_step_says(world: World) -> None:
    brand = await world.brand()
    workflow = await create(brand, step("Legal", brand.viewer.email, timeoutHours=10, reminderPercent=50))
    content = await world.draft(brand)
    data(await brand.editor.post(f"/contents/{content['id']}/submit", {"workflowId": workflow["id"]}))
    chased = "select outcome from public.chase_tasks() as chased where task_id = %s"
    (task,) = world.rows("select id from public.workflow_tasks where content_id = %s", content["id"])
    for passed, outcome in ((4, []), (2, [{"outcome": "reminded"}]), (5, [{"outcome": "escalated"}])):
        world.rows(
            "update public.workflow_tasks set created_at = created_at - make_interval(hours => %s), "
            "due_at = due_at - make_interval(hours => %s) where id = %s",
            passed,
            passed,
            task["id"],
        )
        assert world.rows(chased, task["id"]) == outcome
