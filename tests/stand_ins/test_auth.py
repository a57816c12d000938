"""Checks that the local Auth refuses what a hosted one refuses (https://github.com/supabase/auth)."""

import asyncio
import tomllib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from local.demo.callers import PASSWORD, own_address
from local.stack.settings import ROOT
from tests.identity.support import STRONG, STRONGER
from tests.support.auth import SOLVED, AuthServer, code_of
from tests.support.world import World

pytestmark = pytest.mark.anyio

ADMIN_PATHS = ("/admin/users", "/admin/generate_link")


@pytest.fixture
async def auth(world: World) -> AsyncIterator[AuthServer]:
    server = AuthServer(world.stack.environment)
    yield server
    await server.http.aclose()


async def make_link(auth: AuthServer, email: str, kind: str = "magiclink") -> dict[str, Any]:
    answer = await auth.administer("POST", "/admin/generate_link", {"type": kind, "email": email})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def verify(auth: AuthServer, token_hash: str) -> httpx.Response:
    return await auth.ask("POST", "/verify", {"type": "magiclink", "token_hash": token_hash})


# Keys


async def test_a_key_is_no_bearer_token(auth: AuthServer) -> None:
    for key in (auth.secret_key, auth.public_key):
        as_both = {"apikey": key, "Authorization": f"Bearer {key}"}
        assert code_of(await auth.http.get("/admin/users", headers=as_both)) == (403, "bad_jwt")
        rest = str(auth.http.base_url).replace("/auth/v1", "/rest/v1")
        answer = await auth.http.get(f"{rest}brands", headers=as_both)
        assert (answer.status_code, answer.json()["code"]) == (401, "PGRST301")
    mixed = {"apikey": auth.public_key, "Authorization": f"Bearer {auth.secret_key}"}
    assert (await auth.http.get("/admin/users", headers=mixed)).status_code == 401
    assert (await auth.http.get("/admin/users")).status_code == 401
    assert (await auth.http.get("/admin/users", headers={"apikey": "sb_secret_other"})).status_code == 401


async def test_only_the_secret_key_administers(world: World, auth: AuthServer) -> None:
    person = await world.signed_in()
    assert (await auth.administer("GET", "/admin/users")).status_code == 200
    assert code_of(await auth.ask("GET", "/admin/users")) == (403, "not_admin")
    as_person = {"Authorization": f"Bearer {person.access_token}"}
    assert code_of(await auth.administer("GET", "/admin/users", **as_person)) == (403, "not_admin")
    assert code_of(await auth.administer("GET", "/user")) == (403, "bad_jwt")
    browser = {"User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"}
    answer = await auth.administer("GET", "/admin/users", **browser)
    assert (answer.status_code, answer.content) == (401, b"")


# Limits and the captcha


async def spend(auth: AuthServer, **headers: str) -> list[int]:
    """Sends as many requests at once, with a token that does not exist. Returns their statuses."""
    body = {"type": "magiclink", "token_hash": "0" * 56}
    answers = await asyncio.gather(*(auth.administer("POST", "/verify", body, **headers) for _ in range(60)))
    return [answer.status_code for answer in answers]


async def test_thirty_at_once_from_one_address(auth: AuthServer) -> None:
    statuses = await spend(auth)
    assert 30 <= statuses.count(403) < 50
    assert 429 in statuses
    limited = [await verify(auth, "0" * 56) for _ in range(20)]
    assert (429, "over_request_rate_limit") in [code_of(answer) for answer in limited]


