"""Workers that are killed at random points lose nothing and publish nothing twice. KILLS=100 kills more of them."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from local.stack.client import RunningStack
from local.stack.processes import die_with_parent
from local.stack.settings import ROOT
from tests.publishing.saga.desk import Channel, Desk, without_prompt_work
from tests.support.world import World

pytestmark = pytest.mark.anyio

KILLS = int(os.environ.get("KILLS", "5"))
CONTENTS = 4
LONGEST_LIFE_SECONDS = 0.8


@dataclass(frozen=True)
class Turn:
    good: list[dict[str, Any]]
    doomed: list[dict[str, Any]]
    site: Channel
    hook: Channel


@contextmanager
def workers(stack: RunningStack) -> Generator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.publishing.saga.worker"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **stack.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - it only asks the kernel for a signal
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


async def live_for(process: subprocess.Popen[str], seconds: float | None) -> None:
    """Lets a worker work, until it is killed after so many seconds, or until nothing is due."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("work\n")
    process.stdin.flush()
    child = int(process.stdout.readline())
    if seconds is not None:
        await asyncio.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    assert await asyncio.to_thread(process.stdout.readline) == "ended\n"


def let_leases_end(world: World, ids: list[str]) -> None:
    """Half a minute passes."""
    world.rows(
        "update private.publication_channels set leased_until = least(leased_until, now()), due_at = now() "
        "where content_id = any (%s)",
        ids,
    )
    world.rows("update private.publications set due_at = now() where content_id = any (%s)", ids)


def live(world: World, ids: list[str]) -> int:
    return world.rows(
        "select count(*)::integer as n from private.publications "
        "where content_id = any (%s) and status in ('running', 'compensating')",
        ids,
    )[0]["n"]


async def until_all_ended(
    world: World, process: subprocess.Popen[str], ids: list[str], random_points: random.Random, *, most: int
) -> int:
    """Has workers work until all publications have ended, and kills so many at most. Returns how many it killed."""
    kills = 0
    until = time.monotonic() + 300
    while live(world, ids):
        assert time.monotonic() < until, "a publication never ended"
        is_killed = kills < most
        await live_for(process, random_points.uniform(0, LONGEST_LIFE_SECONDS) if is_killed else None)
        kills += is_killed
        let_leases_end(world, ids)
    return kills


@pytest.mark.timeout(120 + 5 * KILLS)
async def test_a_worker_that_is_killed_while_it_publishes_loses_nothing(
    world: World, desk: Desk, stack: RunningStack, record_property: Any
) -> None:
    random_points = random.Random(19)
    kills = publications = attempts = 0
    with without_prompt_work(stack) as origin, workers(stack) as process:
        while kills < KILLS:
            brand = await world.brand()
            admin = await world.signed_in(origin)
            world.join(admin, brand.id, "admin")
            site, hook = await desk.site(brand), await desk.channel(brand)
            await desk.site(brand, user="contributor", contentTypes=["email"])
            await desk.fault(hook, status=0, seconds=0.05, times=1000)
            good = [await world.approved(brand) for _ in range(CONTENTS)]
            doomed = [await world.approved(brand, type="email") for _ in range(2)]
            ids = [content["id"] for content in good + doomed]
            for content_id in ids:
                assert (await admin.post(f"/contents/{content_id}/publish")).status_code == 200
            publications += len(ids)
            kills += await until_all_ended(world, process, ids, random_points, most=max(KILLS - kills, 0))
            attempts += world.rows(
                "select sum(lease_number)::integer as n from private.publication_channels where content_id = any (%s)",
                ids,
            )[0]["n"]
            await assert_consistent(world, desk, Turn(good, doomed, site, hook))
    figure = f"{kills} kills of workers, {publications} publications, {attempts} attempts: all ended, none twice"
    record_property("figure", figure)


def outcomes(world: World, ids: list[str]) -> dict[str, tuple[str, str, list[str]]]:
    """Returns the status of each content, of its publication, and the states of its channels."""
    rows = world.rows(
        "select contents.id::text, contents.status::text, publications.status as outcome, array_agg(distinct state) "
        "as states from public.contents inner join private.publications on publications.content_id = contents.id "
        "inner join private.publication_channels on publication_id = publications.id "
        "where contents.id = any (%s) group by 1, 2, 3",
        ids,
    )
    return {row["id"]: (row["status"], row["outcome"], row["states"]) for row in rows}


