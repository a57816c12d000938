"""A peer that closes its connections at the wrong moment, alone or before a real service."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

START_SECONDS: Final = 10
OK: Final = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"result": 1}'

type Moment = Literal["before", "after", "half"]
"""When a connection is closed: before the service gets the request, after it has, or after half of its answer."""


@dataclass
class Request:
    """A request as it came: ``connection`` counts the connections of the peer."""

    connection: int
    head: bytes
    body: bytes


@dataclass
class Faulty:
    """A peer. ``target``: the service that answers through it; without one it gives ``answer``."""

    target: str | None = None
    answer: bytes = OK
    delay: float = 0.0
    """Seconds before each answer."""
    faults: list[tuple[bytes, Moment]] = field(default_factory=list[tuple[bytes, Moment]])
    """The faults that the next requests with some text meet, each once."""
    requests: list[Request] = field(default_factory=list[Request])
    at_once: int = 0
    """How many requests were waiting for their answers at the same time, at most."""
    port: int = 0
    _connections: int = 0
    _waiting: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def count(self, text: bytes) -> int:
        """Returns how many requests contained a text."""
        return sum(1 for request in self.requests if text in request.head + request.body)

    def _fault(self, request: Request) -> Moment | None:
        for fault in self.faults:
            if fault[0] in request.head + request.body:
                self.faults.remove(fault)
                return fault[1]
        return None

    async def _answer(self, request: Request) -> bytes:
        self._waiting += 1
        self.at_once = max(self.at_once, self._waiting)
        try:
            await asyncio.sleep(self.delay)
            return await self._ask(request) if self.target else self.answer
        finally:
            self._waiting -= 1

    async def _ask(self, request: Request) -> bytes:
        parts = urlsplit(self.target or "")
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(request.head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + request.body)
        received = await reader.read()
        writer.close()
        head, _, body = received.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"connection:", b"keep-alive:"))]
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers the requests of one connection until one of them meets a fault."""
        self._connections += 1
        connection = self._connections
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                _, _, length = head.lower().partition(b"content-length:")
                body = await reader.readexactly(int(length.partition(b"\r\n")[0] or 0))
                request = Request(connection, head, body)
                self.requests.append(request)
                fault = self._fault(request)
                if fault == "before":
                    return
                answer = await self._answer(request)
                if fault == "after":
                    return
                writer.write(answer[: len(answer) // 2] if fault else answer)
                await writer.drain()
                if fault:
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()


@contextmanager
def faulty_peer(target: str | None = None) -> Generator[Faulty]:
    """Runs a peer in a thread of its own."""
    peer = Faulty(target)
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def run() -> None:
        server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
        peer.port = server.sockets[0].getsockname()[1]
        started.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()

    def work() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            try:
                runner.run(run())
            except asyncio.CancelledError:
                return

    def stop() -> None:
        for task in asyncio.all_tasks(loop):
            task.cancel()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert started.wait(START_SECONDS)
    try:
        yield peer
    finally:
        loop.call_soon_threadsafe(stop)
        thread.join()
