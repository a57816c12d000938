"""Preferences: what is off is a successful no-op, and what cannot be muted is not."""

from typing import Any

import pytest

from lib.core.data.db import Db
from local.demo.callers import Person
from tests.notify.reading import events_of, mails_to, settle, told
from tests.support.errors import assert_problem
from tests.support.world import Brand, World
from tests.workflow.review_desk import submitted

pytestmark = pytest.mark.anyio
PATH = "/notification-preferences"


async def choose(person: Person, **wanted: Any) -> dict[str, Any]:
    version = (await person.get(PATH)).json()["data"]["version"]
    response = await person.http.put(PATH, json=wanted, headers={"If-Match": f'"{version}"'})
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def commented(world: World, service: Db, brand: Brand) -> None:
    """Comments on a content of the editor."""
    content = await world.draft(brand)
    await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "x"})
    await settle(world, service)


async def test_defaults_and_versions(world: World) -> None:
    person = await world.signed_in()
    response = await person.get(PATH)
    data = response.json()["data"]
    assert (response.headers["ETag"], data["version"], data["emailEnabled"], data["taskReminders"]) == (
        '"0"', 0, True, False,
    )  # fmt: skip
    assert all(data["categories"]["tasks"].values())
    assert not any(data["categories"]["marketing"].values())
    assert_problem(await person.put(PATH, {}), 428, "PRECONDITION_REQUIRED")
    stored = await choose(person, categories={"comments": {"email": False}})
    assert stored["categories"]["comments"] == {
        "inApp": True, "email": False, "slack": True, "teams": True, "webhook": True,
    }  # fmt: skip
    stale = await person.http.put(PATH, json={}, headers={"If-Match": '"0"'})
    assert_problem(stale, 412, "CONFLICT")
    # The preferences of the profile agree.
    assert (await person.get("/users/me/preferences")).json()["data"]["newComments"] is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"categories": {"security": {"email": False}}},
        {"categories": {"invitations": {"inApp": False}}},
        {"quietFrom": "22:00"},
        {"quietFrom": "22:00+02:00", "quietTo": "06:00"},
        {"digest": "yearly"},
        {"mutedBrands": [{"brandId": "x"}]},
    ],
)
async def test_what_cannot_be_chosen(world: World, wrong: dict[str, Any]) -> None:
    person = await world.signed_in()
    response = await person.http.put(PATH, json=wrong, headers={"If-Match": '"0"'})
    assert_problem(response, 400, "VALIDATION_ERROR")


async def test_a_channel_that_is_off(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.editor, categories={"comments": {"email": False}})
    await commented(world, service, brand)
    assert await events_of(brand.editor) == ["comment"]
    assert await mails_to(world, brand.editor.email) == []
    await choose(brand.editor, categories={"comments": {"inApp": False}})
    await commented(world, service, brand)
    assert await events_of(brand.editor) == ["comment"]
    assert await mails_to(world, brand.editor.email) == ["notification"]
    assert (await brand.editor.get("/notifications/counts")).json()["data"]["unread"] == 1


async def test_mail_goes_on_where_the_app_shows_nothing(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.editor, categories={"comments": {"inApp": False}})
    content = await world.draft(brand)
    for _ in range(2):
        await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "x"})
        await settle(world, service)
        # An hour later.
        world.rows(
            "update public.notifications set bundle_key = left(bundle_key, 60) || id where user_id = %s",
            world.id_of(brand.editor),
        )
    assert await mails_to(world, brand.editor.email) == ["notification", "notification"]
    await choose(brand.editor)
    await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "x"})
    await settle(world, service)
    assert [each["count"] for each in await told(brand.editor)] == [1]


async def test_the_master_switch(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.editor, emailEnabled=False)
    await commented(world, service, brand)
    assert await events_of(brand.editor) == ["comment"]
    world.rows(
        "select private.alert_people(array[%s::uuid], %s, 'Somebody became an admin', '', '{}')",
        world.id_of(brand.editor),
        brand.id,
    )
    await settle(world, service)
    # Security cannot be muted.
    assert await mails_to(world, brand.editor.email) == ["notification"]


