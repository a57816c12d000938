"""Tests that what one brand does to its webhooks keeps no other waiting, and that old rows are deleted in time."""

import asyncio
from typing import Any

import psycopg
import pytest

from lib.webhooks.schedule import BACKGROUND
from lib.webhooks.sender import send_due
from tests.support.errors import assert_problem
from tests.webhooks.desk import Desk
from tests.webhooks.receivers import receiver, status

pytestmark = pytest.mark.anyio

OLD = (
    "insert into public.webhook_deliveries (id, brand_id, endpoint_id, event_id, event_type, aggregate_id, status, "
    "delivered_at, next_attempt_at, is_ordered) select private.uuid_v7(now() - %s * interval '1 day'), %s, %s, "
    "gen_random_uuid(), 'ContentPublished', coalesce(%s, gen_random_uuid()), %s, "
    "case when %s then now() end, case when %s then now() end, %s from generate_series(1, %s)"
)


def old(
    desk: Desk, brand_id: str, webhook: str, count: int, *, days: int = 31, is_due: bool = False, aggregate: Any = None
) -> None:
    kind = "pending" if is_due or aggregate else "delivered"
    desk.world.rows(
        OLD, days, brand_id, webhook, aggregate, kind, kind == "delivered", is_due, aggregate is not None, count
    )


async def forget(desk: Desk) -> dict[str, int]:
    (task,) = [task for task in BACKGROUND.tasks if task.name == "forget_webhook_deliveries"]
    assert task.every == "minute"
    return await task.run(desk.db)


async def test_a_delete_keeps_nobody_waiting(desk: Desk) -> None:
    """The reader of the log adds deliveries of all brands while one deletes its webhook."""
    brand, other = await desk.world.brand(), await desk.world.brand()
    webhook = desk.webhook(brand.id, "https://hooks.test/x")
    theirs = desk.webhook(other.id, "https://hooks.test/y")
    async with await psycopg.AsyncConnection.connect(desk.world.stack.database_url) as deleting:
        await deleting.execute("delete from public.webhook_endpoints where id = %s", (webhook,))
        desk.events(brand.id)
        desk.events(other.id)
        # Its own writes hold its transaction open, so the log is read to this point by rows that were there before.
        await deleting.execute("select 1")
        adding = asyncio.create_task(desk.add())
        await asyncio.sleep(0.5)
        await deleting.commit()
        async with asyncio.timeout(10):
            await adding
    await desk.add()
    assert len(desk.deliveries(theirs)) >= 1


async def test_adding_does_not_wait_for_a_delete(desk: Desk) -> None:
    brand = await desk.world.brand()
    webhook = desk.webhook(brand.id, "https://hooks.test/x")
    async with await psycopg.AsyncConnection.connect(desk.world.stack.database_url) as deleting:
        await deleting.execute("delete from public.webhook_endpoints where id = %s", (webhook,))
        async with await psycopg.AsyncConnection.connect(desk.world.stack.database_url) as adding:
            await adding.execute("set lock_timeout = '2s'")
            await adding.execute(
                "insert into public.webhook_deliveries (brand_id, endpoint_id, event_id, event_type, aggregate_id) "
                "values (%s, %s, gen_random_uuid(), 'ContentPublished', gen_random_uuid())",
                (brand.id, webhook),
            )
            await adding.commit()
        await deleting.commit()
    # The next run deletes its remaining rows, and none of its deliveries is sent.
    assert await send_due(desk.db, seconds=13) == {"delivered": 0, "failed": 0}
    assert (await forget(desk))["deliveries"] >= 1
    assert desk.deliveries(webhook) == []


async def test_a_deleted_webhook_is_gone_at_once_and_its_rows_soon(desk: Desk) -> None:
    brand = await desk.world.brand()
    webhook, kept = (desk.webhook(brand.id, "https://hooks.test/x", event_types=["ContentPublished"]) for _ in range(2))
    for one in (webhook, kept):
        old(desk, brand.id, one, 6000, days=1)
    path = f"/webhooks/{webhook}"
    assert (await brand.admin.delete(path)).status_code == 204
    for read in (path, f"{path}/deliveries", f"{path}/attempts"):
        assert_problem(await brand.admin.get(read), 404, "NOT_FOUND")
    # More than one batch.
    assert (await forget(desk))["deliveries"] == 6000
    assert (len(desk.deliveries(webhook)), len(desk.deliveries(kept))) == (0, 6000)


async def test_old_rows_are_deleted_until_none_are_left(desk: Desk) -> None:
    brand = await desk.world.brand()
    webhook, off = (desk.webhook(brand.id, "https://hooks.test/x") for _ in range(2))
    desk.world.rows("update public.webhook_endpoints set is_active = false where id = %s", off)
    old(desk, brand.id, webhook, 11_000)
    old(desk, brand.id, webhook, 3, is_due=True)
    old(desk, brand.id, off, 4, is_due=True)
    old(desk, brand.id, off, 5, is_due=True, days=29)
    assert (await forget(desk))["deliveries"] == 11_004
    assert (len(desk.deliveries(webhook)), len(desk.deliveries(off))) == (3, 5)


