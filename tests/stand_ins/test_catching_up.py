"""A client that loses its connection at any moment gets each event of the log once, in order: docs/realtime.md."""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
import psycopg
import pytest

from local.demo.dashboard import Dashboard
from local.stack.settings import ROOT
from local.tls import TLS
from tests.support.cutting import Cutter
from tests.support.world import Brand, World

# The client of Realtime asks its library in an old way why a connection was closed.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.timeout(240),
    pytest.mark.filterwarnings("ignore:ConnectionClosed:DeprecationWarning"),
]

WRITERS: Final = 4
ROUNDS: Final = 14
APPEND: Final = "select private.append_event(%s, 'vetting_agency', %s, 'VettingAgencyAdded', '{}', %s)"
PATIENCE_SECONDS: Final = 100.0

type Received = Callable[[], list[dict[str, Any]]]


def write_out_of_order(url: str, brand: str, aggregates: list[str], seed: int) -> None:
    """Writes the next versions of aggregates. A transaction that waits for another one began before it at times."""
    chance = random.Random(seed)
    with psycopg.connect(url) as connection:
        for _ in range(ROUNDS):
            connection.execute(APPEND, [brand, uuid4(), None])
            time.sleep(chance.random() * 0.15)
            aggregate = chance.choice(aggregates)
            connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [aggregate])
            connection.execute(
                "select private.append_event(%s, 'vetting_agency', %s, 'VettingAgencyAdded', '{}', "
                "(select coalesce(max(aggregate_version), 0) + 1 from public.domain_events where aggregate_id = %s))",
                [brand, aggregate, aggregate],
            )
            time.sleep(chance.random() * 0.25)
            connection.commit() if chance.random() < 0.9 else connection.rollback()


async def write(world: World, brand: Brand, seed: int) -> None:
    aggregates = [str(uuid4()) for _ in range(3)]
    loop = asyncio.get_running_loop()
    url = world.stack.database_url
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [
            loop.run_in_executor(pool, write_out_of_order, url, brand.id, aggregates, seed + number)
            for number in range(WRITERS)
        ]
        await asyncio.gather(*writers)


def logged(world: World, brand: Brand) -> list[str]:
    rows = world.rows(
        "select id::text from public.domain_events where brand_id = %s and type = 'VettingAgencyAdded'", brand.id
    )
    return [row["id"] for row in rows]


def settings_of(world: World, brand: Brand, supabase: Cutter, web: Cutter) -> dict[str, str]:
    return {
        "api": f"{web.url}/api/v1",
        "supabaseUrl": supabase.url,
        "publishableKey": world.stack.environment["SUPABASE_PUBLISHABLE_KEY"],
        "supabasePublishableKey": world.stack.environment["SUPABASE_PUBLISHABLE_KEY"],
        "accessToken": brand.viewer.access_token,
        "brandId": brand.id,
    }


@asynccontextmanager
async def dashboard(settings: dict[str, str], _: Path) -> AsyncIterator[Received]:
    async def pause(seconds: float) -> None:
        await asyncio.sleep(seconds / 10)

    headers = {"Authorization": f"Bearer {settings['accessToken']}"}
    async with httpx.AsyncClient(base_url=settings["api"], headers=headers, verify=TLS, timeout=20) as api:
        topic = f"brand:{settings['brandId']}"
        opened = await Dashboard.open(settings, settings["accessToken"], topic, api=api, pause=pause)
        assert opened.joins == 1
        yield lambda: opened.received
        await opened.close()


@asynccontextmanager
async def program(*command: str, environment: dict[str, str]) -> AsyncIterator[Received]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ, **environment}
    )
    received: list[dict[str, Any]] = []
    said: list[bytes] = []

    async def pass_on(stream: asyncio.StreamReader | None, take: Callable[[bytes], None]) -> None:
        assert stream is not None
        async for line in stream:
            take(line)

    tasks = [
        asyncio.create_task(pass_on(process.stdout, lambda line: received.append(json.loads(line)))),
        asyncio.create_task(pass_on(process.stderr, said.append)),
    ]
    try:
        yield lambda: received
        assert process.returncode is None, b"".join(said).decode()
    except AssertionError as error:
        error.add_note(f"the program ended with {process.returncode} and said {b''.join(said).decode()}")
        raise
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        for task in tasks:
            task.cancel()


def example_in_python(settings: dict[str, str], _: Path) -> Any:
    path = os.pathsep.join((str(ROOT / "local" / "demo"), str(ROOT)))
    command = [sys.executable, str(ROOT / "docs" / "examples" / "follow_brand.py"), json.dumps(settings)]
    return program(*command, environment={"PYTHONPATH": path})


