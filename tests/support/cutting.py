"""A proxy whose connections break."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Cutter:
    """Forwards bytes to a server, until it cuts all connections or refuses new ones."""

    def __init__(self, url: str) -> None:
        target = urlsplit(url)
        assert target.hostname is not None
        self._target = target.hostname, target.port
        self._path = target.path
        self._open: set[asyncio.StreamWriter] = set()
        self.is_down = False
        self.cuts = 0
        self.url = ""

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, back}
        self._open |= pair
        await asyncio.gather(self._forward(reader, back), self._forward(there, writer))
        self._open -= pair

    def cut(self) -> None:
        """Breaks all connections off, without a word."""
        self.cuts += 1
        for writer in self._open:
            writer.transport.abort()

    async def cut_at_random(self, chance: random.Random) -> None:
        """Breaks connections off until it is cancelled. Sometimes the server is away for a while."""
        while True:
            await asyncio.sleep(chance.random() * 1.2)
            self.is_down = chance.random() < 0.3
            self.cut()
            if self.is_down:
                await asyncio.sleep(chance.random() * 1.5)
                self.is_down = False

    @asynccontextmanager
    async def serve(self) -> AsyncIterator["Cutter"]:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{self._path}"
        try:
            yield self
        finally:
            server.close()
            self.cut()
