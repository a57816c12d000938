"""The caller's sessions, devices and second factors by GraphQL."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.demo.callers import own_address
from tests.graph.likeness import assert_alike
from tests.identity.support import with_totp
from tests.support.graph import ask, refused, send
from tests.support.world import World
from tests.workflow.office import data
from tests.workflow.review_desk import submitted

pytestmark = pytest.mark.anyio


async def test_sessions(world: World) -> None:
    person, other = await world.signed_in(), await world.signed_in()
    told = data(await person.get("/auth/session"))
    listed = data(await person.get("/auth/sessions"))
    for each in listed:
        each.pop("lastSeenAt")
    await assert_alike(person, "sessions", "Session", listed)
    document = """mutation { extendSession {
      session { sessionId userId factor { state methods isEnrollmentRequired } } problem { __typename } } }"""
    extended = (await ask(person, document))["extendSession"]["session"]
    assert (extended["sessionId"], extended["userId"]) == (told["sessionId"], told["userId"])
    assert extended["factor"] == {"state": "NONE", "methods": [], "isEnrollmentRequired": False}
    end = "mutation($id: ID!) { endSession(id: $id) { deletedId problem { __typename } } }"
    (error,) = await refused(other, end, id=told["sessionId"])
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert (await ask(person, end, id=told["sessionId"]))["endSession"]["deletedId"] == told["sessionId"]
    assert (await send(person, {"query": "{ sessions { id } }"})).status_code == 401


async def test_devices_and_factors(world: World) -> None:
    person, other = await world.signed_in(), await world.signed_in()
    assert (await ask(person, "{ devices { id } secondFactors { id } }")) == {"devices": [], "secondFactors": []}
    await with_totp(person)
    told = data(await person.get("/auth/mfa/factors"))
    await assert_alike(person, "secondFactors", "SecondFactor", told)
    extend = "mutation { extendSession { session { factor { state methods } } } }"
    state = (await ask(person, extend))["extendSession"]["session"]["factor"]
    assert (state["state"], set(state["methods"])) == ("PASSED", {"TOTP", "BACKUP_CODE"})
    forget = "mutation($id: ID!) { forgetDevice(id: $id) { deletedId } }"
    assert (await refused(person, forget, id=str(uuid4())))[0]["extensions"]["code"] == "NOT_FOUND"
    delete = "mutation($id: ID!) { deleteSecondFactor(id: $id) { deletedId problem { __typename } } }"
    assert (await refused(other, delete, id=told[0]["id"]))[0]["extensions"]["code"] == "NOT_FOUND"
    assert (await ask(person, delete, id=told[0]["id"]))["deleteSecondFactor"]["deletedId"] == told[0]["id"]
    assert (await ask(person, "{ secondFactors { id } }"))["secondFactors"] == []


async def test_api_keys_are_no_people(world: World) -> None:
    brand = await world.brand()
    await submitted(world, brand)
    given = {"brandId": brand.id, "name": "Website", "scopes": ["read"]}
    key = data(await brand.admin.post("/users/api-keys", given), 201)["key"]
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    url = f"{world.stack.urls['web']}/api/v1"
    async with httpx.AsyncClient(base_url=url, headers={"X-API-Key": key}, transport=transport, timeout=30) as http:

        async def asked(document: str) -> dict[str, Any]:
            return (await http.post("/graphql", json={"query": document})).json()

        found = await asked(
            "{ me { id email taskCounts { open } unreadCounts { unread } notifications { totalCount } } }"
        )
        assert found["data"]["me"] == {
            "id": world.id_of(brand.admin),
            "email": None,
            "taskCounts": {"open": 0},
            "unreadCounts": None,
            "notifications": None,
        }
        for name in ("sessions", "devices", "secondFactors", "ownInvitations"):
            (error,) = (await asked(f"{{ {name} {{ id }} }}"))["errors"]
            assert error["extensions"]["code"] == "INSUFFICIENT_PERMISSIONS"
        tasks = await asked("{ tasks { nodes { id } } workflows { nodes { name } } }")
        assert tasks["data"]["tasks"]["nodes"] == []
        assert len(tasks["data"]["workflows"]["nodes"]) == 1
