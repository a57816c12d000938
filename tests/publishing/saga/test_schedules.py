"""Publications that schedules, bulk commands and several people begin at the same time: each once."""

import asyncio

import pytest

from tests.publishing.saga.desk import Desk
from tests.support.world import World

pytestmark = pytest.mark.anyio


def make_due(world: World, content_id: str) -> None:
    world.rows("update public.contents set scheduled_for = now() - interval '1 second' where id = %s", content_id)


async def test_a_scheduled_content_goes_to_its_channels_once(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}"
    assert (await brand.admin.post(f"{path}/schedule", {"scheduledFor": "2031-01-01T09:00:00Z"})).status_code == 200
    make_due(world, content["id"])
    await asyncio.gather(*(desk.run_schedule() for _ in range(3)), *(desk.work() for _ in range(3)))
    item = await desk.until_ended(brand, content)
    assert (item["status"], item["requestedBy"]) == ("completed", None), item
    shown = await desk.content(brand, content)
    assert (shown["status"], shown["publishedBy"]) == ("published", None)
    assert len(await desk.received(channel)) == 1
    # When it expires, it is taken back.
    world.rows("update public.contents set expires_at = now() where id = %s", content["id"])
    await desk.run_schedule()
    item = await desk.until_ended(brand, content)
    assert (item["direction"], item["status"]) == ("unpublish", "completed"), item
    assert (await desk.content(brand, content))["status"] == "archived"
    assert len(await desk.messages(channel, "content.unpublished")) == 1


async def test_two_admins_and_the_schedule_publish_once(world: World, desk: Desk) -> None:
    brand = await world.brand()
    other = await world.member(brand, "admin")
    channel = await desk.channel(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}"
    assert (await brand.admin.post(f"{path}/schedule", {"scheduledFor": "2031-01-01T09:00:00Z"})).status_code == 200
    make_due(world, content["id"])
    bulk = {"operation": "publish", "contentIds": [content["id"]]}
    answers = await asyncio.gather(
        brand.admin.post(f"{path}/publish"),
        other.post(f"{path}/publish"),
        other.post("/contents/bulk", bulk),
        desk.run_schedule(),
        desk.run_schedule(),
    )
    assert sorted(answer.status_code for answer in answers[:2]) in ([200, 409], [409, 409])
    assert (await desk.until_ended(brand, content))["status"] == "completed"
    assert len(await desk.received(channel)) == 1
    counts = world.rows(
        "select type, count(*)::integer as n from public.domain_events where aggregate_id = %s "
        "and (type like 'Publication%%' or type = 'ContentPublished') group by 1",
        content["id"],
    )
    assert {row["type"]: row["n"] for row in counts} == {
        "PublicationStarted": 1,
        "PublicationCompleted": 1,
        "ContentPublished": 1,
    }


async def test_many_are_published_by_one_command(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    contents = [await world.approved(brand) for _ in range(4)]
    answer = await brand.admin.post(
        "/contents/bulk", {"operation": "publish", "contentIds": [content["id"] for content in contents]}
    )
    assert answer.status_code == 200, answer.text
    for content in contents:
        assert (await desk.until_ended(brand, content))["status"] == "completed"
        assert (await desk.content(brand, content))["status"] == "published"
    assert len(await desk.received(channel)) == 4


async def test_a_slow_channel_holds_up_no_other_brand(world: World, desk: Desk) -> None:
    slow, quick = await world.brand(), await world.brand()
    waiting, channel = await desk.channel(slow), await desk.channel(quick)
    await desk.fault(waiting, status=0, seconds=15, times=100)
    for _ in range(6):
        content = await world.approved(slow)
        assert (await slow.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    await desk.work()
    content = await world.approved(quick)
    assert (await quick.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    assert (await desk.until_ended(quick, content))["status"] == "completed"
    assert len(await desk.received(channel)) == 1
    states = world.rows(
        "select count(*)::integer as n from private.publications where brand_id = %s and status = 'running'", slow.id
    )
    assert states[0]["n"] == 6  # they still wait


async def test_the_contents_of_a_deleted_brand_are_taken_back(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    published, waiting = await world.approved(brand), await world.approved(brand)
    assert (await brand.admin.post(f"/contents/{published['id']}/publish")).status_code == 200
    assert (await desk.until_ended(brand, published))["status"] == "completed"
    await desk.fault(channel, status=503, times=1)
    assert (await brand.admin.post(f"/contents/{waiting['id']}/publish")).status_code == 200
    world.rows("update public.brands set deleted_at = now() where id = %s", brand.id)
    async with asyncio.timeout(30):
        while (
            desk.is_live(published) or desk.is_live(waiting) or not await desk.messages(channel, "content.unpublished")
        ):
            desk.hurry(waiting)
            await desk.run_schedule()
            await asyncio.sleep(0.2)
    rows = world.rows(
        "select direction, status from private.publications where brand_id = %s order by started_at", brand.id
    )
    assert [tuple(row.values()) for row in rows] == [
        ("publish", "completed"),
        ("publish", "cancelled"),
        ("unpublish", "completed"),
    ]
