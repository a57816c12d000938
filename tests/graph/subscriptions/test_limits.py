"""How connections end: clients that are silent or slow, the time of the function, and live messages that stop."""

import asyncio
import socket as sockets
from typing import Any

import aiohttp
import pytest

from lib.graph.subscriptions import upstream
from local.demo.callers import Person
from local.stack.client import RunningStack
from tests.events.test_feed import append, settled
from tests.graph.subscriptions.served import raw_socket, served
from tests.graph.subscriptions.support import EVENTS, PATIENCE_SECONDS, Socket, parts_of
from tests.support.world import World

pytestmark = pytest.mark.anyio

# An answer of some hundred kilobytes, which the sockets of the kernel do not swallow for long.
LARGE = "{ __schema { types { name description fields { name description args { name description } } } } }"


async def begun(raw: aiohttp.ClientWebSocketResponse, person: Person) -> Socket:
    socket = Socket(raw)
    await socket.send("connection_init", payload={"accessToken": person.access_token})
    assert (await socket.receive())["type"] == "connection_ack"
    return socket


async def test_the_server_pings_and_ends_silence(
    world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = await world.brand()
    async with served(stack, monkeypatch, PING_SECONDS=0.2, SILENT_SECONDS=1.0) as address:
        async with raw_socket(address) as raw, asyncio.timeout(PATIENCE_SECONDS):
            socket = await begun(raw, brand.viewer)
            for _ in range(8):  # answered in time, it lasts
                assert (await raw.receive_json())["type"] == "ping"
                await socket.send("pong")
        async with raw_socket(address) as raw, asyncio.timeout(PATIENCE_SECONDS):
            await begun(raw, brand.viewer)
            while (message := await raw.receive()).type is aiohttp.WSMsgType.TEXT:
                assert message.json() == {"type": "ping"}
            assert raw.close_code == 4408


async def test_nobody_waits_for_credentials_for_long(
    world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(stack, monkeypatch, INITIALISATION_SECONDS=0.2) as address, raw_socket(address) as raw:
        assert await Socket(raw).closed() == 4408


async def test_the_time_of_a_connection_ends_with_a_place(
    world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = await world.brand()
    first, second = append(world, brand), append(world, brand)
    await settled(brand.viewer, brand, second)
    last = {"code": "STREAM_ENDED", "after": second, "retryAfter": 1}
    variables = {"brandId": brand.id, "after": first}
    async with served(stack, monkeypatch, CONNECTION_SECONDS=3.0) as address:
        async with raw_socket(address) as raw:
            socket = await begun(raw, brand.viewer)
            await socket.subscribe(EVENTS, **variables)
            assert (await socket.receive())["payload"]["data"]["events"]["id"] == second
            message = await socket.receive()
            assert (message["type"], message["payload"][0]["extensions"]) == ("error", last)
            assert await socket.closed() == 1012
        headers = {"Authorization": f"Bearer {brand.viewer.access_token}", "Accept": "text/event-stream"}
        body: dict[str, Any] = {"query": EVENTS, "variables": variables}
        async with (
            asyncio.timeout(PATIENCE_SECONDS),
            brand.viewer.http.stream("POST", address, json=body, headers=headers, timeout=30) as answer,
        ):
            told = [part async for part in parts_of(answer)]
        assert [name for name, _ in told] == ["next", "next", "complete"]
        assert told[1][1]["errors"][0]["extensions"] == last


async def test_a_client_who_does_not_read_is_dropped_with_a_code(
    world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = await world.brand()

    def narrow(address: Any) -> sockets.socket:
        made = sockets.socket(address[0], address[1], address[2])
        made.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        return made

    async with served(stack, monkeypatch, SENDING_SECONDS=1.0) as address:
        connector = aiohttp.TCPConnector(socket_factory=narrow)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.ws_connect(
                address.replace("http", "ws", 1), protocols=["graphql-transport-ws"], max_msg_size=0, compress=0
            ) as raw,
        ):
            socket = await begun(raw, brand.viewer)
            for number in range(18):
                await socket.subscribe(LARGE, str(number))
            await asyncio.sleep(6)
            # It reads again, what was sent before, and then the reason.
            assert await socket.closed() == 4410


async def test_events_come_while_live_messages_do_not(
    world: World, stack: RunningStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand = await world.brand()
    async with served(stack, monkeypatch) as address, raw_socket(address) as raw:
        socket = await begun(raw, brand.viewer)
        await socket.subscribe(EVENTS, brandId=brand.id)
        await asyncio.sleep(1)
        written: list[str] = []
        for _ in range(3):
            for each in list(upstream._upstreams.values()):  # pyright: ignore[reportPrivateUsage]
                for one in each._sockets:  # pyright: ignore[reportPrivateUsage]
                    if one._socket is not None:  # pyright: ignore[reportPrivateUsage]
                        await one._socket.close()  # pyright: ignore[reportPrivateUsage]
            written += [append(world, brand), append(world, brand)]
            await asyncio.sleep(0.5)
        found = [(await socket.receive())["payload"]["data"]["events"]["id"] for _ in written]
        assert found == written
