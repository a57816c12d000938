"""A content on its way to its channels: step by step, and back where it fails."""

import pytest

from tests.publishing.saga.desk import Desk
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_without_channels_a_content_is_published_at_once(world: World, desk: Desk) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    assert content["status"] == "published"
    assert "publication" not in content
    item = await desk.publication(brand, content)
    assert (item["status"], item["channels"], item["contentVersion"]) == ("completed", [], content["version"])
    assert item["requestedBy"]["id"] == world.id_of(brand.admin)


async def test_a_content_is_published_once_its_channels_have_it(world: World, desk: Desk) -> None:
    brand = await world.brand()
    first, second = await desk.channel(brand), await desk.channel(brand)
    content = await world.approved(brand)
    await desk.fault(second, status=503, times=1)
    answer = await brand.admin.post(f"/contents/{content['id']}/publish")
    assert answer.status_code == 200, answer.text
    shown = answer.json()["data"]
    assert shown["status"] == "approved"
    assert shown["publication"]["status"] == "running"
    assert shown["_links"]["publication"] == f"/api/v1/contents/{content['id']}/publication"
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], item["hasWarnings"]) == ("completed", False), item
    assert {entry["state"] for entry in item["channels"]} == {"published"}
    assert [entry["step"] for entry in item["steps"]] == [
        "validate",
        "check_compliance",
        "generate_metadata",
        "publish_to_channels",
        "notify",
    ]
    published = await desk.content(brand, content)
    assert published["status"] == "published"
    assert published["publishedBy"]["id"] == world.id_of(brand.admin)
    assert len(await desk.received(first)) == 1
    assert len(await desk.received(second)) == 2
    events = world.rows(
        "select type, payload from public.domain_events where aggregate_id = %s and type like 'Publication%%' "
        "order by id",
        content["id"],
    )
    assert [event["type"] for event in events] == ["PublicationStarted", "PublicationCompleted"]


async def test_a_required_channel_that_fails_takes_all_back(world: World, desk: Desk) -> None:
    brand = await world.brand()
    good, bad = await desk.channel(brand), await desk.channel(brand)
    content = await world.approved(brand)
    await desk.fault(bad, status=400, times=1)
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], item["failedStep"]) == ("failed", "publish_to_channels"), item
    assert {entry["state"] for entry in item["channels"]} == {"withdrawn"}
    failed = next(entry for entry in item["channels"] if entry["channelId"] == bad.id)
    assert failed["error"]
    assert failed["error"] in item["error"]
    assert (await desk.content(brand, content))["status"] == "approved"
    assert len(await desk.received(good)) == 2
    assert world.rows("select metadata from private.publications where content_id = %s", content["id"]) == [
        {"metadata": None}
    ]
    # From the step that failed
    answer = await brand.admin.post(f"/contents/{content['id']}/publication/retry")
    assert answer.status_code == 200, answer.text
    item = await desk.until_ended(brand, content)
    assert (item["status"], item["failedStep"]) == ("completed", None), item
    assert_problem(await brand.admin.post(f"/contents/{content['id']}/publication/retry"), 409, "CONFLICT")


async def test_an_optional_channel_that_fails_is_a_warning(world: World, desk: Desk) -> None:
    brand = await world.brand()
    await desk.channel(brand)
    optional = await desk.channel(brand, isRequired=False)
    content = await world.approved(brand)
    await desk.fault(optional, status=500, times=3)
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], item["hasWarnings"], item["allowedActions"]) == ("completed", True, []), item
    assert (await desk.content(brand, content))["status"] == "published"
    assert (await brand.admin.post(f"/contents/{content['id']}/publication/retry")).status_code == 200
    item = await desk.until_ended(brand, content)
    assert (item["status"], item["hasWarnings"]) == ("completed", False), item
    assert len(await desk.received(optional)) == 4


