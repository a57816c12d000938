"""The edge is told of a change right after the request that made it, without the schedule; and by it otherwise."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import redis

from lib.core.http.wake import PATH, PAUSE_SECONDS, TOKEN_SECONDS, is_token, make_token
from local.stack.client import RunningStack
from tests.publishing.test_delivery import run_schedule, slug_of
from tests.support.errors import assert_problem
from tests.support.servers import dead_server, functions_with
from tests.support.waiting import until_told, untold
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

# How long a test waits on a loaded machine for work of a second.
PATIENCE_SECONDS = 30
AGAIN_SECONDS = 3


@pytest.fixture
async def website(stack: RunningStack) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{stack.urls['web']}/api/v1/delivery", timeout=30) as client:
        yield client


async def titles_until(
    website: httpx.AsyncClient, path: str, wanted: list[str], *, again: Callable[[], Awaitable[None]] | None = None
) -> float:
    """Waits until the edge gives the list with these titles. Returns how many seconds that took.

    On a loaded machine the call of the dispatcher may be lost, for which the product has its schedule: ``again`` makes
    it once more every few seconds.
    """
    began = called_at = time.monotonic()
    while True:
        answer = await website.get(path)
        shown = [item["title"] for item in answer.json()["data"]] if answer.status_code == 200 else []
        if shown == wanted:
            return time.monotonic() - began
        assert time.monotonic() - began < PATIENCE_SECONDS, f"the edge still gives {shown}"
        if again is not None and time.monotonic() - called_at > AGAIN_SECONDS:
            await again()
            called_at = time.monotonic()
        await asyncio.sleep(0.02)


async def kept_list(website: httpx.AsyncClient, world: World, brand: Brand) -> tuple[str, dict[str, Any]]:
    """Publishes a content and has the edge keep the list of it."""
    content = await world.published(brand)
    path = f"/{slug_of(world, brand)}/contents"
    await titles_until(website, path, [content["title"]])
    await until_told(world)  # of this very publication
    await until_fresh(website, path)
    return path, content


async def until_fresh(website: httpx.AsyncClient, path: str) -> None:
    began = time.monotonic()
    while (await website.get(path)).headers["x-vercel-cache"] != "HIT":
        assert time.monotonic() - began < PATIENCE_SECONDS, "the edge keeps nothing"
        await asyncio.sleep(0.05)


async def test_the_edge_is_told_without_the_schedule(
    world: World, stack: RunningStack, website: httpx.AsyncClient
) -> None:
    brand = await world.brand()

    async def wake() -> None:
        token = make_token(stack.environment["CRON_SECRET"])
        url = f"{stack.urls['web']}{PATH}"
        assert (await website.post(url, headers={"Authorization": f"Bearer {token}"})).status_code == 202

    path, first = await kept_list(website, world, brand)
    second = await world.published(brand)
    await titles_until(website, path, [second["title"], first["title"]], again=wake)
    assert (await brand.admin.post(f"/contents/{first['id']}/archive")).status_code == 200
    await titles_until(website, path, [second["title"]], again=wake)
    many = {"operation": "archive", "contentIds": [second["id"]]}
    assert (await brand.admin.post("/contents/bulk", many)).status_code == 200
    await titles_until(website, path, [], again=wake)
    assert (await brand.admin.put(f"/brands/{brand.id}/delivery", {"mode": "off"})).status_code == 200
    await titles_until(website, path, [], again=wake)
    assert_problem(await website.get(path), 404, "NOT_FOUND")


async def test_every_request_that_commits_an_event_calls(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    first, second = await world.approved(brand), await world.approved(brand)
    with counting_calls() as (url, calls), functions_with(stack.environment | {"FUNCTIONS_URL": url}) as origin:
        admin = await world.signed_in(origin)
        world.join(admin, brand.id, "admin")

        async def calls_after(answer: Awaitable[httpx.Response], *, status: int = 200) -> None:
            before = len(calls)
            assert (await answer).status_code == status
            until = time.monotonic() + PATIENCE_SECONDS
            while len(calls) == before:
                assert time.monotonic() < until, "nobody called"
                await asyncio.sleep(0.01)

        await calls_after(admin.post(f"/contents/{first['id']}/publish"))
        await calls_after(admin.post("/contents/bulk", {"operation": "publish", "contentIds": [second["id"]]}))
        await calls_after(admin.post(f"/contents/{first['id']}/archive"))
        await calls_after(admin.post("/contents/bulk", {"operation": "archive", "contentIds": [second["id"]]}))
        await calls_after(admin.put(f"/brands/{brand.id}/delivery", {"mode": "off"}))
        body = {"brandId": brand.id, "templateId": brand.template_id, "title": "x", "fields": {"topic": "x"}}
        await calls_after(admin.post("/contents", body), status=201)
        await calls_after(admin.post(f"/contents/{second['id']}/comments", {"body": "x"}), status=201)


async def test_a_call_that_is_lost_leaves_the_edge_to_the_schedule(
    world: World, stack: RunningStack, website: httpx.AsyncClient
) -> None:
    brand = await world.brand()
    path, first = await kept_list(website, world, brand)
    content = await world.approved(brand)
    with functions_with(stack.environment | {"FUNCTIONS_URL": dead_server()}) as origin:
        admin = await world.signed_in(origin)
        world.join(admin, brand.id, "admin")
        await admin.get(f"/contents/{content['id']}")  # imports and connections belong to the first request
        await until_told(world)
        assert (await admin.post(f"/contents/{content['id']}/publish")).status_code == 200
        await asyncio.sleep(0.5)
    assert (await website.get(path)).headers["x-vercel-cache"] == "HIT"
    assert untold(world)

    async def schedule() -> None:  # again, where a transaction of another database was open
        await run_schedule(world)

    await schedule()
    await titles_until(website, path, [content["title"], first["title"]], again=schedule)


async def test_events_behind_an_open_transaction_are_told_when_it_ends(
    world: World, stack: RunningStack, website: httpx.AsyncClient
) -> None:
    brand = await world.brand()
    path, first = await kept_list(website, world, brand)
    content = await world.approved(brand)
    with (
        redis.Redis.from_url(stack.redis_url) as kv,
        psycopg.connect(stack.database_url) as other,
    ):
        other.execute("select pg_current_xact_id()")  # still open, so that no later event may be handed out
        assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
        until = time.monotonic() + PATIENCE_SECONDS
        while not kv.exists("drain:local:edge_cache:running"):
            assert time.monotonic() < until, "nothing drains"
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.2)
        assert (await website.get(path)).headers["x-vercel-cache"] == "HIT"
        other.rollback()
    await titles_until(website, path, [content["title"], first["title"]])


@contextmanager
def counting_calls() -> Generator[tuple[str, list[str]]]:
    """Stands for the function of the schedule, and notes what it is sent."""
    calls: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append(f"{self.path} {self.headers['Authorization']}")
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", calls
    finally:
        server.shutdown()
        server.server_close()


async def test_a_burst_of_changes_makes_few_calls(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    with counting_calls() as (url, calls), functions_with(stack.environment | {"FUNCTIONS_URL": url}) as origin:
        admin = await world.signed_in(origin)
        world.join(admin, brand.id, "admin")
        await admin.get("/users/me")
        content = await world.draft(brand)
        await asyncio.sleep(0.3)
        calls.clear()  # of the sign-in
        path, match = f"/contents/{content['id']}", {"If-Match": f'"{content["version"]}"'}
        answer = await admin.http.patch(path, params={"autosave": "true"}, json={"title": "y"}, headers=match)
        assert answer.status_code == 200, answer.text
        await admin.get(f"/contents/{content['id']}")
        await asyncio.sleep(0.3)
        assert calls == [], "nobody waits for what an autosave changes"
        began = time.monotonic()
        path = f"/brands/{brand.id}/delivery"
        answers = await asyncio.gather(*(admin.put(path, {"mode": "public"}) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        took = time.monotonic() - began
        await asyncio.sleep(0.5)
    secret = stack.environment["CRON_SECRET"]
    for call in calls:
        path, _, token = call.partition(" Bearer ")
        assert path == PATH
        assert is_token(secret, token)
    assert secret not in "".join(calls), "the secret itself is not sent"
    assert 1 <= len(calls) <= took / PAUSE_SECONDS + 2


async def test_nobody_else_may_wake_the_dispatcher(stack: RunningStack) -> None:
    async with httpx.AsyncClient(base_url=stack.urls["web"]) as http:
        secret, now = stack.environment["CRON_SECRET"], int(time.time())
        refused = (
            uuid4().hex,
            make_token("another secret"),
            make_token(secret, expires_at=now - 1),
            make_token(secret, expires_at=now + 10 * TOKEN_SECONDS),
            make_token(secret).replace(".", "0."),
            "²." + make_token(secret).partition(".")[2],
        )
        for headers in ([], *([(b"Authorization", f"Bearer {token}".encode())] for token in refused)):
            assert_problem(await http.post(PATH, headers=headers), 401, "UNAUTHORIZED")
        for token in (secret, make_token(secret)):
            assert (await http.post(PATH, headers={"Authorization": f"Bearer {token}"})).status_code == 202
        # A token is for this alone.
        woken = {"Authorization": f"Bearer {make_token(secret)}"}
        assert_problem(await http.get("/api/v1/cron/minute", headers=woken), 401, "UNAUTHORIZED")
