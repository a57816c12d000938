"""Refreshing a session: our own refreshes, thefts at Auth directly, and refreshes that are not recorded yet."""

import asyncio
import hashlib
from collections.abc import Generator
from contextlib import contextmanager
from uuid import uuid4

import httpx
import psycopg
import pytest

from local.demo.callers import Person
from tests.identity.support import sees, service
from tests.support.auth import AuthServer
from tests.support.errors import assert_problem
from tests.support.world import World, session_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(world: World) -> World:
    world.signs_in_by_password = True
    return world


def pass_time(world: World, person: Person, seconds: int = 3600) -> None:
    """Moves everything that happened to a session into the past."""
    world.rows(
        "update auth.sessions set refreshed_at = refreshed_at - %s * interval '1 second', "
        "created_at = created_at - %s * interval '1 second' where id = %s",
        seconds,
        seconds,
        session_of(person),
    )
    world.rows(
        "update public.user_sessions set refreshed_at = refreshed_at - %s * interval '1 second', "
        "refreshing_at = refreshing_at - %s * interval '1 second', "
        "refresh_claimed_until = refresh_claimed_until - %s * interval '1 second' where id = %s",
        seconds,
        seconds,
        seconds,
        session_of(person),
    )
    world.rows(
        "update private.refresh_tokens set spent_at = spent_at - %s * interval '1 second' where session_id = %s",
        seconds,
        session_of(person),
    )


def forget(world: World, refresh_token: str) -> None:
    """Makes the database forget that we issued a refresh token, as one of a deployment that recorded none."""
    forgotten = "delete from private.refresh_tokens where digest = %s returning session_id"
    assert len(world.rows(forgotten, hashlib.sha256(refresh_token.encode()).hexdigest())) == 1


def ending(world: World, person: Person) -> str | None:
    """Returns why a session has ended; None while it is open."""
    return world.rows("select end_reason from public.user_sessions where id = %s", session_of(person))[0]["end_reason"]


async def announce(world: World, person: Person) -> list[str] | None:
    wanted = {"sessionId": session_of(person), "isOurs": True}
    return await service(world, "begin_refresh", wanted=wanted)


async def record(world: World, person: Person, function: str = "record_refresh") -> None:
    recorded = await service(world, function, session_id=session_of(person), user_id=world.id_of(person))
    assert recorded == ("starter" if function == "record_refresh" else True)


@contextmanager
def failing_records(world: World, person: Person, times: int) -> Generator[None]:
    """Makes the database too slow to record a refresh of this person, ``times`` times."""
    name = f"fault_{uuid4().hex}"
    world.rows(f"create sequence public.{name}")
    world.rows(
        f"create function public.{name}() returns trigger language plpgsql security definer set search_path = '' as $$ "
        f"begin if nextval('public.{name}') <= {times} then raise query_canceled; end if; return new; end; $$"
    )
    world.rows(
        f"create trigger {name} before update on public.user_sessions for each row when "
        f"(old.id = '{session_of(person)}' and new.refreshed_at is distinct from old.refreshed_at) "
        f"execute function public.{name}()"
    )
    try:
        yield
    finally:
        world.rows(f"drop function public.{name} cascade")
        world.rows(f"drop sequence public.{name}")


async def test_a_session_that_is_being_refreshed_is_not_stolen(world: World) -> None:
    person = await world.signed_in()
    async with await psycopg.AsyncConnection.connect(world.stack.database_url) as holder:
        await holder.execute("select from auth.sessions where id = %s for update", [session_of(person)])
        held = await person.post("/auth/refresh", {"refreshToken": person.refresh_token})
        assert_problem(held, 503, "SERVICE_UNAVAILABLE")
    assert (await person.get("/users/me")).status_code == 200
    assert (await person.post("/auth/refresh", {"refreshToken": person.refresh_token})).status_code == 200


# Refresh tokens that are used at Auth directly: certain once the refresh stays unrecorded


