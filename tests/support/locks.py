"""Puts requests into the order in which they would wait for each other in a circle.

A test holds a lock that all of them need, begins them one after another, and lets go. ``in_turn`` begins each once the
one before it waits. A deadlock shows in the statistics of the database, though the API repeats the request.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import psycopg

from tests.support.world import World

WAITING: Final = """
  select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
"""
DEADLOCKS: Final = "select deadlocks from pg_stat_database where datname = current_database()"


def deadlocks(world: World) -> int:
    return world.rows(DEADLOCKS)[0]["deadlocks"]


@asynccontextmanager
async def held(world: World, lock: str, *arguments: Any) -> AsyncGenerator[None]:
    """Holds a lock until the block is left."""
    async with await psycopg.AsyncConnection.connect(world.stack.database_url) as holder:
        await holder.execute(lock.encode(), arguments)
        yield


async def in_turn(world: World, *requests: Awaitable[httpx.Response]) -> list[asyncio.Task[httpx.Response]]:
    """Begins requests one after another, each once the one before it waits for a lock."""
    begun: list[asyncio.Task[httpx.Response]] = []
    for number, request in enumerate(requests, 1):
        begun.append(asyncio.ensure_future(request))
        for _ in range(100):
            await asyncio.sleep(0.03)
            if world.rows(WAITING)[0]["n"] >= number:
                break
    return begun


async def succeed_without_deadlock(world: World, tasks: list[asyncio.Task[httpx.Response]], before: int) -> None:
    for response in await asyncio.gather(*tasks):
        assert response.status_code in (200, 201, 204), response.text
    await asyncio.sleep(1.1)  # statistics are written once a second
    assert deadlocks(world) == before
