"""Tests that receivers which are slow, dead, flapping or hostile harm no other endpoint, and not the worker."""

import asyncio
import contextlib
import socket

import pytest

from lib.webhooks.sender import send_due
from tests.webhooks import receivers
from tests.webhooks.desk import Desk
from tests.webhooks.receivers import receiver, status

pytestmark = pytest.mark.anyio

HOSTILE = {
    "endless headers": receivers.endless_headers,
    "one endless header": receivers.one_endless_header,
    "trailers": receivers.endless_trailers,
    "10 GB": receivers.huge_body,
    "chunks": receivers.huge_chunks,
    "drip": receivers.drip,
    "drip of a body": receivers.drip_body,
    "slow": receivers.after(60, status(200)),
    "hangs up": receivers.hang_up,
    "no HTTP": receivers.no_http,
    "redirect": status(307, "Location: http://169.254.169.254/latest/meta-data/"),
    "500": status(500),
}


def closed_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


async def test_hostile_receivers_keep_no_other_waiting(desk: Desk) -> None:
    """One brand has all kinds of hostile receivers with many events, another one a receiver that works."""
    bad, good = await desk.world.brand(), await desk.world.brand()
    async with contextlib.AsyncExitStack() as stack:
        taking = await stack.enter_async_context(receiver(status(200)))
        desk.allow(taking)
        webhooks: dict[str, str] = {}
        for name, answer in HOSTILE.items():
            hostile = await stack.enter_async_context(receiver(answer))
            desk.allow(hostile)
            webhooks[name] = desk.webhook(bad.id, hostile.url, max_per_second=500)
        webhooks["dead"] = desk.webhook(bad.id, f"http://127.0.0.1:{closed_port()}/")
        webhooks["metadata"] = desk.webhook(bad.id, "https://169.254.169.254/")
        desk.webhook(good.id, taking.url, max_per_second=500)
        desk.events(bad.id, 40)
        wanted = desk.events(good.id, 100)
        await desk.add()
        sending = asyncio.create_task(send_due(desk.db, seconds=25))
        # Long before the slow ones have timed out.
        async with asyncio.timeout(8):
            await taking.has(len(wanted))
        more = desk.events(good.id, 50)
        await desk.add()
        async with asyncio.timeout(8):
            await taking.has(len(wanted) + len(more))
        await sending
        assert sorted(taking.ids) == sorted(wanted + more)
        errors = {name: {row["error"] for row in desk.attempts(webhook)} for name, webhook in webhooks.items()}
    assert errors["endless headers"] == {"the answer is too long"}
    assert errors["redirect"] == {"the receiver answered 307: redirects are not followed"}
    assert errors["dead"] <= {"the server cannot be reached", "only the ports 80 and 443 can be fetched from"}
    assert errors["metadata"] == {"the host of the URL cannot be fetched from"}
    assert errors["slow"] == errors["drip"] == {"the server took too long"}
    # A receiver of 10 GB answers with 200: that counts, and no more than 1 KB of it is kept.
    assert errors["10 GB"] == {None}
    assert {len(row["answer"]) for row in desk.attempts(webhooks["10 GB"])} == {1023}


async def test_a_receiver_that_fails_is_tried_less_often(desk: Desk) -> None:
    brand = await desk.world.brand()
    async with receiver(status(500)) as failing:
        desk.allow(failing)
        webhook = desk.webhook(brand.id, failing.url, max_per_second=500)
        desk.events(brand.id, 200)
        await desk.add()
        await send_due(desk.db, seconds=16)
        assert len(failing.received) < 40
        # It works again: one success, and all of them come.
        failing.answer = status(200)
        failing.received.clear()
        desk.make_due(webhook)
        for _ in range(20):
            await send_due(desk.db, seconds=20)
            if len(failing.received) == 200:
                break
    assert {row["status"] for row in desk.deliveries(webhook)} == {"delivered"}


async def test_a_receiver_has_few_connections_at_a_time(desk: Desk) -> None:
    brand = await desk.world.brand()
    async with receiver(receivers.after(0.3, status(200))) as taking:
        desk.allow(taking)
        desk.webhook(brand.id, taking.url, max_per_second=500)
        desk.events(brand.id, 60)
        await desk.add()
        await send_due(desk.db, seconds=30)
        assert len(taking.received) == 60
        assert taking.most_open <= 20
