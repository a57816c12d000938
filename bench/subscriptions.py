"""Measures open subscriptions in one process: ``python -m bench.subscriptions``.

A server of its own runs the function of GraphQL, where a person may have more connections than elsewhere. Each of the
WebSockets follows the log of a brand. Prints memory and idle processor time for each socket, and how long after its
commit an event reaches all subscribers of its brand; nothing is asserted.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import aiohttp
import psycopg

from bench.api.cpu import resident_megabytes
from local.demo.callers import Person
from local.stack.client import running_stack
from local.stack.settings import ROOT
from tests.support.world import Brand, World

DOCUMENT: Final = "subscription($id: ID!) { events(brandId: $id) { id } }"
SOCKETS_OF_PERSON: Final = 48
IDLE_SECONDS: Final = 20.0
APPEND: Final = (
    "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type) "
    "values (%s, 'vetting_agency', gen_random_uuid(), 'VettingAgencyAdded')"
)


def serve(port: int) -> None:
    """Runs the function of GraphQL, without the limit of connections."""
    import uvicorn

    from lib.events.feed import open_streams

    open_streams.MOST = 1_000  # pyright: ignore[reportAttributeAccessIssue]
    uvicorn.run("api.graph:app", host="127.0.0.1", port=port, log_level="error", lifespan="off")


def processor_seconds(pid: int) -> float:
    """Returns the processor time of a process until now."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _open(session: aiohttp.ClientSession, address: str, person: Person, brand: Brand) -> Any:
    socket = await session.ws_connect(address, protocols=["graphql-transport-ws"], compress=0)
    await socket.send_json({"type": "connection_init", "payload": {"accessToken": person.access_token}})
    acknowledged = await socket.receive_json()
    assert acknowledged["type"] == "connection_ack"
    payload = {"query": DOCUMENT, "variables": {"id": brand.id}}
    await socket.send_json({"id": "1", "type": "subscribe", "payload": payload})
    return socket


class Subscriber:
    """Reads a socket, answers its pings, and notes when each event came."""

    def __init__(self, brand: Brand, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.brand, self.socket = brand, socket
        self.came: asyncio.Queue[float] = asyncio.Queue()
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self.socket:
            told = json.loads(message.data)
            if told["type"] == "next":
                self.came.put_nowait(time.perf_counter())
            elif told["type"] == "ping":
                await self.socket.send_json({"type": "pong"})
            else:
                print(told)


async def measure(world: World, address: str, pid: int, count: int) -> None:
    """Opens the sockets and prints what they cost."""
    brands = [await world.brand() for _ in range(-(-count // (3 * SOCKETS_OF_PERSON)))]
    places = [(brand, person) for brand in brands for person in (brand.admin, brand.editor, brand.viewer)]
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        first = await _open(session, address, places[0][1], brands[0])
        await asyncio.sleep(2)
        before = resident_megabytes(pid)
        sockets = [Subscriber(brands[0], first)]
        began, used = time.perf_counter(), processor_seconds(pid)
        for start in range(1, count, 20):
            chosen = [places[number % len(places)] for number in range(start, min(start + 20, count))]
            opened = await asyncio.gather(*(_open(session, address, person, brand) for brand, person in chosen))
            sockets += [Subscriber(brand, socket) for (brand, _), socket in zip(chosen, opened, strict=True)]
        took = time.perf_counter() - began
        opening = processor_seconds(pid) - used
        await asyncio.sleep(5)
        used = processor_seconds(pid)
        await asyncio.sleep(IDLE_SECONDS)
        idle = (processor_seconds(pid) - used) / IDLE_SECONDS
        memory = resident_megabytes(pid) - before
        closed = sum(each.task.done() for each in sockets)
        cpu = opening / count * 1000
        print(f"{len(sockets)} sockets, {closed} of them closed, opened in {took:.1f} s ({cpu:.1f} ms of CPU each)")
        print(
            f"memory for each: {memory / count * 1000:.0f} KB; idle: {idle / count * 1e6:.0f} us of processor a second"
        )
        one: list[float] = []
        many: list[float] = []
        waiting: list[Any] = []
        for turn in range(10):
            brand = brands[turn % len(brands)]
            waiting = [each.came.get() for each in sockets if each.brand is brand and not each.task.done()]
            world.database.execute(APPEND, [brand.id])
            committed = time.perf_counter()
            reached = sorted(at - committed for at in await asyncio.gather(*waiting))
            one.append(reached[0] * 1000)
            many.append(reached[-1] * 1000)
            await asyncio.sleep(1)
        print(
            f"from a commit to its first subscriber: median {statistics.median(one):.0f} ms, longest {max(one):.0f} ms"
        )
        print(f"to the last of {len(waiting)}: median {statistics.median(many):.0f} ms, longest {max(many):.0f} ms")


async def main(count: int, port: int) -> None:
    """Starts the server beside the stack, and measures."""
    with running_stack() as stack:
        command = [sys.executable, "-m", "bench.subscriptions", "--serve", str(port)]
        server = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ | stack.environment)
        connection = psycopg.connect(stack.database_url, autocommit=True)
        world = World(stack, connection)
        try:
            await asyncio.sleep(5)
            await measure(world, f"ws://127.0.0.1:{port}/api/v1/graphql", server.pid, count)
        finally:
            server.terminate()
            await server.wait()  # it tells KV that its streams have ended
            await world.close()
            connection.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000, help="how many sockets")
    parser.add_argument("--port", type=int, default=22690, help="the port of the server")
    parser.add_argument("--serve", type=int, help="used by the measurement itself")
    given = parser.parse_args()
    if given.serve:
        serve(given.serve)
    else:
        asyncio.run(main(given.count, given.port))