async def test_a_stolen_token_that_is_used_at_auth(world: World, auth: AuthServer) -> None:
    brand = await world.brand()
    person = brand.editor
    stolen = (await auth.refresh(person.refresh_token)).json()
    assert "access_token" in stolen
    # Auth would accept the token of the owner as well: the one before the active one.
    undecided = await person.post("/auth/refresh", {"refreshToken": person.refresh_token})
    assert_problem(undecided, 503, "SERVICE_UNAVAILABLE")
    assert undecided.headers["Retry-After"] == "30"
    pass_time(world, person)
    assert_problem(await person.post("/auth/refresh", {"refreshToken": person.refresh_token}), 401, "SESSION_INVALID")
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, stolen["access_token"], brand.id) == 0
    assert (await auth.refresh(stolen["refresh_token"])).status_code == 400
    ended = world.rows("select end_reason from public.user_sessions where id = %s", session_of(person))
    assert ended == [{"end_reason": "reused"}]


async def test_a_thief_who_refreshes_here_afterwards(world: World, auth: AuthServer) -> None:
    person = await world.signed_in()
    theirs = (await auth.refresh(person.refresh_token)).json()["refresh_token"]
    pass_time(world, person)
    assert_problem(await person.post("/auth/refresh", {"refreshToken": theirs}), 401, "SESSION_INVALID")


async def test_a_stolen_token_with_a_row_of_its_own(world: World, auth: AuthServer) -> None:
    person = await world.signed_in()
    token = uuid4().hex[:12]
    world.rows(
        "insert into auth.refresh_tokens (instance_id, token, user_id, session_id, revoked, created_at, updated_at) "
        "values ('00000000-0000-0000-0000-000000000000', %s, %s, %s, false, now(), now())",
        token,
        world.id_of(person),
        session_of(person),
    )
    renewed = await person.post("/auth/refresh", {"refreshToken": token})
    assert renewed.status_code == 200, renewed.text
    assert (await auth.refresh(renewed.json()["data"]["refreshToken"])).status_code == 200
    # We did not issue it: the row tells its session.
    token = (await auth.refresh(token)).json().get("refresh_token") or token
    pass_time(world, person)
    assert_problem(await person.post("/auth/refresh", {"refreshToken": token}), 401, "SESSION_INVALID")


async def test_a_made_up_token_hides_nothing(world: World, auth: AuthServer) -> None:
    """Such a token can name any session, and must not announce a refresh of it."""
    import base64
    from uuid import UUID

    person = await world.signed_in()
    content = b"\0" + UUID(session_of(person)).bytes + bytes(21)
    forged = base64.urlsafe_b64encode(content).decode().rstrip("=")
    assert_problem(await person.post("/auth/refresh", {"refreshToken": forged}), 401, "INVALID_TOKEN")
    assert (await person.get("/users/me")).status_code == 200
    await auth.refresh(person.refresh_token)
    assert_problem(await person.post("/auth/refresh", {"refreshToken": forged}), 503, "SERVICE_UNAVAILABLE")
    pass_time(world, person)
    assert_problem(await person.post("/auth/refresh", {"refreshToken": person.refresh_token}), 401, "SESSION_INVALID")


async def test_the_scheduler_finds_thefts_that_no_refresh_finds(world: World, auth: AuthServer) -> None:
    brand = await world.brand()
    stolen = (await auth.refresh(brand.editor.refresh_token)).json()["access_token"]
    assert await sees(world, stolen, brand.id) == 1
    assert await service(world, "end_stolen_sessions") == []
    pass_time(world, brand.editor)
    cron = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(timeout=60) as http:
        ran = await http.get(f"{world.stack.urls['web']}/api/v1/cron/minute", headers=cron)
    assert ran.json()["data"]["tasks"]["end_stolen_sessions"]["did"] >= 1
    assert await sees(world, stolen, brand.id) == 0
    assert_problem(await brand.editor.get("/users/me"), 401, "SESSION_INVALID")
    assert (await brand.viewer.get("/users/me")).status_code == 200


async def test_two_tabs_and_a_day_of_refreshing(world: World) -> None:
    person = await world.signed_in()
    both = await asyncio.gather(
        *(person.post("/auth/refresh", {"refreshToken": person.refresh_token}) for _ in range(2))
    )
    assert [answer.status_code for answer in both] == [200, 200]
    token = both[0].json()["data"]["refreshToken"]
    for _ in range(3):
        pass_time(world, person)
        renewed = await person.post("/auth/refresh", {"refreshToken": token})
        assert renewed.status_code == 200, renewed.text
        token = renewed.json()["data"]["refreshToken"]


# Our own refreshes, recorded or not


