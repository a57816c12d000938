"""How a publication begins: what is checked first, what is made, and how one begins again."""

import asyncio
from typing import Any

import pytest

from tests.publishing.saga.desk import Desk
from tests.support.errors import assert_problem
from tests.support.shelf import ClaimShelf
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

# A slug that no site takes
MAPPING = {"title": "title", "content": "body", "slug": "title"}


async def publish(desk: Desk, brand: Brand, content: dict[str, Any]) -> dict[str, Any]:
    response = await brand.admin.post(f"/contents/{content['id']}/publish")
    assert response.status_code == 200, response.text
    return await desk.until_ended(brand, content, hurries=True)


async def test_no_channel_gets_what_another_cannot_take(world: World, desk: Desk) -> None:
    brand = await world.brand()
    hook, site = await desk.channel(brand), await desk.site(brand, fieldMapping=MAPPING)
    content = await world.approved(brand)
    item = await publish(desk, brand, content)
    assert (item["status"], item["failedStep"]) == ("failed", "validate"), item
    assert "slug" in item["error"]
    assert {entry["state"] for entry in item["channels"]} == {"skipped"}
    assert await desk.received(hook) == await desk.received(site) == []
    assert (await desk.content(brand, content))["status"] == "approved"


async def test_an_optional_channel_that_cannot_take_it_is_not_asked(world: World, desk: Desk) -> None:
    brand = await world.brand()
    hook, site = await desk.channel(brand), await desk.site(brand, fieldMapping=MAPPING, isRequired=False)
    content = await world.approved(brand)
    item = await publish(desk, brand, content)
    assert (item["status"], item["hasWarnings"]) == ("completed", True), item
    assert (len(await desk.received(hook)), await desk.received(site)) == (1, [])


async def test_a_failed_publication_of_a_content_that_was_scheduled_since(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}"
    await desk.fault(channel, status=400, times=1)
    assert (await publish(desk, brand, content))["status"] == "failed"
    assert (await brand.admin.post(f"{path}/schedule", {"scheduledFor": "2031-01-01T09:00:00Z"})).status_code == 200
    answer = await brand.admin.post(f"{path}/publication/retry")
    assert answer.status_code == 200, answer.text
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], item["error"]) == ("completed", None), item
    assert (await desk.content(brand, content))["status"] == "published"


async def test_a_publication_waits_for_a_check_against_changed_claims(world: World, desk: Desk) -> None:
    brand = await world.brand()
    shelf = ClaimShelf.of(world, brand)
    shelf.claim("Soothes dry skin")
    channel = await desk.channel(brand)
    content = await world.draft(brand, fields={"topic": "winter", "headline": "A cream for the winter"})
    path = f"/contents/{content['id']}"
    for person, step in (
        (brand.editor, "claims/check"),
        (brand.editor, "submit"),
        (brand.viewer, "approve"),
    ):
        assert (await person.post(f"{path}/{step}")).status_code == 200
    await desk.fault(channel, status=503, times=1)
    assert (await brand.admin.post(f"{path}/publish")).status_code == 200
    await desk.until_received(channel)
    shelf.claim("Heals eczema", "disallowed")
    async with asyncio.timeout(30):
        while desk.is_live(content):
            desk.hurry(content)
            await desk.run_schedule()
    item = await desk.publication(brand, content)
    assert (item["status"], item["error"]) == ("completed", None), item
    assert [step["error"] for step in item["steps"] if step["step"] == "publish_to_channels"] == [
        "waits for a check against claims that have changed"
    ]
    assert (await desk.content(brand, content))["status"] == "published"


async def test_made_descriptions_are_whole_sentences(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    long = "It reduces wrinkles " + "for a short while " * 10 + "only."
    bodies = {
        f"<p>Cold air is dry. Skin feels it!</p><p>{long}</p>": "Cold air is dry. Skin feels it!",
        f"<p>{long}</p>": None,
    }
    for body, description in bodies.items():
        content = await world.approved(brand, body=body)
        assert (await publish(desk, brand, content))["status"] == "completed"
        sent = [
            message["data"]["metadata"]
            for message in await desk.messages(channel, "content.published")
            if message["data"]["id"] == content["id"]
        ]
        assert sent[0].get("metaDescription") == description
    # Where a text has claims, no part of it is shown without the rest.
    ClaimShelf.of(world, brand).claim("Cures")
    made = world.rows(
        "select private.made_metadata(contents) as made from public.contents where brand_id = %s and body like %s",
        brand.id,
        "<p>Cold%",
    )
    assert "metaDescription" not in made[0]["made"]


async def test_a_published_content_is_sent_to_new_and_changed_channels(world: World, desk: Desk) -> None:
    brand = await world.brand()
    first = await desk.channel(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}/publication"
    assert (await publish(desk, brand, content))["status"] == "completed"
    assert_problem(await brand.admin.post(f"{path}/retry"), 409, "CONFLICT")
    second = await desk.channel(brand)
    assert (await brand.admin.get(path)).json()["data"]["allowedActions"] == ["retry"]
    # It stays published where the new channel refuses it.
    await desk.fault(second, status=400, times=1)
    assert (await brand.admin.post(f"{path}/retry")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], item["hasWarnings"]) == ("completed", True), item
    assert (await desk.content(brand, content))["status"] == "published"
    assert (await brand.admin.post(f"{path}/retry")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], item["hasWarnings"]) == ("completed", False), item
    assert len(await desk.messages(second, "content.published")) == 2
    assert await desk.messages(first, "content.unpublished") == []
    metadata = world.rows(
        "select private.shown_metadata(contents) as m from public.contents where id = %s", content["id"]
    )
    assert metadata[0]["m"]["metaTitle"] == content["title"]
    assert (await brand.admin.post(f"/contents/{content['id']}/archive")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert ([entry["state"] for entry in item["channels"]], item["status"]) == (["withdrawn"] * 2, "completed")


async def test_a_content_that_was_published_before_publications_were_kept(world: World, desk: Desk) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    path = f"/contents/{content['id']}/publication"
    world.rows("delete from private.publications where content_id = %s", content["id"])
    item = await desk.publication(brand, content)
    assert (item["status"], item["direction"], item["channels"]) == ("completed", "publish", [])
    assert item["finishedAt"] == content["publishedAt"]
    assert_problem(await brand.admin.post(f"{path}/cancel"), 409, "CONFLICT")
    assert_problem(await brand.admin.post(f"{path}/retry"), 409, "CONFLICT")
    channel = await desk.channel(brand)
    assert (await brand.admin.post(f"{path}/retry")).status_code == 200
    assert (await desk.until_ended(brand, content, hurries=True))["status"] == "completed"
    assert len(await desk.messages(channel, "content.published")) == 1


async def test_lists_leave_out_contents_in_the_bin(world: World, desk: Desk) -> None:
    brand = await world.brand()
    kept, binned = await world.published(brand), await world.published(brand)
    assert (await brand.admin.post(f"/contents/{binned['id']}/archive")).status_code == 200
    assert (await brand.admin.delete(f"/contents/{binned['id']}")).status_code in {200, 204}
    listed = (await brand.viewer.get(f"/publications?brandId={brand.id}&status=completed")).json()["data"]
    assert [item["contentId"] for item in listed] == [kept["id"]]