async def test_the_address_of_a_client_counts_where_the_secret_key_says_so(auth: AuthServer) -> None:
    first, second = own_address(), own_address()
    assert 429 in await spend(auth, **{"Sb-Forwarded-For": first})
    body = {"type": "magiclink", "token_hash": "0" * 56}

    async def statuses(**headers: str) -> set[int]:
        return {(await auth.administer("POST", "/verify", body, **headers)).status_code for _ in range(10)}

    assert await statuses(**{"Sb-Forwarded-For": second}) == {403}
    assert await statuses(**{"Sb-Forwarded-For": f"{second}, {first}"}) == {403}
    assert await statuses() == {403}
    # Ignored for holders of the public key alone, and in a form that is no address.
    for headers in ({"apikey": auth.public_key}, {"Sb-Forwarded-For": "[::1]:80"}):
        elsewhere = {"Sb-Forwarded-For": first} | headers
        assert await statuses(**elsewhere) == {403}


async def test_a_captcha_is_asked_of_strangers(world: World, auth: AuthServer) -> None:
    person = await world.person()
    credentials = {"email": person.email, "password": PASSWORD}
    for path in ("/token?grant_type=password", "/otp", "/recover", "/magiclink", "/resend", "/signup"):
        assert code_of(await auth.ask("POST", path, credentials)) == (400, "captcha_failed"), path
        robot = {"gotrue_meta_security": {"captcha_token": "robot"}}
        assert code_of(await auth.ask("POST", path, credentials | robot)) == (400, "captcha_failed"), path
    assert (await auth.administer("POST", "/token?grant_type=password", credentials)).status_code == 200
    assert (await auth.ask("POST", "/token?grant_type=password", credentials | SOLVED)).status_code == 200


async def test_disabled_endpoints_are_refused(world: World, auth: AuthServer) -> None:
    """TOTP is on by default. The other settings are those that a hosted project gets."""
    told = tomllib.loads((ROOT / "supabase" / "config.toml").read_text())["auth"]
    off = {"enroll_enabled": False, "verify_enabled": False}
    assert (told["mfa"]["totp"], told["mfa"]["phone"], told["passkey"]) == (off, off, {"enabled": False})
    for name in ("enable_signup", "enable_anonymous_sign_ins", "enable_manual_linking"):
        assert told[name] is False
    person, nobody = await world.signed_in(), {"email": f"{uuid4().hex}@people.test"}
    token = person.access_token
    totp = {"factor_type": "totp", "friendly_name": "x"}
    assert code_of(await auth.ask("POST", "/factors", totp, token=token)) == (422, "mfa_totp_enroll_not_enabled")
    assert code_of(await auth.ask("POST", "/passkeys/authentication/options", {})) == (404, "passkey_disabled")
    assert code_of(await auth.ask("GET", "/user/identities/authorize", token=token)) == (404, "manual_linking_disabled")
    assert code_of(await auth.ask("POST", "/signup", nobody | SOLVED)) == (422, "signup_disabled")
    assert code_of(await auth.ask("POST", "/signup", SOLVED)) == (422, "signup_disabled")
    assert code_of(await auth.ask("POST", "/otp", nobody | SOLVED)) == (422, "signup_disabled")
    assert code_of(await auth.ask("POST", "/otp", nobody | SOLVED | {"create_user": False})) == (422, "otp_disabled")


# Passwords and addresses


async def test_strength_is_asked_of_a_change_and_not_of_a_new_account(auth: AuthServer) -> None:
    email = f"{uuid4().hex}@people.test"
    made = await auth.administer("POST", "/admin/users", {"email": email, "password": "weak", "email_confirm": True})
    assert made.status_code == 200, made.text
    assert (await auth.sign_in(email, "weak")).json()["weak_password"]["reasons"] == ["length", "characters"]
    path = f"/admin/users/{made.json()['id']}"
    refused = await auth.administer("PUT", path, {"password": "NoSymbolInThisOne91"})
    assert code_of(refused) == (422, "weak_password")
    assert refused.json()["weak_password"] == {"reasons": ["characters"]}
    versioned = await auth.administer(
        "PUT", path, {"password": "NoSymbolInThisOne91"}, **{"X-Supabase-Api-Version": "2024-01-01"}
    )
    assert versioned.json()["code"] == "weak_password"


