"""Waits until something in the background has happened."""

import asyncio
from collections.abc import Callable

from tests.support.world import World


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
