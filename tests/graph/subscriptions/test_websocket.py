"""WebSockets: graphql-transport-ws with its close codes, and events that come once and in order."""

import asyncio
import time
from contextlib import AsyncExitStack
from typing import Any

import pytest

from lib.graph.subscriptions.limits import MESSAGES_A_MINUTE, UNKNOWN_OF_ADDRESS
from local.stack.client import RunningStack
from tests.events.test_feed import append, settled, written_by_many
from tests.graph.subscriptions.support import EVENTS, connected
from tests.identity.test_api_keys import make
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_an_event_comes_as_in_the_log(world: World) -> None:
    brand = await world.brand()
    first, second = append(world, brand), append(world, brand)
    page = await settled(brand.viewer, brand, second)
    (listed,) = [item for item in page["data"] if item["id"] == second]
    async with connected(brand.viewer) as socket:
        await socket.subscribe(EVENTS, brandId=brand.id, after=first)
        message = await socket.receive()
        assert message["type"] == "next", message
        event = message["payload"]["data"]["events"]
        assert event == {name: listed[name] for name in ("id", "type", "data")}
        assert message["payload"]["extensions"] == {"eventId": second}
        third = append(world, brand)
        assert (await socket.receive())["payload"]["data"]["events"]["id"] == third
        await socket.send("complete", id="1")
        await socket.send("ping")
        assert (await socket.receive())["type"] == "pong"


async def test_cut_connections_lose_and_repeat_nothing(world: World, stack: RunningStack) -> None:
    brand = await world.brand()
    last = append(world, brand)
    await settled(brand.viewer, brand, last)
    writing = asyncio.create_task(written_by_many(stack.database_url, brand.id))
    read: list[str] = []
    expected: set[str] | None = None
    until = time.monotonic() + 90
    while expected is None or not expected <= set(read):
        assert time.monotonic() < until, "events are missing"
        async with connected(brand.viewer) as socket:
            await socket.subscribe(EVENTS, brandId=brand.id, after=last)
            for _ in range(97 if expected is None else min(97, len(expected) - len(read))):
                message = await socket.receive()
                assert message["type"] == "next", message
                last = message["payload"]["data"]["events"]["id"]
                read.append(last)
        if writing.done():
            expected = {event for events in writing.result() for event in events}
    assert sorted(read) == sorted(expected)


@pytest.mark.parametrize(
    ("init", "code"), [({}, 4403), ({"accessToken": "made.up.token"}, 4403), ({"apiKey": "mix_test_" + "a" * 32}, 4403)]
)
async def test_strangers_are_refused(world: World, init: dict[str, Any], code: int) -> None:
    brand = await world.brand()
    async with connected(brand.viewer, is_ready=False) as socket:
        await socket.send("connection_init", payload=init)
        assert await socket.closed() == code


async def test_cookies_are_not_read(world: World) -> None:
    brand = await world.brand()
    cookies = {
        "Cookie": f"mixerai_access={brand.viewer.access_token}; __Host-mixerai_access={brand.viewer.access_token}"
    }
    headers = cookies | {"Authorization": f"Bearer {brand.viewer.access_token}"}
    async with connected(brand.viewer, is_ready=False, headers=headers) as socket:
        await socket.send("connection_init")
        assert await socket.closed() == 4403


async def test_other_subprotocols_are_refused(world: World) -> None:
    brand = await world.brand()
    async with connected(brand.viewer, is_ready=False, protocols=["graphql-ws"]) as socket:
        assert await socket.closed() == 4406


async def test_messages_out_of_order_end_the_connection(world: World) -> None:
    brand = await world.brand()
    async with connected(brand.viewer, is_ready=False) as socket:
        await socket.subscribe("{ __typename }")
        assert await socket.closed() == 4401
    async with connected(brand.viewer) as socket:
        await socket.send("connection_init", payload={"accessToken": brand.viewer.access_token})
        assert await socket.closed() == 4429
    async with connected(brand.viewer) as socket:
        await socket.send("sing")
        assert await socket.closed() == 4400
    async with connected(brand.viewer) as socket:
        await socket.socket.send_str("no JSON")
        assert await socket.closed() == 4400
    async with connected(brand.viewer) as socket:
        await socket.subscribe(EVENTS, brandId=brand.id)
        await socket.subscribe(EVENTS, brandId=brand.id)
        assert await socket.closed() == 4409


