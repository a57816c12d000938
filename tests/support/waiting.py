"""Waits until something in the background has happened."""

import asyncio
from collections.abc import Callable

import redis

from tests.support.world import World

# Counts the events of which the edge has not been told, in the log and in its queue.
_UNTOLD = (
    "select (select count(*) from private.jobs where queue = 'edge_cache') + (select count(*) "
    "from public.domain_events as events, private.outbox_consumers as consumers "
    "where consumers.name = 'edge_cache' and events.type = 'ContentPublished' and (events.transaction_id, "
    "events.id) > (consumers.read_transaction_id, consumers.read_event_id)) as n"
)
# A request calls the dispatcher after its answer.
_QUIET_LOOKS = 5


async def until(is_so: Callable[[], bool]) -> None:
    """Waits until something happens in the background, for ten seconds at most."""
    for _ in range(200):
        if is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


async def until_earlier_writes_end(world: World) -> None:
    """Waits until each transaction that began before this call has ended: what is read by order waits for those."""
    (now,) = world.rows("select pg_current_xact_id()::text as id")
    ended = "select pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8 as ended"
    for _ in range(600):
        if world.rows(ended, now["id"])[0]["ended"]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("an earlier transaction is still open")


def untold(world: World) -> int:
    """Returns how many events wait for the edge, in the log and in its queue."""
    return world.rows(_UNTOLD)[0]["n"]


async def until_told(world: World) -> None:
    """Waits until the edge has been told of everything and nothing drains, so that only later changes are told."""
    quiet = 0
    with redis.Redis.from_url(world.stack.redis_url) as kv:
        for _ in range(600):
            is_quiet = not kv.exists("drain:local:edge_cache:running") and not untold(world)
            quiet = quiet + 1 if is_quiet else 0
            if quiet == _QUIET_LOOKS:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the edge is still being told")
