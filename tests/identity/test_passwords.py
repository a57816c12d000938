"""Passwords: their rules, how they are changed, and that only our own commands change them."""

import asyncio
import itertools
from typing import Any

import httpx
import pytest

from lib.core.http.errors import ValidationFailed
from lib.identity.passwords import check_strength
from local.demo.callers import PASSWORD, Person, own_address
from tests.identity.support import STRONG, STRONGER, mails_to, no_mail_to, sees, token_in, with_totp
from tests.support.errors import assert_problem
from tests.support.servers import dead_server, functions_with
from tests.support.world import World

pytestmark = pytest.mark.anyio


def visitor() -> httpx.AsyncClient:
    """Returns a person with an address of their own."""
    return httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(local_address=own_address()), timeout=30)


@pytest.mark.parametrize(
    "password",
    [
        "Short-1a",
        "all-lower-case-91",
        "ALL-UPPER-CASE-91",
        "No-Digits-At-All",
        "NoSpecial91Characters",
        "Ünïcode91Pässwort",
    ],
)
async def test_passwords_that_break_a_rule(world: World, password: str) -> None:
    person = await world.signed_in()
    body = {"currentPassword": PASSWORD, "newPassword": password}
    assert_problem(await person.post("/auth/password/change", body), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("password", ["Password123!", "Qwertyuiop1!", "Iloveyou2026!", "Summer-2026!", "Abcdefghij1!"])
async def test_common_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        await check_strength(password, known=[])
    assert any("easy to guess" in item["message"] for item in refused.value.details)


async def test_a_password_must_not_contain_the_address() -> None:
    with pytest.raises(ValidationFailed):
        await check_strength("Jane.Doe-2026!", known=["jane.doe@people.test"])
    await check_strength(STRONG, known=["jane.doe@people.test"])


async def test_changing(world: World) -> None:
    world.signs_in_by_password = True
    brand = await world.brand()
    here = brand.editor
    there = Person(world.stack.urls["web"], here.email)
    world.people.append(there)
    await there.sign_in()
    wrong = {"currentPassword": STRONGER, "newPassword": STRONG}
    assert_problem(await here.post("/auth/password/change", wrong), 401, "INVALID_CREDENTIALS")
    body = {"currentPassword": PASSWORD, "newPassword": STRONG}
    assert (await here.post("/auth/password/change", body)).status_code == 204
    assert (await here.get("/users/me")).status_code == 200
    assert await sees(world, here.access_token, brand.id) == 1
    assert (await here.post("/auth/refresh", {"refreshToken": here.refresh_token})).status_code == 200
    assert_problem(await there.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, there.access_token, brand.id) == 0
    assert_problem(await there.sign_in(), 401, "INVALID_CREDENTIALS")
    answer = await there.http.post("/auth/login", json={"email": there.email, "password": STRONG})
    assert answer.status_code == 200
    (mail,) = await mails_to(world, here.email)
    assert "changed" in mail["subject"]


async def test_the_last_five_passwords_are_refused(world: World) -> None:
    person = await world.signed_in()
    passwords = [PASSWORD, *(f"{STRONG}-{number}x" for number in range(5))]
    for old, new in itertools.pairwise(passwords):
        answer = await person.post("/auth/password/change", {"currentPassword": old, "newPassword": new})
        assert answer.status_code == 204, answer.text
    for used in passwords[1:]:
        body = {"currentPassword": passwords[-1], "newPassword": used}
        refused = await person.post("/auth/password/change", body)
        assert_problem(refused, 400, "VALIDATION_ERROR")
        assert refused.json()["error"]["details"][0]["code"] == "DUPLICATE_VALUE"


async def reset_token(world: World, person: Person, *, count: int = 1) -> str:
    assert (await person.post("/auth/password/forgot", {"email": person.email})).status_code == 202
    return token_in((await mails_to(world, person.email, count=count))[0])


async def test_resetting(world: World) -> None:
    brand = await world.brand()
    person = brand.editor
    _, codes = await with_totp(person)
    token = await reset_token(world, person)
    kept = world.rows("select token_hash from private.identity_tokens where user_id = %s", world.id_of(person))
    assert token not in str(kept)
    weak = await person.post("/auth/password/reset", {"token": token, "password": "Password123!"})
    assert_problem(weak, 400, "VALIDATION_ERROR")
    answers = await asyncio.gather(
        *(person.post("/auth/password/reset", {"token": token, "password": STRONG}) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [204, 410, 410]
    # Every session has ended, and the second factor must still be passed.
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, person.access_token, brand.id) == 0
    answer = await person.http.post("/auth/login", json={"email": person.email, "password": STRONG})
    assert answer.json()["data"]["factor"]["state"] == "pending"
    assert codes


async def test_a_new_link_invalidates_the_old_one(world: World) -> None:
    person = await world.person()
    first = await reset_token(world, person)
    second = await reset_token(world, person, count=2)
    assert first != second
    assert_problem(await person.post("/auth/password/reset", {"token": first, "password": STRONG}), 410, "GONE")
    assert (await person.post("/auth/password/reset", {"token": second, "password": STRONG})).status_code == 204


async def test_a_link_expires_after_an_hour(world: World) -> None:
    person = await world.person()
    token = await reset_token(world, person)
    world.rows("update private.identity_tokens set expires_at = now() where user_id = %s", world.id_of(person))
    assert_problem(await person.post("/auth/password/reset", {"token": token, "password": STRONG}), 410, "GONE")


async def test_a_link_works_for_its_purpose_only(world: World) -> None:
    person = await world.signed_in()
    await person.post("/auth/email/change", {"newEmail": f"new-{person.email}"})
    token = token_in((await mails_to(world, f"new-{person.email}"))[0])
    assert_problem(await person.post("/auth/password/reset", {"token": token, "password": STRONG}), 410, "GONE")


async def test_requesting_a_link_does_not_tell_whether_an_account_exists(world: World) -> None:
    person = await world.person()
    nobody = f"x{person.email}"
    answers = [await person.post("/auth/password/forgot", {"email": email}) for email in (person.email, nobody)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(202, b"")] * 2
    await mails_to(world, person.email)
    await no_mail_to(world, nobody)
    # Three an hour, for both.
    for email in (person.email, nobody):
        statuses = [(await person.post("/auth/password/forgot", {"email": email})).status_code for _ in range(3)]
        assert statuses == [202, 202, 429]


async def test_a_reset_lifts_the_lock(world: World) -> None:
    person = await world.person()
    for _ in range(6):
        await person.http.post("/auth/login", json={"email": person.email, "password": "Wrong-password-1"})
    other = Person(world.stack.urls["web"], person.email)
    world.people.append(other)
    assert_problem(await other.sign_in(), 429, "ACCOUNT_LOCKED")
    assert (await other.post("/auth/password/forgot", {"email": person.email})).status_code == 202
    token = token_in((await mails_to(world, person.email, count=2))[0])
    assert (await other.post("/auth/password/reset", {"token": token, "password": STRONG})).status_code == 204
    answer = await other.http.post("/auth/login", json={"email": person.email, "password": STRONG})
    assert answer.status_code == 200


async def test_an_outage_of_auth_gives_the_link_back(world: World) -> None:
    person = await world.person()
    token = await reset_token(world, person)
    settings = world.stack.environment
    # The data API answers, Auth does not.
    with functions_with(settings | {"SUPABASE_URL": dead_server()}) as broken:
        async with visitor() as http:
            body = {"token": token, "password": STRONG}
            answer = await http.post(f"{broken}/api/v1/auth/password/reset", json=body)
            assert_problem(answer, 503, "SERVICE_UNAVAILABLE")
    assert (await person.post("/auth/password/reset", {"token": token, "password": STRONG})).status_code == 204


async def test_a_failure_of_the_mail_provider_delays_mails(world: World) -> None:
    person = await world.person()
    dead = {"SENDGRID_BASE_URL": dead_server(), "SES_ENDPOINT_URL": dead_server()}
    with functions_with(world.stack.environment | dead) as broken:
        async with visitor() as http:
            answer = await http.post(f"{broken}/api/v1/auth/password/forgot", json={"email": person.email})
            assert answer.status_code == 202
    for _ in range(50):
        failed = world.rows(
            # No provider took it: it waits, and the attempt does not count.
            "select id from private.jobs where queue = 'mail' and run_at > now() and attempts = 0 and leased_by is null"
        )
        if failed:
            break
        await asyncio.sleep(0.1)
    assert failed
    world.rows("update private.jobs set run_at = now() where queue = 'mail'")
    secret = world.stack.environment["CRON_SECRET"]
    async with httpx.AsyncClient(timeout=60) as http:
        url = f"{world.stack.urls['web']}/api/v1/cron/minute"
        await http.get(url, headers={"Authorization": f"Bearer {secret}"})
    token = token_in((await mails_to(world, person.email))[0])
    assert (await person.post("/auth/password/reset", {"token": token, "password": STRONG})).status_code == 204


@pytest.mark.parametrize("change", [{"password": STRONG}, {"email": "taken-over@people.test"}])
async def test_auth_called_directly_changes_no_password_and_no_address(world: World, change: dict[str, Any]) -> None:
    """The API of Auth accepts a new password for a token alone: a stolen token would be enough."""
    person = await world.signed_in()
    settings = world.stack.environment
    headers = {"apikey": settings["SUPABASE_PUBLISHABLE_KEY"], "Authorization": f"Bearer {person.access_token}"}
    before = world.rows("select email, encrypted_password from auth.users where id = %s", world.id_of(person))
    async with httpx.AsyncClient(headers=headers) as http:
        await http.put(f"{settings['SUPABASE_URL']}/auth/v1/user", json=change)
    assert world.rows("select email, encrypted_password from auth.users where id = %s", world.id_of(person)) == before
    assert (await person.sign_in()).status_code == 200


@pytest.mark.parametrize("token", ["x", "../../etc/passwd-0000000", "a" * 101, ["a" * 43], None, "a" * 42 + "\x00"])
async def test_malformed_tokens_are_refused(world: World, token: object) -> None:
    person = await world.person()
    answer = await person.post("/auth/password/reset", {"token": token, "password": STRONG})
    assert_problem(answer, 400, "VALIDATION_ERROR")
