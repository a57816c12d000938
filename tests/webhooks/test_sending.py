"""Tests what is sent, in which order, how often, and what the log of attempts says."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from standardwebhooks import Webhook

from lib.webhooks.sender import send_due
from tests.webhooks.desk import Desk
from tests.webhooks.receivers import after, receiver, status

pytestmark = pytest.mark.anyio


async def test_an_event_is_sent_once_and_signed(desk: Desk) -> None:
    brand = await desk.world.brand()
    async with receiver(status(200)) as taking:
        desk.allow(taking)
        webhook = desk.webhook(brand.id, taking.url)
        (event,) = desk.events(brand.id)
        await desk.add()
        await desk.add()
        assert await send_due(desk.db, seconds=20) == {"delivered": 1, "failed": 0}
    (one,) = taking.received
    Webhook(desk.secrets[webhook]).verify(one.body, one.headers)
    body = json.loads(one.body)
    assert (one.id, body["id"], body["type"], body["brandId"]) == (event, event, "ContentPublished", brand.id)
    assert body["data"]["title"] == "x"
    assert set(body) == {
        "id", "type", "timestamp", "brandId", "aggregateType", "aggregateId", "aggregateVersion", "data",
    }  # fmt: skip
    (delivery,) = desk.deliveries(webhook)
    assert (delivery["status"], delivery["attempts"], delivery["response_status"]) == ("delivered", 1, 200)
    (attempt,) = desk.attempts(webhook)
    assert (attempt["number"], attempt["response_status"], attempt["answer"]) == (1, 200, "ok")


async def test_another_brand_gets_nothing(desk: Desk) -> None:
    brand, other = await desk.world.brand(), await desk.world.brand()
    async with receiver(status(200)) as taking:
        desk.allow(taking)
        desk.webhook(other.id, taking.url)
        desk.events(brand.id, 3)
        await desk.add()
        await send_due(desk.db, seconds=20)
    assert taking.received == []


async def test_both_secrets_sign_while_one_is_rotated(desk: Desk) -> None:
    brand = await desk.world.brand()
    async with receiver(status(200)) as taking:
        desk.allow(taking)
        webhook = desk.webhook(brand.id, taking.url)
        former = desk.secrets[webhook]
        desk.world.rows(
            "update private.webhook_secrets set expires_at = now() + interval '1 day' where endpoint_id = %s", webhook
        )
        newest = desk.add_secret(webhook, brand.id)
        desk.events(brand.id)
        await desk.add()
        await send_due(desk.db, seconds=20)
        for secret in (former, newest):
            Webhook(secret).verify(taking.received[0].body, taking.received[0].headers)
        assert len(taking.received[0].headers["webhook-signature"].split(" ")) == 2


async def test_a_failure_is_tried_again_by_the_schedule(desk: Desk) -> None:
    brand = await desk.world.brand()
    waits = [5, 300, 1800, 7200, 18000, 36000, 36000]
    async with receiver(status(500, body="Bearer abcdefghijkl for jane@people.test")) as failing:
        desk.allow(failing)
        webhook = desk.webhook(brand.id, failing.url)
        desk.events(brand.id)
        await desk.add()
        for number, wait in enumerate(waits, 1):
            desk.make_due(webhook)
            await send_due(desk.db, seconds=12.3)
            (delivery,) = desk.deliveries(webhook)
            assert (delivery["status"], delivery["attempts"]) == ("pending", number)
            assert wait * 0.8 - 15 < delivery["due_in"] < wait * 1.2
        desk.make_due(webhook)
        await send_due(desk.db, seconds=12.3)
    (delivery,) = desk.deliveries(webhook)
    assert (delivery["status"], delivery["attempts"], delivery["due_in"]) == ("failed", 8, None)
    assert {attempt["answer"] for attempt in desk.attempts(webhook)} == {"[redacted] for [redacted]"}
    assert len({one.id for one in failing.received}) == 1


async def test_gone_switches_it_off_at_once(desk: Desk) -> None:
    brand = await desk.world.brand()
    async with receiver(status(410)) as gone:
        desk.allow(gone)
        webhook = desk.webhook(brand.id, gone.url)
        desk.events(brand.id)
        await desk.add()
        await send_due(desk.db, seconds=20)
    (endpoint,) = desk.world.rows("select * from public.webhook_endpoints where id = %s", webhook)
    assert (endpoint["is_active"], endpoint["disabled_reason"]) == (False, "the receiver answered 410 Gone")
    events = desk.world.rows("select type, payload from public.domain_events where aggregate_id = %s", webhook)
    assert [event["type"] for event in events] == ["WebhookCreated", "WebhookDisabled"]


@pytest.mark.parametrize(
    ("since", "last", "failures", "is_active"),
    [
        ("5 days 1 hour", "1 hour", 7, False),
        ("4 days 23 hours", "1 hour", 20, True),
        # Too few attempts to say so, and none for days: what failed on Monday says nothing about Sunday.
        ("5 days 1 hour", "1 hour", 6, True),
        ("6 days", "3 days", 20, True),
    ],
)
async def test_five_days_of_failure_switch_it_off(
    desk: Desk, since: str, last: str, failures: int, is_active: bool
) -> None:
    brand = await desk.world.brand()
    async with receiver(status(500)) as failing:
        desk.allow(failing)
        webhook = desk.webhook(brand.id, failing.url)
        desk.world.rows(
            "update private.webhook_states set failing_since = now() - %s::interval, "
            "last_failed_at = now() - %s::interval, failures = %s where endpoint_id = %s",
            since,
            last,
            failures,
            webhook,
        )
        desk.events(brand.id)
        await desk.add()
        await send_due(desk.db, seconds=12.3)
    (row,) = desk.world.rows("select is_active from public.webhook_endpoints where id = %s", webhook)
    assert row["is_active"] is is_active
    events = desk.world.rows(
        "select payload from public.domain_events where aggregate_id = %s and type = 'WebhookDisabled'", webhook
    )
    assert len(events) == (not is_active)


async def test_a_success_ends_the_failure(desk: Desk) -> None:
    brand = await desk.world.brand()
    async with receiver(status(200)) as taking:
        desk.allow(taking)
        webhook = desk.webhook(brand.id, taking.url)
        desk.world.rows(
            "update private.webhook_states set failing_since = now() - interval '6 days', failures = 9 "
            "where endpoint_id = %s",
            webhook,
        )
        desk.events(brand.id)
        await desk.add()
        await send_due(desk.db, seconds=20)
    (state,) = desk.world.rows("select * from private.webhook_states where endpoint_id = %s", webhook)
    assert (state["failures"], state["failing_since"], state["paused_until"]) == (0, None, None)


@pytest.mark.parametrize(("asked", "least", "most"), [("120", 115, 125), ("999999", 3590, 3601), ("-1", 0, 10)])
async def test_a_busy_receiver_is_left_alone(desk: Desk, asked: str, least: float, most: float) -> None:
    brand = await desk.world.brand()
    async with receiver(status(429, f"Retry-After: {asked}")) as busy:
        desk.allow(busy)
        webhook = desk.webhook(brand.id, busy.url)
        desk.events(brand.id)
        await desk.add()
        await send_due(desk.db, seconds=12.3)
        (delivery,) = desk.deliveries(webhook)
        assert least < delivery["due_in"] < most
        sent = len(busy.received)
        # Another event waits as well.
        if asked != "-1":
            desk.events(brand.id)
            await desk.add()
            await send_due(desk.db, seconds=12.3)
            assert len(busy.received) == sent


async def test_events_of_an_aggregate_come_in_order(desk: Desk) -> None:
    brand = await desk.world.brand()
    aggregate, other = uuid4(), uuid4()
    async with receiver(after(0.02, status(200))) as taking:
        desk.allow(taking)
        webhook = desk.webhook(brand.id, taking.url, is_ordered=True, max_per_second=500)
        events = [desk.events(brand.id, aggregate=aggregate)[0] for _ in range(30)]
        await desk.add()
        events += [desk.events(brand.id, aggregate=aggregate)[0] for _ in range(10)]
        independent = desk.events(brand.id, aggregate=other)
        await desk.add()
        await send_due(desk.db, seconds=60)
    assert [one for one in taking.ids if one in events] == events
    assert independent[0] in taking.ids
    assert {delivery["status"] for delivery in desk.deliveries(webhook)} == {"delivered"}


async def test_a_failed_one_blocks_its_aggregate_only(desk: Desk) -> None:
    brand = await desk.world.brand()
    blocked, free = uuid4(), uuid4()
    async with receiver(status(500)) as taking:
        desk.allow(taking)
        webhook = desk.webhook(brand.id, taking.url, is_ordered=True)
        first = desk.events(brand.id, 1, aggregate=blocked)
        await desk.add()
        await send_due(desk.db, seconds=12.3)
        desk.world.rows(
            "update public.webhook_deliveries set next_attempt_at = now() + interval '1 hour' where endpoint_id = %s",
            webhook,
        )
        taking.answer = status(200)
        second = desk.events(brand.id, 1, aggregate=blocked)
        third = desk.events(brand.id, 1, aggregate=free)
        await desk.add()
        desk.world.rows("update private.webhook_states set paused_until = null where endpoint_id = %s", webhook)
        await send_due(desk.db, seconds=20)
        assert third[0] in taking.ids
        assert second[0] not in taking.ids
        desk.make_due(webhook)
        await send_due(desk.db, seconds=20)
        assert taking.ids[-2:] == [*first, *second]
        # Given up: the next one comes all the same.
        desk.world.rows("update public.webhook_deliveries set attempts = 7 where endpoint_id = %s", webhook)
        taking.answer = status(500)
        given_up = desk.events(brand.id, 1, aggregate=blocked)
        await desk.add()
        desk.world.rows("update public.webhook_deliveries set attempts = 7 where endpoint_id = %s", webhook)
        last = desk.events(brand.id, 1, aggregate=blocked)
        await desk.add()
        await send_due(desk.db, seconds=12.5)
        desk.make_due(webhook)
        await send_due(desk.db, seconds=12.5)
    statuses = {delivery["event_id"]: delivery["status"] for delivery in desk.deliveries(webhook)}
    assert statuses[given_up[0]] == "failed"
    assert last[0] in taking.ids


async def test_the_rate_is_kept(desk: Desk) -> None:
    brand = await desk.world.brand()
    async with receiver(status(200)) as taking:
        desk.allow(taking)
        desk.webhook(brand.id, taking.url, max_per_second=10)
        desk.events(brand.id, 30)
        await desk.add()
        began = datetime.now(UTC)
        for _ in range(100):
            await send_due(desk.db, seconds=20)
            if len(taking.received) == 30:
                break
            await asyncio.sleep(0.05)
        # Ten at once, and ten in each second from then on.
        assert (datetime.now(UTC) - began).total_seconds() > 1.5
        assert taking.most_open <= 10


async def test_filters_by_type_template_and_status(desk: Desk) -> None:
    world = desk.world
    brand = await world.brand()
    async with receiver(status(200)) as taking:
        desk.allow(taking)
        by_type = desk.webhook(brand.id, taking.url, event_types=["ContentUpdated"])
        by_template = desk.webhook(brand.id, taking.url, template_ids=[uuid4()])
        of_template = desk.webhook(brand.id, taking.url, template_ids=[brand.template_id])
        by_status = desk.webhook(brand.id, taking.url, statuses=["pending_review"])
        everything = desk.webhook(brand.id, taking.url)
        content = await world.draft(brand)
        await brand.editor.post(f"/contents/{content['id']}/submit")
        await desk.add()

    def types(webhook: str) -> set[str]:
        return {
            row["event_type"]
            for row in world.rows("select event_type from public.webhook_deliveries where endpoint_id = %s", webhook)
        }

    assert types(by_type) == set()
    assert types(by_template) == set()
    assert {"ContentCreated", "ContentStatusChanged", "TaskAssigned"} <= types(of_template)
    assert "ContentStatusChanged" in types(by_status)
    assert "ContentCreated" not in types(by_status)
    assert types(of_template) <= types(everything)


async def test_old_rows_are_forgotten(desk: Desk) -> None:
    brand = await desk.world.brand()
    webhook = desk.webhook(brand.id, "https://hooks.test/x")
    for age in (1, 29, 31, 60):
        desk.world.rows(
            "insert into public.webhook_deliveries (id, brand_id, endpoint_id, event_id, event_type, aggregate_id, "
            "status, delivered_at) values (private.uuid_v7(now() - %s * interval '1 day'), %s, %s, gen_random_uuid(), "
            "'ContentPublished', gen_random_uuid(), 'delivered', now())",
            age,
            brand.id,
            webhook,
        )
    desk.world.rows("select public.forget_webhook_deliveries()")
    assert len(desk.deliveries(webhook)) == 2
