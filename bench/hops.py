"""Measures the CPU of this process for each hop of a request: one call of the data API, one command of KV.

A process of its own stands in for both services and answers at once, so that its work is not counted: 2 KB of JSON from
the data API, the answer of the rate limits from KV. The figures hold for one connection and for sixteen at once.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from tools.package import ENVIRONMENT

REQUESTS: Final = 1600
ROUNDS: Final = 5
CONNECTIONS: Final = (1, 16)
ROW: Final = {"id": "0198c0de-0000-7000-8000-000000000000", "title": "Frost", "fields": {"body": "x" * 1900}}
RECORD: Final = '{"userId": "0198c0de-0000-7000-8000-000000000000", "openedAt": 1, "factor": "none", "plan": "starter"}'


class _Peer(asyncio.Protocol):
    """Answers each request at once, by its path."""

    def __init__(self) -> None:
        rows = json.dumps([ROW]).encode()
        window = json.dumps({"result": [b64encode(RECORD.encode()).decode(), [[1, 100, 990, 1]]]}).encode()
        self._answers = {is_kv: self._answer(body) for is_kv, body in ((False, rows), (True, window))}
        self._received = b""

    @staticmethod
    def _answer(body: bytes) -> bytes:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        _, _, length = head.lower().partition(b"content-length:")
        if len(body) < int(length.partition(b"\r\n")[0] or 0):
            return
        self._received = b""
        self._transport.write(self._answers[b"/rest/v1/" not in head.partition(b"\r\n")[0]])


async def serve() -> None:
    """Runs the stand-in, and prints its port first."""
    server = await asyncio.get_running_loop().create_server(_Peer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def measure(hop: Callable[[], Awaitable[Any]]) -> dict[int, float]:
    """Returns the least CPU of a hop in milliseconds, by the number of connections."""
    least: dict[int, float] = {}
    for connections in CONNECTIONS:

        async def work(count: int) -> None:
            for _ in range(count):
                await hop()

        for _ in range(ROUNDS):
            began = time.process_time()
            await asyncio.gather(*(work(REQUESTS // connections) for _ in range(connections)))
            spent = (time.process_time() - began) * 1000 / REQUESTS
            least[connections] = min(spent, least.get(connections, spent))
    return least


def resident_megabytes() -> float:
    """Returns the memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


async def main_hops(url: str) -> None:
    """Measures both hops and prints them."""
    os.environ.update(ENVIRONMENT | {"SUPABASE_URL": url, "UPSTASH_REDIS_REST_URL": url})
    from lib.core.data.db import call, connect_anonymously, fetch_one
    from lib.core.data.kv import ask_kv, get_kv
    from lib.core.http.client import get_http_client

    async def ask_data() -> None:
        arguments = {"content_id": ROW["id"], "expand": [], "known_version": None}
        assert await fetch_one(call(connect_anonymously(), "get_content", arguments)) == ROW

    async def ask_store() -> None:
        answer = await ask_kv(get_kv().eval("return 1", keys=["limits:overrides", "session:1", "window:1"], args=["1"]))
        assert answer[0] == RECORD

    print(f"{'hop':<6} {'connections':>11} {'CPU ms':>7}")
    for name, hop in (("data", ask_data), ("KV", ask_store)):
        for connections, spent in (await measure(hop)).items():
            print(f"{name:<6} {connections:>11} {spent:>7.3f}")
    print(f"resident: {resident_megabytes():.0f} MB")
    await get_kv().close()
    await get_http_client().aclose()


def main() -> None:
    if "--serve" in sys.argv:
        asyncio.run(serve())
        return
    with subprocess.Popen([sys.executable, "-m", "bench.hops", "--serve"], stdout=subprocess.PIPE, text=True) as peer:
        assert peer.stdout is not None
        port = peer.stdout.readline().strip()
        try:
            asyncio.run(main_hops(f"http://127.0.0.1:{port}"))
        finally:
            peer.terminate()


if __name__ == "__main__":
    main()
