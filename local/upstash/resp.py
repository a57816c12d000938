"""One connection to Redis for all requests: commands are written in the order of the requests, and replies come so."""

import asyncio
from collections import deque
from typing import Any, Final
from urllib.parse import urlsplit

from hiredis import Reader, pack_command

type Command = list[Any]

_INCOMPLETE: Final = object()


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self.reader = Reader(notEnoughData=_INCOMPLETE)
        self.waiting: deque[tuple[asyncio.Future[list[Any]], int]] = deque()
        self.replies: list[Any] = []
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.reader.feed(data)
        while (reply := self.reader.gets()) is not _INCOMPLETE:
            self.replies.append(reply)
            answer, count = self.waiting[0]
            if len(self.replies) == count:
                self.waiting.popleft()
                if not answer.done():  # its request may have been cancelled
                    answer.set_result(self.replies)
                self.replies = []

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        for answer, _ in self.waiting:
            if not answer.done():
                answer.set_exception(ConnectionError("Redis closed the connection"))
        self.waiting.clear()


class Redis:
    """Commands to one database of a Redis server, over a connection that is opened again when it was lost."""

    def __init__(self, url: str) -> None:
        """``url``: ``redis://<host>:<port>/<number of the database>``."""
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 6379
        self.database = parts.path.removeprefix("/") or "0"
        self.connection: _Connection | None = None
        self.opening = asyncio.Lock()

    async def _open(self) -> _Connection:
        async with self.opening:
            if self.connection is None or self.connection.transport is None:
                loop = asyncio.get_running_loop()
                _, self.connection = await loop.create_connection(_Connection, self.host, self.port)
                await self._send(self.connection, [["SELECT", self.database]])
            return self.connection

    def _send(self, connection: _Connection, commands: list[Command]) -> asyncio.Future[list[Any]]:
        packed = b"".join([pack_command(tuple(command)) for command in commands])  # raises TypeError before any write
        if connection.transport is None:
            raise ConnectionError("Redis closed the connection")
        answer: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        connection.waiting.append((answer, len(commands)))
        connection.transport.write(packed)
        return answer

    async def execute(self, commands: list[Command]) -> list[Any]:
        """Sends all commands in one piece, so that none of another request comes between, and returns their replies.

        The reply to a command that Redis refused is a ``hiredis.ReplyError``. Raises TypeError for a command with other
        parts than texts and numbers, OSError where Redis cannot be reached.
        """
        connection = self.connection
        if connection is None or connection.transport is None:
            connection = await self._open()
        return await self._send(connection, commands)