async def assert_consistent(world: World, desk: Desk, turn: Turn) -> None:
    done, undone = ("published", "completed", ["published"]), ("approved", "failed", ["withdrawn"])
    ended = outcomes(world, [content["id"] for content in turn.good])
    # A publication whose every attempt was killed fails, and is undone like any other.
    assert all(outcome in (done, undone) for outcome in ended.values()), ended
    assert list(outcomes(world, [content["id"] for content in turn.doomed]).values()) == [undone] * len(turn.doomed)
    published = [content for content in turn.good if ended[content["id"]] == done]
    posts = [post for post in await desk.posts(turn.site) if post["status"] == "publish"]
    titles = [post["title"]["raw"] if isinstance(post["title"], dict) else post["title"] for post in posts]
    assert sorted(titles) == sorted(content["title"] for content in published)
    seen: dict[str, set[str]] = {content["id"]: set() for content in turn.good}
    for message in await desk.messages(turn.hook, "content.published"):
        if message["data"]["id"] in seen:
            seen[message["data"]["id"]].add(message["id"])
    assert all(len(ids) <= 1 for ids in seen.values()), seen
    assert all(len(seen[content["id"]]) == 1 for content in published), seen
    # The receiver was told to withdraw each content of which it was told, unless that is published.
    told = {event: await desk.messages(turn.hook, f"content.{event}") for event in ("published", "unpublished")}
    undone_ids = {content["id"] for content in turn.good + turn.doomed} - {content["id"] for content in published}
    shown, hidden = ({message["data"]["id"] for message in told[event]} & undone_ids for event in told)
    assert shown <= hidden, shown - hidden
    events = world.rows(
        "select aggregate_id::text as content_id, count(*)::integer as n from public.domain_events "
        "where type in ('ContentPublished', 'PublicationFailed') and aggregate_id = any (%s) group by 1",
        [content["id"] for content in turn.good + turn.doomed],
    )
    assert {row["content_id"]: row["n"] for row in events} == dict.fromkeys(
        (content["id"] for content in turn.good + turn.doomed), 1
    )


@pytest.mark.timeout(120 + 10 * KILLS)
async def test_a_worker_that_is_killed_while_it_withdraws_leaves_nothing(
    world: World, desk: Desk, stack: RunningStack, record_property: Any
) -> None:
    random_points = random.Random(20)
    kills = withdrawals = 0
    with without_prompt_work(stack) as origin, workers(stack) as process:
        while kills < KILLS:
            brand = await world.brand()
            admin = await world.signed_in(origin)
            world.join(admin, brand.id, "admin")
            site, hook = await desk.site(brand), await desk.channel(brand)
            ids = [(await world.approved(brand))["id"] for _ in range(CONTENTS)]
            for content_id in ids:
                assert (await admin.post(f"/contents/{content_id}/publish")).status_code == 200
            await until_all_ended(world, process, ids, random_points, most=0)
            await desk.fault(hook, status=0, seconds=0.05, times=1000)
            for content_id in ids:
                assert (await admin.post(f"/contents/{content_id}/archive")).status_code == 200
            withdrawals += len(ids)
            kills += await until_all_ended(world, process, ids, random_points, most=max(KILLS - kills, 0))
            await assert_withdrawn(world, desk, Turn([], [], site, hook), ids)
    record_property("figure", f"{kills} kills of workers, {withdrawals} withdrawals: all ended, nothing is left")


async def assert_withdrawn(world: World, desk: Desk, turn: Turn, ids: list[str]) -> None:
    rows = world.rows(
        "select content_id::text as id, direction, status from private.publications where content_id = any (%s)", ids
    )
    ended = sorted((row["id"], row["direction"], row["status"]) for row in rows)
    assert ended == sorted((each, direction, "completed") for each in ids for direction in ("publish", "unpublish"))
    assert [post for post in await desk.posts(turn.site) if post["status"] == "publish"] == []
    for event in ("content.published", "content.unpublished"):
        seen: dict[str, set[str]] = {}
        for message in await desk.messages(turn.hook, event):
            seen.setdefault(message["data"]["id"], set()).add(message["id"])
        # Repeated under the same id only
        assert {each: len(messages) for each, messages in seen.items()} == dict.fromkeys(ids, 1), event
    standing = world.rows(
        "select 1 as n from private.publication_channels where is_standing and content_id = any (%s)", ids
    )
    assert standing == []
