"""Behaviour of hosted Auth: the headers and metadata that it reads and rewrites, and the records that it keeps."""

import asyncio
import json
import os
import subprocess
import sys
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from lib.core.http.errors import ApiError, Unauthorized
from lib.identity.auth_server.errors import MEANINGS, error_for
from lib.identity.passwords.rules import CLASSES, MAX_BYTES, unknown_password
from local.demo.callers import PASSWORD, Person, own_address
from local.stack.settings import ROOT
from tests.identity.support import STRONG, mails_to, service, token_in
from tests.support.auth import AuthServer
from tests.support.errors import assert_problem
from tests.support.sql import Database
from tests.support.waiting import until
from tests.support.world import World, session_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def world(world: World) -> World:
    world.signs_in_by_password = True
    return world


# The address that a request counts for


async def test_auth_gets_the_address_of_the_client(world: World) -> None:
    """Auth limits requests by address: with the address of our functions, all clients would share one limit."""
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


async def test_more_clients_at_once_than_auth_takes_from_one_address(world: World) -> None:
    async def attempt() -> httpx.Response:
        transport = httpx.AsyncHTTPTransport(local_address=own_address())
        async with httpx.AsyncClient(transport=transport, timeout=60) as http:
            credentials = {"email": f"{uuid4().hex}@people.test", "password": PASSWORD}
            return await http.post(f"{world.stack.urls['web']}/api/v1/auth/login", json=credentials)

    for answer in await asyncio.gather(*(attempt() for _ in range(40))):
        assert_problem(answer, 401, "INVALID_CREDENTIALS")


# The error codes of Auth

REFUSED = Unauthorized("no", code="INVALID_TOKEN")


def meaning(code: str, *, has_person: bool = False) -> ApiError:
    return error_for(code, status=403, refused=REFUSED, has_person=has_person)


