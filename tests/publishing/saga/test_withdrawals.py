"""Contents are taken back from every channel that may have them, however their publication ended."""

from typing import Any

import pytest

from local.stack.client import RunningStack
from tests.publishing.saga.desk import Channel, Desk, without_prompt_work
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


async def publish(desk: Desk, brand: Brand, content: dict[str, Any]) -> dict[str, Any]:
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    return await desk.until_ended(brand, content, hurries=True)


def let_wait(world: World, content: dict[str, Any]) -> None:
    """Puts off what is due, so that only requests of the test change anything."""
    world.rows(
        "update private.publication_channels set due_at = now() + interval '1 hour' where content_id = %s",
        content["id"],
    )
    world.rows(
        "update private.publications set due_at = now() + interval '1 hour' where content_id = %s", content["id"]
    )


async def reopened_while_it_waits(world: World, desk: Desk, brand: Brand, channel: Channel) -> dict[str, Any]:
    """Returns an approved content of which a former version still is on a channel."""
    content = await world.approved(brand)
    path = f"/contents/{content['id']}"
    assert (await publish(desk, brand, content))["status"] == "completed"
    await desk.fault(channel, status=503, times=1)
    assert (await brand.admin.post(f"{path}/archive")).status_code == 200
    await desk.until_received(channel, 2)
    let_wait(world, content)
    for person, step in ((brand.admin, "reopen"), (brand.editor, "submit"), (brand.viewer, "approve")):
        assert (await person.post(f"{path}/{step}")).status_code == 200
    return content


async def test_an_optional_channel_that_never_answered_is_asked_to_take_it_back(world: World, desk: Desk) -> None:
    brand = await world.brand()
    await desk.channel(brand)
    site = await desk.site(brand, isRequired=False)
    content = await world.approved(brand)
    await desk.fault(site, status=502, times=3, methods=["POST"], isAfterwards=True)
    item = await publish(desk, brand, content)
    assert (item["status"], item["hasWarnings"]) == ("completed", True), item
    assert [post["status"] for post in await desk.posts(site)] == ["publish"]
    assert (await brand.admin.post(f"/contents/{content['id']}/archive")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["direction"], item["status"], len(item["channels"])) == ("unpublish", "completed", 2), item
    assert "publish" not in [post["status"] for post in await desk.posts(site)]


async def test_a_publication_that_is_undone_takes_the_former_version_back(
    world: World, desk: Desk, stack: RunningStack
) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    with without_prompt_work(stack) as origin:
        admin = await world.signed_in(origin)
        world.join(admin, brand.id, "admin")
        content = await reopened_while_it_waits(world, desk, brand, channel)
        path = f"/contents/{content['id']}"
        assert (await admin.post(f"{path}/publish")).status_code == 200
        let_wait(world, content)
        assert (await admin.post(f"{path}/publication/cancel")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], [entry["state"] for entry in item["channels"]]) == ("cancelled", ["withdrawn"]), item
    assert await desk.messages(channel, "content.unpublished")


