"""Tests workflows over HTTP: their life, versions, lists, copies and plans."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.workflow.office import body, create, data, decide, problems, review, states, step, submitted

pytestmark = pytest.mark.anyio


async def test_a_workflow_is_created_with_its_steps_and_read(world: World) -> None:
    brand = await world.brand()
    steps = [
        step(
            "Legal", brand.viewer.email, type="approval", timeoutHours=48, reminderPercent=50, requireAllApprovals=True
        ),
        step("Brand", world.id_of(brand.admin), allowSkip=True),
        step("Board", assignmentType="role", assignedRole="admin"),
    ]
    response = await brand.admin.post("/workflows", body(brand, *steps, escalateTo=brand.admin.email))
    created = data(response, 201)
    assert response.headers["Location"] == f"/api/v1/workflows/{created['id']}"
    read = await brand.viewer.get(f"/workflows/{created['id']}")
    item = data(read)
    assert (item["state"], item["version"], item["stepCount"]) == ("active", 1, 3)
    assert [entry["position"] for entry in item["steps"]] == [1, 2, 3]
    assert item["steps"][0]["assignees"] == [{"id": world.id_of(brand.viewer), "name": "Test"}]
    assert (item["steps"][0]["timeoutHours"], item["steps"][0]["reminderPercent"]) == (48, 50)
    assert item["escalateTo"]["id"] == world.id_of(brand.admin)
    assert item["allowedActions"] == ["dryRun", "read"]
    assert {"update", "archive", "delete", "duplicate"} <= set(created["allowedActions"])
    same = await brand.viewer.http.get(f"/workflows/{created['id']}", headers={"If-None-Match": read.headers["ETag"]})
    assert same.status_code == 304
    events = world.rows("select type from public.domain_events where aggregate_id = %s", created["id"])
    assert [event["type"] for event in events] == ["WorkflowCreated"]


async def test_who_may(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    workflow = await create(brand, step("Legal", brand.viewer.email))
    path, new = f"/workflows/{workflow['id']}", body(brand, step("Legal", brand.viewer.email))
    for person, status in ((brand.viewer, 403), (brand.editor, 403), (stranger.admin, 404)):
        answers = [
            await person.post("/workflows", new),
            await person.patch(path, 1, {"name": "Other"}),
            await person.post(f"{path}/archive"),
            await person.post(f"{path}/activate"),
            await person.delete(path),
            await person.post("/workflows/validate", {k: v for k, v in new.items() if k != "state"}),
            await person.post("/workflows/dry-run", {"brandId": brand.id, "definition": {"name": "x", "steps": []}}),
        ]
        assert {answer.status_code for answer in answers} == {status}
    for path_of in (path, f"{path}/versions", f"{path}/versions/1"):
        assert_problem(await stranger.admin.get(path_of), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.post(f"{path}/dry-run"), 404, "NOT_FOUND")
    assert_problem(await stranger.admin.post(f"{path}/duplicate", {"brandId": stranger.id}), 404, "NOT_FOUND")
    assert_problem(await brand.editor.post(f"{path}/duplicate"), 403, "FORBIDDEN")
    listed = data(await stranger.admin.get("/workflows", brandId=brand.id))
    assert listed == []


async def test_a_change_names_the_version_and_keeps_the_former(world: World) -> None:
    brand = await world.brand()
    workflow = await create(brand, step("Legal", brand.viewer.email))
    path = f"/workflows/{workflow['id']}"
    assert_problem(await brand.admin.http.patch(path, json={"name": "Other"}), 428, "PRECONDITION_REQUIRED")
    steps = [step("Legal", brand.viewer.email), step("Board", brand.admin.email)]
    changed = data(await brand.admin.patch(path, 1, {"steps": steps, "timeoutHours": 100}))
    assert (changed["version"], changed["stepCount"], changed["timeoutHours"]) == (2, 2, 100)
    stale = assert_problem(await brand.admin.patch(path, 1, {"name": "Late"}), 412, "CONFLICT")
    assert stale["details"][0]["message"] == "2"
    versions = (await brand.viewer.get(f"{path}/versions")).json()
    assert versions["pagination"]["totalItems"] == 2
    assert [(each["version"], each["stepCount"]) for each in versions["data"]] == [(2, 2), (1, 1)]
    assert versions["data"][0]["createdBy"]["id"] == world.id_of(brand.admin)
    assert data(await brand.viewer.get(f"{path}/versions/1"))["steps"][0]["assignees"][0]["id"] == world.id_of(
        brand.viewer
    )
    assert_problem(await brand.viewer.get(f"{path}/versions/3"), 404, "NOT_FOUND")
    cleared = data(await brand.admin.patch(path, 2, {"timeoutHours": None}))
    assert cleared["timeoutHours"] is None
    assert cleared["stepCount"] == 2


async def test_a_review_keeps_the_version_that_it_began_with(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
    run = (await review(brand.viewer, content_id))["run"]
    path = f"/workflows/{run['workflowId']}"
    steps = [step("Other", brand.admin.email), step("Board", brand.admin.email)]
    data(await brand.admin.patch(path, 1, {"steps": steps}))
    found = await review(brand.viewer, content_id)
    assert (states(found), found["run"]["workflowVersion"]) == ({"Legal": "active"}, 1)
    assert data(await decide(brand.viewer, content_id))["status"] == "approved"
    again = await world.draft(brand)
    data(await brand.editor.post(f"/contents/{again['id']}/submit", {"workflowId": run["workflowId"]}))
    found = await review(brand.viewer, again["id"])
    assert (states(found), found["run"]["workflowVersion"]) == ({"Other": "active", "Board": "waiting"}, 2)


async def test_from_draft_to_archive(world: World) -> None:
    brand = await world.brand()
    workflow = await create(brand, step("Legal", brand.viewer.email), state="draft")
    path, assigned = f"/workflows/{workflow['id']}", {"workflows": [{"workflowId": workflow["id"]}]}
    assert workflow["state"] == "draft"
    assert_problem(await brand.admin.put(f"/brands/{brand.id}/workflows", assigned), 400, "VALIDATION_ERROR")
    assert data(await brand.admin.post(f"{path}/activate"))["state"] == "active"
    assert_problem(await brand.admin.post(f"{path}/activate"), 409, "CONFLICT")
    assert (await brand.admin.put(f"/brands/{brand.id}/workflows", assigned)).status_code == 200
    assert data(await brand.viewer.get(path))["assignedTypes"] == ["*"]
    content = await world.draft(brand)
    data(await brand.editor.post(f"/contents/{content['id']}/submit"))
    assert data(await brand.viewer.get(path))["counts"] == {"inReview": 1, "changesRequested": 0}
    archived = data(await brand.admin.post(f"{path}/archive"))
    assert (archived["state"], archived["archivedAt"] is not None) == ("archived", True)
    # The review goes on; a new one does not begin.
    data(await decide(brand.viewer, content["id"]))
    other = await world.draft(brand)
    refused = await brand.editor.post(f"/contents/{other['id']}/submit", {"workflowId": workflow["id"]})
    assert_problem(refused, 409, "CONFLICT")


async def test_activating_asks_again_whether_it_can_work(world: World) -> None:
    brand = await world.brand()
    workflow = await create(brand, step("Legal", brand.viewer.email, assignmentType="user"), state="draft")
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(brand.viewer))
    refused = await brand.admin.post(f"/workflows/{workflow['id']}/activate")
    assert problems(refused) == {"steps.0.assignees": "NOBODY_TO_ASK"}
    # It can still be renamed, and repaired.
    version = data(await brand.admin.get(f"/workflows/{workflow['id']}"))["version"]
    data(await brand.admin.patch(f"/workflows/{workflow['id']}", version, {"name": f"W {uuid4().hex}"}))


async def test_deleting_says_what_uses_it(world: World) -> None:
    brand = await world.brand()
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
    path = f"/workflows/{(await review(brand.viewer, content_id))['run']['workflowId']}"
    for counts in (
        {"contentsInReview": "1", "contentsApproved": "0"},
        {"contentsInReview": "0", "contentsApproved": "1"},
    ):
        details = assert_problem(await brand.admin.delete(path), 409, "CONFLICT")["details"]
        assert {detail["field"]: detail["message"] for detail in details} == counts
        await decide(brand.viewer, content_id)
    data(await brand.admin.post(f"/contents/{content_id}/publish"))
    assert (await brand.admin.delete(path)).status_code == 204
    assert_problem(await brand.admin.get(path), 404, "NOT_FOUND")
    found = await review(brand.viewer, content_id)
    assert (found["run"]["workflowId"], states(found)) == (None, {"Legal": "approved"})


async def test_lists(world: World) -> None:
    brand = await world.brand()
    names = ["Beta", "Alpha", "Gamma"]
    for name in names:
        await create(brand, step("Legal", brand.viewer.email), name=name, contentTypes=["article"], state="draft")
    only = {"brandId": brand.id, "state": "draft"}

    async def listed(**parameters: Any) -> list[str]:
        return [item["name"] for item in data(await brand.viewer.get("/workflows", **(only | parameters)))]

    assert await listed() == ["Alpha", "Beta", "Gamma"]
    assert await listed(direction="desc") == ["Gamma", "Beta", "Alpha"]
    assert await listed(sort="createdAt") == ["Gamma", "Alpha", "Beta"]
    assert await listed(sort="createdAt", direction="asc") == names
    assert await listed(q="alp") == ["Alpha"]
    assert await listed(contentType="social_media") == []
    assert await listed(state="active") == ["Review"]
    assert await listed(page=2, pageSize=2) == ["Gamma"]
    page = (await brand.viewer.get("/workflows", pageSize=1, **only)).json()
    assert page["pagination"]["totalItems"] == 3
    assert_problem(await brand.viewer.get("/workflows", sort="size"), 400, "VALIDATION_ERROR")


async def test_a_copy(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.admin, other.id, "admin")
    workflow = await create(
        brand, step("Legal", brand.viewer.email), step("Board", brand.admin.email, brand.viewer.email), isDefault=False
    )
    path = f"/workflows/{workflow['id']}/duplicate"
    here = data(await brand.admin.post(path), 201)
    assert (here["state"], here["name"], here["version"]) == ("draft", f"{workflow['name']} (copy)", 1)
    assert [len(entry["assignees"]) for entry in here["steps"]] == [1, 2]
    there = data(await brand.admin.post(path, {"brandId": other.id, "name": "Taken along"}), 201)
    assert (there["brandId"], there["name"]) == (other.id, "Taken along")
    # The viewer is no member there.
    assert [(entry["assignmentType"], len(entry["assignees"])) for entry in there["steps"]] == [
        ("role", 0),
        ("user", 1),
    ]
    taken = await brand.admin.post(path, {"brandId": other.id, "name": "Taken along"})
    assert assert_problem(taken, 409, "ALREADY_EXISTS")["details"][0]["field"] == "name"


def _put_under_plan(world: World, brand: Brand, plan: str) -> None:
    account = world.rows("insert into public.accounts (name, plan) values ('A', %s) returning id", plan)[0]["id"]
    world.rows("update public.brands set account_id = %s where id = %s", account, brand.id)


@pytest.mark.parametrize(
    ("plan", "available"),
    [
        ("starter", ["simple_review"]),
        ("professional", ["simple_review", "marketing_legal"]),
        ("enterprise", ["simple_review", "marketing_legal", "full_approval"]),
    ],
)
async def test_what_a_plan_has(world: World, plan: str, available: list[str]) -> None:
    brand = await world.brand()
    _put_under_plan(world, brand, plan)
    listed = data(await brand.viewer.get("/workflows/predefined", brandId=brand.id))
    assert [item["predefined"] for item in listed] == ["simple_review", "marketing_legal", "full_approval"]
    assert [item["predefined"] for item in listed if item["isAvailable"]] == available
    for item in listed:
        response = await brand.admin.post("/workflows", {"brandId": brand.id, "predefined": item["predefined"]})
        if item["isAvailable"]:
            assert [s["name"] for s in data(response, 201)["steps"]] == [s["name"] for s in item["steps"]]
        else:
            assert_problem(response, 403, "PLAN_LIMIT_EXCEEDED")
    one = await brand.admin.post("/workflows", body(brand, step("Legal", brand.viewer.email)))
    two = await brand.admin.post("/workflows", body(brand, step("Legal", brand.viewer.email), step("Board")))
    assert (one.status_code, two.status_code) == (201, 403 if plan == "starter" else 201)
    if plan == "starter":
        workflow = one.json()["data"]
        grown = await brand.admin.patch(
            f"/workflows/{workflow['id']}", 1, {"steps": [step("Legal", brand.viewer.email), step("Board")]}
        )
        assert_problem(grown, 403, "PLAN_LIMIT_EXCEEDED")


async def test_a_repeated_request_creates_one(world: World) -> None:
    brand = await world.brand()
    new, key = body(brand, step("Legal", brand.viewer.email)), {"Idempotency-Key": uuid4().hex}
    first = await brand.admin.http.post("/workflows", json=new, headers=key)
    second = await brand.admin.http.post("/workflows", json=new, headers=key)
    assert data(first, 201)["id"] == data(second, 201)["id"]
    assert second.headers["Idempotency-Replayed"] == "true"
