"""Notifications about publications, webhooks, quotas and accounts, caused by real events."""

from typing import Any

import pytest

from lib.core.data.db import Db
from tests.notify.reading import mails_to, settle, told
from tests.publishing.saga.conftest import desk
from tests.publishing.saga.desk import Desk
from tests.support.world import World

__all__ = ["desk"]
pytestmark = pytest.mark.anyio


def by_event(notifications: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["event"]: each for each in notifications}


async def test_publications_that_fail_and_complete(world: World, service: Db, desk: Desk) -> None:
    brand = await world.brand()
    await desk.channel(brand)
    bad = await desk.channel(brand)
    content = await world.approved(brand)
    await desk.fault(bad, status=400, times=1)
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    assert (await desk.until_ended(brand, content, hurries=True))["status"] == "failed"
    await settle(world, service)
    for person in (brand.editor, brand.admin):
        failed = by_event(await told(person))["publication_failed"]
        assert (failed["type"], failed["actionUrl"]) == ("error", f"/contents/{content['id']}")
        assert "notification" in await mails_to(world, person.email)
    assert (await brand.admin.post(f"/contents/{content['id']}/publication/retry")).status_code == 200
    assert (await desk.until_ended(brand, content, hurries=True))["status"] == "completed"
    await settle(world, service)
    # With the publication itself it is one notification: it says how far it is.
    completed = by_event(await told(brand.editor))["publication_completed"]
    assert (completed["type"], completed["title"]) == ("success", f"On all channels: “{content['title']}”")


async def test_a_publication_without_an_optional_channel_is_told_apart(world: World, service: Db, desk: Desk) -> None:
    brand = await world.brand()
    optional = await desk.channel(brand, isRequired=False)
    content = await world.approved(brand)
    await desk.fault(optional, status=400, times=1)
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    await desk.until_ended(brand, content, hurries=True)
    await settle(world, service)
    told_of = by_event(await told(brand.editor))
    assert told_of["publication_completed"]["type"] == "warning"
    assert "content_published" in told_of


async def test_a_publication_that_is_cancelled(world: World, service: Db, desk: Desk) -> None:
    brand = await world.brand()
    slow = await desk.channel(brand)
    content = await world.approved(brand)
    await desk.fault(slow, status=500, times=5)
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    answer = await brand.admin.post(f"/contents/{content['id']}/publication/cancel")
    assert answer.status_code == 200, answer.text
    assert (await desk.until_ended(brand, content, hurries=True))["status"] == "cancelled"
    await settle(world, service)
    assert by_event(await told(brand.editor))["publication_cancelled"]["type"] == "warning"


async def test_a_webhook_that_is_switched_off(world: World, service: Db) -> None:
    brand = await world.brand()
    (endpoint,) = world.rows(
        "insert into public.webhook_endpoints (brand_id, url) values (%s, 'https://example.com/hook') "
        "returning id::text",
        brand.id,
    )
    world.rows("select private.disable_webhook(%s, 'the receiver answered 410 Gone')", endpoint["id"])
    await settle(world, service)
    disabled = by_event(await told(brand.admin, category="system"))["webhook_disabled"]
    assert (disabled["type"], disabled["actionLabel"]) == ("error", "Open")
    assert await mails_to(world, brand.admin.email) == ["notification"]
    (mail,) = world.rows("select category from private.mail_messages where user_id = %s", world.id_of(brand.admin))
    assert mail["category"] == "system"
    assert await told(brand.editor) == []


async def test_who_uses_up_a_quota_hears_of_it(world: World, service: Db) -> None:
    brand = await world.brand()
    world.rows("select set_config('mixerai.broadcasts', 'summary', false)")
    world.rows(
        "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, actor_id, payload) values "
        """(%s, 'brand', %s, 'QuotaThresholdReached', %s, '{"percent": 80, "month": "2026-11-01", """
        """"metric": "generations"}') returning id""",
        brand.id,
        brand.id,
        world.id_of(brand.editor),
    )
    world.rows("select set_config('mixerai.broadcasts', '', false)")
    await settle(world, service)
    for person in (brand.admin, brand.editor):
        assert "quota_alert" in by_event(await told(person))
    assert await told(brand.viewer) == []


async def test_changes_of_an_account_are_told_to_its_person(world: World, service: Db) -> None:
    person = await world.signed_in()
    await settle(world, service)
    for action in ("password_change", "mfa_disabled"):
        world.rows("select private.audit_person(%s, null, %s)", world.id_of(person), f"auth.{action}")
    titles = [each["title"] for each in await told(person, category="security")]
    assert titles == ["A second factor of yours was removed", "Your password was changed"]
    await settle(world, service)
    # The password change has its own mail.
    assert await mails_to(world, person.email) == ["notification"]
