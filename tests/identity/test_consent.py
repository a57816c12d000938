"""People join a brand by their own consent, and leave it by themselves; until then neither side sees the other."""

from typing import Any
from uuid import uuid4

import pytest

from local.demo.callers import Person
from tests.identity.support import mails_to, token_in
from tests.support.errors import assert_problem
from tests.support.world import Brand, World, session_of

pytestmark = pytest.mark.anyio


async def invite(brand: Brand, email: str, role: str = "editor", **more: Any) -> dict[str, Any]:
    body = {"brandId": brand.id, "invitations": [{"email": email, "role": role} | more]}
    response = await brand.admin.post("/users/invitations", body)
    assert response.status_code == 200, response.text
    return response.json()["data"][0]


async def own_invitations(person: Person) -> list[dict[str, Any]]:
    response = await person.get("/users/me/invitations")
    assert response.status_code == 200, response.text
    return response.json()["data"]


def role_in(world: World, brand: Brand, person: Person) -> str | None:
    rows = world.rows(
        "select role from public.brand_members where brand_id = %s and user_id = %s", brand.id, world.id_of(person)
    )
    return rows[0]["role"] if rows else None


async def test_an_existing_user_is_invited_and_accepts(world: World) -> None:
    brand, person = await world.brand(), await world.signed_in()
    outcome = await invite(brand, person.email.upper())
    assert (outcome["status"], outcome["user"]) == ("invited", None)
    assert role_in(world, brand, person) is None
    # The person learns the name of the brand and nothing else.
    assert_problem(await person.get(f"/brands/{brand.id}"), 404, "NOT_FOUND")
    assert (await person.get("/users/me")).json()["data"]["memberships"] == []
    (own,) = await own_invitations(person)
    assert (own["brandName"], own["role"]) == (brand.name, "editor")
    assert brand.id not in str(own)
    # The brand learns the address that it typed and nothing else.
    (listed,) = (await brand.admin.get("/users/invitations", brandId=brand.id)).json()["data"]
    assert (listed["email"], listed["status"], listed["invitee"]) == (person.email, "pending", None)
    assert world.id_of(person) not in str(listed)
    found = (await brand.admin.get("/users", q=person.email.split("@")[0], brandId=brand.id)).json()["data"]
    assert found == []
    accepted = await person.post(own["_links"]["accept"].removeprefix("/api/v1"))
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["data"] == {"brandId": brand.id}
    assert (await person.get(f"/brands/{brand.id}")).status_code == 200
    assert await own_invitations(person) == []
    assert_problem(await person.post(own["_links"]["accept"].removeprefix("/api/v1")), 410, "GONE")
    types = world.rows(
        "select type, actor_id::text from public.domain_events where brand_id = %s and aggregate_type = 'brand_member' "
        "and aggregate_id = %s",
        brand.id,
        world.id_of(person),
    )
    assert types == [{"type": "UserAssigned", "actor_id": world.id_of(person)}]


async def test_an_invitation_tells_nobody_whether_there_is_an_account(world: World) -> None:
    """Answer, list and mail are the same for an address with an account and one without."""
    brand, person = await world.brand(), await world.person()
    known, unknown = person.email, f"{uuid4().hex}@people.test"
    outcomes = [await invite(brand, email) for email in (known, unknown)]
    for outcome in outcomes:
        outcome.pop("invitationId")
    assert outcomes[0] | {"email": ""} == outcomes[1] | {"email": ""}
    listed = (await brand.admin.get("/users/invitations", brandId=brand.id)).json()["data"]
    for entry in listed:
        for name in ("id", "email", "createdAt", "expiresAt", "delivery"):
            entry.pop(name)
    assert listed[0] == listed[1]
    mails = [(await mails_to(world, email))[0] for email in (known, unknown)]
    assert mails[0]["subject"] == mails[1]["subject"]
    texts = [mail["content"][0]["value"].replace(token_in(mail), "") for mail in mails]
    assert texts[0].replace(known, "") == texts[1].replace(unknown, "")


