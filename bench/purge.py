"""Measures how long after its commit a publication reaches the edge: ``python -m bench.purge``.

Publishes contents over HTTP, one after another, and asks the edge cache for a list until it gives the kept one as fresh
no more. No schedule runs, so that each purge is that of the request itself. The time runs from the event in the log,
which is written just before the commit. Prints p50, p95 and the longest; nothing is asserted.
"""

import argparse
import asyncio
import statistics
import time
from typing import Final

import httpx
import psycopg

from local.demo.callers import own_address
from local.stack.client import running_stack
from tests.support.world import Brand, World

GOAL_SECONDS: Final = 1.0
POLL_SECONDS: Final = 0.005
# An answer that is not kept costs one of the limit of the address.
PAUSE_SECONDS: Final = 0.05
PATIENCE_SECONDS: Final = 60.0


async def _wait(website: httpx.AsyncClient, path: str, *, is_kept: bool) -> float:
    """Waits until the edge gives the list as fresh, or gives it as fresh no more. Returns the time of that answer."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = await website.get(path)
        if (answer.headers["x-vercel-cache"] == "HIT") == is_kept:
            return time.time()
        await asyncio.sleep(PAUSE_SECONDS if is_kept else POLL_SECONDS)
    raise TimeoutError(f"the edge gives the list {'never' if is_kept else 'still'} as fresh")


async def _publish(world: World, brand: Brand, website: httpx.AsyncClient, path: str) -> float:
    """Publishes one content. Returns the seconds from its event to the first answer that is no longer the kept one."""
    content = await world.approved(brand)
    await _wait(website, path, is_kept=True)
    answer = await brand.admin.post(f"/contents/{content['id']}/publish")
    answer.raise_for_status()
    told_at = await _wait(website, path, is_kept=False)
    query = (
        "select extract(epoch from occurred_at)::float8 as at from public.domain_events "
        "where aggregate_id = %s and type = 'ContentPublished'"
    )
    return told_at - world.rows(query, content["id"])[0]["at"]


async def measure(world: World, origin: str, count: int) -> list[float]:
    """Returns the seconds of each publication but the first, which imports and connects."""
    brand = await world.brand()
    slug = world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]
    transport = httpx.AsyncHTTPTransport(local_address=own_address())
    async with httpx.AsyncClient(base_url=f"{origin}/api/v1/delivery", transport=transport, timeout=30) as website:
        await world.published(brand)  # the edge keeps no list that is not there yet
        return [await _publish(world, brand, website, f"/{slug}/contents") for _ in range(count + 1)][1:]


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30, help="how many publications")
    options = parser.parse_args()
    with running_stack() as stack:
        connection = psycopg.connect(stack.database_url, autocommit=True)
        world = World(stack, connection)
        try:
            seconds = await measure(world, stack.urls["web"], options.count)
        finally:
            await world.close()
            connection.close()
    in_time = sum(each <= GOAL_SECONDS for each in seconds)
    print(
        f"from the commit of a publication to its purge: p50 {statistics.median(seconds) * 1000:.0f} ms, "
        f"p95 {statistics.quantiles(seconds, n=20)[-1] * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms; "
        f"{in_time} of {len(seconds)} within {GOAL_SECONDS:g} s"
    )


if __name__ == "__main__":
    asyncio.run(main())
