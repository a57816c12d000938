import asyncio
import time
from collections.abc import Iterator
from typing import Final
from uuid import uuid4

import httpx
import pytest

from lib.core.auth import api_keys
from lib.core.security.crypto import read_ring
from local.demo.callers import Person, own_address
from local.stack.client import RunningStack
from local.tls import TLS
from tests.support.errors import assert_problem
from tests.support.servers import functions_with
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def test_ten_sign_ins_for_an_address(world: World) -> None:
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    login = f"{world.stack.urls['web']}/api/v1/auth/login"
    body: dict[str, str] = {}
    async with httpx.AsyncClient(transport=transport, timeout=30) as http:
        for spent in range(1, 11):
            # Another e-mail address each time: a single one would be locked first.
            body = {"email": f"{uuid4().hex}@people.test", "password": "wrong"}
            response = await http.post(login, json=body)
            assert_problem(response, 401, "INVALID_CREDENTIALS")
            assert response.headers["X-RateLimit-Limit"] == "10"
            assert response.headers["X-RateLimit-Remaining"] == str(10 - spent)
        # The platform's own header decides, whatever address a client claims.
        forged = {"X-Forwarded-For": "8.8.8.8", "X-Real-IP": "8.8.8.8", "X-Vercel-Forwarded-For": "8.8.8.8"}
        refused = await http.post(login, json=body, headers=forged)
    assert_problem(refused, 429, "RATE_LIMIT_EXCEEDED")
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    reset = int(refused.headers["X-RateLimit-Reset"])
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert time.time() < reset <= time.time() + 900


async def test_a_hundred_requests_for_a_user(world: World) -> None:
    person, other = await world.signed_in(), await world.signed_in()
    answers = [await person.get("/brands") for _ in range(101)]
    assert [answer.status_code for answer in answers[:100]] == [200] * 100
    assert_problem(answers[100], 429, "RATE_LIMIT_EXCEEDED")
    assert (await other.get("/brands")).status_code == 200


async def test_ai_has_a_limit_of_its_own(world: World) -> None:
    person = await world.signed_in()
    response = await person.post("/ai/generate", {"contentId": "00000000-0000-7000-8000-000000000000"})
    assert_problem(response, 404, "NOT_FOUND")
    # The stricter of two limits: requests per hour.
    assert response.headers["X-RateLimit-Limit"] == "20"
    response = await person.post("/ai/titles", {"brandId": "00000000-0000-7000-8000-000000000000", "topic": "Frost"})
    assert response.headers["X-RateLimit-Limit"] == "50"


SMALL: Final = {"RATE_LIMIT_API": "20", "RATE_LIMIT_API_PROFESSIONAL": "30", "RATE_LIMIT_API_ENTERPRISE": "40"}


@pytest.fixture(scope="module")
def origin(stack: RunningStack) -> Iterator[str]:
    with functions_with(stack.environment | SMALL) as running:
        yield running


def pay(world: World, brand: Brand, plan: str) -> str:
    """Gives a brand an account with a plan; the account's id."""
    account = world.rows("insert into public.accounts (name, plan) values ('A', %s) returning id::text", plan)[0]["id"]
    world.rows("update public.brands set account_id = %s where id = %s", account, brand.id)
    return account


async def limit_of(person: Person) -> str:
    response = await person.get("/brands")
    assert response.status_code == 200, response.text
    return response.headers["X-RateLimit-Limit"]


async def remaining_of(person: Person) -> int:
    """After a request of its own, which costs one."""
    return int((await person.get("/brands")).headers["X-RateLimit-Remaining"])


async def test_the_highest_plan_of_ones_brands_counts_from_sign_in_on(world: World, origin: str) -> None:
    first, second, left = await world.brand(), await world.brand(), await world.brand()
    account = pay(world, first, "professional")
    pay(world, second, "starter")
    pay(world, left, "enterprise")
    world.signs_in_by_password = True
    nobody, person = await world.person(origin), await world.person(origin)
    world.join(person, first.id, "viewer")
    world.join(person, second.id, "admin")
    world.join(person, left.id, "viewer")
    world.rows("update public.brand_members set expires_at = now() where brand_id = %s", left.id)
    for caller in (nobody, person):
        assert (await caller.sign_in()).status_code == 200
    assert await limit_of(nobody) == "20"
    assert await limit_of(person) == "30"
    assert (await person.get("/auth/session")).headers["X-RateLimit-Limit"] == "50", "of the account: no plan counts"
    # Another plan counts from the next refresh on.
    world.rows("update public.accounts set plan = 'enterprise' where id = %s", account)
    assert await limit_of(person) == "30"
    refreshed = await person.http.post("/auth/refresh", json={"refreshToken": person.refresh_token})
    assert refreshed.status_code == 200, refreshed.text
    person.use(refreshed.json()["data"]["accessToken"])
    assert await limit_of(person) == "40"


