"""Tests, over HTTP, a gateway that closes connections at the wrong moment: nothing is lost, and nothing done twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from local.stack.client import RunningStack
from tests.support.errors import assert_problem
from tests.support.faulty import Faulty, Moment, faulty_peer
from tests.support.servers import functions_with
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio
CREATE = b"create_content"
GET = b"/rpc/get_content"
ADMIT = b"window:"


@dataclass
class Platform:
    """The functions, behind peers that close connections."""

    origin: str
    data: Faulty
    kv: Faulty


@pytest.fixture(scope="module")
def running(stack: RunningStack) -> Iterator[Platform]:
    environment = stack.environment
    with faulty_peer(environment["SUPABASE_URL"]) as data, faulty_peer(environment["UPSTASH_REDIS_REST_URL"]) as kv:
        issuer = f"{environment['SUPABASE_URL']}/auth/v1"
        changed = {"SUPABASE_URL": data.url, "SUPABASE_JWT_ISSUER": issuer, "UPSTASH_REDIS_REST_URL": kv.url}
        with functions_with(environment | changed) as origin:
            yield Platform(origin, data, kv)


@pytest.fixture
def platform(running: Platform) -> Iterator[Platform]:
    yield running
    for peer in (running.data, running.kv):
        peer.faults.clear()
        peer.requests.clear()


@pytest.fixture
async def brand(world: World, platform: Platform) -> Brand:
    made = await world.brand()
    for person in (made.editor, made.admin):
        person.http.base_url = f"{platform.origin}/api/v1"
    return made


def new(brand: Brand) -> dict[str, str]:
    return {"brandId": brand.id, "title": "Once"}


def count(world: World, brand: Brand) -> int:
    return world.rows("select count(*) as n from public.contents where brand_id = %s", brand.id)[0]["n"]


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_command_that_was_not_answered(world: World, brand: Brand, platform: Platform, moment: Moment) -> None:
    """It is sent once more, under the same key, and gets the answer of its first run."""
    platform.data.faults = [(CREATE, moment)]
    created = await brand.editor.post("/contents", new(brand))
    assert created.status_code == 201, created.text
    assert platform.data.count(CREATE) == 2
    first, second = (request.body for request in platform.data.requests if CREATE in request.body)
    assert first == second
    assert count(world, brand) == 1


async def test_a_command_that_is_never_answered(world: World, brand: Brand, platform: Platform) -> None:
    platform.data.faults = [(CREATE, "after")] * 2
    assert_problem(await brand.editor.post("/contents", new(brand)), 503, "SERVICE_UNAVAILABLE")
    assert platform.data.count(CREATE) == 2
    assert count(world, brand) == 1


async def test_half_an_answer(world: World, brand: Brand, platform: Platform) -> None:
    """The caller learns that it failed, and repeats it under its key."""
    platform.data.faults = [(CREATE, "half")]
    headers = {"Idempotency-Key": uuid4().hex}
    failed = await brand.editor.http.post("/contents", json=new(brand), headers=headers)
    assert_problem(failed, 503, "SERVICE_UNAVAILABLE")
    assert platform.data.count(CREATE) == 1
    repeated = await brand.editor.http.post("/contents", json=new(brand), headers=headers)
    assert (repeated.status_code, repeated.headers["Idempotency-Replayed"]) == (201, "true")
    assert count(world, brand) == 1


async def test_reading(brand: Brand, platform: Platform) -> None:
    created = (await brand.editor.post("/contents", new(brand))).json()["data"]
    path = f"/contents/{created['id']}"
    outcomes: list[tuple[Moment, int]] = [("before", 200), ("after", 200), ("half", 503)]
    for moment, status in outcomes:
        platform.data.requests.clear()
        platform.data.faults = [(GET, moment)]
        assert (await brand.editor.get(path)).status_code == status
        assert platform.data.count(GET) == (2 if status == 200 else 1)


async def test_what_may_not_be_repeated(brand: Brand, platform: Platform) -> None:
    """A search for people is written to the log of the database, so it is no reading function."""
    platform.data.faults = [(b"/rpc/search_people", "before")]
    assert_problem(await brand.admin.get("/users?q=x"), 503, "SERVICE_UNAVAILABLE")
    assert platform.data.count(b"/rpc/search_people") == 1


async def test_kv(brand: Brand, platform: Platform) -> None:
    """The command that charges a request is sent once more: the request is limited like any other."""
    platform.kv.faults = [(ADMIT, "before")]
    created = await brand.editor.post("/contents", new(brand))
    assert created.status_code == 201, created.text
    assert "X-RateLimit-Limit" in created.headers
    platform.kv.faults = [(ADMIT, "before")] * 2
    assert_problem(await brand.editor.post("/contents", new(brand)), 503, "SERVICE_UNAVAILABLE")