async def test_a_refresh_that_was_announced_and_never_recorded(world: World, auth: AuthServer) -> None:
    person = await world.signed_in()
    assert await announce(world, person) == []
    await auth.refresh(person.refresh_token)
    pass_time(world, person)
    assert await announce(world, person) == []  # replaces the announcement that covered the refresh
    pass_time(world, person)
    assert await service(world, "end_stolen_sessions") == []
    assert ending(world, person) is None


async def test_a_refresh_that_auth_commits_at_the_end_of_its_time(world: World, auth: AuthServer) -> None:
    person = await world.signed_in()
    await announce(world, person)
    await auth.refresh(person.refresh_token)
    late = "update public.user_sessions set refreshing_at = refreshing_at - interval '15 seconds' where id = %s"
    world.rows(late, session_of(person))
    pass_time(world, person)
    assert await service(world, "end_stolen_sessions") == []
    assert ending(world, person) is None


async def test_a_refresh_that_is_not_recorded_yet(world: World, auth: AuthServer) -> None:
    """Nobody announces the refresh of an unrecorded token. Then the scheduler runs, and another tab refreshes."""
    person = await world.signed_in()
    await auth.refresh(person.refresh_token)
    assert await service(world, "end_stolen_sessions") == []
    assert await announce(world, person) is None
    await record(world, person)
    pass_time(world, person)
    assert await service(world, "end_stolen_sessions") == []
    assert await announce(world, person) == []


async def test_a_token_that_nobody_recorded(world: World) -> None:
    person = await world.signed_in()
    forget(world, person.refresh_token)
    renewed = await person.post("/auth/refresh", {"refreshToken": person.refresh_token})
    assert renewed.status_code == 200, renewed.text
    pass_time(world, person)
    assert await service(world, "end_stolen_sessions") == []
    token = renewed.json()["data"]["refreshToken"]
    assert (await person.post("/auth/refresh", {"refreshToken": token})).status_code == 200


async def test_a_record_that_fails_is_written_in_a_second_attempt(world: World) -> None:
    person = await world.signed_in()
    forget(world, person.refresh_token)
    with failing_records(world, person, times=1):
        renewed = await person.post("/auth/refresh", {"refreshToken": person.refresh_token})
    assert renewed.status_code == 200, renewed.text


async def test_a_token_whose_refresh_failed_stays_valid(world: World) -> None:
    """The client got no new token: it sends the old one again, and has not stolen it."""
    person = await world.signed_in()
    with failing_records(world, person, times=2):
        failed = await person.post("/auth/refresh", {"refreshToken": person.refresh_token})
    assert_problem(failed, 504, "TIMEOUT")
    spent = "select spent_at from private.refresh_tokens where digest = %s"
    assert world.rows(spent, hashlib.sha256(person.refresh_token.encode()).hexdigest()) == [{"spent_at": None}]
    pass_time(world, person)
    again = await person.post("/auth/refresh", {"refreshToken": person.refresh_token})
    assert again.status_code == 200, again.text


async def test_a_deployment_that_records_nothing(world: World, auth: AuthServer) -> None:
    """An older deployment, as after a rollback, only marks the session as seen after each refresh."""
    person = await world.signed_in()
    await auth.refresh(person.refresh_token)
    await record(world, person, "extend_session")
    pass_time(world, person)
    assert await service(world, "end_stolen_sessions") == []
    assert ending(world, person) is None


async def test_extending_a_session_hides_no_theft(world: World, auth: AuthServer) -> None:
    person = await world.signed_in()
    await auth.refresh(person.refresh_token)
    assert (await person.post("/auth/session/extend")).status_code == 200
    pass_time(world, person)
    assert await service(world, "end_stolen_sessions") == [session_of(person)]


async def test_a_ban_does_not_count_as_theft(world: World, auth: AuthServer) -> None:
    person = await world.signed_in()
    banned = await auth.administer("PUT", f"/admin/users/{world.id_of(person)}", {"ban_duration": "1h"})
    assert banned.status_code == 200
    assert_problem(await person.post("/auth/refresh", {"refreshToken": person.refresh_token}), 401, "SESSION_INVALID")
    assert ending(world, person) == "revoked"
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    actions = world.rows("select action from public.audit_log where actor_id = %s", world.id_of(person))
    assert {"action": "auth.refresh_reused"} not in actions
