import asyncio
from collections import Counter

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_from_draft_to_published(world: World) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    assert (content["status"], content["version"]) == ("published", 4)
    assert content["publishedBy"]["id"] == world.id_of(brand.admin)
    path = f"/contents/{content['id']}"
    versions = (await brand.viewer.get(f"{path}/versions")).json()["data"]
    assert [(version["version"], version["action"], version["status"]) for version in versions] == [
        (4, "status_changed", "published"),
        (3, "approved", "approved"),
        (2, "status_changed", "pending_review"),
        (1, "saved", "draft"),
    ]
    history = (await brand.viewer.get(f"{path}/events")).json()["data"]
    assert [(event["type"], event["actor"]["id"]) for event in history] == [
        ("ContentCreated", world.id_of(brand.editor)),
        ("ContentStatusChanged", world.id_of(brand.editor)),
        ("WorkflowStarted", world.id_of(brand.editor)),
        ("TaskAssigned", world.id_of(brand.editor)),
        ("WorkflowCompleted", world.id_of(brand.viewer)),
        ("ContentStatusChanged", world.id_of(brand.viewer)),
        ("ContentStatusChanged", world.id_of(brand.admin)),
        ("ContentPublished", world.id_of(brand.admin)),
    ]


async def test_required_fields_are_named(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand, fields={"topic": " "})
    response = await brand.editor.post(f"/contents/{content['id']}/submit")
    details = assert_problem(response, 400, "VALIDATION_ERROR")["details"]
    assert {(detail["field"], detail["code"]) for detail in details} == {
        ("fields.topic", "REQUIRED_FIELD_MISSING"),
        ("fields.headline", "REQUIRED_FIELD_MISSING"),
    }


async def test_a_brand_without_workflow(world: World) -> None:
    brand = await world.brand()
    world.rows("update public.workflows set is_active = false where brand_id = %s", brand.id)
    content = await world.draft(brand)
    assert_problem(await brand.editor.post(f"/contents/{content['id']}/submit"), 409, "CONFLICT")


async def test_who_submits_approves_and_publishes(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    assert_problem(await brand.viewer.post(f"{path}/submit"), 403, "FORBIDDEN")
    assert_problem(await brand.viewer.post(f"{path}/approve"), 409, "CONFLICT")
    assert_problem(await brand.admin.post(f"{path}/publish"), 409, "CONFLICT")
    assert (await brand.editor.post(f"{path}/submit")).status_code == 200
    assert_problem(await brand.editor.post(f"{path}/submit"), 409, "CONFLICT")
    assert_problem(await brand.editor.post(f"{path}/approve"), 403, "FORBIDDEN")
    assert_problem(await brand.admin.post(f"{path}/publish"), 409, "CONFLICT")
    assert (await brand.viewer.post(f"{path}/approve")).status_code == 200
    assert_problem(await brand.viewer.post(f"{path}/approve"), 409, "CONFLICT")
    assert_problem(await brand.editor.post(f"{path}/publish"), 403, "FORBIDDEN")
    assert (await brand.admin.post(f"{path}/publish")).status_code == 200
    assert_problem(await brand.admin.post(f"{path}/publish"), 409, "CONFLICT")


async def test_an_admin_may_approve_what_others_made(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    await brand.editor.post(f"{path}/submit")
    assert (await brand.admin.post(f"{path}/approve")).json()["data"]["status"] == "approved"


async def test_an_admin_may_not_approve_their_own(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand, by=brand.admin))['id']}"
    await brand.admin.post(f"{path}/submit")
    assert_problem(await brand.admin.post(f"{path}/approve"), 403, "FORBIDDEN")


async def test_published_content_is_not_edited_in_place(world: World) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    response = await brand.editor.patch(f"/contents/{content['id']}", content["version"], {"title": "Later"})
    assert_problem(response, 409, "CONFLICT")


