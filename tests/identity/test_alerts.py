"""Urgent events are told to the people responsible, once, and to nobody else (domain §12)."""

from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from local.demo.callers import Person, own_address
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def alerts(world: World, person: Person) -> list[dict[str, Any]]:
    """Returns the alerts that a person reads at the data API, the oldest first."""
    asked = {"event": "eq.security_alert", "order": "id", "select": "type,title,brand_id,metadata"}
    response = await world.data_api(person.access_token).http.get("/notifications", params=asked)
    assert response.status_code == 200, response.text
    return response.json()


async def fail(world: World, *emails: str, address: str | None = None) -> None:
    """Fails to sign in, from one address or each time from another."""
    for email in emails:
        transport = httpx.AsyncHTTPTransport(local_address=address or own_address())
        async with httpx.AsyncClient(transport=transport, timeout=30) as http:
            body = {"email": email, "password": "Wrong-password-1"}
            response = await http.post(f"{world.stack.urls['web']}/api/v1/auth/login", json=body)
        assert response.status_code in (401, 429), response.text


async def scan(world: World) -> None:
    """Runs the minutely tasks of the scheduler."""
    settings = world.stack.environment
    headers = {"apikey": settings["SUPABASE_SECRET_KEY"]}
    async with httpx.AsyncClient(headers=headers) as http:
        response = await http.post(f"{settings['SUPABASE_URL']}/rest/v1/rpc/raise_alerts", json={})
    assert response.status_code == 200, response.text


