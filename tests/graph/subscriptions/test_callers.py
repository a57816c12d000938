"""Callers follow as long as they may, over a few connections: by server-sent events as by WebSockets."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.events.test_feed import append
from tests.graph.subscriptions.support import EVENTS, connected, parts_of, streaming
from tests.identity.test_api_keys import make
from tests.support.world import World, session_of

pytestmark = pytest.mark.anyio

# Far below the time between two looks at the log while nothing comes.
AT_ONCE_SECONDS = 10
LISTS = ("subscription { tasks { id } }", "subscription { notifications { id } }")


async def test_a_sixth_stream_is_refused(world: World) -> None:
    brand = await world.brand()
    headers = {"Accept": "text/event-stream"}
    body = {"query": EVENTS, "variables": {"brandId": brand.id}}
    async with AsyncExitStack() as open_streams:
        for _ in range(3):
            await open_streams.enter_async_context(streaming(brand.viewer, EVENTS, brandId=brand.id))
        # All kinds count together, also the stream of REST.
        await open_streams.enter_async_context(connected(brand.viewer))
        rest = brand.viewer.http.stream("GET", "/events/stream", params={"brandId": brand.id}, headers=headers)
        assert (await open_streams.enter_async_context(rest)).status_code == 200
        refused = await brand.viewer.http.post("/graphql", json=body, headers=headers)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMIT_EXCEEDED"
        async with streaming(brand.editor, EVENTS, brandId=brand.id):
            pass
    # The server sees within moments that they were closed.
    for _ in range(100):
        async with brand.viewer.http.stream("POST", "/graphql", json=body, headers=headers) as again:
            if again.status_code == 200:
                break
        await asyncio.sleep(0.1)
    else:
        pytest.fail("closed streams count on")


async def test_the_end_of_a_session_ends_its_streams(world: World) -> None:
    brand = await world.brand()
    async with AsyncExitStack() as open_streams:
        streams = [
            await open_streams.enter_async_context(streaming(brand.viewer, EVENTS, brandId=brand.id)),
            *[await open_streams.enter_async_context(streaming(brand.viewer, document)) for document in LISTS],
        ]
        await asyncio.sleep(1)
        assert (await brand.viewer.post("/auth/logout")).status_code < 300
        async with asyncio.timeout(AT_ONCE_SECONDS):
            for parts in streams:
                # Earlier events of the brand may still come first.
                *_, (name, told), (last, _) = [part async for part in parts]
                assert (name, told["errors"][0]["extensions"]["status"], last) == ("next", 401, "complete")


async def test_the_end_of_a_session_ends_a_single_connection(world: World) -> None:
    brand = await world.brand()
    http = brand.viewer.http
    headers = {"X-GraphQL-Event-Stream-Token": (await http.put("/graphql/stream")).text}
    async with http.stream("GET", "/graphql/stream", headers=headers) as answer:
        for name, document in enumerate((*LISTS, "subscription($id: ID!) { events(brandId: $id) { id } }")):
            variables = {"id": brand.id} if "$id" in document else {}
            body = {"query": document, "variables": variables, "extensions": {"operationId": str(name)}}
            assert (await http.post("/graphql/stream", json=body, headers=headers)).status_code == 202
        await asyncio.sleep(1)
        assert (await brand.viewer.post("/auth/logout")).status_code < 300
        async with asyncio.timeout(AT_ONCE_SECONDS):
            told = [part async for part in parts_of(answer)]
    assert told[0][0] == "next"
    assert told[0][1]["payload"]["errors"][0]["extensions"]["status"] == 401


async def test_the_end_of_a_membership_ends_what_follows_the_brand(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.viewer, other.id, "viewer")
    async with (
        streaming(brand.viewer, EVENTS, brandId=brand.id) as ending,
        streaming(brand.viewer, EVENTS, brandId=other.id) as lasting,
    ):
        await asyncio.sleep(1)
        world.database.execute(
            "delete from public.brand_members where brand_id = %s and user_id = %s",
            [brand.id, world.id_of(brand.viewer)],
        )
        hidden = append(world, brand)
        async with asyncio.timeout(AT_ONCE_SECONDS):
            (_, told), (last, _) = [part async for part in ending]
        assert (told["errors"][0]["extensions"]["code"], last) == ("NOT_FOUND", "complete")
        assert told["errors"][0]["extensions"]["after"] != hidden
        event = append(world, other)
        async with asyncio.timeout(AT_ONCE_SECONDS):
            _, told = await anext(lasting)
        assert told["data"]["events"]["id"] == event


async def test_a_session_that_is_revoked_ends_the_socket(world: World) -> None:
    brand = await world.brand()
    async with connected(brand.viewer) as socket:
        await socket.subscribe(LISTS[0])
        await asyncio.sleep(1)
        world.rows(
            "update public.user_sessions set ended_at = now(), end_reason = 'revoked' where id = %s",
            session_of(brand.viewer),
        )
        async with asyncio.timeout(AT_ONCE_SECONDS):
            assert await socket.closed() == 4403


async def test_the_end_of_a_key_ends_its_socket(world: World) -> None:
    brand = await world.brand()
    key = await make(brand, "read")
    async with connected(brand.viewer, {"apiKey": key["key"]}) as socket:
        await socket.subscribe(EVENTS, brandId=brand.id)
        await asyncio.sleep(1)
        event = append(world, brand)
        assert (await socket.receive())["payload"]["data"]["events"]["id"] == event
        assert (await brand.admin.delete(f"/users/api-keys/{key['id']}")).status_code == 204
        async with asyncio.timeout(AT_ONCE_SECONDS * 2):
            message = await socket.receive()
        assert message["type"] in ("error", "closed"), message
