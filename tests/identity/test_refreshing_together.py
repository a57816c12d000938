"""Several tabs refresh a session at once, and their answers get lost: none of that ends it. Thefts do."""

import asyncio
import hashlib
import random
import re
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from lib.identity.sessions.refresh_tokens import GRACE_SECONDS
from local.demo.callers import Person
from tests.identity.support import sees
from tests.identity.test_cookies import REFRESH, signed_in
from tests.identity.test_refreshing import ending, pass_time
from tests.support.auth import AuthServer
from tests.support.errors import assert_problem
from tests.support.servers import dead_server, functions_with
from tests.support.world import World, session_of

pytestmark = pytest.mark.anyio

PEOPLE, ROUNDS = 6, 20


@pytest.fixture
def world(world: World) -> World:
    world.signs_in_by_password = True
    return world


async def refresh(person: Person, token: str, origin: str | None = None) -> httpx.Response:
    path = f"{origin}/api/v1/auth/refresh" if origin else "/auth/refresh"
    return await person.http.post(path, json={"refreshToken": token})


def token_of(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return response.json()["data"]["refreshToken"]


def age(world: World, token: str, seconds: int) -> None:
    """Moves the first use of a token into the past."""
    older = (
        "update private.refresh_tokens set spent_at = spent_at - %s * interval '1 second' where digest = %s "
        "and spent_at is not null returning session_id"
    )
    assert world.rows(older, seconds, hashlib.sha256(token.encode()).hexdigest())


async def rounds(world: World, number: int, other_origin: str) -> list[str]:
    """Lets three to five tabs refresh at once, again and again. Returns what was not as it must be."""
    person = await world.signed_in()
    chance = random.Random(number)
    former = newest = person.refresh_token
    wrong: list[str] = []

    async def tab(token: str, origin: str | None) -> httpx.Response:
        await asyncio.sleep(chance.random() * 0.1)
        return await refresh(person, token, origin)

    for step in range(ROUNDS):
        tabs = chance.randint(3, 5)
        # One tab in four still has the token of the round before, as where a slower answer has overwritten a cookie.
        sent = [former if chance.random() < 0.25 else newest for _ in range(tabs)]
        origins = [chance.choice((None, other_origin)) for _ in range(tabs)]
        answers = await asyncio.gather(*(tab(token, origin) for token, origin in zip(sent, origins, strict=True)))
        if {answer.status_code for answer in answers} != {200}:
            wrong.append(f"round {step}: {[(answer.status_code, answer.text[:200]) for answer in answers]}")
            break
        issued = [token_of(answer) for token, answer in zip(sent, answers, strict=True) if token == newest]
        # All tabs with the newest token get the same one, and the others that or the one before.
        if len(set(issued)) > 1:
            wrong.append(f"round {step}: {len(set(issued))} different tokens")
        former, newest = newest, (issued or [newest])[0]
        if chance.random() < 0.3:
            pass_time(world, person, GRACE_SECONDS + 30)
            former = newest
    if ending(world, person) is not None:
        wrong.append(f"ended: {ending(world, person)}")
    assert len((await person.get("/users/me")).content) > 0
    token_of(await refresh(person, newest))
    return wrong


async def test_rounds_of_tabs_end_no_session(world: World) -> None:
    """More than a hundred rounds of three to five tabs, at two instances of the functions."""
    with functions_with(world.stack.environment) as other_origin:
        found = await asyncio.gather(*(rounds(world, number, other_origin) for number in range(PEOPLE)))
    assert PEOPLE * ROUNDS >= 100
    assert [wrong for each in found for wrong in each] == []


async def test_tabs_without_kv(world: World) -> None:
    """Nobody knows the answer to the first use, and Auth gives the same one."""
    with functions_with(world.stack.environment | {"UPSTASH_REDIS_REST_URL": dead_server()}) as origin:
        person = await world.signed_in()
        token = person.refresh_token
        for _ in range(5):
            answers = await asyncio.gather(*(refresh(person, token, origin) for _ in range(3)))
            assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
            (token,) = {token_of(answer) for answer in answers}
            pass_time(world, person)
    assert ending(world, person) is None


async def test_tabs_whose_cookie_a_slower_answer_overwrites(world: World) -> None:
    """A browser keeps the answer that came last, which may be an older one: it is told the newest token again."""
    browser, csrf, _ = await signed_in(world)
    headers = {"X-CSRF-Token": csrf}
    first = browser.jar[REFRESH]
    for _ in range(3):
        assert (await browser.send("POST", "/auth/refresh", headers=headers)).status_code == 200
    newest = browser.jar[REFRESH]
    browser.jar[REFRESH] = first
    answer = await browser.send("POST", "/auth/refresh", headers=headers)
    assert answer.status_code == 200, answer.text
    assert browser.jar[REFRESH] == newest


async def test_an_answer_that_was_lost(world: World) -> None:
    """The client gives up, and tries again with the token that it has."""
    person = await world.signed_in()
    first = person.refresh_token
    lost = token_of(await refresh(person, first))
    age(world, first, GRACE_SECONDS - 10)
    again = await refresh(person, first)
    assert token_of(again) == lost
    access = again.json()["data"]["accessToken"]
    assert (await person.http.get("/users/me", headers={"Authorization": f"Bearer {access}"})).status_code == 200
    assert 0 < again.json()["data"]["expiresIn"] <= 900
    for wait in (0.01, 0.05, 0.1, 0.2, 0.4):
        # Given up at any moment: before, while or after Auth was asked.
        try:
            lost = token_of(await person.http.post("/auth/refresh", json={"refreshToken": lost}, timeout=wait))
        except httpx.TimeoutException:
            lost = token_of(await refresh(person, lost))
    assert ending(world, person) is None


async def test_an_instance_that_died_while_it_refreshed(world: World, auth: AuthServer) -> None:
    """It had claimed the refresh, and perhaps Auth had answered it: the next request goes on in seconds."""
    person = await world.signed_in()
    claim = (
        "update public.user_sessions set refresh_claimed_until = clock_timestamp() + %s * interval '1 second', "
        "refreshing_at = clock_timestamp() where id = %s"
    )
    world.rows(claim, 30, session_of(person))
    held = await refresh(person, person.refresh_token)
    assert_problem(held, 503, "SERVICE_UNAVAILABLE")
    assert held.headers["Retry-After"] == "1"
    await auth.refresh(person.refresh_token)
    world.rows(claim, 1, session_of(person))
    answers = await asyncio.gather(*(refresh(person, person.refresh_token) for _ in range(3)))
    assert len({token_of(answer) for answer in answers}) == 1


async def test_a_refresh_that_failed_releases_its_claim(world: World) -> None:
    person = await world.signed_in()
    async with await psycopg.AsyncConnection.connect(world.stack.database_url) as holder:
        await holder.execute("select from auth.sessions where id = %s for update", [session_of(person)])
        assert_problem(await refresh(person, person.refresh_token), 503, "SERVICE_UNAVAILABLE")
    claimed = "select refresh_claimed_until from public.user_sessions where id = %s"
    assert world.rows(claimed, session_of(person)) == [{"refresh_claimed_until": None}]


async def test_signing_out_while_tabs_refresh(world: World) -> None:
    """Whichever comes first, nobody is signed in afterwards."""
    for _ in range(5):
        person = await world.signed_in()
        *answers, left = await asyncio.gather(
            *(refresh(person, person.refresh_token) for _ in range(3)), person.post("/auth/logout")
        )
        assert left.status_code == 204
        assert {answer.status_code for answer in answers} <= {200, 401}, [answer.text for answer in answers]
        assert ending(world, person) == "signed_out"
        for token in {person.refresh_token, *(token_of(answer) for answer in answers if answer.status_code == 200)}:
            assert (await refresh(person, token)).status_code == 401
        for answer in answers:
            if answer.status_code == 200:
                access = {"Authorization": f"Bearer {answer.json()['data']['accessToken']}"}
                assert_problem(await person.http.get("/users/me", headers=access), 401, "SESSION_INVALID")
        assert world.rows("select from auth.sessions where id = %s", session_of(person)) == []


# Thefts


async def ends(world: World, person: Person, token: str) -> None:
    assert_problem(await refresh(person, token), 401, "SESSION_INVALID")
    assert ending(world, person) == "reused"
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    actions = world.rows("select action from public.audit_log where actor_id = %s", world.id_of(person))
    assert {"action": "auth.refresh_reused"} in actions


async def test_a_token_that_comes_back_after_the_grace(world: World) -> None:
    brand = await world.brand()
    person = brand.editor
    renewed = await refresh(person, person.refresh_token)
    age(world, person.refresh_token, GRACE_SECONDS + 1)
    await ends(world, person, person.refresh_token)
    assert await sees(world, renewed.json()["data"]["accessToken"], brand.id) == 0
    assert_problem(await refresh(person, token_of(renewed)), 401, "SESSION_INVALID")


@pytest.mark.parametrize("generations", [2, 3, 5])
async def test_a_token_of_generations_back(world: World, generations: int) -> None:
    person = await world.signed_in()
    token = person.refresh_token
    for _ in range(generations):
        token = token_of(await refresh(person, token))
        pass_time(world, person, GRACE_SECONDS + 1)
    await ends(world, person, person.refresh_token)


async def test_a_thief_within_the_grace_gets_nothing_of_their_own(world: World) -> None:
    """They share the owner's next token, so that one of the two uses it a second time."""
    person = await world.signed_in()
    stolen = person.refresh_token
    owner = token_of(await refresh(person, stolen))
    assert token_of(await refresh(person, stolen)) == owner
    token_of(await refresh(person, owner))
    age(world, owner, GRACE_SECONDS + 1)
    await ends(world, person, owner)


async def test_many_at_once_with_a_token_after_the_grace(world: World) -> None:
    person = await world.signed_in()
    newest = token_of(await refresh(person, person.refresh_token))
    age(world, person.refresh_token, GRACE_SECONDS + 1)
    answers = await asyncio.gather(
        *(refresh(person, person.refresh_token) for _ in range(3)), *(refresh(person, newest) for _ in range(3))
    )
    assert {answer.status_code for answer in answers[:3]} == {401}
    assert ending(world, person) == "reused"
    assert (await refresh(person, newest)).status_code == 401


async def test_uses_of_a_token_do_not_extend_its_grace(world: World) -> None:
    person = await world.signed_in()
    stolen = person.refresh_token
    token_of(await refresh(person, stolen))
    for _ in range(3):
        age(world, stolen, GRACE_SECONDS // 4)
        token_of(await refresh(person, stolen))
    age(world, stolen, GRACE_SECONDS // 4 + 3)
    await ends(world, person, stolen)


async def test_answers_are_kept_encrypted_and_for_a_short_time(world: World) -> None:
    import redis

    person = await world.signed_in()
    tokens: dict[str, Any] = (await refresh(person, person.refresh_token)).json()["data"]
    key = f"refreshed:{hashlib.sha256(person.refresh_token.encode()).hexdigest()}"
    with redis.Redis.from_url(world.stack.redis_url, decode_responses=True) as kv:
        kept, seconds = str(kv.get(key)), kv.ttl(key)
    assert re.fullmatch(r"v1\.[A-Za-z0-9_-]+", kept)
    assert tokens["refreshToken"] not in kept
    assert isinstance(seconds, int)
    assert GRACE_SECONDS <= seconds <= 2 * GRACE_SECONDS
    assert world.rows("select from private.refresh_tokens where digest = %s", uuid4().hex * 2) == []


async def test_a_session_keeps_a_bounded_number_of_tokens(world: World) -> None:
    person = await world.signed_in()
    world.rows(
        "insert into private.refresh_tokens (digest, session_id, spent_at) "
        "select encode(sha256((%s || number)::bytea), 'hex'), %s, now() - number * interval '1 minute' "
        "from generate_series(1, 500) as number",
        uuid4().hex,
        session_of(person),
    )
    token_of(await refresh(person, person.refresh_token))
    counted = world.rows("select count(*) from private.refresh_tokens where session_id = %s", session_of(person))
    assert counted == [{"count": 202}]
