"""The e-mail address of an account: verified and changed by mailed links."""

import asyncio

import pytest

from local.demo.callers import PASSWORD
from tests.identity.support import STRONG, mails_to, token_in
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_changing_the_address(world: World) -> None:
    person = await world.signed_in()
    new = f"new-{person.email}"
    assert (await person.post("/auth/email/change", {"newEmail": new})).status_code == 202
    token = token_in((await mails_to(world, new))[0])
    (warning,) = await mails_to(world, person.email)
    assert new not in warning["content"][0]["value"]
    body = {"token": token, "purpose": "email_change"}
    assert (await person.post("/auth/email/verify", body)).status_code == 204
    assert_problem(await person.post("/auth/email/verify", body), 410, "GONE")
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    assert_problem(await person.sign_in(), 401, "INVALID_CREDENTIALS")
    person.email = new
    assert (await person.sign_in()).status_code == 200


async def test_an_address_that_another_account_has(world: World) -> None:
    person, other = await world.signed_in(), await world.person()
    answer = await person.post("/auth/email/change", {"newEmail": other.email})
    assert answer.status_code == 202  # the answer tells nothing
    token = token_in((await mails_to(world, other.email))[0])
    body = {"token": token, "purpose": "email_change"}
    assert_problem(await person.post("/auth/email/verify", body), 409, "ALREADY_EXISTS")
    assert (await other.sign_in()).status_code == 200


async def test_a_new_password_ends_a_pending_change_of_address(world: World) -> None:
    person = await world.signed_in()
    thief = f"thief-{person.email}"
    await person.post("/auth/email/change", {"newEmail": thief})
    token = token_in((await mails_to(world, thief))[0])
    await person.post("/auth/password/change", {"currentPassword": PASSWORD, "newPassword": STRONG})
    assert_problem(await person.post("/auth/email/verify", {"token": token, "purpose": "email_change"}), 410, "GONE")


async def test_verifying_the_first_address(world: World) -> None:
    person = await world.person()
    world.rows("update auth.users set email_confirmed_at = null where id = %s", world.id_of(person))
    assert_problem(await person.sign_in(), 403, "EMAIL_NOT_VERIFIED")
    assert (await person.post("/auth/email/resend", {"email": person.email})).status_code == 202
    token = token_in((await mails_to(world, person.email))[0])
    assert (await person.post("/auth/email/verify", {"token": token})).status_code == 204
    assert (await person.sign_in()).status_code == 200
    await person.post("/auth/email/resend", {"email": person.email})
    await asyncio.sleep(0.3)
    assert len(await mails_to(world, person.email)) == 1  # nothing is left to verify