async def test_what_waits_behind_a_forgotten_one_is_next(desk: Desk) -> None:
    brand = await desk.world.brand()
    webhook = desk.webhook(brand.id, "https://hooks.test/x", is_ordered=True, is_active=False)
    aggregate = desk.world.rows("select gen_random_uuid()::text as id")[0]["id"]
    old(desk, brand.id, webhook, 1, is_due=True, aggregate=aggregate)
    old(desk, brand.id, webhook, 1, days=2, aggregate=aggregate)
    assert (await forget(desk))["deliveries"] == 1
    (waiting,) = desk.deliveries(webhook)
    assert waiting["due_in"] is not None


async def test_a_replay_and_the_reader_take_turns(desk: Desk) -> None:
    """The holder of the order lock may add the very deliveries that a replay is about to add."""
    brand = await desk.world.brand()
    webhook = desk.webhook(brand.id, "https://hooks.test/x", is_active=False, event_types=["ContentPublished"])
    (event,) = desk.events(brand.id)
    async with await psycopg.AsyncConnection.connect(desk.world.stack.database_url) as reading:
        await reading.execute("select private.lock_webhook_order()")
        replaying = asyncio.create_task(
            brand.admin.post(f"/webhooks/{webhook}/replay", {"since": "2020-01-01T00:00:00Z"})
        )
        async with asyncio.timeout(10):
            while True:
                if desk.world.rows("select 1 from pg_catalog.pg_locks where locktype = 'advisory' and not granted"):
                    break
                await asyncio.sleep(0.05)
        # Would wait for the replay, which waits for the lock, if that had added its own first.
        await reading.execute(
            "insert into public.webhook_deliveries (brand_id, endpoint_id, event_id, event_type, aggregate_id, status) "
            "values (%s, %s, %s, 'ContentPublished', gen_random_uuid(), 'failed')",
            (brand.id, webhook, event),
        )
        await reading.commit()
    replayed = await replaying
    assert replayed.status_code == 202, replayed.text
    assert replayed.json()["data"] == {"replayed": 1, "hasMore": False, "after": None}


async def test_a_replay_of_a_filter_that_takes_little_ends(desk: Desk) -> None:
    brand = await desk.world.brand()
    desk.events(brand.id, 5000)
    webhook = desk.webhook(brand.id, "https://hooks.test/x", event_types=["ContentArchived"])
    path, since = f"/webhooks/{webhook}/replay", {"since": "2020-01-01T00:00:00Z"}
    first = (await brand.admin.post(path, since)).json()["data"]
    assert (first["replayed"], first["hasMore"]) == (0, True)
    second = (await brand.admin.post(path, since | {"after": first["after"]})).json()["data"]
    assert second == {"replayed": 0, "hasMore": False, "after": None}
    assert_problem(await brand.admin.post(path, {"onlyFailed": True, "after": first["after"]}), 400, "VALIDATION_ERROR")


async def test_a_replay_goes_on_where_it_stopped(desk: Desk) -> None:
    """Also among events of one transaction, which have one time."""
    brand = await desk.world.brand()
    webhook = desk.webhook(brand.id, "https://hooks.test/x", event_types=["ContentPublished"], is_active=False)
    events = desk.events(brand.id, 2300)
    path, body = f"/webhooks/{webhook}/replay", {"since": "2020-01-01T00:00:00Z"}
    counts: list[int] = []
    while True:
        answer = (await brand.admin.post(path, body)).json()["data"]
        counts.append(answer["replayed"])
        if not answer["hasMore"]:
            break
        body |= {"after": answer["after"]}
    assert counts == [1000, 1000, 300]
    assert sorted(row["event_id"] for row in desk.deliveries(webhook)) == sorted(events)


async def test_deliveries_are_listed_by_status(desk: Desk) -> None:
    brand = await desk.world.brand()
    async with receiver(status(200)) as taking:
        desk.allow(taking)
        webhook = desk.webhook(brand.id, taking.url)
        done = desk.events(brand.id, 3)
        await desk.add()
        await send_due(desk.db, seconds=20)
    waiting = desk.events(brand.id, 2)
    async with asyncio.timeout(10):
        while True:  # an older transaction of another may still be open
            await desk.add()
            if len(desk.deliveries(webhook)) == 5:
                break
            await asyncio.sleep(0.1)
    path = f"/webhooks/{webhook}/deliveries"

    async def listed(**query: Any) -> list[str]:
        return [item["eventId"] for item in (await brand.admin.get(path, **query)).json()["data"]]

    everything = sorted(done + waiting, reverse=True)
    assert await listed() == everything
    assert await listed(pageSize=4) == everything[:4]
    assert await listed(status="delivered") == sorted(done, reverse=True)
    assert await listed(status="pending") == sorted(waiting, reverse=True)
    assert await listed(status="failed") == []
