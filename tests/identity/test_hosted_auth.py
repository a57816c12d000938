"""How we get on with Auth as Supabase hosts it: what it forwards, rewrites, accepts and forgets."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from lib.core.errors import ApiError, Unauthorized
from lib.identity.auth_errors import MEANINGS, error_for
from lib.identity.passwords import CLASSES, MAX_BYTES, unknown_password
from local.demo.callers import PASSWORD, Person, own_address
from local.stack.settings import ROOT
from tests.identity.support import mails_to, sees, session_of, token_in
from tests.support.auth import AuthServer
from tests.support.errors import assert_problem
from tests.support.sql import Database
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(world: World) -> World:
    world.signs_in_by_password = True
    return world


@pytest.fixture
async def auth(world: World) -> AsyncIterator[AuthServer]:
    server = AuthServer(world.stack.environment)
    yield server
    await server.http.aclose()


def service(world: World) -> httpx.AsyncClient:
    """The data API as the service."""
    settings = world.stack.environment
    headers = {"apikey": settings["SUPABASE_SECRET_KEY"]}
    return httpx.AsyncClient(base_url=f"{settings['SUPABASE_URL']}/rest/v1/rpc", headers=headers)


# Whom a request counts for


async def test_auth_hears_of_the_address_of_the_client(world: World) -> None:
    """By it Auth counts: with that of our functions, everybody would be one person."""
    address = own_address()
    person = await world.person()
    transport = httpx.AsyncHTTPTransport(local_address=address)
    async with httpx.AsyncClient(base_url=f"{world.stack.urls['web']}/api/v1", transport=transport) as http:
        signed_in = await http.post("/auth/login", json={"email": person.email, "password": PASSWORD})
        tokens = signed_in.json()["data"]
        seen = "select host(ip) as address from auth.sessions where id = %s"
        assert world.rows(seen, tokens["sessionId"]) == [{"address": address}]
        world.rows("update auth.sessions set ip = null where id = %s", tokens["sessionId"])
        assert (await http.post("/auth/refresh", json={"refreshToken": tokens["refreshToken"]})).status_code == 200
        assert world.rows(seen, tokens["sessionId"]) == [{"address": address}]


# What the codes of Auth mean

REFUSED = Unauthorized("no", code="INVALID_TOKEN")


def meaning(code: str, *, has_person: bool = False) -> ApiError:
    return error_for(code, status=403, refused=REFUSED, has_person=has_person)


@pytest.mark.parametrize(
    ("code", "status", "own_code"),
    [
        # Both are 403, as is a key that is refused.
        ("otp_expired", 401, "INVALID_TOKEN"),
        ("user_banned", 401, "INVALID_TOKEN"),
        ("refresh_token_already_used", 401, "INVALID_TOKEN"),
        ("conflict", 503, "SERVICE_UNAVAILABLE"),
        ("bad_jwt", 503, "SERVICE_UNAVAILABLE"),
        ("captcha_failed", 503, "SERVICE_UNAVAILABLE"),
        ("email_exists", 409, "ALREADY_EXISTS"),
        ("weak_password", 409, "CONFLICT"),
        ("email_not_confirmed", 403, "EMAIL_NOT_VERIFIED"),
        ("over_request_rate_limit", 429, "RATE_LIMIT_EXCEEDED"),
    ],
)
def test_a_code_decides_and_not_the_status(code: str, status: int, own_code: str) -> None:
    error = meaning(code)
    assert (error.status, error.code) == (status, own_code)


def test_a_token_of_a_person_that_is_refused_is_not_our_key() -> None:
    assert meaning("bad_jwt", has_person=True) is REFUSED


def test_an_unknown_code_is_an_outage_and_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert "quota_of_next_year" not in MEANINGS
    error = meaning("quota_of_next_year")
    assert (error.status, error.retry_after) == (503, 5)
    assert "quota_of_next_year" in str([vars(record) for record in caplog.records])


async def test_a_session_that_is_being_refreshed_is_not_stolen(world: World) -> None:
    person = await world.signed_in()
    async with await psycopg.AsyncConnection.connect(world.stack.database_url) as holder:
        await holder.execute("select from auth.sessions where id = %s for update", [session_of(person)])
        held = await person.post("/auth/refresh", {"refreshToken": person.refresh_token})
        assert_problem(held, 503, "SERVICE_UNAVAILABLE")
    assert (await person.get("/users/me")).status_code == 200
    assert (await person.post("/auth/refresh", {"refreshToken": person.refresh_token})).status_code == 200


# Refresh tokens that are used past us


async def test_a_stolen_token_that_is_used_at_auth(world: World, auth: AuthServer) -> None:
    brand = await world.brand()
    person = brand.editor
    stolen = (await auth.refresh(person.refresh_token)).json()
    assert "access_token" in stolen
    # Auth takes the token of the owner as well: the one before the active one.
    assert_problem(await person.post("/auth/refresh", {"refreshToken": person.refresh_token}), 401, "SESSION_INVALID")
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, stolen["access_token"], brand.id) == 0
    assert (await auth.refresh(stolen["refresh_token"])).status_code == 400
    ended = world.rows("select end_reason from public.user_sessions where id = %s", session_of(person))
    assert ended == [{"end_reason": "reused"}]


async def test_a_thief_who_comes_to_us_afterwards(world: World, auth: AuthServer) -> None:
    person = await world.signed_in()
    theirs = (await auth.refresh(person.refresh_token)).json()["refresh_token"]
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
    # KV has forgotten it, as after an outage: the row says whose it is.
    token = (await auth.refresh(token)).json().get("refresh_token") or token
    assert_problem(await person.post("/auth/refresh", {"refreshToken": token}), 401, "SESSION_INVALID")


async def test_a_made_up_token_hides_nothing(world: World, auth: AuthServer) -> None:
    """Such a token names any session, and must not announce a refresh of it."""
    import base64
    from uuid import UUID

    person = await world.signed_in()
    content = b"\0" + UUID(session_of(person)).bytes + bytes(21)
    forged = base64.urlsafe_b64encode(content).decode().rstrip("=")
    assert_problem(await person.post("/auth/refresh", {"refreshToken": forged}), 401, "INVALID_TOKEN")
    assert (await person.get("/users/me")).status_code == 200
    await auth.refresh(person.refresh_token)
    assert_problem(await person.post("/auth/refresh", {"refreshToken": person.refresh_token}), 401, "SESSION_INVALID")


async def test_the_scheduler_finds_what_nobody_refreshes(world: World, auth: AuthServer) -> None:
    brand = await world.brand()
    stolen = (await auth.refresh(brand.editor.refresh_token)).json()["access_token"]
    assert await sees(world, stolen, brand.id) == 1
    cron = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(timeout=60) as http:
        ran = await http.get(f"{world.stack.urls['web']}/api/v1/cron/minute", headers=cron)
    assert ran.json()["data"]["tasks"]["end_stolen_sessions"] >= 1
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
        # As if each were long after the one before.
        world.rows(
            "update public.user_sessions set refreshing_at = refreshing_at - interval '1 hour' where id = %s",
            session_of(person),
        )
        renewed = await person.post("/auth/refresh", {"refreshToken": token})
        assert renewed.status_code == 200, renewed.text
        token = renewed.json()["data"]["refreshToken"]


# Erasure


def test_a_password_that_nobody_knows_has_all_that_auth_wants() -> None:
    for _ in range(500):
        password = unknown_password()
        assert len(password) <= MAX_BYTES
        assert all(pattern.search(password) for pattern in CLASSES.values())


async def test_nothing_in_auth_says_who_it_was(world: World) -> None:
    person = await world.signed_in()
    user_id = world.id_of(person)
    claims = {"sub": "google-7", "full_name": "Jane Doe", "custom_claims": {"department": "Secret Project"}}
    world.rows("update auth.users set raw_user_meta_data = %s where id = %s", Jsonb(claims), user_id)
    world.rows(
        "insert into auth.identities (provider_id, user_id, identity_data, provider, created_at, updated_at) "
        "values (%s, %s, %s, 'google', now(), now())",
        uuid4().hex,
        user_id,
        Jsonb(claims | {"email": person.email}),
    )
    assert (await person.post("/users/me/erasure", {"password": PASSWORD})).status_code == 204
    everything = world.rows(
        "select to_jsonb(users) as kept from auth.users where id = %s "
        "union all select to_jsonb(identities) from auth.identities where user_id = %s "
        "union all select to_jsonb(entries) from auth.audit_log_entries as entries where payload::text like %s",
        user_id,
        user_id,
        f"%{user_id}%",
    )
    text = json.dumps(everything, default=str)
    for trace in ("google-7", "Jane", "Secret Project", person.email):
        assert trace not in text
    assert world.rows("select from auth.audit_log_entries where payload::text like %s", f"%{person.email}%") == []
    assert len(everything) == 1  # the row, for what refers to it
    assert everything[0]["kept"]["banned_until"]


# Addresses


async def test_an_address_outside_of_ascii_is_refused_before_anything_is_mailed(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "invitations": [{"email": "jané@people.test", "role": "viewer"}]}
    refused = assert_problem(await brand.admin.post("/users/invitations", body), 400, "VALIDATION_ERROR")
    assert refused["details"][0]["field"] == "invitations.0.email"
    change = await brand.admin.post("/auth/email/change", {"newEmail": "jané@people.test"})
    assert_problem(change, 400, "VALIDATION_ERROR")


async def test_accounts_at_other_providers_go_with_the_old_address(world: World) -> None:
    person = await world.signed_in()
    user_id, new = world.id_of(person), f"new-{person.email}"
    world.rows(
        "insert into auth.identities (provider_id, user_id, identity_data, provider, created_at, updated_at) "
        "values (%s, %s, %s, 'google', now() - interval '1 day', now())",
        uuid4().hex,
        user_id,
        Jsonb({"email": person.email}),
    )
    await person.post("/auth/email/change", {"newEmail": new})
    token = token_in((await mails_to(world, new))[0])
    assert (await person.post("/auth/email/verify", {"token": token, "purpose": "email_change"})).status_code == 204
    kept = world.rows("select provider, email from auth.identities where user_id = %s", user_id)
    assert kept == [{"provider": "email", "email": new}]
    metadata = world.rows("select raw_app_meta_data ->> 'provider' as name from auth.users where id = %s", user_id)
    assert metadata == [{"name": "email"}]


async def test_a_twin_by_single_sign_on_of_auth_is_nobody_of_ours(world: World) -> None:
    """Such rows may share an address with another: the index does not hold for them."""
    person = await world.person()
    world.rows("insert into auth.users (id, email, is_sso_user) values (%s, %s, true)", uuid4(), person.email)
    found = world.rows("select private.find_person(%s) as id", Jsonb({"email": person.email.upper()}))
    assert str(found[0]["id"]) == world.id_of(person)


def test_people_are_found_by_the_index(database: psycopg.Connection) -> None:
    body = Database(database).value("select prosrc from pg_proc where proname = 'find_person'")
    with database.transaction():
        database.execute("set local enable_seqscan = off")
        statement = body.replace("who ->> 'email'", "'a@b.test'").strip().rstrip(";")
        plan = str(database.execute(f"explain {statement}".encode()).fetchall())
    assert "users_email_partial_key" in plan


async def test_a_link_for_an_address_that_is_gone_leaves_no_account(world: World) -> None:
    """Auth makes one for it."""
    email = f"{uuid4().hex}@people.test"
    code = (
        "import asyncio, sys, uuid\n"
        "from lib.core.errors import Conflict\n"
        "from lib.identity.administration import make_sign_in_token\n"
        "try: asyncio.run(make_sign_in_token(uuid.uuid4(), sys.argv[1]))\n"
        "except Conflict as error: print(error.message)\n"
    )
    environment = {"PATH": os.environ["PATH"]} | world.stack.environment
    ran = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code, email],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "the address belongs to another account"
    assert world.rows("select id from auth.users where email = %s", email) == []


# What is left in Auth


async def test_sessions_past_their_end_go_from_auth(world: World, auth: AuthServer) -> None:
    person, other = await world.signed_in(), await world.signed_in()
    past_us = (await auth.sign_in(person.email)).json()["refresh_token"]
    world.rows("update public.user_sessions set expires_at = now() where id = %s", session_of(person))
    world.rows(
        "update auth.sessions set created_at = now() - interval '25 hours' where user_id = %s and id <> %s",
        world.id_of(person),
        session_of(person),
    )
    async with service(world) as http:
        assert (await http.post("/forget_ended_sessions", json={})).status_code == 200
    assert world.rows("select id from auth.sessions where user_id = %s", world.id_of(person)) == []
    assert (await auth.refresh(past_us)).status_code == 400
    assert (await other.post("/auth/refresh", {"refreshToken": other.refresh_token})).status_code == 200


async def test_a_person_of_auth_itself_is_not_signed_in_by_a_ban(world: World, auth: AuthServer) -> None:
    """A ban answers as a wrong password does."""
    person = await world.person()
    path = f"/admin/users/{world.id_of(person)}"
    assert (await auth.administer("PUT", path, {"ban_duration": "1h"})).status_code == 200
    visitor = Person(world.stack.urls["web"], person.email)
    world.people.append(visitor)
    assert_problem(await visitor.sign_in(), 401, "INVALID_CREDENTIALS")
