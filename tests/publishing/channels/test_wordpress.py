"""Contents become posts of a WordPress site, once each."""

from typing import Any

import httpx
import pytest

from lib.core.data.db import Db
from tests.publishing.channels.targets import (
    Targets,
    add,
    edited,
    failure,
    new_name,
    publication,
    publish,
    unpublish,
)
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_a_post_is_made_changed_trashed_and_taken_back(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    channel = await add(brand, targets.channel("wordpress", site))
    content = await world.draft(brand, body="<p>Cold air</p>", excerpt="Short")
    first = await publish(service, channel, content)
    assert first.url == f"{targets.url}/sites/{site}/{content['slug']}/"
    [post] = await targets.state("wordpress", site)
    assert (post["status"], post["title"]["raw"], post["slug"]) == ("publish", content["title"], content["slug"])
    assert post["content"]["raw"].startswith("<p>Cold air</p>")
    noted = publication(world, channel, content)
    assert (noted["status"], noted["remote_id"], noted["url"], noted["version"]) == (
        "published", first.remote_id, first.url, content["version"]
    )  # fmt: skip
    # The same again sends nothing.
    before = len(await targets.received(f"/sites/{site}/"))
    assert await publish(service, channel, content) == first
    assert len(await targets.received(f"/sites/{site}/")) == before
    changed = await edited(brand, content, title="Another title")
    assert (await publish(service, channel, changed)).remote_id == first.remote_id
    [post] = await targets.state("wordpress", site)
    assert post["title"]["raw"] == "Another title"
    # An older version, as when a publication is compensated.
    await publish(service, channel, content)
    [post] = await targets.state("wordpress", site)
    assert post["title"]["raw"] == content["title"]
    await unpublish(service, channel, content)
    await unpublish(service, channel, content)
    [post] = await targets.state("wordpress", site)
    assert post["status"] == "trash"
    assert publication(world, channel, content)["status"] == "unpublished"
    assert (await publish(service, channel, content)).remote_id == first.remote_id
    [post] = await targets.state("wordpress", site)
    assert (post["status"], post["slug"]) == ("publish", content["slug"])


async def test_a_lost_answer_makes_no_second_post(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    channel = await add(brand, targets.channel("wordpress", site))
    content = await world.draft(brand)
    await targets.fault(f"/sites/{site}/wp-json/wp/v2/posts", methods=["POST"], status=502, isAfterwards=True)
    lost = await failure(service, channel, content)
    assert (lost.is_final, publication(world, channel, content)["status"]) == (False, "failed")
    await publish(service, channel, content)
    assert len(await targets.state("wordpress", site)) == 1
    # Taken back without a note of where it is.
    other = await world.draft(brand)
    await targets.fault(f"/sites/{site}/wp-json/wp/v2/posts", methods=["POST"], status=500, isAfterwards=True)
    await failure(service, channel, other)
    await unpublish(service, channel, other)
    posts = await targets.state("wordpress", site)
    assert sorted(post["status"] for post in posts) == ["publish", "trash"]


async def test_a_post_of_somebody_else_is_left_alone(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    channel = await add(brand, targets.channel("wordpress", site))
    content = await world.draft(brand)
    async with httpx.AsyncClient(auth=("publisher", "app publisher local")) as client:
        path = f"{targets.url}/sites/{site}/wp-json/wp/v2/posts"
        await client.post(path, json={"title": "Theirs", "slug": content["slug"], "status": "draft"})
    refused = await failure(service, channel, content)
    assert (refused.is_final, str(refused)) == (True, f"another post has the slug {content['slug']}")
    assert [post["title"]["raw"] for post in await targets.state("wordpress", site)] == ["Theirs"]


async def test_refusals_of_the_site(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    content = await world.draft(brand)
    wrong = targets.channel("wordpress", site) | {"credentials": {"applicationPassword": "not the password"}}
    refused = await failure(service, await add(brand, wrong), content)
    assert (refused.is_final, "incorrect_password" in str(refused)) == (True, True)
    unable = targets.channel("wordpress", site, userName="contributor")
    unable["credentials"] = {"applicationPassword": "app contributor local"}
    refused = await failure(service, await add(brand, unable), content)
    assert (refused.is_final, "rest_cannot_publish" in str(refused)) == (True, True)
    channel = await add(brand, targets.channel("wordpress", site))
    await targets.fault(f"/sites/{site}/", status=429, headers={"Retry-After": "17"})
    busy = await failure(service, channel, content)
    assert (busy.is_final, busy.retry_after) == (False, 17)
    await targets.fault(f"/sites/{site}/", status=302, headers={"Location": "http://169.254.169.254/"})
    assert (await failure(service, channel, content)).is_final
    # A site that repeats what it was sent puts no secret into our notes.
    await targets.fault(f"/sites/{site}/", status=400, body={"code": "x", "message": "app publisher local"})
    assert "app publisher" not in str(await failure(service, channel, content))


async def test_meta_and_pages_by_a_mapping(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    mapping = {"title": "metadata.metaTitle", "content": "fields.headline", "meta.seo_description": "excerpt"}
    channel = await add(brand, targets.channel("wordpress", site, postType="pages"), fieldMapping=mapping)
    content = await world.draft(brand, excerpt="Short", metadata={"metaTitle": "For searches"})
    await publish(service, channel, content)
    [page] = await targets.state("wordpress", site)
    assert (page["type"], page["title"]["raw"], page["meta"]) == ("page", "For searches", {"seo_description": "Short"})
    assert page["content"]["raw"].startswith("A headline")


async def test_no_text_takes_the_place_of_another_content(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    channel = await add(brand, targets.channel("wordpress", site))
    content = await world.draft(brand)
    word = f"mixerai-{content['id']}"
    other = await world.draft(brand, body=f"<p>{word}</p><!-- {word} --><p>&lt;!-- {word} --&gt;</p>", excerpt=word)
    await publish(service, channel, other)
    await publish(service, channel, content)
    assert len(await targets.state("wordpress", site)) == 2


async def test_a_channel_that_moves_takes_no_post_of_the_other_site(
    world: World, targets: Targets, service: Db
) -> None:
    """The ids of posts are small numbers: that of the first site is another post on the second."""
    brand, site, other = await world.brand(), new_name(), new_name()
    given = targets.channel("wordpress", site)
    channel, content = await add(brand, given), await world.draft(brand)
    first = await publish(service, channel, content)
    async with httpx.AsyncClient(auth=("publisher", "app publisher local")) as client:
        path = f"{targets.url}/sites/{other}/wp-json/wp/v2/posts"
        theirs = await client.post(path, json={"title": "Theirs", "content": "Text", "status": "publish"})
    assert str(theirs.json()["id"]) == first.remote_id
    moved = {"settings": targets.channel("wordpress", other)["settings"], "credentials": given["credentials"]}
    assert (await brand.admin.patch(f"/channels/{channel['id']}", 1, moved)).status_code == 200
    assert (await publish(service, channel, content)).remote_id != first.remote_id
    posts = await targets.state("wordpress", other)
    assert [post["title"]["raw"] for post in posts] == ["Theirs", content["title"]]
    await unpublish(service, channel, content)
    assert [post["status"] for post in await targets.state("wordpress", other)] == ["publish", "trash"]


@pytest.mark.parametrize(
    "answer",
    [
        [],
        [1, {"id": 1}],
        {"id": 1},
        "text",
        None,
        [{"id": "../1", "content": 3, "link": 5}],
        [{"id": {}, "content": []}],
    ],
    ids=str,
)
async def test_answers_of_unknown_forms(world: World, targets: Targets, service: Db, answer: Any) -> None:
    """A hostile or broken site harms nobody but its own channel."""
    brand, site = await world.brand(), new_name()
    channel = await add(brand, targets.channel("wordpress", site))
    content = await world.draft(brand)
    await targets.fault(f"/sites/{site}/", status=200, body=answer, times=5)
    await failure(service, channel, content)
    for action, body in (("check", None), ("dry-run", {"contentId": content["id"]})):
        response = await brand.admin.post(f"/channels/{channel['id']}/{action}", body)
        assert response.status_code == 200, response.text


async def test_a_link_of_the_site_is_a_link(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    channel = await add(brand, targets.channel("wordpress", site))
    content = await world.draft(brand)
    posts = f"/sites/{site}/wp-json/wp/v2/posts"
    await targets.fault(posts, methods=["POST"], status=201, body={"id": 1, "link": "javascript:alert(1)"})
    assert (await publish(service, channel, content)).url is None
