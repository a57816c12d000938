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
from tests.support.errors import assert_problem
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
    assert (refused.is_final, "incorrect_password" in refused.full) == (True, True)
    unable = targets.channel("wordpress", site, userName="contributor")
    unable["credentials"] = {"applicationPassword": "app contributor local"}
    refused = await failure(service, await add(brand, unable), content)
    assert (refused.is_final, "rest_cannot_publish" in refused.full) == (True, True)
    channel = await add(brand, targets.channel("wordpress", site))
    await targets.fault(f"/sites/{site}/", status=429, headers={"Retry-After": "17"})
    busy = await failure(service, channel, content)
    assert (busy.is_final, busy.retry_after) == (False, 17)
    await targets.fault(f"/sites/{site}/", status=302, headers={"Location": "http://169.254.169.254/"})
    assert (await failure(service, channel, content)).is_final
    # A site that repeats what it was sent puts no secret into our notes.
    await targets.fault(f"/sites/{site}/", status=400, body={"code": "x", "message": "app publisher local"})
    assert "app publisher" not in (await failure(service, channel, content)).full


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


async def add_post(targets: Targets, site: str, title: str) -> str:
    """Makes a post as a user of the site, and returns its id."""
    async with httpx.AsyncClient(auth=("publisher", "app publisher local")) as client:
        path = f"{targets.url}/sites/{site}/wp-json/wp/v2/posts"
        made = await client.post(path, json={"title": title, "content": "Text", "status": "publish"})
    return str(made.json()["id"])


async def delete_post(targets: Targets, site: str, post: str) -> None:
    """Deletes a post for good, as a user of the site."""
    async with httpx.AsyncClient(auth=("publisher", "app publisher local")) as client:
        path = f"{targets.url}/sites/{site}/wp-json/wp/v2/posts/{post}?force=true"
        assert (await client.delete(path)).status_code == 200


async def test_a_post_that_has_our_id_and_is_not_ours_is_left_alone(
    world: World, targets: Targets, service: Db
) -> None:
    """As on a site that was restored from a backup and has gone on since."""
    brand, site = await world.brand(), new_name()
    channel = await add(brand, targets.channel("wordpress", site))
    content, other = await world.draft(brand), await world.draft(brand)
    for each in (content, other):
        first = await publish(service, channel, each)
        await delete_post(targets, site, first.remote_id)
        assert await add_post(targets, site, f"Theirs {first.remote_id}") == first.remote_id
    changed = await edited(brand, content, title="Another title")
    assert (await publish(service, channel, changed)).remote_id == "3"
    await unpublish(service, channel, other)
    titles = [(post["title"]["raw"], post["status"]) for post in await targets.state("wordpress", site)]
    assert titles == [("Theirs 1", "publish"), ("Theirs 2", "publish"), ("Another title", "publish")]
    await unpublish(service, channel, changed)
    assert [post["status"] for post in await targets.state("wordpress", site)] == ["publish", "publish", "trash"]


async def test_a_channel_leads_to_another_site_when_nothing_is_at_the_first(
    world: World, targets: Targets, service: Db
) -> None:
    """The ids of posts are small numbers: that of the first site is another post on the second."""
    brand, site, other = await world.brand(), new_name(), new_name()
    given = targets.channel("wordpress", site)
    channel, content = await add(brand, given), await world.draft(brand)
    first = await publish(service, channel, content)
    assert await add_post(targets, other, "Theirs") == first.remote_id
    moved = {"settings": targets.channel("wordpress", other)["settings"], "credentials": given["credentials"]}
    refused = await brand.admin.patch(f"/channels/{channel['id']}", 1, moved)
    assert_problem(refused, 409, "CONFLICT")
    assert refused.json()["error"]["details"][0]["field"] == "settings"
    # The same target with another password.
    renewed = {"settings": channel["settings"], "credentials": given["credentials"]}
    assert (await brand.admin.patch(f"/channels/{channel['id']}", 1, renewed)).status_code == 200
    await unpublish(service, channel, content)
    assert [post["status"] for post in await targets.state("wordpress", site)] == ["trash"]
    assert (await brand.admin.patch(f"/channels/{channel['id']}", 2, moved)).status_code == 200
    assert (await publish(service, channel, content)).remote_id != first.remote_id
    posts = await targets.state("wordpress", other)
    assert [post["title"]["raw"] for post in posts] == ["Theirs", content["title"]]
    await unpublish(service, channel, content)
    assert [post["status"] for post in await targets.state("wordpress", other)] == ["publish", "trash"]


async def test_a_target_is_kept_while_the_outcome_there_is_unknown(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    given = targets.channel("wordpress", site)
    channel, content = await add(brand, given), await world.draft(brand)
    path = f"/channels/{channel['id']}"
    moved = {"settings": targets.channel("wordpress", new_name())["settings"], "credentials": given["credentials"]}
    # Refused, and not there for certain.
    await targets.fault(f"/sites/{site}/", methods=["POST"], status=403)
    assert (await failure(service, channel, content)).is_final
    assert not publication(world, channel, content)["is_standing"]
    # The answer is lost.
    await targets.fault(f"/sites/{site}/", methods=["POST"], status=502, isAfterwards=True)
    assert not (await failure(service, channel, content)).is_final
    await targets.fault(f"/sites/{site}/", methods=["POST"], status=403)
    await failure(service, channel, content)
    assert publication(world, channel, content)["is_standing"]
    assert_problem(await brand.admin.patch(path, 1, moved), 409, "CONFLICT")
    assert_problem(await brand.admin.delete(path), 409, "CONFLICT")
    await unpublish(service, channel, content)
    assert [post["status"] for post in await targets.state("wordpress", site)] == ["trash"]
    assert (await brand.admin.patch(path, 1, moved)).status_code == 200
    assert (await brand.admin.delete(path)).status_code == 204


async def test_a_post_that_was_made_again_and_not_noted_is_found(world: World, targets: Targets, service: Db) -> None:
    brand, site = await world.brand(), new_name()
    channel = await add(brand, targets.channel("wordpress", site))
    content = await world.draft(brand)
    first = await publish(service, channel, content)
    await delete_post(targets, site, first.remote_id)
    await add_post(targets, site, "Theirs")
    changed = await edited(brand, content, title="Another title")
    await targets.fault(f"/sites/{site}/", methods=["POST"], status=502, isAfterwards=True)
    await failure(service, channel, changed)
    again = await edited(brand, changed, title="A third title")
    await publish(service, channel, again)
    posts = await targets.state("wordpress", site)
    assert [post["title"]["raw"] for post in posts] == ["Theirs", "A third title"]


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