@pytest.mark.parametrize(
    ("code", "status", "own_code"),
    [
        # Both are 403, like a refused key.
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


def test_an_outage_of_auth_is_logged_as_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """The client drops the code of these answers."""
    for status in (0, 502, 503, 504):
        assert error_for(None, status=status, refused=REFUSED, has_person=False).status == 503
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 4
    assert error_for(None, status=500, refused=REFUSED, has_person=False).status == 503
    assert caplog.records[-1].levelname == "ERROR"


def test_an_unknown_code_is_an_outage_and_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert "quota_of_next_year" not in MEANINGS
    error = meaning("quota_of_next_year")
    assert (error.status, error.retry_after) == (503, 5)
    assert "quota_of_next_year" in str([vars(record) for record in caplog.records])


# Erasure


def test_unknown_passwords_pass_the_rules_of_auth() -> None:
    for _ in range(500):
        password = unknown_password()
        assert len(password) <= MAX_BYTES
        assert all(pattern.search(password) for pattern in CLASSES.values())


async def test_erasure_leaves_nothing_personal_in_auth(world: World) -> None:
    person = await world.signed_in()
    user_id = world.id_of(person)
    connection = world.rows(
        "with account as (insert into public.accounts (name, plan) values (%s, 'enterprise') returning id) "
        "insert into public.sso_connections (account_id, name, entity_id, sign_on_url, certificates, domains) "
        "select id, 'Directory', %s, 'https://idp.test/sso', array['x'], array[%s] from account returning id::text",
        uuid4().hex,
        f"urn:{uuid4()}",
        f"{uuid4().hex}.test",
    )[0]["id"]
    # Auth may write this between the erasure and its job.
    world.rows(
        "update auth.users set raw_app_meta_data = %s where id = %s", Jsonb({"sso_connection": connection}), user_id
    )
    for column in ("email_change", "phone_change", "email_change_token_new", "phone_change_token", "recovery_token"):
        world.rows(f"update auth.users set {column} = %s where id = %s", f"{uuid4().hex}-{person.email}", user_id)
    world.rows(
        "insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, created_at, updated_at) "
        "values (%s, %s, 'Phone of Jane', 'totp', 'verified', now(), now())",
        uuid4(),
        user_id,
    )
    world.rows(
        "insert into auth.saml_relay_states (id, sso_provider_id, request_id, for_email) values (%s, %s, 'x', %s)",
        uuid4(),
        uuid4(),
        person.email,
    )
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
    # This happens after the answer.
    await until(
        lambda: (
            world.rows(
                "select 1 as found from auth.users where id = %s and raw_app_meta_data ? 'sso_connection'", user_id
            )
            == []
        )
    )
    for table in ("auth.mfa_factors", "private.sso_people"):
        assert world.rows(f"select 1 as found from {table} where user_id = %s", user_id) == []
    assert world.rows("select 1 as found from auth.saml_relay_states where for_email = %s", person.email) == []
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
    assert (
        world.rows("select 1 as found from auth.audit_log_entries where payload::text like %s", f"%{person.email}%")
        == []
    )
    assert len(everything) == 1  # the row itself, to which others refer
    assert everything[0]["kept"]["banned_until"]


# Addresses


async def test_an_address_that_is_taken_during_the_change(world: World) -> None:
    """Auth does not check, and fails on the index."""
    person, faster, new = await world.signed_in(), await world.person(), f"{uuid4().hex}@people.test"
    await person.post("/auth/email/change", {"newEmail": new})
    body = {"token": token_in((await mails_to(world, new))[0]), "purpose": "email_change"}
    async with await psycopg.AsyncConnection.connect(world.stack.database_url) as other:
        await other.execute("insert into private.credential_permits (user_id) values (%s)", [world.id_of(faster)])
        await other.execute("update auth.users set email = %s where id = %s", [new, world.id_of(faster)])
        changing = asyncio.create_task(person.post("/auth/email/verify", body))
        waiting = "select 1 as found from pg_locks where not granted and locktype = 'transactionid'"
        await until(lambda: changing.done() or world.rows(waiting) != [])
        assert not changing.done(), changing.result().text
        await other.commit()
    assert_problem(await changing, 409, "ALREADY_EXISTS")
    assert world.rows("select 1 as found from auth.users where email = %s", person.email) != []
    # The link is valid again, and gives this answer as long as the address is taken.
    assert_problem(await person.post("/auth/email/verify", body), 409, "ALREADY_EXISTS")


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


async def test_sso_users_of_auth_are_not_found(world: World) -> None:
    """Such rows may have an address that another row has: the unique index does not cover them."""
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
    """Auth creates an account for such an address."""
    email = f"{uuid4().hex}@people.test"
    code = (
        "import asyncio, sys, uuid\n"
        "from lib.core.http.errors import Conflict\n"
        "from lib.identity.auth_server import make_sign_in_token\n"
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


# Records that stay in Auth


async def test_ended_sessions_are_deleted_from_auth(world: World, auth: AuthServer) -> None:
    person, other = await world.signed_in(), await world.signed_in()
    past_us = (await auth.sign_in(person.email)).json()["refresh_token"]
    world.rows("update public.user_sessions set expires_at = now() where id = %s", session_of(person))
    world.rows(
        "update auth.sessions set created_at = now() - interval '25 hours' where user_id = %s and id <> %s",
        world.id_of(person),
        session_of(person),
    )
    assert session_of(person) in await service(world, "end_expired_sessions", batch=10_000)
    assert await service(world, "forget_ended_sessions") >= 0
    while await service(world, "forget_auth_sessions", batch=1):
        pass
    assert world.rows("select id from auth.sessions where user_id = %s", world.id_of(person)) == []
    assert (await auth.refresh(past_us)).status_code == 400
    assert (await other.post("/auth/refresh", {"refreshToken": other.refresh_token})).status_code == 200


async def test_a_banned_person_gets_the_answer_to_a_wrong_password(world: World, auth: AuthServer) -> None:
    person = await world.person()
    path = f"/admin/users/{world.id_of(person)}"
    assert (await auth.administer("PUT", path, {"ban_duration": "1h"})).status_code == 200
    visitor = Person(world.stack.urls["web"], person.email)
    world.people.append(visitor)
    assert_problem(await visitor.sign_in(), 401, "INVALID_CREDENTIALS")


async def test_a_session_that_ended_at_auth_changes_no_password(world: World) -> None:
    person = await world.signed_in()
    world.rows("delete from auth.sessions where id = %s", session_of(person))
    body = {"currentPassword": PASSWORD, "newPassword": STRONG}
    assert_problem(await person.post("/auth/password/change", body), 401, "SESSION_INVALID")
