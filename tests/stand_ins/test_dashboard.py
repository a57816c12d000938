"""The demo's dashboard misses nothing, though Realtime loses messages and closes channels."""

import asyncio

import pytest

from local.demo.dashboard import Dashboard
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def opened(world: World, token: str, topic: str) -> Dashboard:
    environment = world.stack.environment
    key = environment["SUPABASE_PUBLISHABLE_KEY"]
    config = {"supabaseUrl": environment["SUPABASE_URL"], "supabasePublishableKey": key}
    return await Dashboard.open(config, token, topic)


async def test_messages_flow_when_it_is_open(world: World) -> None:
    brand = await world.brand()
    dashboard = await opened(world, brand.viewer.access_token, f"brand:{brand.id}")
    await world.draft(brand)
    await dashboard.wait_for("ContentCreated")
    await dashboard.close()


async def test_a_dashboard_that_was_closed_joins_again_and_catches_up(world: World) -> None:
    brand = await world.brand()
    dashboard = await opened(world, brand.viewer.access_token, f"brand:{brand.id}")
    content = await world.draft(brand)
    await dashboard.wait_for("ContentCreated")
    # As when the server closes a channel: the client removes it and joins no more by itself.
    channel = dashboard.client.realtime.get_channels()[0]
    await channel.unsubscribe()
    await brand.editor.patch(f"/contents/{content['id']}", 1, {"title": "Missed"})
    await dashboard.wait_for("ContentUpdated", 20)
    assert dashboard.joins == 2
    seen = [event["eventId"] for event in dashboard.received]
    assert len(seen) == len(set(seen))
    # And what comes after that comes by the channel.
    await brand.editor.patch(f"/contents/{content['id']}", 2, {"title": "Heard"})
    async with asyncio.timeout(10):
        while [event["type"] for event in dashboard.received].count("ContentUpdated") < 2:
            dashboard.arrived.clear()
            await dashboard.arrived.wait()
    # The log shows an event as the channel does, which has an id of its message beside it.
    by_log, by_channel = (event for event in dashboard.received if event["type"] == "ContentUpdated")
    assert by_log.keys() == by_channel.keys() - {"id"}
    await dashboard.close()


async def test_a_stranger_catches_up_on_nothing(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    await world.draft(brand)
    dashboard = await opened(world, stranger.editor.access_token, f"brand:{brand.id}")
    assert dashboard.state == "CHANNEL_ERROR"
    await dashboard.catch_up()
    assert dashboard.received == []
    await dashboard.close()