async def test_an_address_that_somebody_has_fails(world: World, auth: AuthServer) -> None:
    person, other = await world.person(), await world.person()
    world.rows("insert into private.credential_permits (user_id) values (%s)", world.id_of(person))
    path, body = f"/admin/users/{world.id_of(person)}", {"email": other.email}
    answer = await auth.administer("PUT", path, body)
    assert (answer.status_code, answer.json()["code"]) == (500, "23505")
    assert answer.headers["x-sb-error-code"] == "unexpected_failure"
    versioned = await auth.administer("PUT", path, body, **{"X-Supabase-Api-Version": "2024-01-01"})
    assert versioned.json() == {"code": "unexpected_failure", "message": "Error updating user"}
    created = await auth.administer("POST", "/admin/users", {"email": other.email})
    assert code_of(created) == (422, "email_exists")


async def test_an_address_outside_of_ascii(auth: AuthServer) -> None:
    for path in ADMIN_PATHS:
        answer = await auth.administer("POST", path, {"type": "magiclink", "email": "jané@people.test"})
        assert code_of(answer) == (400, "validation_failed")


async def test_a_change_needs_the_current_password_and_ends_other_sessions(world: World, auth: AuthServer) -> None:
    person = await world.person()
    here, there = [(await auth.sign_in(person.email)).json() for _ in range(2)]
    token = here["access_token"]

    async def change(**body: str) -> httpx.Response:
        world.rows(
            "insert into private.credential_permits (user_id) values (%s) "
            "on conflict (user_id) do update set expires_at = excluded.expires_at, used_in = null",
            world.id_of(person),
        )
        return await auth.ask("PUT", "/user", body, token=token)

    assert code_of(await change(password=STRONG)) == (400, "current_password_required")
    assert code_of(await change(password=STRONG, current_password="x")) == (400, "current_password_invalid")
    assert code_of(await change(password=PASSWORD, current_password=PASSWORD)) == (422, "same_password")
    assert (await change(password=STRONG, current_password=PASSWORD)).status_code == 200
    assert (await auth.refresh(here["refresh_token"])).status_code == 200
    assert code_of(await auth.refresh(there["refresh_token"])) == (400, "refresh_token_not_found")
    # A password set by an administrator ends all of them.
    world.rows("update private.credential_permits set used_in = null where user_id = %s", world.id_of(person))
    changed = await auth.administer("PUT", f"/admin/users/{world.id_of(person)}", {"password": STRONGER})
    assert changed.status_code == 200, changed.text
    assert world.rows("select id from auth.sessions where user_id = %s", world.id_of(person)) == []


async def test_a_row_that_auth_cannot_read(world: World, auth: AuthServer) -> None:
    person = await world.person()
    world.rows("update auth.users set recovery_token = null where id = %s", world.id_of(person))
    assert code_of(await auth.sign_in(person.email)) == (500, "unexpected_failure")


# Links


async def test_verifying_rewrites_the_provider_and_makes_no_identity(world: World, auth: AuthServer) -> None:
    person = await world.person()
    user_id = world.id_of(person)
    world.rows("""update auth.users set raw_app_meta_data = '{"provider": "saml", "ours": 1}' where id = %s""", user_id)
    world.rows("update auth.identities set provider = 'google' where user_id = %s", user_id)
    link = await make_link(auth, person.email)
    session = (await verify(auth, link["hashed_token"])).json()
    assert session["user"]["app_metadata"] == {"provider": "google", "providers": ["google"], "ours": 1}
    assert [identity["provider"] for identity in session["user"]["identities"]] == ["google"]
    assert code_of(await verify(auth, link["hashed_token"])) == (403, "otp_expired")