async def test_an_api_key_has_the_plan_of_its_brand(world: World, origin: str) -> None:
    limits: dict[str, str] = {}
    for plan in ("starter", "professional", "enterprise"):
        brand = await world.brand()
        body = {"brandId": brand.id, "name": "Website", "scopes": ["content:read"]}
        key = (await brand.admin.post("/users/api-keys", body)).json()["data"]["key"]
        pay(world, brand, plan)  # afterwards: starter has no API
        async with httpx.AsyncClient(base_url=f"{origin}/api/v1", headers={"X-API-Key": key}) as program:
            await program.get("/contents")  # the first request asks the database for the key
            limits[plan] = (await program.get("/contents")).headers["X-RateLimit-Limit"]
    assert limits == {"starter": "20", "professional": "30", "enterprise": "40"}


async def forget_key(world: World, secret: str) -> None:
    """Removes the record of an API key from KV, as its end after five minutes does."""
    environment = world.stack.environment
    digest = read_ring(environment["ENCRYPTION_KEYS"]).digests(secret, api_keys.PURPOSE)[0]
    token = {"Authorization": f"Bearer {environment['UPSTASH_REDIS_REST_TOKEN']}"}
    async with httpx.AsyncClient(verify=TLS) as kv:
        command = ["DEL", api_keys.cache_key(digest)]
        deleted = await kv.post(environment["UPSTASH_REDIS_REST_URL"], json=command, headers=token)
    assert deleted.json() == {"result": 1}


async def test_a_key_that_kv_forgot_is_not_refused_by_the_smallest_plan(world: World, origin: str) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "name": "Website", "scopes": ["content:read"]}
    key = (await brand.admin.post("/users/api-keys", body)).json()["data"]["key"]
    pay(world, brand, "professional")
    async with httpx.AsyncClient(base_url=f"{origin}/api/v1", headers={"X-API-Key": key}, timeout=30) as program:
        for number in range(30):
            if number == 25:
                await forget_key(world, key)
            assert (await program.get("/contents")).status_code == 200
        assert_problem(await program.get("/contents"), 429, "RATE_LIMIT_EXCEEDED")


async def test_a_key_that_kv_forgot_has_no_more_than_its_plan(world: World, origin: str) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "name": "Website", "scopes": ["content:read"]}
    key = (await brand.admin.post("/users/api-keys", body)).json()["data"]["key"]
    pay(world, brand, "starter")
    async with httpx.AsyncClient(base_url=f"{origin}/api/v1", headers={"X-API-Key": key}, timeout=30) as program:
        for _ in range(20):
            assert (await program.get("/contents")).status_code == 200
        await forget_key(world, key)
        refused = await program.get("/contents")
        assert_problem(refused, 429, "RATE_LIMIT_EXCEEDED")
        assert refused.headers["X-RateLimit-Limit"] == "20"


async def test_an_ended_session_is_said_to_have_ended(world: World, origin: str) -> None:
    """Not to have no room, however much of it was used: the client must know to sign in."""
    brand = await world.brand()
    pay(world, brand, "professional")
    world.signs_in_by_password = True
    person = await world.person(origin)
    world.join(person, brand.id, "viewer")
    assert (await person.sign_in()).status_code == 200
    for _ in range(25):
        assert (await person.get("/brands")).status_code == 200
    assert (await person.post("/auth/logout")).status_code in (200, 204)
    assert_problem(await person.get("/brands"), 401, "SESSION_INVALID")


async def test_what_has_not_changed_counts_a_tenth(world: World, origin: str) -> None:
    brand = await world.brand()
    person = await world.signed_in(origin)
    world.join(person, brand.id, "viewer")
    tag = (await person.get(f"/brands/{brand.id}")).headers["ETag"]
    for _ in range(10):
        answer = await person.http.get(f"/brands/{brand.id}", headers={"If-None-Match": tag})
        assert answer.status_code == 304
        assert answer.headers["X-RateLimit-Remaining"].isdecimal()
        await asyncio.sleep(0.05)  # the refund comes after the answer
    assert await remaining_of(person) == 20 - 1 - 1 - 1
    # One that has changed counts in full, though the client asked.
    answer = await person.http.get(f"/brands/{brand.id}", headers={"If-None-Match": '"0"'})
    assert answer.status_code == 200
    assert await remaining_of(person) == 20 - 5
    # A request that takes any answer for the current one has asked for nothing, and counts in full.
    for anything in ("*", "*"):
        answer = await person.http.get(f"/brands/{brand.id}", headers={"If-None-Match": anything})
        assert answer.status_code == 304
    await asyncio.sleep(0.05)
    assert await remaining_of(person) == 20 - 8


async def test_autosaves_count_a_tenth(world: World, origin: str) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    editor = await world.signed_in(origin)
    world.join(editor, brand.id, "editor")
    for version in range(1, 11):
        answer = await editor.http.patch(
            f"/contents/{content['id']}",
            params={"autosave": "true"},
            json={"title": f"Title {version}"},
            headers={"If-Match": f'"{version}"'},
        )
        assert answer.status_code == 200, answer.text
    assert await remaining_of(editor) == 20 - 1 - 1
    await editor.patch(f"/contents/{content['id']}", 11, {"title": "A save"})
    assert await remaining_of(editor) == 20 - 4