async def test_a_muted_brand(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.editor, mutedBrands=[{"brandId": brand.id}])
    await commented(world, service, brand)
    assert await told(brand.editor) == []
    await choose(brand.editor, mutedBrands=[{"brandId": brand.id, "until": "2020-01-01T00:00:00Z"}])
    await commented(world, service, brand)
    assert await events_of(brand.editor) == ["comment"]


async def test_quiet_hours_hold_mails_back(world: World, service: Db) -> None:
    brand = await world.brand()
    # All day but a minute that was two minutes ago, wherever the person is.
    zone = "Pacific/Auckland"
    world.rows("update public.profiles set timezone = %s where id = %s", zone, world.id_of(brand.viewer))
    clock = world.rows("select to_char(now() at time zone %s, 'HH24:MI') as now, to_char((now() at time zone %s) - "
                       "interval '2 minutes', 'HH24:MI') as ends", zone, zone)[0]  # fmt: skip
    await choose(brand.viewer, quietFrom=clock["now"], quietTo=clock["ends"])
    await submitted(world, brand)
    await settle(world, service)
    assert await events_of(brand.viewer) == ["task_assigned"]
    assert await mails_to(world, brand.viewer.email) == []
    (job,) = world.rows(
        "select run_at > now() + interval '23 hours' as waits from private.jobs "
        "where queue = 'notification_mail' and brand_id = %s",
        brand.id,
    )
    assert job["waits"]
    # Read meanwhile: no mail is needed.
    await brand.viewer.post("/notifications/mark", {"isRead": True})
    world.rows("update private.jobs set run_at = now() where queue = 'notification_mail' and brand_id = %s", brand.id)
    await settle(world, service)
    assert await mails_to(world, brand.viewer.email) == []


async def test_an_overdue_task_passes_quiet_hours(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.viewer, quietFrom="00:00", quietTo="23:59")
    content = await submitted(world, brand)
    world.rows(
        "update public.workflow_tasks set due_at = now() - interval '1 hour' where content_id = %s", content["id"]
    )
    world.rows("select * from public.chase_tasks()")
    await settle(world, service)
    assert "escalation" in await mails_to(world, brand.viewer.email)


async def test_turning_mail_off(world: World, service: Db) -> None:
    brand = await world.brand()
    world.rows("select private.turn_off_mail(%s, 'comments')", world.id_of(brand.editor))
    await commented(world, service, brand)
    assert await events_of(brand.editor) == ["comment"]
    assert await mails_to(world, brand.editor.email) == []
    data = (await brand.editor.get(PATH)).json()["data"]
    assert (data["categories"]["comments"]["email"], data["categories"]["content"]["email"]) == (False, True)
    world.rows("select private.turn_off_mail(%s, null)", world.id_of(brand.editor))
    assert (await brand.editor.get(PATH)).json()["data"]["emailEnabled"] is False


async def test_a_digest_says_what_changed_once(world: World, service: Db) -> None:
    brand = await world.brand()
    await choose(brand.editor, digest="daily")
    await commented(world, service, brand)
    await commented(world, service, brand)
    assert await mails_to(world, brand.editor.email) == []
    due = "update private.notification_digests set next_at = now() - interval '1 minute' where user_id = %s"
    world.rows(due, world.id_of(brand.editor))
    for _ in range(2):
        world.rows("select public.queue_digests()")
        await settle(world, service)
    assert await mails_to(world, brand.editor.email) == ["digest"]
    # Nothing changed since: no mail.
    world.rows(due, world.id_of(brand.editor))
    world.rows("select public.queue_digests()")
    await settle(world, service)
    assert await mails_to(world, brand.editor.email) == ["digest"]
    assert world.rows(
        "select next_at > now() as is_later from private.notification_digests where user_id = %s",
        world.id_of(brand.editor),
    ) == [{"is_later": True}]