async def test_while_it_is_published_a_content_stays_as_it_is(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}"
    await desk.fault(channel, status=503, times=20)
    answer = await brand.admin.post(f"{path}/publish")
    assert answer.status_code == 200
    shown = answer.json()["data"]
    for refused in (
        await brand.admin.post(f"{path}/publish"),
        await brand.admin.post(f"{path}/archive"),
        await brand.admin.post(f"{path}/reopen"),
        await brand.admin.post(f"{path}/schedule", {"scheduledFor": "2031-01-01T09:00:00Z"}),
        await brand.admin.delete(path),
        await brand.admin.patch(path, shown["version"], {"title": "Another title"}),
    ):
        assert_problem(refused, 409, "CONFLICT")
    assert_problem(await brand.editor.post(f"{path}/publication/cancel"), 403, "FORBIDDEN")
    answer = await brand.admin.post(f"{path}/publication/cancel")
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"]["status"] == "compensating"
    assert_problem(await brand.admin.post(f"{path}/publication/cancel"), 409, "CONFLICT")
    await desk.fault(channel, status=200, times=0)
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], item["failedStep"]) == ("cancelled", "publish_to_channels"), item
    assert (await desk.content(brand, content))["status"] == "approved"


async def test_archived_contents_are_withdrawn(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}"
    assert (await brand.admin.post(f"{path}/publish")).status_code == 200
    assert (await desk.until_ended(brand, content))["status"] == "completed"
    assert (await brand.admin.post(f"{path}/archive")).status_code == 200
    item = await desk.until_ended(brand, content)
    assert (item["direction"], item["status"]) == ("unpublish", "completed"), item
    assert [entry["state"] for entry in item["channels"]] == ["withdrawn"]
    assert len(await desk.received(channel)) == 2
    listed = await brand.viewer.get(f"/publications?contentId={content['id']}&pageSize=1")
    assert listed.status_code == 200, listed.text
    page = listed.json()
    assert [entry["direction"] for entry in page["data"]] == ["unpublish"]
    following = await brand.viewer.get(
        f"/publications?contentId={content['id']}&pageSize=1&cursor={page['pagination']['nextCursor']}"
    )
    assert [entry["direction"] for entry in following.json()["data"]] == ["publish"]
    assert following.json()["pagination"]["nextCursor"] is None


async def test_a_new_version_updates_the_channels(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel, site = await desk.channel(brand), await desk.site(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}"
    assert (await brand.admin.post(f"{path}/publish")).status_code == 200
    assert (await desk.until_ended(brand, content))["status"] == "completed"
    for person, step in (
        (brand.admin, "archive"),
        (brand.admin, "reopen"),
        (brand.editor, "submit"),
        (brand.viewer, "approve"),
        (brand.admin, "publish"),
    ):
        answer = await person.post(f"{path}/{step}")
        assert answer.status_code == 200, answer.text
    item = await desk.until_ended(brand, content)
    assert (item["direction"], item["status"]) == ("publish", "completed"), item
    assert [post["status"] for post in await desk.posts(site)] == ["publish"]
    ids = [message["id"] for message in await desk.messages(channel, "content.published")]
    ids += [message["id"] for message in await desk.messages(channel, "content.updated")]
    assert len(set(ids)) == len(ids) == 2
    assert (await desk.content(brand, content))["status"] == "published"


async def test_metadata_is_made_for_websites_and_is_no_part_of_the_content(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    body = "<p>Cold air holds <strong>little water</strong> &amp; skin feels it.</p>" + "<p>Words and words.</p>" * 20
    content = await world.approved(brand, body=body, metadata={"keywords": ["wind"]})
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    assert (await desk.until_ended(brand, content))["status"] == "completed"
    sent = (await desk.messages(channel, "content.published"))[0]["data"]["metadata"]
    assert sent["metaTitle"] == content["title"]
    assert sent["keywords"] == ["wind"]
    assert sent["metaDescription"].startswith("Cold air holds little water & skin feels it. Words and words. Words")
    assert sent["metaDescription"].endswith("words.")
    assert 140 <= len(sent["metaDescription"]) <= 155
    assert (await desk.content(brand, content))["metadata"] == {"keywords": ["wind"]}
    slug = world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]
    delivered = (await desk.functions.get(f"/delivery/{slug}/contents/{content['slug']}")).json()["data"]
    assert delivered["metadata"] == sent


async def test_strangers_learn_nothing(world: World, desk: Desk) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.published(brand)
    path = f"/contents/{content['id']}/publication"
    for refused in (
        await other.admin.get(path),
        await other.admin.post(f"{path}/cancel"),
        await other.admin.post(f"{path}/retry"),
        await other.admin.get(f"/publications?brandId={brand.id}"),
        await other.admin.get(f"/publications?contentId={content['id']}"),
    ):
        assert_problem(refused, 404, "NOT_FOUND")
    assert (await other.admin.get("/publications")).json()["data"] == []
    assert len((await brand.viewer.get("/publications?status=completed")).json()["data"]) == 1
    assert_problem(await brand.viewer.post(f"{path}/retry"), 403, "FORBIDDEN")
    draft = await world.draft(brand)
    assert_problem(await brand.viewer.get(f"/contents/{draft['id']}/publication"), 404, "NOT_FOUND")


async def test_an_attempt_under_way_is_waited_for_and_then_undone(world: World, desk: Desk) -> None:
    brand = await world.brand()
    site = await desk.site(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}/publication"
    await desk.fault(site, status=0, seconds=2, times=1, methods=["POST"])
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    await desk.until_received(site)
    cancelled = await brand.admin.post(f"{path}/cancel")
    assert cancelled.json()["data"]["status"] == "compensating"
    assert_problem(await brand.admin.post(f"/contents/{content['id']}/publish"), 409, "CONFLICT")
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], [entry["state"] for entry in item["channels"]]) == ("cancelled", ["withdrawn"]), item
    assert [post["status"] for post in await desk.posts(site) if post["status"] == "publish"] == []
    events = world.rows(
        "select type from public.domain_events where aggregate_id = %s and type like 'Publication%%' order by id",
        content["id"],
    )
    assert [event["type"] for event in events] == ["PublicationStarted", "PublicationCancelled"]


