"""Kills workers at random points: nothing is lost, nothing comes twice to a receiver that knows ids, order is kept.

``KILLS=100`` kills more often than the default.
"""

import asyncio
import os
import random
import sys
from uuid import uuid4

import pytest

from local.stack.settings import ROOT
from tests.webhooks.desk import Desk
from tests.webhooks.receivers import after, receiver, status

pytestmark = pytest.mark.anyio

KILLS = int(os.environ.get("KILLS", "4"))
AGGREGATES = 5
TYPES = ["ContentPublished"]


@pytest.mark.timeout(230 + 10 * KILLS)
async def test_killed_workers_lose_nothing(desk: Desk) -> None:
    brand = await desk.world.brand()
    chance = random.Random(7)
    async with receiver(after(0.01, status(200))) as taking, receiver(after(0.01, status(200))) as ordered:
        desk.allow(taking, ordered)
        webhook = desk.webhook(brand.id, taking.url, max_per_second=500, event_types=TYPES)
        in_order = desk.webhook(brand.id, ordered.url, max_per_second=500, is_ordered=True, event_types=TYPES)
        aggregates = [uuid4() for _ in range(AGGREGATES)]
        events: dict[str, list[str]] = {str(aggregate): [] for aggregate in aggregates}
        process: asyncio.subprocess.Process | None = None
        for kill in range(KILLS + 1):
            for _ in range(20):
                aggregate = chance.choice(aggregates)
                events[str(aggregate)] += desk.events(brand.id, aggregate=aggregate)
            if kill % 2:
                await desk.add()  # else the worker reads the log, and may be killed meanwhile
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.webhooks.worker", "20",
                cwd=ROOT, env=dict(os.environ), stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            assert process.stdout is not None
            await process.stdout.readline()
            if kill < KILLS:
                await asyncio.sleep(chance.uniform(0, 0.6))
                process.kill()
                await process.wait()
            # Leases of the killed end at once, in place of after a minute.
            desk.world.rows(
                "update public.webhook_deliveries set next_attempt_at = now() where leased_by is not null and "
                "next_attempt_at is not null and endpoint_id in (%s, %s)",
                webhook,
                in_order,
            )
        count = sum(map(len, events.values()))
        # A command of a killed worker may lease for a minute after that.
        async with asyncio.timeout(170):
            while True:
                done = [row for one in (webhook, in_order) for row in desk.deliveries(one)]
                if len(done) == 2 * count and {row["status"] for row in done} == {"delivered"}:
                    break
                await asyncio.sleep(0.2)
        assert process is not None
        process.kill()
        await process.wait()
    sent = [event for listed in events.values() for event in listed]
    assert sorted(set(taking.ids)) == sorted(sent)
    # The first time of each, as a receiver sees them that drops what it has seen.
    seen = list(dict.fromkeys(ordered.ids))
    assert sorted(seen) == sorted(sent)
    for listed in events.values():
        assert [event for event in seen if event in set(listed)] == listed
    repeated = len(taking.ids) + len(ordered.ids) - 2 * count
    # A kill repeats at most what was under way: the events of one round, for each of the two.
    assert repeated <= 2 * 20 * KILLS
