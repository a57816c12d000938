"""Tests what people may send of definitions, what plans have of them, and what is kept of delegations."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.support.world import Brand, World
from tests.workflow.office import create, data, problems, step
from tests.workflow.test_delegations import at, away

pytestmark = pytest.mark.anyio


def named(**more: Any) -> dict[str, Any]:
    return {"name": f"W {uuid4().hex}", "steps": [{"name": "Review"}]} | more


@pytest.mark.parametrize(
    "definition",
    [
        named(steps=[{"name": f"Step {number}"} for number in range(21)]),
        named(steps=[{"name": "Review", "prerequisites": list(range(100))}]),
        named(steps=[{"name": "Review", "assignees": [str(uuid4()) for _ in range(51)]}]),
        named(steps="many"),
        named(description="x" * 1_000_001),
        [],
    ],
    ids=["steps", "prerequisites", "assignees", "no list", "too long", "no object"],
)
async def test_definitions_have_bounds_where_they_are_only_read(world: World, definition: Any) -> None:
    brand = await world.brand()
    api = world.data_api(brand.admin.access_token)
    for function in ("find_workflow_problems", "find_review_path"):
        answer = await api.http.post(f"/rpc/{function}", json={"brand_id": brand.id, "definition": definition})
        assert answer.status_code == 400, answer.text
        assert json.loads(answer.json()["details"])[0]["code"] == "VALUE_TOO_LONG"


async def test_a_workflow_in_which_perhaps_nobody_decides_is_warned_of(world: World) -> None:
    brand = await world.brand()
    condition = {"field": "type", "operator": "equals", "value": "article"}
    body = named(brandId=brand.id, steps=[step("Legal", world.id_of(brand.viewer), condition=condition)])
    report = data(await brand.admin.post("/workflows/validate", body))
    assert [warning["code"] for warning in report["warnings"]] == ["NOBODY_DECIDES"]
    body["steps"].append(step("Brand", world.id_of(brand.viewer)))
    assert data(await brand.admin.post("/workflows/validate", body))["warnings"] == []


async def test_a_predefined_workflow_takes_no_steps(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "predefined": "simple_review", "steps": [step("Own")]}
    assert problems(await brand.admin.post("/workflows", body))["predefined"] == "INVALID_FORMAT"


def put_on_starter(world: World, brand: Brand) -> None:
    account = world.rows(
        "insert into public.accounts (name, plan) values (%s, 'starter') returning id",
        uuid4().hex,
    )[0]["id"]
    world.rows("update public.brands set account_id = %s where id = %s", account, brand.id)


async def test_activating_asks_for_the_plan(world: World) -> None:
    """A draft that was made under a larger plan stays a draft."""
    brand = await world.brand()
    viewer = world.id_of(brand.viewer)
    simple = await create(brand, step("Review", viewer), state="draft")
    two = await create(brand, step("Review", viewer), step("Legal", viewer), state="draft")
    put_on_starter(world, brand)
    assert (await brand.admin.post(f"/workflows/{simple['id']}/activate")).status_code == 200
    assert (await brand.admin.post(f"/workflows/{two['id']}/activate")).status_code == 403


async def test_no_steps_of_their_own_under_the_name_of_a_predefined_one(world: World) -> None:
    brand = await world.brand()
    put_on_starter(world, brand)
    details = named(steps=[{"name": "Review"}, {"name": "Legal"}])
    api = world.data_api(brand.admin.access_token)
    body = {"brand_id": brand.id, "details": details, "predefined": "simple_review"}
    answer = await api.http.post("/rpc/create_workflow", json=body)
    assert answer.status_code == 403, answer.text


async def test_a_dry_run_names_those_who_stand_in(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    await away(brand.viewer, world, second)
    path = data(await brand.editor.post(f"/workflows/{brand.workflow_id}/dry-run", {}))
    assert [person["id"] for person in path["steps"][0]["people"]] == [world.id_of(second)]


async def test_delegations_are_exported_forgotten_and_erased(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "viewer")
    made = await away(brand.viewer, world, second, reason="In hospital")
    mine = data(await brand.viewer.get("/users/me/export"))["delegations"]
    theirs = data(await second.get("/users/me/export"))["delegations"]
    assert [(row["isDelegate"], row.get("reason")) for row in mine + theirs] == [(False, "In hospital"), (True, None)]
    count = "select count(*) from private.delegations where id = %s"
    world.rows("select public.forget_ended_delegations()")
    assert world.rows(count, made["id"]) == [{"count": 1}]
    world.rows(
        "update private.delegations set starts_at = now() - interval '100 days', ends_at = now() - interval '91 days' "
        "where id = %s",
        made["id"],
    )
    world.rows("select public.forget_ended_delegations()")
    assert world.rows(count, made["id"]) == [{"count": 0}]
    again = await away(brand.viewer, world, second, endsAt=at(2))
    world.rows("select private.delete_personal_rows(%s, null)", world.id_of(second))
    assert world.rows(count, again["id"]) == [{"count": 0}]


async def test_lists_say_whether_they_lack_something(world: World) -> None:
    brand = await world.brand()
    for parameters in ({}, {"q": "winter"}, {"sort": "priority"}):
        assert (await brand.viewer.get("/tasks", **parameters)).json()["isTruncated"] is False
    assignee = await brand.viewer.get("/tasks", assigneeId=world.id_of(brand.viewer))
    assert assignee.status_code == 400
