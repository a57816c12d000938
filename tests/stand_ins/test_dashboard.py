"""Checks that the demo's dashboard misses nothing, although Realtime loses messages and closes channels."""

import asyncio
from typing import Any

import httpx
import pytest

from local.demo.callers import Person
from local.demo.dashboard import Dashboard
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def opened(world: World, person: Person, topic: str, **options: Any) -> Dashboard:
    environment = world.stack.environment
    key = environment["SUPABASE_PUBLISHABLE_KEY"]
    config = {"supabaseUrl": environment["SUPABASE_URL"], "supabasePublishableKey": key}
    return await Dashboard.open(config, person.access_token, topic, api=person.http, **options)


async def test_messages_flow_when_it_is_open(world: World) -> None:
    brand = await world.brand()
    dashboard = await opened(world, brand.viewer, f"brand:{brand.id}")
    await world.draft(brand)
    await dashboard.wait_for("ContentCreated")
    await dashboard.close()


async def test_a_dashboard_that_was_closed_joins_again_and_catches_up(world: World) -> None:
    brand = await world.brand()
    may_join, pauses = asyncio.Event(), list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await may_join.wait()

    dashboard = await opened(world, brand.viewer, f"brand:{brand.id}", pause=pause)
    content = await world.draft(brand)
    await dashboard.wait_for("ContentCreated")
    # As if the server closed the channel: the client removes it and does not join again by itself.
    channel = dashboard.client.realtime.get_channels()[0]
    await channel.unsubscribe()
    await brand.editor.patch(f"/contents/{content['id']}", 1, {"title": "Missed"})
    may_join.set()
    await dashboard.wait_for("ContentUpdated", 20)
    assert (dashboard.joins, pauses) == (2, [1.0])
    seen = [event["eventId"] for event in dashboard.received]
    assert len(seen) == len(set(seen))
    # Later events arrive on the channel.
    await brand.editor.patch(f"/contents/{content['id']}", 2, {"title": "Heard"})
    async with asyncio.timeout(10):
        while [event["type"] for event in dashboard.received].count("ContentUpdated") < 2:
            dashboard.arrived.clear()
            await dashboard.arrived.wait()
    # The log returns an event like the channel does; the channel adds the id of its message.
    by_log, by_channel = (event for event in dashboard.received if event["type"] == "ContentUpdated")
    assert by_log.keys() == by_channel.keys() - {"id"}
    await dashboard.close()


async def test_a_dashboard_joins_again_for_as_long_as_it_takes(world: World) -> None:
    brand = await world.brand()
    pauses = list[float]()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 6:
            await world.draft(brand)
            world.join(brand.viewer, brand.id, "viewer")

    dashboard = await opened(world, brand.viewer, f"brand:{brand.id}", pause=pause)
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(brand.viewer))
    await dashboard.client.realtime.get_channels()[0].unsubscribe()
    # Events from the meantime come with it.
    await dashboard.wait_for("ContentCreated", 20)
    assert pauses == [1.0, 2.0, 5.0, 10.0, 10.0, 10.0]
    await dashboard.close()


async def test_many_changes_at_once_are_one_message_to_the_brand(world: World) -> None:
    """The summary stands for events of the log, which catching up still brings, including the one that it names."""
    brand = await world.brand()
    content, *others = [await world.draft(brand) for _ in range(21)]
    ids = [content["id"], *(other["id"] for other in others)]
    whole = await opened(world, brand.viewer, f"brand:{brand.id}")
    single = await opened(world, brand.viewer, f"content:{content['id']}", brand_id=brand.id)
    changes = {"contentIds": ids, "operation": "update", "changes": {"tags": ["many"]}}
    assert (await brand.editor.post("/contents/bulk", changes)).status_code == 200
    await whole.wait_for("ContentsChanged")
    # Single events may still come from the log.
    (summary,) = (event for event in whole.received if event["type"] == "ContentsChanged")
    assert (summary["aggregateType"], summary["aggregateId"]) == ("brand", brand.id)
    assert summary["data"] == {
        "command": "bulk_contents",
        "events": {"ContentUpdated": len(ids)},
        "contentIds": sorted(ids),
    }
    # Sent after it, and so received after it.
    await brand.editor.patch(f"/contents/{content['id']}", 2, {"title": "By itself"})
    await single.wait_for("ContentUpdated")
    assert [event["aggregateVersion"] for event in single.received if event["type"] == "ContentUpdated"] == [3]
    for dashboard in (whole, single):
        await dashboard.catch_up()
        versions = {
            event["aggregateVersion"]
            for event in dashboard.received
            if event["type"] == "ContentUpdated" and event["aggregateId"] == content["id"]
        }
        assert versions == {2, 3}
        await dashboard.close()


async def test_a_stranger_catches_up_on_nothing(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    await world.draft(brand)
    dashboard = await opened(world, stranger.editor, f"brand:{brand.id}")
    assert dashboard.state == "CHANNEL_ERROR"
    with pytest.raises(httpx.HTTPStatusError) as refused:
        await dashboard.catch_up()
    assert refused.value.response.status_code == 404
    assert dashboard.received == []
    await dashboard.close()