async def test_declining(world: World) -> None:
    brand, person = await world.brand(), await world.signed_in()
    await invite(brand, person.email)
    (own,) = await own_invitations(person)
    decline = own["_links"]["decline"].removeprefix("/api/v1")
    assert (await person.post(decline)).status_code == 204
    assert role_in(world, brand, person) is None
    assert await own_invitations(person) == []
    for path in (decline, own["_links"]["accept"].removeprefix("/api/v1")):
        assert_problem(await person.post(path), 410, "GONE")
    token = token_in((await mails_to(world, person.email))[0])
    assert_problem(await person.post("/users/invitations/accept", {"token": token}), 410, "GONE")
    (listed,) = (await brand.admin.get("/users/invitations", brandId=brand.id)).json()["data"]
    assert listed["status"] == "declined"
    assert_problem(await brand.admin.post(f"/users/invitations/{own['id']}/resend"), 409, "CONFLICT")
    assert (await invite(brand, person.email))["status"] == "invited"


async def test_nobody_answers_for_another(world: World) -> None:
    brand, person, thief = await world.brand(), await world.signed_in(), await world.signed_in()
    await invite(brand, person.email)
    (own,) = await own_invitations(person)
    assert await own_invitations(thief) == []
    for caller in (thief, brand.editor, brand.admin):
        for link in own["_links"].values():
            assert_problem(await caller.post(link.removeprefix("/api/v1")), 404, "NOT_FOUND")
    assert_problem(await person.post(f"/users/me/invitations/{uuid4()}/accept"), 404, "NOT_FOUND")


@pytest.mark.parametrize(
    "end",
    [
        "update public.invitations set expires_at = now() where brand_id = %s",
        "update public.invitations set status = 'cancelled' where brand_id = %s",
        "update public.brands set deleted_at = now() where id = %s",
        "update public.brand_members set role = 'viewer' where brand_id = %s and role = 'admin'",
    ],
)
async def test_an_invitation_that_is_void_cannot_be_accepted(world: World, end: str) -> None:
    brand, person = await world.brand(), await world.signed_in()
    await invite(brand, person.email)
    (own,) = await own_invitations(person)
    world.rows(end, brand.id)
    assert await own_invitations(person) == []
    assert_problem(await person.post(own["_links"]["accept"].removeprefix("/api/v1")), 410, "GONE")
    assert role_in(world, brand, person) is None


async def test_a_stranger_cannot_be_assigned_by_id(world: World) -> None:
    """Not even whether there is such a person is told."""
    brand, stranger = await world.brand(), await world.person()
    for user_id in (world.id_of(stranger), str(uuid4())):
        answer = await brand.admin.put(f"/brands/{brand.id}/members/{user_id}", {"role": "admin"})
        assert_problem(answer, 404, "NOT_FOUND")
    assert role_in(world, brand, stranger) is None


async def test_a_colleague_in_another_brand_is_invited_by_id(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.admin, other.id, "viewer")
    person = other.editor
    path = f"/brands/{brand.id}/members/{world.id_of(person)}"
    answer = await brand.admin.put(path, {"role": "editor"})
    assert answer.status_code == 202, answer.text
    assert role_in(world, brand, person) is None
    assert_problem(await brand.admin.put(path, {"role": "editor"}), 409, "CONFLICT")
    # Another admin of the brand, who does not know the person, sees an invitation without a name.
    partner = await world.member(brand, "admin")
    for admin, invitee in ((brand.admin, world.id_of(person)), (partner, None)):
        (listed,) = (await admin.get("/users/invitations", brandId=brand.id)).json()["data"]
        assert (listed["id"], listed["email"]) == (answer.json()["data"]["invitationId"], None)
        assert (listed["invitee"] or {}).get("id") == invitee
        assert person.email not in str(listed)
    notified = world.rows("select event, brand_id from public.notifications where user_id = %s", world.id_of(person))
    assert notified == [{"event": "brand_invitation", "brand_id": None}]
    (own,) = await own_invitations(person)
    assert (await person.post(own["_links"]["accept"].removeprefix("/api/v1"))).status_code == 200
    assert role_in(world, brand, person) == "editor"
    # A member's role is changed at once.
    assert (await brand.admin.put(path, {"role": "viewer"})).status_code == 200
    assert role_in(world, brand, person) == "viewer"


