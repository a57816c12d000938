"""Invitations are sent, accepted once, and give no more rights than their author has."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from local.demo.callers import PASSWORD, Person
from tests.identity.support import STRONG, mails_to, token_in
from tests.support.errors import assert_problem
from tests.support.waiting import until
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def guest(world: World, email: str | None = None) -> Person:
    person = Person(world.stack.urls["web"], email or f"{uuid4().hex}@invited.test")
    world.people.append(person)
    return person


async def invite(brand: Brand, email: str, role: str = "editor", **more: Any) -> dict[str, Any]:
    body = {"brandId": brand.id, "invitations": [{"email": email, "role": role} | more]}
    response = await brand.admin.post("/users/invitations", body)
    assert response.status_code == 200, response.text
    return response.json()["data"][0]


def acceptance(token: str, **more: Any) -> dict[str, Any]:
    return {"token": token, "password": STRONG, "firstName": "Gina", "lastName": "Guest"} | more


async def test_inviting_and_accepting(world: World) -> None:
    brand, person = await world.brand(), guest(world)
    outcome = await invite(brand, person.email.upper())
    assert outcome["status"] == "invited"
    (mail,) = await mails_to(world, person.email)
    assert brand.name in mail["subject"]
    token = token_in(mail)
    kept = world.rows("select email, token_hash from public.invitations where id = %s", outcome["invitationId"])[0]
    assert kept["email"].startswith("v1.")
    assert token not in str(kept)
    (listed,) = (await brand.admin.get("/users/invitations", brandId=brand.id)).json()["data"]
    assert (listed["email"], listed["status"], listed["role"]) == (person.email, "pending", "editor")
    offer = (await person.post("/auth/invitations/lookup", {"token": token})).json()["data"]
    assert (offer["brandName"], offer["role"], offer["email"]) == (brand.name, "editor", person.email)
    weak = await person.post("/auth/invitations/accept", acceptance(token, password="Password123!"))
    assert_problem(weak, 400, "VALIDATION_ERROR")
    accepted = await person.post("/auth/invitations/accept", acceptance(token))
    assert accepted.status_code == 201, accepted.text
    assert (await mails_to(world, person.email, count=2))[0]["subject"] == "Welcome to MixerAI"
    person.http.headers["Authorization"] = f"Bearer {accepted.json()['data']['accessToken']}"
    me = (await person.get("/users/me")).json()["data"]
    assert (me["firstName"], me["email"]) == ("Gina", person.email)
    assert [(item["brandId"], item["role"]) for item in me["memberships"]] == [(brand.id, "editor")]
    assert_problem(await person.post("/auth/invitations/accept", acceptance(token)), 410, "GONE")
    assert (await person.http.post("/auth/login", json={"email": person.email, "password": STRONG})).status_code == 200


async def test_an_invitation_knows_whether_its_mail_was_sent(world: World) -> None:
    brand, person = await world.brand(), guest(world)
    outcome = await invite(brand, person.email)
    await mails_to(world, person.email)
    query = "select delivery from public.invitations where id = %s"
    await until(lambda: world.rows(query, outcome["invitationId"]) == [{"delivery": "sent"}])


async def test_two_who_accept_at_once_make_one_account(world: World) -> None:
    brand, person = await world.brand(), guest(world)
    await invite(brand, person.email)
    token = token_in((await mails_to(world, person.email))[0])
    answers = await asyncio.gather(*(person.post("/auth/invitations/accept", acceptance(token)) for _ in range(3)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 201
    assert all(status in (409, 410) for status in statuses[1:]), statuses
    assert len(world.rows("select id from auth.users where email = %s", person.email)) == 1


async def test_fifty_invitations_get_an_outcome_each(world: World) -> None:
    brand, known = await world.brand(), await world.person()
    emails = [known.email, brand.viewer.email, brand.admin.email, *(f"{uuid4().hex}@invited.test" for _ in range(47))]
    emails[10] = emails[9]
    invited = [{"email": email, "role": "viewer"} for email in emails]
    body = {"brandId": brand.id, "invitations": invited}
    outcomes = (await brand.admin.post("/users/invitations", body)).json()["data"]
    assert [outcome["email"] for outcome in outcomes] == emails
    assert (outcomes[0]["status"], outcomes[0]["user"]) == ("invited", None)
    assert (outcomes[1]["status"], outcomes[1]["user"]["id"]) == ("assigned", world.id_of(brand.viewer))
    assert (outcomes[2]["status"], outcomes[2]["code"]) == ("refused", "FORBIDDEN")
    assert (outcomes[10]["status"], outcomes[10]["code"]) == ("refused", "CONFLICT")
    assert [outcome["status"] for outcome in outcomes].count("invited") == 47
    invited.append({"email": "a@b.test", "role": "viewer"})
    assert_problem(await brand.admin.post("/users/invitations", body), 400, "VALIDATION_ERROR")


async def test_only_admins_manage_invitations(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    body = {"brandId": brand.id, "invitations": [{"email": "a@b.test", "role": "viewer"}]}
    assert_problem(await brand.editor.post("/users/invitations", body), 403, "FORBIDDEN")
    assert_problem(await brand.viewer.post("/users/invitations", body), 403, "FORBIDDEN")
    assert_problem(await other.admin.post("/users/invitations", body), 404, "NOT_FOUND")
    outcome = await invite(brand, f"{uuid4().hex}@invited.test")
    for stranger in (brand.editor, other.admin):
        assert (await stranger.get("/users/invitations", brandId=brand.id)).json()["data"] == []
        for answer in (
            await stranger.post(f"/users/invitations/{outcome['invitationId']}/resend"),
            await stranger.delete(f"/users/invitations/{outcome['invitationId']}"),
        ):
            assert answer.status_code in (403, 404)
    # Nobody can insert one at the data API: with a link of their own they could create the account of any address.
    direct = world.data_api(brand.admin.access_token)
    row = world.rows("select email, email_index from public.invitations where id = %s", outcome["invitationId"])[0]
    planted = row | {"brand_id": brand.id, "role": "admin", "token_hash": "a" * 64}
    assert (await direct.http.post("/invitations", json=planted)).status_code in (401, 403)
    bare = world.data_api(brand.admin.access_token, proof=None)
    own = {"request": {"brandId": brand.id, "invitations": []}}
    assert (await bare.http.post("/rpc/invite_members", json=own)).status_code == 403


async def test_an_invitation_names_the_person_who_invited(world: World) -> None:
    """Also after the person has left the brand, when its admins cannot read their profile any more."""
    brand = await world.brand()
    named = await brand.admin.patch("/users/me/profile", 1, {"firstName": "Ida", "lastName": "Inviter"})
    assert named.status_code == 200, named.text
    inviter = {"id": world.id_of(brand.admin), "name": "Ida Inviter"}
    outcome = await invite(brand, f"{uuid4().hex}@invited.test")
    (listed,) = (await brand.admin.get("/users/invitations", brandId=brand.id)).json()["data"]
    assert listed["invitedBy"] == inviter
    resent = (await brand.admin.post(f"/users/invitations/{outcome['invitationId']}/resend")).json()["data"]
    assert resent["invitedBy"] == inviter
    successor = await world.member(brand, "admin")
    world.rows("delete from public.brand_members where user_id = %s returning user_id", inviter["id"])
    (listed,) = (await successor.get("/users/invitations", brandId=brand.id)).json()["data"]
    assert listed["invitedBy"] == inviter


async def test_resending_invalidates_the_old_link(world: World) -> None:
    brand, person = await world.brand(), guest(world)
    outcome = await invite(brand, person.email)
    first = token_in((await mails_to(world, person.email))[0])
    again = await brand.admin.post(f"/users/invitations/{outcome['invitationId']}/resend")
    assert again.status_code == 200, again.text
    second = token_in((await mails_to(world, person.email, count=2))[0])
    assert_problem(await person.post("/auth/invitations/accept", acceptance(first)), 410, "GONE")
    assert (await person.post("/auth/invitations/accept", acceptance(second))).status_code == 201
    path = f"/users/invitations/{outcome['invitationId']}"
    assert_problem(await brand.admin.post(f"{path}/resend"), 409, "CONFLICT")
    assert_problem(await brand.admin.delete(path), 409, "CONFLICT")


async def test_cancelled_and_expired_invitations_are_refused(world: World) -> None:
    brand = await world.brand()
    for ended in ("cancel", "expire", "delete the brand"):
        person = guest(world)
        outcome = await invite(brand, person.email)
        token = token_in((await mails_to(world, person.email))[0])
        if ended == "cancel":
            assert (await brand.admin.delete(f"/users/invitations/{outcome['invitationId']}")).status_code == 204
        elif ended == "expire":
            world.rows("update public.invitations set expires_at = now() where id = %s", outcome["invitationId"])
        else:
            world.rows("update public.brands set deleted_at = now() where id = %s", brand.id)
        assert_problem(await person.post("/auth/invitations/lookup", {"token": token}), 410, "GONE")
        assert_problem(await person.post("/auth/invitations/accept", acceptance(token)), 410, "GONE")
        assert world.rows("select id from auth.users where email = %s", person.email) == []


async def test_an_invitation_gives_no_more_than_its_author_may(world: World) -> None:
    brand, person = await world.brand(), guest(world)
    await invite(brand, person.email, "admin")
    token = token_in((await mails_to(world, person.email))[0])
    world.rows("update public.brand_members set role = 'editor' where user_id = %s", world.id_of(brand.admin))
    assert_problem(await person.post("/auth/invitations/lookup", {"token": token}), 410, "GONE")
    assert_problem(await person.post("/auth/invitations/accept", acceptance(token)), 410, "GONE")
    assert world.rows("select id from auth.users where email = %s", person.email) == []


async def test_a_person_with_an_account_joins_with_it(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    person = guest(world)
    await invite(brand, person.email)
    await invite(other, person.email, "viewer")
    tokens = [token_in(mail) for mail in await mails_to(world, person.email, count=2)]
    accepted = await person.post("/auth/invitations/accept", acceptance(tokens[0]))
    person.http.headers["Authorization"] = f"Bearer {accepted.json()['data']['accessToken']}"
    assert_problem(await person.post("/auth/invitations/accept", acceptance(tokens[1])), 409, "ALREADY_EXISTS")
    thief = await world.signed_in()
    assert_problem(await thief.post("/users/invitations/accept", {"token": tokens[1]}), 404, "NOT_FOUND")
    joined = await person.post("/users/invitations/accept", {"token": tokens[1]})
    assert joined.status_code == 200, joined.text
    assert len((await person.get("/users/me")).json()["data"]["memberships"]) == 2


async def test_accepting_never_lowers_or_lengthens_a_role(world: World) -> None:
    brand = await world.brand()
    person = guest(world)
    await invite(brand, person.email, "viewer")
    token = token_in((await mails_to(world, person.email))[0])
    made = await world.person()
    world.rows("update auth.users set email_confirmed_at = now() where id = %s", world.id_of(made))
    # In the meantime the same address has become an admin until tomorrow.
    world.rows("insert into private.credential_permits (user_id) values (%s)", world.id_of(made))
    world.rows("update auth.users set email = %s where id = %s", person.email, world.id_of(made))
    world.rows(
        "insert into public.brand_members (user_id, brand_id, role, expires_at) "
        "values (%s, %s, 'admin', now() + interval '1 day')",
        world.id_of(made),
        brand.id,
    )
    await person.http.post("/auth/login", json={"email": person.email, "password": PASSWORD})
    await person.sign_in()
    assert (await person.post("/users/invitations/accept", {"token": token})).status_code == 200
    (kept,) = world.rows("select role, expires_at from public.brand_members where user_id = %s", world.id_of(made))
    assert kept["role"] == "admin"
    assert kept["expires_at"] is not None


async def test_the_plan_limits_the_number_of_users(world: World) -> None:
    brand = await world.brand()
    account = world.rows("insert into public.accounts (name) values (%s) returning id", brand.name)[0]["id"]
    world.rows("update public.brands set account_id = %s where id = %s", account, brand.id)
    for _ in range(17):  # there are three already
        world.join(await world.person(), brand.id, "viewer")
    # An invitation tells nothing of accounts, so it is the acceptance that finds no place.
    known = await world.signed_in()
    outcome = await invite(brand, known.email)
    full = await known.post(f"/users/me/invitations/{outcome['invitationId']}/accept")
    assert_problem(full, 403, "PLAN_LIMIT_EXCEEDED")
    # An earlier invitation finds no place either, and tells so.
    late = guest(world)
    world.rows("update public.accounts set overage = 'notify' where id = %s", account)
    await invite(brand, late.email)
    world.rows("update public.accounts set overage = 'block' where id = %s", account)
    token = token_in((await mails_to(world, late.email))[0])
    refused = await late.post("/auth/invitations/accept", acceptance(token))
    assert_problem(refused, 403, "PLAN_LIMIT_EXCEEDED")
    # Members may be given another role.
    member = world.id_of(brand.viewer)
    answer = await brand.admin.put(f"/brands/{brand.id}/members/{member}", {"role": "editor"})
    assert answer.status_code == 200, answer.text


async def test_five_acceptances_an_hour_from_one_address(world: World) -> None:
    person = guest(world)
    statuses = [(await person.post("/auth/invitations/accept", acceptance("x" * 43))).status_code for _ in range(6)]
    assert statuses == [410] * 5 + [429]
