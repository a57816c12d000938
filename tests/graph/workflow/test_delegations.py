"""Delegations by GraphQL."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.workflow.office import data
from tests.workflow.review_desk import submitted

pytestmark = pytest.mark.anyio

CREATE = """mutation($input: CreateDelegationInput!) { createDelegation(input: $input) {
  movedTasks delegation { id version state allowedActions brandId brand { id } user { id } delegate { id } }
  problem { __typename }
} }"""


def at(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def test_a_delegation(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    delegate = await world.member(brand, "viewer")
    await submitted(world, brand)
    given = {"delegateId": world.id_of(delegate), "endsAt": at(7), "brandId": brand.id, "movesOpenTasks": True}
    made = (await ask(brand.viewer, CREATE, input=given))["createDelegation"]
    assert (made["movedTasks"], made["problem"]) == (1, None)
    found = made["delegation"]
    assert (found["state"], found["allowedActions"]) == ("ACTIVE", ["READ", "UPDATE", "END", "HAND_OVER"])
    assert (found["brandId"], found["brand"]["id"]) == (brand.id, brand.id)
    again = (await ask(brand.viewer, CREATE, input=given))["createDelegation"]
    assert (again["delegation"], again["problem"]["__typename"]) == (None, "ConflictProblem")
    for person in (brand.viewer, delegate, brand.admin):
        told = data(await person.get(f"/delegations/{found['id']}"))
        await assert_alike(person, "delegation(id: $id)", "Delegation", told, declared="$id: ID!", id=found["id"])
    listed = data(await brand.viewer.get("/delegations", state="active"))
    await assert_alike(brand.viewer, "delegations(filter: {state: ACTIVE})", "Delegation", listed)
    node = "query($id: ID!) { node(id: $id) { __typename id } }"
    for person in (brand.viewer, delegate, brand.admin):
        assert (await ask(person, node, id=found["id"]))["node"] == {"__typename": "Delegation", "id": found["id"]}
    for query in ("query($id: ID!) { delegation(id: $id) { id } }", node):
        assert (await refused(other.admin, query, id=found["id"]))[0]["extensions"]["code"] == "NOT_FOUND"


async def test_changes(world: World) -> None:
    brand = await world.brand()
    delegate = await world.member(brand, "viewer")
    body = {"delegateId": world.id_of(delegate), "endsAt": at(7)}
    made = data(await brand.viewer.post("/delegations", body), 201)
    update = """mutation($id: ID!, $input: UpdateDelegationInput!, $version: Int!) {
      updateDelegation(id: $id, input: $input, expectedVersion: $version) {
        delegation { version reason } problem { __typename } } }"""
    variables = {"id": made["id"], "input": {"reason": "Holiday"}, "version": made["version"]}
    changed = (await ask(brand.viewer, update, **variables))["updateDelegation"]["delegation"]
    assert changed == {"version": made["version"] + 1, "reason": "Holiday"}
    stale = (await ask(brand.viewer, update, **variables))["updateDelegation"]
    assert (stale["delegation"], stale["problem"]["__typename"]) == (None, "StaleVersion")
    (error,) = await refused(brand.editor, update, **variables)
    assert error["extensions"]["status"] in (403, 404)
    hand = (
        "mutation($id: ID!) { handOverTasks(id: $id) { movedTasks delegation { openTasks } problem { __typename } } }"
    )
    assert (await ask(brand.viewer, hand, id=made["id"]))["handOverTasks"]["movedTasks"] == 0
    end = "mutation($id: ID!) { endDelegation(id: $id) { deletedId problem { __typename } } }"
    assert (await ask(brand.viewer, end, id=made["id"]))["endDelegation"]["deletedId"] == made["id"]
    over = (await ask(brand.viewer, end, id=made["id"]))["endDelegation"]
    assert (over["deletedId"], over["problem"]["__typename"]) == (None, "ConflictProblem")