async def test_an_expired_membership_begins_again_by_consent_only(world: World) -> None:
    brand = await world.brand()
    person = brand.editor
    world.rows(
        "update public.brand_members set expires_at = now() - interval '1 day' "
        "where brand_id = %s and user_id = %s returning role",
        brand.id,
        world.id_of(person),
    )
    response = await brand.admin.put(f"/brands/{brand.id}/members/{world.id_of(person)}", {"role": "admin"})
    assert response.status_code < 300, response.text
    assert role_in(world, brand, person) == "editor"
    assert len(await own_invitations(person)) == 1


async def test_platform_admins_give_a_brand_its_first_admin(world: World) -> None:
    brand, person, platform = await world.brand(), await world.person(), await world.platform_admin()
    answer = await platform.put(f"/brands/{brand.id}/members/{world.id_of(person)}", {"role": "admin"})
    assert answer.status_code == 200, answer.text
    assert role_in(world, brand, person) == "admin"


async def test_leaving_a_brand(world: World) -> None:
    brand = await world.brand()
    person = brand.viewer
    content = await world.draft(brand)
    assert (await brand.editor.post(f"/contents/{content['id']}/submit")).status_code == 200
    task = "select assignee_id::text from public.workflow_tasks where content_id = %s and status = 'pending'"
    assert world.rows(task, content["id"]) == [{"assignee_id": world.id_of(person)}]
    assert (await person.delete(f"/brands/{brand.id}/members/me")).status_code == 204
    assert_problem(await person.get(f"/brands/{brand.id}"), 404, "NOT_FOUND")
    # Tasks are handed on, and the log tells that the person left by themselves.
    assert world.rows(task, content["id"]) != [{"assignee_id": world.id_of(person)}]
    removed = world.rows(
        "select actor_id::text, payload from public.domain_events where brand_id = %s and type = 'UserRemoved'",
        brand.id,
    )
    assert removed == [{"actor_id": world.id_of(person), "payload": {"userId": world.id_of(person)}}]
    for _ in range(2):  # no more a member, and never one
        assert_problem(await person.delete(f"/brands/{brand.id}/members/me"), 404, "NOT_FOUND")
        person = await world.signed_in()


async def test_the_last_admin_stays(world: World) -> None:
    brand = await world.brand()
    path = f"/brands/{brand.id}/members/me"
    assert_problem(await brand.admin.delete(path), 409, "CONFLICT")
    successor = await world.member(brand, "admin")
    world.rows("update public.profiles set is_active = false where id = %s", world.id_of(successor))
    assert_problem(await brand.admin.delete(path), 409, "CONFLICT")
    world.rows("update public.profiles set is_active = true where id = %s", world.id_of(successor))
    assert (await brand.admin.delete(path)).status_code == 204
    assert role_in(world, brand, successor) == "admin"


async def test_api_keys_and_pending_sessions_answer_and_leave_nothing(world: World) -> None:
    brand, person = await world.brand(), await world.signed_in()
    await invite(brand, person.email)
    (own,) = await own_invitations(person)
    body = {"brandId": brand.id, "name": "x", "scopes": ["admin"]}
    key = (await brand.admin.post("/users/api-keys", body)).json()["data"]["key"]
    for method, path in (
        ("GET", "/users/me/invitations"),
        ("POST", f"/users/me/invitations/{own['id']}/accept"),
        ("DELETE", f"/brands/{brand.id}/members/me"),
    ):
        brand.admin.http.headers.pop("Authorization", None)
        answer = await brand.admin.http.request(method, path, headers={"X-API-Key": key})
        assert_problem(answer, 403, "INSUFFICIENT_PERMISSIONS")
    world.rows("update public.user_sessions set ended_at = now(), end_reason = 'revoked' where id = %s",
        session_of(person))  # fmt: skip
    direct = world.data_api(person.access_token)
    for function, request in (
        ("list_own_invitations", {"emailIndexes": []}),
        ("answer_own_invitation", {"invitationId": own["id"], "emailIndexes": [], "isAccepted": True}),
    ):
        refused = await direct.http.post(f"/rpc/{function}", json={"request": request})
        assert refused.status_code in (401, 403), refused.text
    assert (await direct.http.post("/rpc/leave_brand", json={"brand_id": brand.id})).status_code in (401, 403)