def example_in_typescript(settings: dict[str, str], folder: Path) -> Any:
    modules = ROOT / "local" / "node_modules"
    compiled = subprocess.run(
        [modules / ".bin" / "tsc", "-p", ROOT / "docs" / "examples", "--outDir", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    assert compiled.returncode == 0, compiled.stdout
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(modules)
    command = ["node", "--experimental-websocket", str(folder / "docs" / "examples" / "follow-brand.js")]
    return program(*command, json.dumps(settings), environment={})


CLIENTS: Final = {
    "dashboard": dashboard,
    "example in Python": example_in_python,
    "example in TypeScript": example_in_typescript,
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", CLIENTS)
async def test_a_client_whose_connection_is_cut_at_random_misses_nothing(
    world: World, tmp_path: Path, name: str, seed: int
) -> None:
    """Neither the socket nor the API can be relied on, and transactions commit in another order than they began."""
    brand = await world.brand()
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        supabase = await stack.enter_async_context(Cutter(world.stack.environment["SUPABASE_URL"]).serve())
        web = await stack.enter_async_context(Cutter(world.stack.urls["web"]).serve())
        settings = settings_of(world, brand, supabase, web)
        received = await stack.enter_async_context(CLIENTS[name](settings, tmp_path))
        until = time.monotonic() + PATIENCE_SECONDS
        while not received():  # the program has begun when it hears something
            assert time.monotonic() < until, "the program hears nothing"
            world.rows(
                "select private.append_event(%s, 'vetting_agency', %s, 'VettingAgencyRemoved')", brand.id, uuid4()
            )
            await asyncio.sleep(1)
        cutting = [asyncio.create_task(each.cut_at_random(chance)) for each in (supabase, web)]
        await write(world, brand, seed * 100)
        for task in cutting:
            task.cancel()
        supabase.is_down = web.is_down = False
        expected = logged(world, brand)
        until = time.monotonic() + PATIENCE_SECONDS
        while not set(expected) <= {event.get("eventId") for event in received()}:
            assert time.monotonic() < until, f"{len(expected)} events, of which {len(received())} came"
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)  # an event might come twice
        assert supabase.cuts >= 3
    ours = [event for event in received() if event["type"] == "VettingAgencyAdded"]
    assert sorted(event["eventId"] for event in ours) == sorted(expected)
    versions: dict[str, list[int]] = {}
    for event in ours:
        if event["aggregateVersion"] is not None:
            versions.setdefault(event["aggregateId"], []).append(event["aggregateVersion"])
    assert len(versions) == 3
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values()), versions


async def test_an_event_behind_an_open_transaction_is_not_missed(world: World) -> None:
    """It was committed while the connection was away, and the log holds it back for as long as another one is open."""
    brand, other = await world.brand(), await world.brand()
    async with AsyncExitStack() as stack:
        supabase = await stack.enter_async_context(Cutter(world.stack.environment["SUPABASE_URL"]).serve())
        web = await stack.enter_async_context(Cutter(world.stack.urls["web"]).serve())
        settings = settings_of(world, brand, supabase, web)
        received = await stack.enter_async_context(dashboard(settings, Path()))
        aggregate = str(uuid4())
        with psycopg.connect(world.stack.database_url) as long:
            long.execute(APPEND, [other.id, uuid4(), None])
            supabase.is_down = True
            supabase.cut()
            world.rows(APPEND, brand.id, aggregate, 1)
            supabase.is_down = False
            until = time.monotonic() + PATIENCE_SECONDS
            while not any(event.get("aggregateId") == aggregate for event in received()):
                assert time.monotonic() < until, "the event waits for the transaction of others"
                await asyncio.sleep(0.1)
            world.rows(APPEND, brand.id, aggregate, 2)
            long.rollback()
        while [event["aggregateVersion"] for event in received() if event.get("aggregateId") == aggregate] != [1, 2]:
            assert time.monotonic() < until
            await asyncio.sleep(0.1)


async def test_a_place_that_is_gone_begins_at_the_end_again(world: World) -> None:
    brand = await world.brand()
    environment = world.stack.environment
    key = environment["SUPABASE_PUBLISHABLE_KEY"]
    config = {"supabaseUrl": environment["SUPABASE_URL"], "supabasePublishableKey": key}
    topic = f"brand:{brand.id}"
    opened = await Dashboard.open(config, brand.viewer.access_token, topic, api=brand.viewer.http)
    assert opened._catch_up is not None  # pyright: ignore[reportPrivateUsage]
    await opened.catch_up()
    opened._catch_up.cursor = str(uuid4())  # pyright: ignore[reportPrivateUsage]
    await opened.catch_up()
    assert opened.reloads >= 1  # twice if it was reading by itself as well
    await world.draft(brand)
    await opened.wait_for("ContentCreated")
    await opened.close()