async def test_an_edit_voids_the_approval(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    await brand.editor.post(f"{path}/submit")
    approved = (await brand.viewer.post(f"{path}/approve")).json()["data"]
    edited = await brand.editor.patch(path, approved["version"], {"title": "Other"})
    assert edited.json()["data"]["status"] == "draft"
    assert_problem(await brand.admin.post(f"{path}/publish"), 409, "CONFLICT")


async def test_two_steps_and_all_of_their_people(world: World) -> None:
    brand = await world.brand()
    first = world.rows(
        "update public.workflow_steps set require_all_approvals = true where workflow_id = %s returning id",
        brand.workflow_id,
    )[0]["id"]
    world.rows(
        "insert into public.workflow_step_assignees (step_id, user_id, brand_id) values (%s, %s, %s)",
        first,
        world.id_of(brand.admin),
        brand.id,
    )
    world.rows(
        "insert into public.workflow_steps (workflow_id, brand_id, position, name) values (%s, %s, 2, 'Legal')",
        brand.workflow_id,
        brand.id,
    )
    path = f"/contents/{(await world.draft(brand))['id']}"
    await brand.editor.post(f"{path}/submit")
    statuses = [
        (await person.post(f"{path}/approve")).json()["data"]["status"]
        for person in (brand.viewer, brand.admin, brand.admin)
    ]
    # One of two, both, and then the second step, which names nobody and so is the admins'.
    assert statuses == ["in_review", "in_review", "approved"]


async def test_of_two_approvals_at_once_one_counts(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    await brand.editor.post(f"{path}/submit")
    answers = await asyncio.gather(*(person.post(f"{path}/approve") for person in (brand.viewer, brand.admin) * 3))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}


async def test_an_approval_may_name_the_version_that_was_read(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    submitted = (await brand.editor.post(f"{path}/submit")).json()["data"]
    read = {"If-Match": f'"{submitted["version"]}"'}
    await brand.editor.patch(path, submitted["version"], {"title": "Slipped in"})
    assert_problem(await brand.viewer.http.post(f"{path}/approve", headers=read), 412, "CONFLICT")
    now = {"If-Match": f'"{submitted["version"] + 1}"'}
    assert (await brand.viewer.http.post(f"{path}/approve", headers=now)).json()["data"]["status"] == "approved"


async def test_an_edit_during_the_review_voids_what_was_approved(world: World) -> None:
    brand = await world.brand()
    world.rows(
        "insert into public.workflow_steps (workflow_id, brand_id, position, name) values (%s, %s, 2, 'Legal')",
        brand.workflow_id,
        brand.id,
    )
    path = f"/contents/{(await world.draft(brand))['id']}"
    await brand.editor.post(f"{path}/submit")
    first = (await brand.viewer.post(f"{path}/approve")).json()["data"]
    assert first["status"] == "in_review"
    await brand.editor.patch(path, first["version"], {"title": "Something else"})
    # The second step is not open any more: an admin who approves now decides the first one again.
    again = (await brand.admin.post(f"{path}/approve")).json()["data"]
    assert again["status"] == "in_review"
    assert (await brand.admin.post(f"{path}/approve")).json()["data"]["status"] == "approved"
    types = [event["type"] for event in (await brand.viewer.get(f"{path}/events")).json()["data"]]
    assert types.count("WorkflowStarted") == 2
    assert types.count("WorkflowCancelled") == 1


async def test_a_step_that_names_nobody_is_not_its_authors(world: World) -> None:
    brand = await world.brand()
    world.rows("delete from public.workflow_step_assignees where brand_id = %s", brand.id)
    path = f"/contents/{(await world.draft(brand, by=brand.admin))['id']}"
    await brand.admin.post(f"{path}/submit")
    assert_problem(await brand.admin.post(f"{path}/approve"), 403, "FORBIDDEN")


async def test_a_reviewer_who_has_left_is_replaced_by_the_admins(world: World) -> None:
    brand = await world.brand()
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(brand.viewer))
    content = await world.draft(brand)
    await brand.editor.post(f"/contents/{content['id']}/submit")
    tasks = world.rows("select assignee_id::text from public.workflow_tasks where content_id = %s", content["id"])
    assert tasks == [{"assignee_id": world.id_of(brand.admin)}]


async def test_a_task_is_worth_what_its_holder_may_now(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    await brand.editor.post(f"{path}/submit")
    world.rows(
        "update public.brand_members set expires_at = now() where user_id = %s returning 1", world.id_of(brand.viewer)
    )
    assert_problem(await brand.viewer.post(f"{path}/approve"), 404, "NOT_FOUND")


async def test_a_run_keeps_the_workflow_that_it_began_with(world: World) -> None:
    brand = await world.brand()
    path = f"/contents/{(await world.draft(brand))['id']}"
    await brand.editor.post(f"{path}/submit")
    world.rows("delete from public.workflow_step_assignees where brand_id = %s", brand.id)
    world.rows(
        "insert into public.workflow_steps (workflow_id, brand_id, position, name) values (%s, %s, 2, 'Legal')",
        brand.workflow_id,
        brand.id,
    )
    assert (await brand.viewer.post(f"{path}/approve")).json()["data"]["status"] == "approved"
