"""Measures how long after its commit an event reaches people: ``python -m bench.notifications``.

Comments over HTTP, one after another, on contents of a few brands, since a person may write so often a minute. No
schedule runs, so that each is told by the drain of the request itself. The time runs from the event in the log, which
is written just before the commit, until the notification is committed, and its live message with it.
Prints p50, p95 and the longest, also for a comment with many watchers; nothing is asserted.
"""

import argparse
import asyncio
import statistics
import time
from typing import Any, Final

import psycopg

from local.stack.client import running_stack
from tests.support.world import Brand, World

GOAL_SECONDS: Final = 0.5
POLL_SECONDS: Final = 0.002
PATIENCE_SECONDS: Final = 60.0
# As many comments as a person's limit of writes surely allows within the minute.
COMMENTS_OF_A_BRAND: Final = 20


async def _tell(world: World, brand: Brand) -> float:
    """Comments on a new content. Returns the seconds from the event until its creator's notification can be read."""
    content = await world.draft(brand)
    answer = await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "What of the price?"})
    answer.raise_for_status()
    event = world.rows(
        "select extract(epoch from occurred_at)::float8 as at from public.domain_events "
        "where type = 'CommentAdded' and payload ->> 'contentId' = %s",
        content["id"],
    )[0]["at"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    told: list[dict[str, Any]] = []
    while not told:
        if time.monotonic() > deadline:
            raise TimeoutError("nobody was told")
        await asyncio.sleep(POLL_SECONDS)
        told = world.rows("select id from public.notifications where content_id = %s", content["id"])
    return time.time() - event


def _watch(world: World, brand: Brand, content_id: str, count: int) -> list[str]:
    """Makes so many members watch a content. Returns their ids."""
    world.rows("alter table public.brand_members disable trigger user")
    try:
        rows = world.rows(
            "with people as (insert into auth.users (id, email, raw_user_meta_data) select gen_random_uuid(), "
            "gen_random_uuid() || '@crowd.test', '{}' from generate_series(1, %s) returning id), "
            "members as (insert into public.brand_members (user_id, brand_id, role) "
            "select id, %s, 'viewer' from people returning user_id), "
            "silent as (insert into public.notification_preferences (user_id, email_enabled) "
            "select user_id, false from members) "
            "insert into private.content_watchers (content_id, user_id, brand_id, is_watching) "
            "select %s, user_id, %s, true from members returning user_id::text",
            count,
            brand.id,
            content_id,
            brand.id,
        )
    finally:
        world.rows("alter table public.brand_members enable trigger user")
    return [row["user_id"] for row in rows]


async def _tell_many(world: World, brand: Brand, count: int) -> float:
    """Comments on a content that many watch. Returns the seconds until the last of them is told."""
    content = await world.draft(brand)
    _watch(world, brand, content["id"], count)
    began = time.time()
    answer = await brand.viewer.post(f"/contents/{content['id']}/comments", {"body": "Hello, all"})
    answer.raise_for_status()
    while True:
        (row,) = world.rows("select count(*) as told from public.notifications where content_id = %s", content["id"])
        if row["told"] > count:
            return time.time() - began
        if time.time() - began > PATIENCE_SECONDS:
            raise TimeoutError(f"{row['told']} of {count} were told")
        await asyncio.sleep(0.05)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="how many comments")
    parser.add_argument("--watchers", type=int, default=10_000, help="how many watch the last content")
    options = parser.parse_args()
    with running_stack() as stack:
        connection = psycopg.connect(stack.database_url, autocommit=True)
        world = World(stack, connection)
        try:
            brand = await world.brand()
            # The first imports and connects.
            await _tell(world, brand)
            seconds: list[float] = []
            for number in range(options.count):
                if number % COMMENTS_OF_A_BRAND == 0:
                    brand = await world.brand()
                seconds.append(await _tell(world, brand))
            seconds.sort()
            last = await _tell_many(world, brand, options.watchers)
        finally:
            await world.close()
            connection.close()
    p95 = statistics.quantiles(seconds, n=20)[18]
    print(
        f"{len(seconds)} comments: p50 {statistics.median(seconds) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms "
        f"(goal {GOAL_SECONDS * 1000:.0f} ms), longest {seconds[-1] * 1000:.0f} ms\n"
        f"{options.watchers} watchers of one content: the last is told after {last:.1f} s"
    )


if __name__ == "__main__":
    asyncio.run(main())
