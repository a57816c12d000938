"""Reconnect storms: all clients of a brand are cut again and again at once while many write, and lose nothing."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest

from local.demo.callers import Person
from local.stack.client import RunningStack
from tests.events.test_feed import append, settled, written_by_many
from tests.graph.subscriptions.support import EVENTS, Socket, connected, streaming
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

PEOPLE = 12
STORMS = 5


type Take = Callable[[], Awaitable[str]]


def of_socket(socket: Socket) -> Take:
    async def take() -> str:
        message = await socket.receive()
        assert message["type"] == "next", message
        return message["payload"]["data"]["events"]["id"]

    return take


def of_stream(parts: AsyncGenerator[tuple[str, Any]]) -> Take:
    async def take() -> str:
        name, told = await anext(parts)
        assert name == "next"
        return told["data"]["events"]["id"]

    return take


class Reader:
    """Reads until it is cut, and comes again behind the last event that it has."""

    def __init__(self, brand: Brand, person: Person, after: str, *, is_socket: bool) -> None:
        self.brand, self.person, self.after, self.is_socket = brand, person, after, is_socket
        self.read: list[str] = []

    async def follow(self) -> None:
        """Reads until it is cancelled."""
        if self.is_socket:
            async with connected(self.person) as socket:
                await socket.subscribe(EVENTS, brandId=self.brand.id, after=self.after)
                await self._read(of_socket(socket))
        else:
            async with streaming(self.person, EVENTS, brandId=self.brand.id, after=self.after) as parts:
                await self._read(of_stream(parts))

    async def _read(self, take: Take) -> None:
        while True:
            self.after = await take()
            self.read.append(self.after)


async def test_a_storm_of_reconnects_loses_and_repeats_nothing(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    people = [brand.admin, brand.editor, brand.viewer]
    people += [await world.member(brand, "viewer") for _ in range(PEOPLE - len(people))]
    first = append(world, brand)
    await settled(brand.viewer, brand, first)
    readers = [Reader(brand, person, first, is_socket=kind) for person in people for kind in (True, False)]
    writing = asyncio.create_task(written_by_many(stack.database_url, brand.id))
    for _ in range(STORMS):
        following = [asyncio.create_task(reader.follow()) for reader in readers]
        await asyncio.sleep(1)
        for task in following:
            assert not task.done(), task.exception()
            task.cancel()
        await asyncio.wait(following)
    expected = {event for events in await writing for event in events}
    last = append(world, brand)
    following = [asyncio.create_task(reader.follow()) for reader in readers]
    try:
        async with asyncio.timeout(60):
            while any(reader.after != last for reader in readers):
                assert not any(task.done() for task in following)
                await asyncio.sleep(0.1)
    finally:
        for task in following:
            task.cancel()
        await asyncio.wait(following)
    for reader in readers:
        assert len(reader.read) == len(set(reader.read)), "an event came twice"
        assert set(reader.read) == expected | {last}
    assert len({tuple(reader.read) for reader in readers}) == 1, "all read the same order"