async def test_an_answer_that_is_lost_makes_no_second_post(world: World, desk: Desk) -> None:
    brand = await world.brand()
    site = await desk.site(brand)
    content = await world.approved(brand)
    await desk.fault(site, status=502, times=1, methods=["POST"], isAfterwards=True)
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    assert (await desk.until_ended(brand, content, hurries=True))["status"] == "completed"
    assert [post["status"] for post in await desk.posts(site)] == ["publish"]


async def test_claims_that_change_meanwhile_undo_a_publication(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    content = await world.approved(brand)
    await desk.fault(channel, status=503, times=1)
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    await desk.until_received(channel)
    world.rows(
        "select public.record_claim_review(%s, 'GB', '[]', 'rejected', 1)",
        content["id"],
    )
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["status"], item["error"]) == ("failed", "the claims check found violations"), item
    assert (await desk.content(brand, content))["status"] == "approved"
    assert len(await desk.messages(channel, "content.unpublished")) == 1
    # And it is refused at once from now on.
    assert_problem(await brand.admin.post(f"/contents/{content['id']}/publication/retry"), 409, "CONFLICT")


async def test_what_is_published_again_takes_over_from_its_withdrawal(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    content = await world.approved(brand)
    path = f"/contents/{content['id']}"
    assert (await brand.admin.post(f"{path}/publish")).status_code == 200
    assert (await desk.until_ended(brand, content))["status"] == "completed"
    await desk.fault(channel, status=503, times=1)
    for person, step in ((brand.admin, "archive"), (brand.admin, "reopen"), (brand.editor, "submit")):
        assert (await person.post(f"{path}/{step}")).status_code == 200
    await desk.until_received(channel, 2)
    assert (await desk.publication(brand, content))["direction"] == "unpublish"
    assert_problem(await brand.admin.post(f"{path}/publication/cancel"), 409, "CONFLICT")
    for person, step in ((brand.viewer, "approve"), (brand.admin, "publish")):
        assert (await person.post(f"{path}/{step}")).status_code == 200
    item = await desk.until_ended(brand, content, hurries=True)
    assert (item["direction"], item["status"]) == ("publish", "completed"), item
    statuses = world.rows(
        "select status from private.publications where content_id = %s order by started_at", content["id"]
    )
    assert [row["status"] for row in statuses] == ["completed", "cancelled", "completed"]
