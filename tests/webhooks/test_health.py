"""Tests what the platform makes of how a receiver does, and of trouble of its own."""

import asyncio
import os
from contextlib import suppress
from uuid import uuid4

import pytest
import redis

from lib.core.http.errors import Forbidden
from lib.core.security.crypto import key_ring
from lib.webhooks.schedule import send_at_once
from lib.webhooks.sender import send_due
from lib.webhooks.sending.repository import add_deliveries
from tests.webhooks.desk import Desk
from tests.webhooks.receivers import after, receiver, status

pytestmark = pytest.mark.anyio


async def test_a_wait_that_was_asked_for_outlives_other_answers(desk: Desk) -> None:
    brand = await desk.world.brand()
    answers = [status(429, "Retry-After: 600"), after(0.6, status(200)), after(1.2, status(500))]

    async def in_turn(writer: asyncio.StreamWriter) -> None:
        await answers.pop(0)(writer)

    async with receiver(in_turn) as busy:
        desk.allow(busy)
        webhook = desk.webhook(brand.id, busy.url)
        desk.events(brand.id, 3)
        await desk.add()
        await send_due(desk.db, seconds=12.3)
        assert len(busy.received) == 3
        (state,) = desk.world.rows(
            "select retry_until > now() + interval '500 seconds' as waits from private.webhook_states "
            "where endpoint_id = %s",
            webhook,
        )
        assert state["waits"]
        desk.events(brand.id)
        await desk.add()
        await send_due(desk.db, seconds=12.3)
        assert len(busy.received) == 3


async def test_our_own_trouble_is_tried_again_and_blames_nobody(desk: Desk) -> None:
    """A key ring that cannot read a secret for a while, and an address that is private just now."""
    brand = await desk.world.brand()
    async with receiver(status(200)) as taking:
        desk.allow(taking)
        webhook = desk.webhook(brand.id, taking.url, event_types=["ContentPublished"])
        private = desk.webhook(brand.id, "https://169.254.169.254/", event_types=["ContentPublished"])
        (secret,) = desk.world.rows(
            "select id::text, secret::text from private.webhook_secrets where endpoint_id = %s", webhook
        )
        desk.world.rows(
            "update private.webhook_secrets set secret = %s where id = %s",
            key_ring().encrypt("whsec_x", f"another:{uuid4()}"),
            secret["id"],
        )
        desk.events(brand.id)
        await desk.add()
        await send_due(desk.db, seconds=12.3)
        for one in (webhook, private):
            (delivery,) = desk.deliveries(one)
            assert (delivery["status"], delivery["attempts"]) == ("pending", 1)
        (state,) = desk.world.rows(
            "select failures, failing_since from private.webhook_states where endpoint_id = %s", webhook
        )
        assert (state["failures"], state["failing_since"]) == (0, None)
        desk.world.rows("update private.webhook_secrets set secret = %s where id = %s", secret["secret"], secret["id"])
        desk.make_due(webhook)
        await send_due(desk.db, seconds=12.3)
        assert desk.deliveries(webhook)[0]["status"] == "delivered"


async def test_switching_it_on_does_not_make_it_healthy(desk: Desk) -> None:
    brand = await desk.world.brand()
    webhook = desk.webhook(brand.id, "https://hooks.test/x")
    desk.world.rows(
        "update private.webhook_states set failures = 5, is_slow = true, failing_since = now() - interval '6 days', "
        "last_failed_at = now() where endpoint_id = %s",
        webhook,
    )
    changed = await brand.admin.patch(f"/webhooks/{webhook}", 1, {"isActive": True})
    assert changed.status_code == 200, changed.text
    (state,) = desk.world.rows("select * from private.webhook_states where endpoint_id = %s", webhook)
    assert (state["failures"], state["is_slow"], state["failing_since"]) == (5, True, None)


async def test_a_claim_that_fails_ends_no_request_in_flight(desk: Desk) -> None:
    brand = await desk.world.brand()
    grant = "execute on function public.claim_webhook_deliveries"
    async with receiver(after(1.5, status(200))) as taking:
        desk.allow(taking)
        webhook = desk.webhook(brand.id, taking.url)
        desk.events(brand.id, 5)
        await desk.add()
        sending = asyncio.create_task(send_due(desk.db, seconds=25))
        async with asyncio.timeout(10):
            await taking.has(5)
        desk.world.rows(f"revoke {grant} from service_role")
        try:
            async with asyncio.timeout(10):
                while True:
                    if {row["status"] for row in desk.deliveries(webhook)} == {"delivered"}:
                        break
                    await asyncio.sleep(0.1)
        finally:
            desk.world.rows(f"grant {grant} to service_role")
        more = desk.events(brand.id)
        await desk.add()
        # Three claims in a row may have failed by then.
        with suppress(Forbidden):
            assert (await sending)["delivered"] >= 5
        await send_due(desk.db, seconds=20)
        assert len(taking.received) == 6
        assert taking.ids[-1] == more[0]


async def test_only_what_can_be_sent_wakes_the_sender(desk: Desk) -> None:
    brand = await desk.world.brand()
    webhook = desk.webhook(brand.id, "https://hooks.test/x")
    desk.events(brand.id)
    for _ in range(300):
        if (await add_deliveries(desk.db, batch=20_000))["is_pending"]:
            break
        await asyncio.sleep(0.1)  # a transaction of another database may keep the events back
    else:
        pytest.fail("the sender is not woken")

    async def is_pending() -> bool:
        await desk.add()
        return (await add_deliveries(desk.db, batch=1000))["is_pending"]

    assert await is_pending()
    desk.world.rows("update public.webhook_endpoints set is_active = false where id = %s", webhook)
    assert not await is_pending()
    desk.world.rows("update public.webhook_endpoints set is_active = true where id = %s", webhook)
    assert await is_pending()
    desk.world.rows(
        "update public.webhook_deliveries set next_attempt_at = now() + interval '10 hours' where endpoint_id = %s",
        webhook,
    )
    assert not await is_pending()


async def test_a_worker_gives_up_its_own_turn_alone(desk: Desk) -> None:
    """Its turn ended meanwhile, as after a minute, and is another worker's now."""
    brand = await desk.world.brand()
    turn = f"webhooks:{os.environ['ENVIRONMENT']}:worker-0"
    with redis.Redis.from_url(desk.world.stack.redis_url, decode_responses=True) as kv:

        async def answer(writer: asyncio.StreamWriter) -> None:
            kv.set(turn, "another", px=60_000)
            await status(200)(writer)

        async with receiver(answer) as taking:
            desk.allow(taking)
            desk.webhook(brand.id, taking.url)
            desk.events(brand.id)
            await desk.add()
            kv.delete(turn)
            assert (await send_at_once(desk.db, seconds=14))["delivered"] == 1
        assert kv.get(turn) == "another"
