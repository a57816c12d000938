"""Tests who stands in for people who are away: new tasks, open ones, chains, circles, and what is refused."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.workflow.review_desk import submitted, task_on, tasks_of

pytestmark = pytest.mark.anyio


def at(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def away(person: Person, world: World, delegate: Person, **more: Any) -> dict[str, Any]:
    body = {"delegateId": world.id_of(delegate), "endsAt": at(7)} | more
    response = await person.post("/delegations", body)
    assert response.status_code == 201, response.text
    return response.json()["data"]


async def test_new_tasks_go_to_the_delegate_until_it_ends(world: World) -> None:
    brand = await world.brand()
    delegate = await world.member(brand, "viewer")
    before = await submitted(world, brand)
    made = await away(brand.viewer, world, delegate, reason="Holiday", brandId=brand.id)
    assert (made["state"], made["openTasks"], made["movedTasks"]) == ("active", 1, 0)
    assert made["allowedActions"] == ["read", "update", "end", "handOver"]
    during = await submitted(world, brand)
    task = await task_on(delegate, during)
    assert task["onBehalfOf"]["id"] == world.id_of(brand.viewer)
    assert "approve" in task["allowedActions"]
    assert [item["content"]["id"] for item in await tasks_of(brand.viewer)] == [before["id"]]
    # Open ones on request.
    handed = (await brand.viewer.post(f"/delegations/{made['id']}/hand-over")).json()["data"]
    assert (handed["movedTasks"], handed["openTasks"]) == (1, 0)
    assert (await task_on(delegate, before))["onBehalfOf"]["id"] == world.id_of(brand.viewer)
    assert (await brand.viewer.delete(f"/delegations/{made['id']}")).status_code == 204
    # Nothing moves back, and new ones come again.
    after = await submitted(world, brand)
    assert [item["content"]["id"] for item in await tasks_of(brand.viewer)] == [after["id"]]
    assert len(await tasks_of(delegate)) == 2
    decided = await delegate.post(f"/tasks/{task['id']}/decision", {"decision": "approve"})
    assert decided.json()["data"]["content"]["status"] == "approved"
    assert_problem(await brand.viewer.delete(f"/delegations/{made['id']}"), 409, "CONFLICT")


async def test_both_are_told(world: World) -> None:
    brand = await world.brand()
    delegate = await world.member(brand, "viewer")
    made = await away(brand.viewer, world, delegate)
    changed = await brand.viewer.patch(f"/delegations/{made['id']}", made["version"], {"endsAt": at(3)})
    assert changed.json()["data"]["version"] == 2
    await brand.viewer.delete(f"/delegations/{made['id']}")
    events = world.rows(
        "select type, payload from public.domain_events where aggregate_id = %s and brand_id = %s order by id",
        made["id"],
        brand.id,
    )
    assert [event["type"] for event in events] == ["DelegationCreated", "DelegationChanged", "DelegationEnded"]
    assert events[0]["payload"]["delegateId"] == world.id_of(delegate)
    told = world.rows("select event from public.notifications where user_id = %s", world.id_of(delegate))
    assert [row["event"] for row in told] == ["delegation"] * 3
    by_admin = {"userId": world.id_of(brand.viewer), "brandId": brand.id, "startsAt": at(20), "endsAt": at(21)}
    await away(brand.admin, world, delegate, **by_admin)
    assert len(world.rows("select id from public.notifications where user_id = %s", world.id_of(brand.viewer))) == 1


async def test_a_chain_ends_at_somebody_who_is_there(world: World) -> None:
    brand = await world.brand()
    second, third = await world.member(brand, "viewer"), await world.member(brand, "viewer")
    await away(brand.viewer, world, second)
    await away(second, world, third, brandId=brand.id)
    content = await submitted(world, brand)
    assert (await task_on(third, content))["onBehalfOf"]["id"] == world.id_of(brand.viewer)
    # Where the end of the chain has left, the admins are asked.
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(third))
    another = await submitted(world, brand)
    assert (await task_on(brand.admin, another))["onBehalfOf"]["id"] == world.id_of(brand.viewer)


async def test_authors_never_stand_in_for_the_review_of_their_own(world: World) -> None:
    brand = await world.brand()
    await away(brand.viewer, world, brand.editor)
    own = await submitted(world, brand)
    assert [task["content"]["id"] for task in await tasks_of(brand.editor)] == []
    assert (await task_on(brand.admin, own))["onBehalfOf"]["id"] == world.id_of(brand.viewer)
    author = await world.member(brand, "editor")
    assert await task_on(brand.editor, await submitted(world, brand, by=author))


async def test_what_is_refused(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    second, third = await world.member(brand, "viewer"), await world.member(brand, "viewer")
    viewer = brand.viewer

    async def refused(person: Person, status: int, code: str, **body: Any) -> dict[str, Any]:
        given = {"delegateId": world.id_of(second), "endsAt": at(7)} | body
        return assert_problem(await person.post("/delegations", given), status, code)

    await refused(viewer, 400, "VALIDATION_ERROR", delegateId=world.id_of(viewer))
    await refused(viewer, 400, "VALIDATION_ERROR", endsAt=at(-1))
    await refused(viewer, 400, "VALIDATION_ERROR", endsAt=at(400))
    await refused(viewer, 400, "VALIDATION_ERROR", startsAt=at(3), endsAt=at(2))
    await refused(viewer, 400, "VALIDATION_ERROR", startsAt=at(3), movesOpenTasks=True)
    await refused(viewer, 400, "VALIDATION_ERROR", delegateId=str(uuid4()))
    world.join(viewer, other.id, "viewer")
    lacking = await refused(viewer, 400, "VALIDATION_ERROR")
    assert [detail["message"] for detail in lacking["details"]] == [f"no access to {other.name}"]
    await away(viewer, world, second, brandId=brand.id)
    await refused(viewer, 409, "CONFLICT", brandId=brand.id, startsAt=at(1))
    await away(second, world, third)
    circle = await refused(third, 400, "VALIDATION_ERROR", delegateId=world.id_of(viewer))
    assert circle["details"][0]["field"] == "delegateId"
    # Others may not write it.
    named = {"userId": world.id_of(third), "delegateId": world.id_of(second), "startsAt": at(30), "endsAt": at(31)}
    await refused(viewer, 403, "FORBIDDEN", **named)
    await refused(viewer, 403, "FORBIDDEN", brandId=brand.id, **named)
    await refused(brand.admin, 403, "FORBIDDEN", **named)
    await refused(other.admin, 404, "NOT_FOUND", brandId=brand.id, **named)
    stranger = {"userId": world.id_of(other.editor), "brandId": brand.id}
    await refused(brand.admin, 404, "NOT_FOUND", **stranger)
    await away(brand.admin, world, second, brandId=brand.id, **named)


async def test_of_two_that_make_a_circle_at_once_one_is_refused(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    pairs = ((brand.viewer, second), (second, brand.viewer))
    answers = await asyncio.gather(
        *(one.post("/delegations", {"delegateId": world.id_of(two), "endsAt": at(7)}) for one, two in pairs)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 400]


async def test_who_reads_and_changes_one(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    delegate = await world.member(brand, "viewer")
    made = await away(brand.viewer, world, delegate, reason="In hospital")
    path = f"/delegations/{made['id']}"
    assert (await delegate.get(path)).json()["data"]["allowedActions"] == ["read"]
    # It holds in all brands of the person: an admin of one sees when, and not why.
    seen = (await brand.admin.get(path)).json()["data"]
    assert (seen["reason"], seen["allowedActions"]) == ("", ["read"])
    for person in (brand.editor, other.admin):
        assert_problem(await person.get(path), 404, "NOT_FOUND")
        assert_problem(await person.patch(path, 1, {"endsAt": at(3)}), 404, "NOT_FOUND")
        assert_problem(await person.delete(path), 404, "NOT_FOUND")
    assert_problem(await delegate.delete(path), 403, "FORBIDDEN")
    assert_problem(await brand.admin.delete(path), 403, "FORBIDDEN")
    assert_problem(await brand.viewer.patch(path, 7, {"endsAt": at(3)}), 412, "CONFLICT")
    assert_problem(await brand.viewer.patch(path, 1, {"startsAt": at(1)}), 409, "CONFLICT")

    async def listed(person: Person, **parameters: str) -> list[str]:
        return [item["id"] for item in (await person.get("/delegations", **parameters)).json()["data"]]

    assert await listed(brand.viewer) == await listed(delegate) == [made["id"]]
    assert await listed(brand.admin) == []
    assert await listed(brand.admin, brandId=brand.id) == [made["id"]]
    assert await listed(brand.admin, brandId=brand.id, state="upcoming") == []
    assert await listed(brand.admin, brandId=brand.id, userId=world.id_of(brand.editor)) == []
    assert_problem(await brand.viewer.get(f"/delegations?brandId={brand.id}"), 403, "FORBIDDEN")
    assert_problem(await other.admin.get(f"/delegations?brandId={brand.id}"), 404, "NOT_FOUND")


async def test_tasks_are_not_given_to_people_who_are_away(world: World) -> None:
    brand: Brand = await world.brand()
    colleague, delegate = await world.member(brand, "viewer"), await world.member(brand, "viewer")
    content = await submitted(world, brand)
    await away(colleague, world, delegate)
    path = f"/tasks/{(await task_on(brand.viewer, content))['id']}/delegate"
    problem = assert_problem(await brand.viewer.post(path, {"assigneeId": world.id_of(colleague)}), 409, "CONFLICT")
    assert problem["details"][0]["field"] == "assigneeId"
    assert (await brand.viewer.post(path, {"assigneeId": world.id_of(delegate)})).status_code == 200