async def test_a_channel_that_was_switched_off_does_not_keep_a_former_version(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    content = await reopened_while_it_waits(world, desk, brand, channel)
    switched = await brand.admin.patch(f"/channels/{channel.id}", 1, {"isActive": False})
    assert switched.status_code == 200, switched.text
    item = await publish(desk, brand, content)
    assert (item["direction"], item["status"]) == ("publish", "completed"), item
    assert [entry["state"] for entry in item["channels"]] == ["withdrawn"]
    assert (await desk.content(brand, content))["status"] == "published"
    types = world.rows(
        "select type, payload ->> 'direction' as direction from public.domain_events "
        "where aggregate_id = %s and type like 'Publication%%' order by id",
        content["id"],
    )
    assert [tuple(row.values()) for row in types] == [
        ("PublicationStarted", "publish"),
        ("PublicationCompleted", "publish"),
        ("PublicationStarted", "unpublish"),
        ("PublicationCancelled", "unpublish"),
        ("PublicationStarted", "publish"),
        ("PublicationCompleted", "publish"),
    ]


@pytest.mark.parametrize("action", ["publication/cancel", "archive"])
async def test_what_could_not_be_undone_is_undone_later(world: World, desk: Desk, action: str) -> None:
    brand = await world.brand()
    good, bad = await desk.channel(brand), await desk.channel(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}"
    await desk.fault(bad, status=503, times=1)
    assert (await brand.admin.post(f"{path}/publish")).status_code == 200
    await desk.until_received(good)
    await desk.until_received(bad)
    await desk.fault(good, status=500, times=8)
    await desk.fault(bad, status=400, times=1)
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], item["hasWarnings"]) == ("failed", True), item
    assert {entry["channelId"]: entry["state"] for entry in item["channels"]}[good.id] == "failed"
    shown = (await brand.admin.get(f"{path}/publication")).json()["data"]
    assert shown["allowedActions"] == ["cancel", "retry"]
    assert (await brand.admin.post(f"{path}/{action}")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["direction"], item["status"]) == ("unpublish", "completed"), item
    assert len(await desk.messages(good, "content.unpublished")) == 9
    assert_problem(await brand.admin.post(f"{path}/publication/cancel"), 409, "CONFLICT")


async def test_a_withdrawal_goes_on_once_the_channel_is_corrected(world: World, desk: Desk) -> None:
    brand = await world.brand()
    site = await desk.site(brand)
    content = await world.approved(brand)
    assert (await publish(desk, brand, content))["status"] == "completed"
    # As after a change of the password at the site
    await desk.fault(site, status=401, times=8)
    assert (await brand.admin.post(f"/contents/{content['id']}/archive")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], [entry["attempts"] for entry in item["channels"]]) == ("failed", [8]), item
    world.rows("select public.withdraw_again()")
    assert not desk.is_live(content)
    changed = await brand.admin.patch(
        f"/channels/{site.id}", 1, {"credentials": {"applicationPassword": "app publisher local"}}
    )
    assert changed.status_code == 200, changed.text
    world.rows("select public.withdraw_again()")
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["direction"], item["status"]) == ("unpublish", "completed"), item
    assert "publish" not in [post["status"] for post in await desk.posts(site)]
    world.rows("select public.withdraw_again()")
    assert not desk.is_live(content)


async def test_no_attempt_begins_while_the_target_may_still_work_on_another(
    world: World, desk: Desk, stack: RunningStack
) -> None:
    brand = await world.brand()
    await desk.channel(brand)
    content = await world.approved(brand)
    with without_prompt_work(stack) as origin:
        admin = await world.signed_in(origin)
        world.join(admin, brand.id, "admin")
        assert (await admin.post(f"/contents/{content['id']}/publish")).status_code == 200
        publication = world.rows(
            "update private.publications set due_at = now() + interval '1 hour' "
            "where content_id = %s returning id::text",
            content["id"],
        )[0]["id"]
        advance = "select public.advance_publication(%s) as due"
        assert len(world.rows(advance, publication)[0]["due"]["to_validate"]) == 1
        world.rows("select public.record_validation(%s, '{}')", publication)
        attempt = world.rows(advance, publication)[0]["due"]["attempts"][0]
        for ending in (
            "public.release_channel_attempt(%s, %s, %s)",
            "public.record_channel_attempt(%s, %s, %s, true, 'no answer', is_unknown => true)",
        ):
            world.rows(f"select {ending}", publication, attempt["channel_id"], attempt["lease_number"])
            assert world.rows(advance, publication)[0]["due"]["attempts"] == []
            row = world.rows(
                "select leased_until > now() + interval '50 seconds' as is_held, due_at >= leased_until as waits "
                "from private.publication_channels where publication_id = %s",
                publication,
            )
            assert row == [{"is_held": True, "waits": True}]
        assert (await admin.post(f"/contents/{content['id']}/publication/cancel")).status_code == 200
        row = world.rows(
            "select state, due_at >= leased_until as waits from private.publication_channels where publication_id = %s",
            publication,
        )
        assert row == [{"state": "withdrawing", "waits": True}]