async def test_a_ban(world: World, auth: AuthServer) -> None:
    person = await world.person()
    session = (await auth.sign_in(person.email)).json()
    link = await make_link(auth, person.email)
    path = f"/admin/users/{world.id_of(person)}"
    assert code_of(await auth.administer("PUT", path, {"ban_duration": "7d"})) == (400, "validation_failed")
    assert (await auth.administer("PUT", path, {"ban_duration": "876000h"})).status_code == 200
    assert code_of(await verify(auth, link["hashed_token"])) == (403, "user_banned")
    # Before the password is checked: a stranger learns of the ban.
    assert code_of(await auth.sign_in(person.email, "wrong")) == (400, "user_banned")
    assert code_of(await auth.refresh(session["refresh_token"])) == (400, "user_banned")
    assert code_of(await auth.ask("GET", "/user", token=session["access_token"])) == (403, "user_banned")


async def test_a_link_for_nobody_makes_an_account(world: World, auth: AuthServer) -> None:
    email = f"{uuid4().hex}@people.test"
    recovery = {"type": "recovery", "email": email}
    assert code_of(await auth.administer("POST", ADMIN_PATHS[1], recovery)) == (404, "user_not_found")
    assert (await make_link(auth, email))["verification_type"] == "signup"
    assert len(world.rows("select id from auth.users where email = %s", email)) == 1


# Refresh tokens


async def test_the_token_before_the_active_one_is_taken_at_any_time(world: World, auth: AuthServer) -> None:
    first = (await auth.sign_in((await world.person()).email)).json()["refresh_token"]
    second = (await auth.refresh(first)).json()["refresh_token"]
    assert (await auth.refresh(first)).json()["refresh_token"] == second
    third = (await auth.refresh(second)).json()["refresh_token"]
    world.rows(
        "update auth.sessions set refreshed_at = refreshed_at - interval '1 minute' where id = %s", session(third)
    )
    # With an older one the session is over.
    assert code_of(await auth.refresh(first)) == (400, "refresh_token_already_used")
    assert code_of(await auth.refresh(third)) == (400, "refresh_token_not_found")


def session(refresh_token: str) -> str:
    from lib.identity.sessions.refresh_tokens import named_session

    return str(named_session(refresh_token))


async def test_tokens_with_a_row_of_their_own(world: World, auth: AuthServer) -> None:
    person = await world.signed_in()
    first = give_row_token(world, world.id_of(person))
    second = (await auth.refresh(first)).json()["refresh_token"]
    assert len(second) == 12
    assert (await auth.refresh(first)).json()["refresh_token"] == second
    third = (await auth.refresh(second)).json()["refresh_token"]
    world.rows("update auth.refresh_tokens set updated_at = now() - interval '1 minute' where token = %s", first)
    assert code_of(await auth.refresh(first)) == (400, "refresh_token_already_used")
    # The whole family is spent, and the session still exists.
    world.rows("update auth.refresh_tokens set updated_at = now() - interval '1 minute' where token = %s", third)
    assert code_of(await auth.refresh(third)) == (400, "refresh_token_already_used")
    assert len(world.rows("select id from auth.sessions where user_id = %s", world.id_of(person))) == 1
    for garbage in ("", "short", "UPPERCASE123", "x" * 60):
        assert code_of(await auth.refresh(garbage)) == (400, "validation_failed")


def give_row_token(world: World, user_id: str) -> str:
    """Inserts a refresh token in the older format, for the one session of a user."""
    token = uuid4().hex[:12]
    world.rows(
        "insert into auth.refresh_tokens (instance_id, token, user_id, session_id, revoked, created_at, updated_at) "
        "select '00000000-0000-0000-0000-000000000000', %s, user_id, id, false, now(), now() "
        "from auth.sessions where user_id = %s",
        token,
        user_id,
    )
    return token


async def test_a_session_that_another_request_holds(world: World, auth: AuthServer) -> None:
    token = (await auth.sign_in((await world.person()).email)).json()["refresh_token"]
    async with await psycopg.AsyncConnection.connect(world.stack.database_url) as holder:
        await holder.execute("select from auth.sessions where id = %s for update", [session(token)])
        assert code_of(await auth.refresh(token)) == (409, "conflict")
    assert (await auth.refresh(token)).status_code == 200
