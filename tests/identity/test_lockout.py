"""Guessing passwords locks an account for a while, and does not tell which addresses have one."""

import asyncio
import time
from math import inf
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.demo.callers import PASSWORD, own_address
from tests.identity.support import mails_to, no_mail_to
from tests.support.errors import assert_problem
from tests.support.servers import dead_server, functions_with
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def attempt(origin: str, email: str, password: str = "Wrong-password-1", **more: Any) -> httpx.Response:
    """Signs in from another address each time, as a botnet would."""
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    async with httpx.AsyncClient(transport=transport, timeout=30) as http:
        return await http.post(f"{origin}/api/v1/auth/login", json={"email": email, "password": password} | more)


async def test_the_sixth_attempt_is_refused_for_any_address(world: World) -> None:
    person = await world.person()
    nobody = f"{uuid4().hex}@people.test"
    origin = world.stack.urls["web"]
    bodies: list[list[Any]] = []
    for email in (person.email, nobody):
        answers = [await attempt(origin, email) for _ in range(6)]
        for answer in answers[:5]:
            assert_problem(answer, 401, "INVALID_CREDENTIALS")
        assert_problem(answers[5], 429, "ACCOUNT_LOCKED")
        assert 1700 < int(answers[5].headers["Retry-After"]) <= 1800
        bodies.append([(answer.status_code, answer.json()["error"]["message"]) for answer in answers])
    assert bodies[0] == bodies[1]
    # The right password does not unlock it, and its owner gets a mail.
    assert_problem(await attempt(origin, person.email, PASSWORD), 429, "ACCOUNT_LOCKED")
    (mail,) = await mails_to(world, person.email)
    assert "locked" in mail["subject"]
    await no_mail_to(world, nobody)


async def test_a_platform_admin_unlocks(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    person = brand.editor
    for _ in range(6):
        await attempt(world.stack.urls["web"], person.email)
    assert_problem(await attempt(world.stack.urls["web"], person.email, PASSWORD), 429, "ACCOUNT_LOCKED")
    path = f"/users/{world.id_of(person)}/unlock"
    assert_problem(await brand.admin.post(path), 403, "FORBIDDEN")
    assert (await platform.post(path)).status_code == 204
    assert (await attempt(world.stack.urls["web"], person.email, PASSWORD)).status_code == 200


async def test_a_hundred_at_once_get_no_more_guesses(world: World) -> None:
    person = await world.person()
    answers = await asyncio.gather(*(attempt(world.stack.urls["web"], person.email) for _ in range(40)))
    codes = [answer.json()["error"]["code"] for answer in answers]
    assert codes.count("INVALID_CREDENTIALS") == 5
    assert codes.count("ACCOUNT_LOCKED") == 35


async def test_the_right_password_clears_the_failures(world: World) -> None:
    person = await world.person()
    for _ in range(3):
        for _ in range(4):
            assert_problem(await attempt(world.stack.urls["web"], person.email), 401, "INVALID_CREDENTIALS")
        assert (await person.sign_in()).status_code == 200


async def test_case_does_not_make_another_address(world: World) -> None:
    person = await world.person()
    for number in range(5):
        email = person.email.upper() if number % 2 else person.email
        assert_problem(await attempt(world.stack.urls["web"], email), 401, "INVALID_CREDENTIALS")
    assert_problem(await attempt(world.stack.urls["web"], person.email), 429, "ACCOUNT_LOCKED")


async def test_an_outage_locks_nobody_out(world: World) -> None:
    person = await world.person()
    with functions_with(world.stack.environment | {"SUPABASE_URL": dead_server()}) as broken:
        for _ in range(7):
            assert_problem(await attempt(broken, person.email, PASSWORD), 503, "SERVICE_UNAVAILABLE")
    assert (await person.sign_in()).status_code == 200


async def test_a_captcha_after_three_failures(world: World) -> None:
    person = await world.person()
    mail = world.stack.urls["mail"]
    settings = {"CAPTCHA_SECRET": "local-captcha", "CAPTCHA_VERIFY_URL": f"{mail}/turnstile/v0/siteverify"}
    with functions_with(world.stack.environment | settings) as origin:
        for _ in range(3):
            assert_problem(await attempt(origin, person.email), 401, "INVALID_CREDENTIALS")
        for _ in range(4):  # without a captcha it is no attempt, and locks nothing
            assert_problem(await attempt(origin, person.email, PASSWORD), 400, "CAPTCHA_REQUIRED")
        wrong = await attempt(origin, person.email, PASSWORD, captchaToken="robot")
        assert_problem(wrong, 400, "CAPTCHA_REQUIRED")
        right = await attempt(origin, person.email, PASSWORD, captchaToken="human")
        assert right.status_code == 200, right.text
    broken = settings | {"CAPTCHA_VERIFY_URL": dead_server()}
    with functions_with(world.stack.environment | broken) as origin:
        for _ in range(3):
            await attempt(origin, person.email)
        answer = await attempt(origin, person.email, PASSWORD, captchaToken="human")
        assert_problem(answer, 503, "SERVICE_UNAVAILABLE")


async def test_a_password_after_the_address_is_not_verified(world: World) -> None:
    person = await world.person()
    world.rows("update auth.users set email_confirmed_at = null where id = %s", world.id_of(person))
    assert_problem(await person.sign_in(), 403, "EMAIL_NOT_VERIFIED")
    assert world.rows("select * from public.user_sessions where user_id = %s", world.id_of(person)) == []


async def test_the_time_does_not_tell_whether_an_account_exists(world: World) -> None:
    """The fastest answers to both take the same time. Other load of the machine makes answers late, never early, so
    pairs are measured until the fastest are equal, which they never would be if the time told anything."""
    origin = world.stack.urls["web"]
    fastest = {"known": inf, "unknown": inf}
    for asked in range(1, 26):
        emails = {"known": (await world.person()).email, "unknown": f"{uuid4().hex}@people.test"}
        for kind, email in emails.items():
            began = time.perf_counter()
            await attempt(origin, email)
            fastest[kind] = min(fastest[kind], time.perf_counter() - began)
        if asked >= 6 and 0.9 < fastest["known"] / fastest["unknown"] < 1.1:
            return
    raise AssertionError(f"seconds of the fastest answers: {fastest}")


async def test_every_failure_is_in_the_audit_log(world: World) -> None:
    person = await world.person()
    await attempt(world.stack.urls["web"], person.email)
    (entry,) = world.rows(
        "select action, outcome, actor_type, details from public.audit_log where resource_id = %s "
        "and action = 'auth.failed_login'",
        world.id_of(person),
    )
    assert (entry["outcome"], entry["details"]["reason"]) == ("denied", "credentials")
    # It has neither the address of the person nor that of the client.
    assert person.email not in str(entry["details"])
    assert "127." not in str(entry["details"])
