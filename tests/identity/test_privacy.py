"""The rights of access and erasure, and the audit log."""

import asyncio

import httpx
import pytest

from local.demo.callers import PASSWORD, own_address
from tests.identity.support import sees, with_totp
from tests.support.errors import assert_problem
from tests.support.servers import dead_server, functions_with
from tests.support.waiting import until
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_the_export_has_all_data_decrypted(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    await world.draft(other)
    await brand.editor.http.patch("/users/me/profile", json={"phone": "+44 1"})
    await with_totp(brand.editor)
    kept = (await brand.editor.get("/users/me/export")).json()["data"]
    assert kept["email"] == brand.editor.email
    assert kept["profile"]["phone"] == "+44 1"
    assert [row["brandName"] for row in kept["memberships"]] == [brand.name]
    assert all(row["address"].startswith("127.") for row in kept["sessions"])
    assert [row["id"] for row in kept["contentsCreated"]] == [content["id"]]
    rows = [kept["profile"], *kept["sessions"], *kept["memberships"]]
    assert not [name for row in rows for name in row if "_" in name]
    text = str(kept)
    for secret in ("v1.", "secret", "hash", other.name, brand.admin.email):
        assert secret not in text
    actions = world.rows("select action from public.audit_log where actor_id = %s", world.id_of(brand.editor))
    assert {"action": "data.export"} in actions


async def test_erasure(world: World) -> None:
    brand = await world.brand()
    person, user_id = brand.editor, world.id_of(brand.editor)
    content = await world.draft(brand)
    await person.http.patch("/users/me/profile", json={"firstName": "Jane", "phone": "+44 1"})
    await with_totp(person)
    wrong = await person.post("/users/me/erasure", {"password": "Wrong-password-1"})
    assert_problem(wrong, 401, "INVALID_CREDENTIALS")
    assert (await person.post("/users/me/erasure", {"password": PASSWORD})).status_code == 204
    assert_problem(await person.get("/users/me"), 401, "SESSION_INVALID")
    assert await sees(world, person.access_token, brand.id) == 0
    # Auth forgets them after the answer.
    address = "select 1 as found from auth.users where email = %s"
    await until(lambda: world.rows(address, person.email) == [])
    assert_problem(await person.sign_in(), 401, "INVALID_CREDENTIALS")
    (profile,) = world.rows("select * from public.profiles where id = %s", user_id)
    assert (profile["first_name"], profile["last_name"], profile["phone"]) == ("Former", "member", None)
    assert not profile["is_active"]
    (account,) = world.rows("select email, raw_user_meta_data from auth.users where id = %s", user_id)
    assert person.email not in str(account)
    for table in ("public.mfa_factors", "public.user_sessions", "public.brand_members", "private.mfa_backup_codes"):
        assert world.rows(f"select * from {table} where user_id = %s", user_id) == []
    # Their work stays, attributed to them.
    (left,) = world.rows("select created_by::text from public.contents where id = %s", content["id"])
    assert left["created_by"] == user_id


async def test_an_outage_of_auth_delays_erasure(world: World) -> None:
    person = await world.signed_in()
    user_id = world.id_of(person)
    # Auth fails after everything else is deleted.
    session = world.rows("select id from public.user_sessions where user_id = %s", user_id)[0]["id"]
    world.rows("select public.erase_person(%s, %s)", user_id, session)
    assert world.rows("select email from auth.users where id = %s", user_id)[0]["email"] == person.email
    cron = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(timeout=60) as http:
        await http.get(f"{world.stack.urls['web']}/api/v1/cron/minute", headers=cron)
    assert world.rows("select email from auth.users where id = %s", user_id)[0]["email"] != person.email


async def test_platform_admins_cannot_be_erased(world: World) -> None:
    platform = await world.platform_admin()
    assert_problem(await platform.post("/users/me/erasure", {"password": PASSWORD}), 409, "CONFLICT")
    assert (await platform.get("/users/me")).status_code == 200


async def test_erasure_without_a_password_requires_recent_authentication(world: World) -> None:
    person = await world.signed_in()
    world.rows(
        "update public.user_sessions set authenticated_at = now() - interval '31 minutes' where user_id = %s",
        world.id_of(person),
    )
    assert_problem(await person.post("/users/me/erasure", {}), 403, "REAUTHENTICATION_REQUIRED")


async def test_denials_are_in_the_audit_log(world: World) -> None:
    brand = await world.brand()
    body = {"brandId": brand.id, "name": "x", "scopes": ["read"]}
    assert_problem(await brand.editor.post("/users/api-keys", body), 403, "FORBIDDEN")
    found: list[dict[str, object]] = []
    for _ in range(50):  # recorded after the answer is sent
        found = world.rows(
            "select outcome, details from public.audit_log where actor_id = %s and action = 'authz.denied'",
            world.id_of(brand.editor),
        )
        if found:
            break
        await asyncio.sleep(0.05)
    (entry,) = found
    assert entry == {
        "outcome": "denied",
        "details": {"code": "FORBIDDEN", "method": "POST", "path": "/api/v1/users/api-keys"},
    }
    # Nobody can record a denial that did not happen.
    direct = world.data_api(brand.editor.access_token, proof=None)
    forged = await direct.http.post("/rpc/record_denial", json={"request": {}})
    assert forged.status_code == 403


async def test_the_life_of_an_account_is_in_the_audit_log(world: World) -> None:
    person = await world.signed_in()
    await person.post("/auth/reauthenticate", {"password": PASSWORD})
    await with_totp(person)
    body = {"currentPassword": PASSWORD, "newPassword": "Tidal-Copper-91-lantern"}
    await person.post("/auth/password/change", body)
    await person.post("/auth/logout")
    rows = world.rows("select action from public.audit_log where actor_id = %s order by position", world.id_of(person))
    assert [row["action"] for row in rows] == [
        "auth.login",
        "auth.mfa_enabled",
        "auth.password_change",
        "auth.logout",
    ]


@pytest.mark.parametrize("damage", ["delete", "change", "reorder"])
async def test_the_chain_shows_manipulations(world: World, damage: str) -> None:
    brand = await world.brand()
    for role in ("editor", "viewer", "editor"):
        path = f"/brands/{brand.id}/members/{world.id_of(brand.viewer)}"
        assert (await brand.admin.put(path, {"role": role})).status_code == 200
    direct = world.data_api(brand.admin.access_token)

    async def broken() -> list[str]:
        answer = await direct.http.post("/rpc/verify_audit_log", json={"brand_id": brand.id})
        assert answer.status_code == 200, answer.text
        return [row["audit_id"] for row in answer.json()]

    assert await broken() == []
    ids = [row["id"] for row in world.rows(
        "select id from public.audit_log where brand_id = %s order by position", brand.id
    )]  # fmt: skip
    with world.database.transaction():
        # An owner of the database could cover their tracks like this.
        world.rows("alter table public.audit_log disable trigger refuse_change")
        if damage == "delete":
            world.rows("delete from public.audit_log where id = %s", ids[-2])
        elif damage == "change":
            world.rows("update public.audit_log set actor_id = null where id = %s", ids[-2])
        else:
            world.rows("update public.audit_log set position = 999 where id = %s", ids[-2])
        world.rows("alter table public.audit_log enable trigger refuse_change")
    assert await broken() != []


async def test_nobody_signs_in_without_the_database(world: World) -> None:
    person = await world.person()
    with functions_with(world.stack.environment | {"SUPABASE_URL": dead_server()}) as broken:
        transport = httpx.AsyncHTTPTransport(local_address=own_address())
        async with httpx.AsyncClient(transport=transport, timeout=30) as http:
            body = {"email": person.email, "password": PASSWORD}
            assert_problem(await http.post(f"{broken}/api/v1/auth/login", json=body), 503, "SERVICE_UNAVAILABLE")
    assert (await person.sign_in()).status_code == 200