async def test_a_client_that_talks_too_much_is_cut_off(world: World) -> None:
    brand = await world.brand()
    async with connected(brand.viewer) as socket:
        for _ in range(MESSAGES_A_MINUTE + 1):
            await socket.send("pong")
        assert await socket.closed() == 4429


async def test_an_address_holds_few_connections_that_say_nothing(world: World) -> None:
    brand = await world.brand()

    def silent(host: str) -> Any:
        return connected(brand.viewer, is_ready=False, host=host)

    async with AsyncExitStack() as opened:
        for _ in range(UNKNOWN_OF_ADDRESS):
            last = await opened.enter_async_context(silent("127.0.0.77"))
        async with silent("127.0.0.77") as socket:
            assert await socket.closed() == 4429
        async with silent("127.0.0.78") as socket:
            await socket.send("connection_init", payload={"accessToken": brand.viewer.access_token})
            assert (await socket.receive())["type"] == "connection_ack"
        await last.send("connection_init", payload={"accessToken": brand.viewer.access_token})
        assert (await last.receive())["type"] == "connection_ack"
        async with silent("127.0.0.77") as socket:
            await socket.send("connection_init", payload={"accessToken": brand.viewer.access_token})
            assert (await socket.receive())["type"] == "connection_ack"


async def test_a_sixth_connection_is_refused(world: World) -> None:
    brand = await world.brand()
    async with asyncio.TaskGroup() as group:
        done = asyncio.Event()
        opened = asyncio.Semaphore(0)

        async def hold() -> None:
            async with connected(brand.viewer):
                opened.release()
                await done.wait()

        for _ in range(5):
            group.create_task(hold())
        for _ in range(5):
            await opened.acquire()
        async with connected(brand.viewer, is_ready=False) as socket:
            await socket.send("connection_init", payload={"accessToken": brand.viewer.access_token})
            assert await socket.closed() == 4429
        done.set()


async def test_queries_and_failures_are_answered(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    async with connected(brand.viewer) as socket:
        await socket.subscribe("{ __typename }", "a")
        assert (await socket.receive())["payload"]["data"] == {"__typename": "Query"}
        assert await socket.receive() == {"type": "complete", "id": "a"}
        await socket.subscribe("{ unknown }", "b")
        message = await socket.receive()
        assert (message["type"], message["id"]) == ("error", "b")
        await socket.subscribe(EVENTS, "c", brandId=other.id)
        message = await socket.receive()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "NOT_FOUND")


async def test_a_key_follows_its_brand(world: World) -> None:
    brand = await world.brand()
    key = await make(brand, "read")
    async with connected(brand.viewer, {"apiKey": key["key"]}) as socket:
        await socket.subscribe("subscription($id: ID!) { contentStatusChanged(brandId: $id) { id } }", id=brand.id)
        await socket.subscribe("subscription { tasks { id } }", "people")
        message = await socket.receive()
        assert (message["id"], message["payload"][0]["extensions"]["code"]) == ("people", "INSUFFICIENT_PERMISSIONS")


async def test_the_end_of_a_session_ends_the_connection(world: World) -> None:
    brand = await world.brand()
    async with connected(brand.viewer) as socket:
        await socket.subscribe(EVENTS, brandId=brand.id)
        await asyncio.sleep(1)
        assert (await brand.viewer.post("/auth/logout")).status_code < 300
        assert await socket.closed() == 4403


async def test_the_end_of_a_membership_ends_the_subscription(world: World) -> None:
    brand = await world.brand()
    async with connected(brand.viewer) as socket:
        await socket.subscribe(EVENTS, brandId=brand.id, types=["ContentPublished"])
        await asyncio.sleep(1)
        world.database.execute(
            "delete from public.brand_members where brand_id = %s and user_id = %s",
            [brand.id, world.id_of(brand.viewer)],
        )
        message = await socket.receive()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "NOT_FOUND")
