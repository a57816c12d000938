"""Tests that no content is scheduled for after its expiry, and that a schedule is not given up without a word."""

from typing import Any

import httpx
import psycopg
import pytest

from lib.core.data.db import Db
from tests.notify.reading import settle, told
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

EARLY, LATE, LATER = "2031-01-01T09:00:00Z", "2031-06-01T09:00:00Z", "2031-06-01T11:00:00+02:00"


async def scheduled(world: World, brand: Brand, at: str = EARLY, **more: Any) -> dict[str, Any]:
    content = await world.approved(brand, **more)
    answer = await brand.admin.post(f"/contents/{content['id']}/schedule", {"scheduledFor": at})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def contradict(world: World, content_id: str, *, scheduled_for: str, expires_at: str) -> None:
    """Writes times as a row from before the rule may have them."""
    world.rows("set session_replication_role = replica")
    world.rows(
        f"update public.contents set scheduled_for = {scheduled_for}, expires_at = {expires_at} where id = %s",
        content_id,
    )
    world.rows("set session_replication_role = origin")


async def run_schedule(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.stack.environment['CRON_SECRET']}"}
    async with httpx.AsyncClient(timeout=60, headers=headers) as platform:
        response = await platform.get(f"{world.stack.urls['web']}/api/v1/cron/minute")
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("at", [LATE, LATER, "2031-06-02T00:00:00Z", "2031-06-01T09:00:00.000001Z"])
async def test_a_content_is_not_scheduled_for_after_its_expiry(world: World, at: str) -> None:
    brand = await world.brand()
    content = await world.approved(brand, expiresAt=LATE)
    path = f"/contents/{content['id']}"
    refusal = assert_problem(await brand.admin.post(f"{path}/schedule", {"scheduledFor": at}), 400, "VALIDATION_ERROR")
    assert refusal["details"] == [
        {
            "field": "scheduledFor",
            "code": "INVALID_FORMAT",
            "message": "must be earlier than expiresAt, 2031-06-01T09:00:00Z",
        }
    ]
    assert (await brand.admin.get(path)).json()["data"]["status"] == "approved"
    just_before = await brand.admin.post(f"{path}/schedule", {"scheduledFor": "2031-06-01T08:59:59.999999Z"})
    assert just_before.status_code == 200, just_before.text


async def test_a_scheduled_content_gets_no_expiry_before_its_time(world: World) -> None:
    brand = await world.brand()
    content = await scheduled(world, brand, LATE)
    # Nobody edits a content that is scheduled, and no other command sets its expiry.
    changes = {"expiresAt": EARLY}
    assert_problem(await brand.admin.patch(f"/contents/{content['id']}", content["version"], changes), 409, "CONFLICT")
    for column, value, field in (
        ("expires_at", EARLY, "expiresAt"),
        ("expires_at", LATE, "expiresAt"),
        ("scheduled_for", "2031-07-01T00:00:00Z", "scheduledFor"),
    ):
        if field == "scheduledFor":
            world.rows("update public.contents set expires_at = '2031-06-15Z' where id = %s", content["id"])
        with pytest.raises(psycopg.DatabaseError) as refusal:
            world.rows(f"update public.contents set {column} = %s where id = %s", value, content["id"])
        assert refusal.value.sqlstate == "PT400"
        assert f'"{field}"' in str(refusal.value.diag.message_detail)


async def test_bulk_commands_refuse_each_by_itself(world: World) -> None:
    brand = await world.brand()
    open_ended, expiring = await world.approved(brand), await world.approved(brand, expiresAt=EARLY)
    body = {"operation": "schedule", "contentIds": [open_ended["id"], expiring["id"]], "scheduledFor": LATE}
    answer = (await brand.admin.post("/contents/bulk", body)).json()["data"]
    outcomes = {item["contentId"]: item for item in answer["items"]}
    assert outcomes[open_ended["id"]]["status"] == 200, outcomes
    assert outcomes[expiring["id"]]["status"] == 400
    assert outcomes[expiring["id"]]["error"]["details"][0]["field"] == "scheduledFor"
    # Before it is scheduled again, its expiry may be changed.
    body = {"operation": "update", "contentIds": [expiring["id"]], "changes": {"expiresAt": "2032-01-01T00:00:00Z"}}
    [item] = (await brand.admin.post("/contents/bulk", body)).json()["data"]["items"]
    assert item["status"] == 200, item
    body = {"operation": "schedule", "contentIds": [expiring["id"]], "scheduledFor": LATE}
    [item] = (await brand.admin.post("/contents/bulk", body)).json()["data"]["items"]
    assert item["status"] == 200, item


async def test_an_older_contradiction_can_be_mended(world: World) -> None:
    brand = await world.brand()
    content = await scheduled(world, brand)
    path = f"/contents/{content['id']}"
    contradict(world, content["id"], scheduled_for=f"'{LATE}'", expires_at=f"'{EARLY}'")
    assert (await brand.admin.post(f"{path}/unschedule")).status_code == 200
    again = await brand.admin.post(f"{path}/schedule", {"scheduledFor": LATE})
    assert_problem(again, 400, "VALIDATION_ERROR")
    version = (await brand.admin.get(path)).json()["data"]["version"]
    assert (await brand.admin.patch(path, version, {"expiresAt": None})).status_code == 200
    assert (await brand.admin.post(f"{path}/schedule", {"scheduledFor": LATE})).status_code == 200


async def test_a_copy_and_a_former_version_have_no_schedule(world: World) -> None:
    brand = await world.brand()
    content = await scheduled(world, brand, expiresAt=LATE)
    copy = (await brand.admin.post(f"/contents/{content['id']}/duplicate", {})).json()["data"]
    assert (copy["scheduledFor"], copy["expiresAt"], copy["status"]) == (None, None, "draft")


async def test_a_schedule_that_is_given_up_is_told_to_whoever_set_it(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await scheduled(world, brand)
    expiry = "now() - interval '2 minutes'"
    contradict(world, content["id"], scheduled_for="now() - interval '1 minute'", expires_at=expiry)
    await run_schedule(world)
    shown = (await brand.editor.get(f"/contents/{content['id']}")).json()["data"]
    assert shown["status"] == "approved"
    events = (await brand.viewer.get(f"/contents/{content['id']}/events", pageSize=100)).json()["data"]
    [event] = [event for event in events if event["type"] == "ContentUnscheduled"]
    assert event["payload"]["reason"] == "expired"
    assert event["payload"]["scheduledBy"] == world.id_of(brand.admin)
    assert event["payload"]["scheduledFor"] is not None
    await settle(world, service)
    for person in (brand.admin, brand.editor):  # who scheduled it, and who created it
        notices = [each for each in await told(person) if each["event"] == "content_unscheduled"]
        assert [(each["type"], each["title"]) for each in notices] == [
            ("warning", f"Not published: “{content['title']}”")
        ]
        assert "expiry" in notices[0]["message"]
    assert "content_unscheduled" not in [each["event"] for each in await told(brand.viewer)]
    # Nothing is told twice.
    await run_schedule(world)
    events = (await brand.viewer.get(f"/contents/{content['id']}/events", pageSize=100)).json()["data"]
    assert len([event for event in events if event["type"] == "ContentUnscheduled"]) == 1
