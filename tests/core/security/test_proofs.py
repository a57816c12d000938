"""The data API takes changes from our functions only: a token without their proof reads and changes nothing."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from lib.core.security.signing import make_proof
from lib.core.settings.refusals import claims_of
from local.demo.callers import Person
from local.stack.client import RunningStack
from tests.ai.conftest import at
from tests.ai.support import opening
from tests.support.data_api import DataApi
from tests.support.servers import functions_with
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

MISSING = "this is for the platform's own functions"
STALE = "the proof of this request has expired"
UNKNOWN = "the proof of this request has an unknown key"
GUESSED = "a-guessed-secret-of-at-least-32-characters"


def proof_of(world: World, person: Person, *, secret: str | None = None, **changes: Any) -> str:
    """Returns a proof for the claims of a person's token, with changes."""
    expires_at = changes.pop("expires_at", None)
    claims = claims_of(person.access_token) | changes
    return make_proof(claims, secret or world.stack.environment["SIGNING_SECRET"], expires_at=expires_at)


async def refusals(api: DataApi, brand: Brand) -> set[str]:
    """The messages with which an insert, an update and a command are refused; empty where all of them succeed."""
    messages: set[str] = set()
    changed = {"id": f"eq.{brand.id}"}
    for answer in (
        await api.http.post("/rpc/create_content", json={"brand_id": brand.id, "title": "x"}),
        await api.http.post(
            "/rpc/run_command",
            json={"command": "create_content", "arguments": {"brand_id": brand.id, "title": "x"}, "key": uuid4().hex},
        ),
        await api.http.patch("/brands", params=changed | {"select": "id"}, json={"description": uuid4().hex}),
        await api.http.post("/vetting_agencies", json={"brand_id": brand.id, "name": uuid4().hex}),
    ):
        refused = answer.json() if answer.status_code >= 400 else None
        assert answer.status_code in (200, 201, 403), answer.text
        messages.add(refused["message"] if refused else "nothing" if answer.json() == [] else "")
    return messages


def contents(world: World, brand: Brand) -> int:
    return world.rows("select count(*) from public.contents where brand_id = %s", brand.id)[0]["count"]


async def test_with_the_proof(world: World) -> None:
    brand = await world.brand()
    assert await refusals(world.data_api(brand.admin.access_token), brand) == {""}
    assert contents(world, brand) == 2


async def test_a_token_alone_reads_and_changes_nothing(world: World) -> None:
    brand = await world.brand()
    api = world.data_api(brand.admin.access_token, proof=None)
    policy = 'new row violates row-level security policy "Only our functions insert" for table "vetting_agencies"'
    assert await refusals(api, brand) == {MISSING, "nothing", policy}
    assert contents(world, brand) == 0
    assert (await api.http.get("/brands", params={"select": "id"})).json() == [{"id": brand.id}]
    listed = await api.http.post("/rpc/list_contents", json={"filters": {"brand_id": brand.id}})
    assert listed.json()["items"] == []


@pytest.mark.parametrize("seconds", [-3600, -1, 310, 10**9])
async def test_a_proof_holds_for_a_short_time(world: World, seconds: int) -> None:
    brand = await world.brand()
    proof = proof_of(world, brand.admin, expires_at=int(time.time()) + seconds)
    assert await refusals(world.data_api(brand.admin.access_token, proof=proof), brand) == {STALE}
    assert contents(world, brand) == 0


FORGED: dict[str, Callable[[World, Brand], str]] = {
    "another user's": lambda world, brand: proof_of(world, brand.editor),
    "another session's": lambda world, brand: proof_of(world, brand.admin, session_id=str(uuid4())),
    "an API key's": lambda world, brand: proof_of(world, brand.admin, api_key_id=str(uuid4())),
    "for other scopes": lambda world, brand: proof_of(world, brand.admin, scope="admin"),
    "an anonymous one": lambda world, _: make_proof({}, world.stack.environment["SIGNING_SECRET"]),
    "by a guessed secret": lambda world, brand: proof_of(world, brand.admin, secret=GUESSED),
    "a later expiry": lambda world, brand: f"{int(time.time()) + 200}.{proof_of(world, brand.admin).split('.')[1]}",
    "no expiry": lambda world, brand: f".{proof_of(world, brand.admin).split('.')[1]}",
    "no text at all": lambda _, __: "x",
    "in capitals": lambda world, brand: proof_of(world, brand.admin).upper(),
    "two in one": lambda world, brand: f"{proof_of(world, brand.admin)}, {proof_of(world, brand.admin)}",
}


@pytest.mark.parametrize("name", FORGED)
async def test_a_proof_of_anything_else(world: World, name: str) -> None:
    brand = await world.brand()
    api = world.data_api(brand.admin.access_token, proof=FORGED[name](world, brand))
    assert await refusals(api, brand) == {UNKNOWN}
    assert contents(world, brand) == 0


async def test_users_cannot_report_the_cost_of_a_generation(world: World) -> None:
    brand = await world.brand()
    ours, bare = (world.data_api(brand.editor.access_token), world.data_api(brand.editor.access_token, proof=None))
    assert (await bare.http.post("/rpc/begin_generation", json={"request": opening(brand)})).status_code == 403
    generation = (await ours.http.post("/rpc/begin_generation", json={"request": opening(brand)})).json()["id"]
    free = {"result": {"generationId": generation, "status": "completed", "output": {}, "calls": []}}
    assert (await bare.http.post("/rpc/settle_generation", json=free)).status_code == 403
    assert world.rows("select status::text from public.ai_generations where id = %s", generation) == [
        {"status": "pending"}
    ]


async def test_two_keys_hold_at_once(world: World) -> None:
    """While a key is replaced, requests of the former deployment are still taken."""
    brand = await world.brand()
    newer = f"a-newer-secret-of-at-least-32-characters-{uuid4()}"
    world.rows("insert into private.signing_keys (secret, created_at) values (%s, now() - interval '1 day')", newer)
    try:
        for secret in (None, newer):
            api = world.data_api(brand.admin.access_token, proof=proof_of(world, brand.admin, secret=secret))
            assert await refusals(api, brand) == {""}
    finally:
        world.rows("delete from private.signing_keys where secret = %s", newer)


async def test_keys_cannot_be_read_or_set(world: World) -> None:
    brand = await world.brand()
    api = world.data_api(brand.admin.access_token)
    for function in ("register_signing_key", "register_deployment"):
        answer = await api.http.post(f"/rpc/{function}", json={"secret": "x" * 40})
        assert answer.status_code in (401, 403, 404)


async def test_functions_without_a_secret_read_and_change_nothing(world: World, stack: RunningStack) -> None:
    """Only a local stack starts like this: a deployment requires SIGNING_SECRET."""
    brand = await world.brand()
    with functions_with(stack.environment | {"SIGNING_SECRET": ""}) as origin:
        at(origin, brand.editor)
        assert (await brand.editor.get("/contents", brandId=brand.id)).status_code == 200
        assert (await brand.editor.post("/contents", {"brandId": brand.id, "title": "x"})).status_code == 500
    assert contents(world, brand) == 0
