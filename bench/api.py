"""Measures the overhead of the functions over the data API: the same work by the same user, in alternation.

``python -m bench.api`` prints for each operation, with one connection and with sixteen, requests per second and p50,
p95 and p99 in milliseconds, through our API and through the data API directly, and the ratio of the medians. Rounds
alternate, so that a change of the machine's speed affects both sides.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final
from uuid import uuid4

import httpx
import psycopg

from local.stack.client import running_stack
from tests.support.data_api import DataApi
from tests.support.servers import functions_with
from tests.support.world import Brand, World

CONNECTIONS: Final = (1, 16)
ROUNDS: Final = 4
WORDS: Final = (
    "winter", "skin", "cold", "wind", "care", "cream", "calm", "soft", "rough", "morning", "night", "shea", "oat",
    "rose", "river", "stone",
)  # fmt: skip

type Send = Callable[[int], Awaitable[httpx.Response]]


@dataclass
class Sample:
    latencies: list[float] = field(default_factory=list[float])
    seconds: float = 0.0

    def quantile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def row(self) -> str:
        rate = len(self.latencies) / self.seconds
        return f"{rate:7.0f}/s {self.quantile(0.5):7.1f} {self.quantile(0.95):7.1f} {self.quantile(0.99):7.1f}"


@dataclass
class Bench:
    """The rows, the user, and one client for each side."""

    brand: Brand
    ids: list[str]
    ours: httpx.AsyncClient
    data: httpx.AsyncClient
    versions: dict[str, int] = field(default_factory=dict[str, int])
    numbers: Any = field(default_factory=count)

    def content(self, connection: int) -> str:
        """Picks another row for each connection, so that no request waits for a row lock of another."""
        return self.ids[(connection * 37 + next(self.numbers) * 101) % len(self.ids)]

    async def call(self, function: str, arguments: dict[str, Any]) -> httpx.Response:
        return await self.data.post(f"/rpc/{function}", json=arguments)

    async def get_ours(self, connection: int) -> httpx.Response:
        return await self.ours.get(f"/contents/{self.content(connection)}")

    async def get_directly(self, connection: int) -> httpx.Response:
        return await self.data.get("/contents", params={"id": f"eq.{self.content(connection)}", "select": "*"})

    async def list_ours(self, _: int) -> httpx.Response:
        return await self.ours.get("/contents", params={"brandId": self.brand.id, "status": "draft"})

    async def list_directly(self, _: int) -> httpx.Response:
        filters = {"brand_id": self.brand.id, "status": ["draft"]}
        return await self.call("list_contents", {"filters": filters, "is_counted": True})

    async def create_ours(self, _: int) -> httpx.Response:
        return await self.ours.post("/contents", json={"brandId": self.brand.id, "title": uuid4().hex})

    async def create_directly(self, _: int) -> httpx.Response:
        return await self.call("create_content", {"brand_id": self.brand.id, "title": uuid4().hex})

    async def update_ours(self, connection: int) -> httpx.Response:
        content = self.ids[connection]
        response = await self.ours.patch(
            f"/contents/{content}", json={"title": uuid4().hex}, headers={"If-Match": f'"{self.versions[content]}"'}
        )
        self.versions[content] += 1
        return response

    async def update_directly(self, connection: int) -> httpx.Response:
        content = self.ids[connection]
        seen = self.versions[content]
        self.versions[content] += 1
        changes = {"title": uuid4().hex}
        return await self.call("update_content", {"content_id": content, "expected_version": seen, "changes": changes})

    def query(self) -> str:
        number = next(self.numbers)
        return f"{WORDS[number % len(WORDS)]} {WORDS[number * 7 % len(WORDS)]}"

    async def search_ours(self, _: int) -> httpx.Response:
        return await self.ours.get("/contents/search", params={"q": self.query(), "brandId": self.brand.id})

    async def search_directly(self, _: int) -> httpx.Response:
        return await self.call("search_contents", {"query": self.query(), "filters": {"brand_id": self.brand.id}})


async def measure(send: Send, connections: int, seconds: float) -> Sample:
    """Runs the connections; each sends its next request when it has the response to the previous one."""
    sample = Sample()
    until = time.perf_counter() + seconds

    async def work(connection: int) -> None:
        while time.perf_counter() < until:
            begun = time.perf_counter()
            response = await send(connection)
            sample.latencies.append((time.perf_counter() - begun) * 1000)
            if response.status_code not in (200, 201):
                raise RuntimeError(f"{response.status_code}: {response.text}")

    begun = time.perf_counter()
    await asyncio.gather(*(work(connection) for connection in range(connections)))
    sample.seconds = time.perf_counter() - begun
    return sample


async def compare(name: str, ours: Send, directly: Send, seconds: float) -> None:
    for connections in CONNECTIONS:
        await measure(ours, connections, seconds / 4)
        await measure(directly, connections, seconds / 4)
        both = (Sample(), Sample())
        ratios: list[float] = []
        for _ in range(ROUNDS):
            rounds = [await measure(send, connections, seconds / ROUNDS) for send in (ours, directly)]
            ratios.append(rounds[0].quantile(0.5) / rounds[1].quantile(0.5))
            for whole, part in zip(both, rounds, strict=True):
                whole.latencies += part.latencies
                whole.seconds += part.seconds
        print(
            f"{name:<8} {connections:>3}  | {both[0].row()}  | {both[1].row()}  | {statistics.median(ratios):5.2f}",
            flush=True,
        )


async def fill(world: World, brand: Brand, rows: int) -> list[str]:
    ids: list[str] = []
    api = world.data_api(brand.editor.access_token).http
    for start in range(0, rows, 100):
        lines = [
            {
                "line": number + 1,
                "content": {
                    "brand_id": brand.id,
                    "title": f"{WORDS[number % 16]} {WORDS[number // 16 % 16]} {number}",
                    "body": f"<p>{' '.join(WORDS[(number + step) % 16] for step in range(60))}</p>",
                },
            }
            for number in range(start, start + 100)
        ]
        made = (await api.post("/rpc/create_contents", json={"lines": lines}, timeout=60)).json()
        ids += [line["content_id"] for line in made]
    return ids


async def run(rows: int, seconds: float) -> None:
    with running_stack() as stack, psycopg.connect(stack.database_url, autocommit=True) as database:
        world = World(stack, database)
        brand = await world.brand()
        ids = await fill(world, brand, rows)
        unlimited = {"RATE_LIMIT_API": "1000000000", "LOG_LEVEL": "WARNING"}
        with functions_with(stack.environment | unlimited) as origin:
            token = brand.editor.access_token
            limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
            headers = {"Authorization": f"Bearer {token}"}
            direct = DataApi(stack.environment, token)
            async with (
                httpx.AsyncClient(base_url=f"{origin}/api/v1", headers=headers, limits=limits, timeout=60) as ours,
                httpx.AsyncClient(
                    base_url=direct.http.base_url,
                    headers=direct.http.headers,
                    event_hooks=direct.http.event_hooks,
                    limits=limits,
                    timeout=60,
                ) as data,
            ):
                bench = Bench(brand, ids, ours, data, versions=dict.fromkeys(ids[:16], 1))
                print(f"{rows} contents in the brand; milliseconds\n")
                columns = "p50     p95     p99"
                print(f"               |     ours    {columns}  | data API     {columns}  | ratio of p50")
                for name in ("get", "list", "create", "update", "search"):
                    world.renew(brand.editor)
                    for http in (ours, data):
                        http.headers["Authorization"] = f"Bearer {brand.editor.access_token}"
                    sides = (getattr(bench, f"{name}_ours"), getattr(bench, f"{name}_directly"))
                    await compare(name, *sides, seconds)
            await direct.close()
        await world.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2000, help="contents in the brand, in hundreds")
    parser.add_argument("--seconds", type=float, default=4, help="for each side of each measurement")
    given = parser.parse_args()
    asyncio.run(run(given.rows, given.seconds))


if __name__ == "__main__":
    main()
