"""Follows subscriptions over both transports."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import httpx

from local.demo.callers import Person

PATIENCE_SECONDS = 30
EVENTS = "subscription($brandId: ID!, $types: [String!], $after: ID) { events(brandId: $brandId, types: $types, after: $after) { id type data } }"  # noqa: E501
CLOSES = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING)


class Socket:
    """A client of graphql-transport-ws, which answers pings."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send_json({"type": kind, **fields})

    async def receive(self) -> dict[str, Any]:
        """Returns the next message other than a ping; `{"type": "closed"}` at the end."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                message = await self.socket.receive()
                if message.type in CLOSES:
                    return {"type": "closed", "code": self.socket.close_code}
                told: dict[str, Any] = json.loads(message.data)
                if told["type"] != "ping":
                    return told
                await self.send("pong")

    async def closed(self) -> int | None:
        """Reads until the end, and returns its code."""
        while (message := await self.receive())["type"] != "closed":
            pass
        return message["code"]

    async def subscribe(self, document: str, name: str = "1", **variables: Any) -> None:
        await self.send("subscribe", id=name, payload={"query": document, "variables": variables})


@asynccontextmanager
async def connected(
    person: Person,
    init: dict[str, Any] | None = None,
    *,
    is_ready: bool = True,
    host: str | None = None,
    **options: Any,
) -> AsyncGenerator[Socket]:
    """Opens a WebSocket as a person. ``host``: the address of this machine to come from."""
    address = f"{person.http.base_url}graphql".replace("http", "ws", 1)
    options = {"protocols": ["graphql-transport-ws"], **options}
    connector = aiohttp.TCPConnector(local_addr=(host, 0)) if host else None
    async with aiohttp.ClientSession(connector=connector) as session, session.ws_connect(address, **options) as raw:
        socket = Socket(raw)
        if is_ready:
            await socket.send("connection_init", payload=init or {"accessToken": person.access_token})
            assert (await socket.receive())["type"] == "connection_ack"
        yield socket


async def parts_of(answer: httpx.Response) -> AsyncGenerator[tuple[str, Any]]:
    """Gives the events of a response of server-sent events: their names and their data."""
    name = ""
    async for line in answer.aiter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field in ("data", "data:"):
            yield name, json.loads(value) if value else None


@asynccontextmanager
async def streaming(person: Person, document: str, **variables: Any) -> AsyncGenerator[AsyncGenerator[tuple[str, Any]]]:
    """Follows one operation over a connection of its own."""
    body = {"query": document, "variables": variables}
    headers = {"Accept": "text/event-stream"}
    async with person.http.stream("POST", "/graphql", json=body, headers=headers, timeout=60) as answer:
        if answer.status_code != 200:
            await answer.aread()
        assert answer.status_code == 200, answer.text
        yield parts_of(answer)
