"""A subscription ends cleanly before its function does, and says where to go on. Slow readers are dropped."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import Request

from lib.core.auth.principal import Presented
from lib.graph.subscriptions import transport_sse
from lib.graph.subscriptions.running import answers_of, open_operation
from local.stack.client import RunningStack
from tests.events.test_feed import append, settled
from tests.graph.subscriptions.support import EVENTS
from tests.support.function import as_function
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_the_last_answer_says_where_to_go_on(
    world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = await world.brand()
    first, last = append(world, brand), append(world, brand)
    await settled(brand.viewer, brand, last)
    async with as_function(stack, monkeypatch):
        app = import_module("api.graph").app
        scope = {"type": "http", "method": "POST", "path": "/api/v1/graphql", "query_string": b"", "headers": []}
        request = Request(scope | {"app": app, "state": {}, "client": ("127.0.0.1", 1)})
        body = {"query": EVENTS, "variables": {"brandId": brand.id, "types": ["ContentPublished"], "after": first}}
        opened = await open_operation(request, Presented(bearer=brand.viewer.access_token), body)
        answers = [answer async for answer in answers_of(opened, until=time.monotonic() + 1)]
    (ended,) = answers
    # Behind what the filter left out
    assert ended["errors"][0]["extensions"] == {"code": "STREAM_ENDED", "after": last, "retryAfter": 1}


async def test_a_reader_who_takes_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport_sse, "SENDING_SECONDS", 0.05)
    pipe = transport_sse.Pipe()
    taken: list[bytes] = []

    async def read() -> None:
        async for event in pipe.read(time.monotonic() + 60):
            taken.append(event)
            await asyncio.sleep(60)

    reading = asyncio.create_task(read())
    for _ in range(transport_sse.WAITING):
        await pipe.put(b"event")
    with pytest.raises(TimeoutError):
        await pipe.put(b"event")
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert len(taken) == 1


@pytest.mark.parametrize("is_lost", [True, False], ids=["lost", "broken"])
async def test_a_stream_that_nothing_more_comes_to_ends(monkeypatch: pytest.MonkeyPatch, *, is_lost: bool) -> None:
    """A stream that has lost its place is not counted any more, so it must not stay open either."""
    place: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @asynccontextmanager
    async def held(_: str) -> AsyncGenerator[asyncio.Future[None]]:
        yield place

    async def answers(*_: object, **__: object) -> AsyncGenerator[dict[str, int]]:
        yield {"data": 1}
        if not is_lost:
            raise RuntimeError("broken")
        place.set_result(None)
        await asyncio.sleep(60)

    for name, replacement in {"held": held, "answers_of": answers, "caller_of": str, "report": lambda _: None}.items():
        monkeypatch.setattr(transport_sse, name, replacement)
    async with asyncio.timeout(5):
        stream = await transport_sse.stream_one(cast("Any", SimpleNamespace(principal="anyone")))
        parts = [part async for part in stream]
    assert [part for part in parts if part != b":\n\n"] == [b'event: next\ndata: {"data":1}\n\n']
