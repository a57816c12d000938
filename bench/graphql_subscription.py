"""Measures how long after the commit of a change a subscription tells of it."""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import aiohttp

from bench.api.measure import Side, Target, send
from bench.api.operations import OPERATIONS
from lib.graph.engine.schema import get_schema

FIELD: Final = "contentStatusChanged"
DOCUMENT: Final = f"subscription ($brand: ID!) {{ {FIELD}(brandId: $brand) {{ __typename }} }}"
CHANGES: Final = 20
WAIT_SECONDS: Final = 10.0
# A change before the subscription has joined its topic is told of from the log, and not as it happens.
JOINING_SECONDS: Final = 1.0
MAX_MILLISECONDS: Final = 150.0


@asynccontextmanager
async def _told(side: Side, target: Target) -> AsyncGenerator[asyncio.Queue[float]]:
    """Yields the times at which events of the main brand arrive over server-sent events."""
    told = asyncio.Queue[float]()
    body = {"query": DOCUMENT, "variables": {"brand": side.data.brands[0]}}
    headers = target.headers | {"Accept": "text/event-stream"}

    async def read(response: aiohttp.ClientResponse) -> None:
        async for line in response.content:
            if line.startswith(b"event: next"):
                told.put_nowait(time.perf_counter())

    timeout = aiohttp.ClientTimeout(total=None)
    async with side.http.post(f"{target.base}/graphql", json=body, headers=headers, timeout=timeout) as response:
        response.raise_for_status()
        reading = asyncio.create_task(read(response))
        try:
            await asyncio.sleep(JOINING_SECONDS)
            yield told
        finally:
            reading.cancel()


async def print_first_event(side: Side) -> bool:
    """Prints the time from the answer to a change, which comes after its commit, to the event of a subscription.

    Returns whether the median is within its bound, or is not measured because there are no subscriptions.
    """
    kind = get_schema().subscription_type
    if kind is None or FIELD not in kind.fields:
        print(f"\nthe schema has no subscription {FIELD}")
        return True
    change = next(operation for operation in OPERATIONS if operation.name == "archive or reopen")
    await side.sign_in()
    target, work = side.whole("admin"), side.works(1)[0]
    since_answer: list[float] = []
    since_sent: list[float] = []
    async with _told(side, target) as told:
        for _ in range(CHANGES):
            sent = time.perf_counter()
            await send(side.http, target, change.ours(work))
            answered = time.perf_counter()
            at = await asyncio.wait_for(told.get(), WAIT_SECONDS)
            since_answer.append(max(at - answered, 0.0) * 1000)
            since_sent.append((at - sent) * 1000)
    median = statistics.median(since_answer)
    print(
        f"\nevent of a subscription, median of {CHANGES} changes: {median:.0f} ms after the answer to the change "
        f"(at most {max(since_answer):.0f}), {statistics.median(since_sent):.0f} ms after the change was sent"
    )
    return median <= MAX_MILLISECONDS
