"""A process that is killed between the commit of a change and everything after it: the schedule tells of the change."""

import asyncio
import signal
import time

import httpx
import psycopg
import pytest

from local.stack.client import RunningStack
from tests.publishing.test_at_once import kept_list, titles_until, website
from tests.publishing.test_delivery import run_schedule
from tests.support.servers import functions_to_kill
from tests.support.waiting import until_told, untold
from tests.support.world import World

__all__ = ["website"]  # a fixture

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 30
WAITS_FOR_A_ROW = (
    "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' "
    "and query ilike '%%run_%%command%%'"
)


async def found(world: World, query: str, *values: object) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not world.rows(query, *values):
        assert time.monotonic() < until, query
        await asyncio.sleep(0.01)


async def test_a_change_whose_process_was_killed_is_told_by_the_next_run_of_the_schedule(
    world: World,
    stack: RunningStack,
    website: httpx.AsyncClient,
) -> None:
    brand = await world.brand()
    path, first = await kept_list(website, world, brand)
    content = await world.approved(brand)
    with functions_to_kill(stack.environment) as (origin, process), psycopg.connect(stack.database_url) as other:
        admin = await world.signed_in(origin)
        world.join(admin, brand.id, "admin")
        await admin.get(f"/contents/{content['id']}")
        await until_told(world)
        other.execute("select from public.contents where id = %s for update", [content["id"]])
        request = asyncio.create_task(admin.post(f"/contents/{content['id']}/publish"))
        await found(world, WAITS_FOR_A_ROW)
        # It stops while the database has its command, and never learns that it was done.
        process.send_signal(signal.SIGSTOP)
        other.rollback()
        await found(
            world,
            "select id from public.domain_events where aggregate_id = %s and type = 'ContentPublished'",
            content["id"],
        )
        process.kill()
        assert process.wait() == -signal.SIGKILL
        with pytest.raises(httpx.TransportError):
            await request
    await asyncio.sleep(0.5)
    assert (await website.get(path)).headers["x-vercel-cache"] == "HIT", "nothing was told"
    assert untold(world)

    async def schedule() -> None:  # again, where a transaction of another database was open
        await run_schedule(world)

    await schedule()
    await titles_until(website, path, [content["title"], first["title"]], again=schedule)