async def test_the_scheduler_scans_every_minute(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(headers=headers, timeout=60) as http:
        response = await http.get(f"{world.stack.urls['web']}/api/v1/cron/minute")
    assert isinstance(response.json()["data"]["tasks"]["raise_alerts"]["did"], int), response.text


def failures_of(world: World, told: list[dict[str, Any]], subject: str) -> int:
    """Counts the alerts about attempts at this account."""
    named = [entry for alert in told for entry in alert["metadata"].get("auditIds", [])]
    rows = world.rows("select 1 from public.audit_log where id = any(%s) and resource_id = %s", named, subject)
    return len(rows)


async def test_six_failures_for_an_account_raise_one_alert(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    subject = world.id_of(brand.editor)
    await fail(world, *[brand.editor.email] * 5)
    await scan(world)
    assert failures_of(world, await alerts(world, platform), subject) == 0
    await fail(world, brand.editor.email)
    await scan(world)
    told = await alerts(world, platform)
    assert failures_of(world, told, subject) == 1
    assert (told[-1]["type"], told[-1]["metadata"]["kind"]) == ("warning", "failed_logins")
    assert brand.editor.email not in str(told)
    await fail(world, *[brand.editor.email] * 3)
    await scan(world)
    assert failures_of(world, await alerts(world, platform), subject) == 1
    for person in (brand.admin, brand.editor, brand.viewer):
        assert await alerts(world, person) == []


async def test_failures_from_one_address_raise_one_alert(world: World) -> None:
    platform, address = await world.platform_admin(), own_address()
    await scan(world)
    before = len(await alerts(world, platform))
    await fail(world, *[f"{uuid4().hex}@people.test" for _ in range(6)], address=address)
    await scan(world)
    (told,) = (await alerts(world, platform))[before:]
    assert (told["metadata"]["accounts"], told["metadata"]["addresses"]) == (0, 1)


@pytest.mark.parametrize(("minutes", "is_told"), [([0, 0, 0, 0, 0, 4], True), ([0, 0, 0, 0, 0, 6], False)])
def test_six_count_within_any_five_minutes(database: psycopg.Connection, minutes: list[int], *, is_told: bool) -> None:
    """Also if the scheduler has not run for a while."""
    with database.transaction(force_rollback=True):
        database.execute("update private.alert_scans set scanned_until = now() - interval '3 hours'")
        for number, minute in enumerate(minutes):
            database.execute(
                "insert into public.audit_log (position, action, outcome, resource_type, details, occurred_at, "
                "previous_hash, hash) values (1000000000 + %s, 'auth.failed_login', 'denied', 'user', "
                "'{\"email\": \"digest\"}', now() - interval '2 hours' + make_interval(mins => %s), %s, %s)",
                (number, minute, "0" * 64, "0" * 64),
            )
        database.execute("select public.raise_alerts()")
        told = database.execute("select subject from private.security_alerts where subject = 'account:digest'")
        assert (told.fetchone() is not None) is is_told


async def test_a_new_admin_of_a_brand_alerts_the_others(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    path = f"/brands/{brand.id}/members/{world.id_of(brand.editor)}"
    await scan(world)
    promoted = await brand.admin.put(path, {"role": "admin"})
    assert promoted.status_code == 200, promoted.text
    await scan(world)
    await scan(world)
    (told,) = await alerts(world, brand.admin)
    assert told["brand_id"] == brand.id
    assert told["metadata"]["kind"] == "promotion"
    (entry,) = world.rows("select * from public.audit_log where id = %s", told["metadata"]["auditId"])
    assert entry["details"]["current"]["user_id"] == world.id_of(brand.editor)
    assert str(entry["actor_id"]) == world.id_of(brand.admin)
    # Other changes of an admin are no promotion; and nobody else is told.
    again = await brand.admin.put(path, {"role": "admin", "restrictions": ["export.run"]})
    assert again.status_code == 200, again.text
    await scan(world)
    assert len(await alerts(world, brand.admin)) == 1
    for person in (brand.editor, brand.viewer, other.admin):
        assert await alerts(world, person) == []


async def test_an_admin_after_an_expired_role_is_a_new_one(world: World) -> None:
    brand = await world.brand()
    second = await world.member(brand, "admin")
    await scan(world)
    before = len(await alerts(world, brand.admin))
    query = "update public.brand_members set expires_at = now() + %s::interval where brand_id = %s and user_id = %s"
    world.rows(query, "1 day", brand.id, world.id_of(second))
    await scan(world)
    assert len(await alerts(world, brand.admin)) == before
    world.rows(query, "-1 day", brand.id, world.id_of(second))
    world.rows(query, "2 days", brand.id, world.id_of(second))
    await scan(world)
    assert len(await alerts(world, brand.admin)) == before + 1


async def test_a_new_platform_admin_alerts_the_others(world: World) -> None:
    brand = await world.brand()
    platform, colleague = await world.platform_admin(), await world.platform_admin()
    asked = {"user_id": world.id_of(brand.viewer), "is_admin": True}
    for _ in range(2):  # a platform admin is not promoted again
        response = await world.data_api(platform.access_token).http.post("/rpc/set_platform_admin", json=asked)
        assert response.status_code == 204, response.text
    await scan(world)
    (entry,) = world.rows(
        "select id::text from public.audit_log where action = 'user.promote' and resource_id = %s", asked["user_id"]
    )
    for person, count in ((platform, 1), (colleague, 1), (brand.viewer, 0), (brand.admin, 0)):
        told = [one["metadata"] for one in await alerts(world, person)]
        assert [one["kind"] for one in told if one.get("auditId") == entry["id"]] == ["promotion"] * count


async def test_a_large_export_alerts_the_admins(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    api = world.data_api(brand.editor.access_token).http
    for batch in range(4):
        titles = [f"T{batch}-{number}" for number in range(250)]
        lines = [{"line": line, "content": {"brand_id": brand.id, "title": title}} for line, title in enumerate(titles)]
        assert (await api.post("/rpc/create_contents", json={"lines": lines}, timeout=30)).status_code == 200
    assert (await brand.admin.get("/contents/export", brandId=brand.id, format="json")).status_code == 200
    await scan(world)
    assert await alerts(world, brand.admin) == []
    await world.draft(brand)
    assert (await brand.admin.get("/contents/export", brandId=brand.id, format="json")).status_code == 200
    await scan(world)
    (told,) = await alerts(world, brand.admin)
    assert told["metadata"]["kind"] == "large_export"
    (entry,) = world.rows("select details from public.audit_log where id = %s", told["metadata"]["auditId"])
    assert entry["details"]["records"] == 1001
    for person in (brand.editor, other.admin):
        assert await alerts(world, person) == []
