"""A publication that ends at any point, before or after any request or note, is repeated and makes nothing twice."""

import json
import os
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from lib.core.data.db import Db
from lib.publishing.channels import repository
from lib.publishing.channels.wire import LiveWire
from tests.publishing.channels.targets import Bucket, Targets, add, edited, new_name, publication, publish, unpublish
from tests.support.world import World

pytestmark = pytest.mark.anyio
MOST_POINTS = 30
# How often a way of several calls is killed at a random point of each.
KILLS = int(os.environ.get("KILLS", "8"))
KINDS = ("webhook", "wordpress", "contentful", "shopify", "s3")


class Killed(BaseException):
    """As a process that ends: nothing catches it, and nothing is noted."""


class Killer:
    """Ends the work at one of its points: before and after each request, and before and after each note."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.point = 0
        self.passed = 0
        for owner, name in ((LiveWire, "send"), (repository, "keep"), (repository, "end")):
            monkeypatch.setattr(owner, name, self._watched(getattr(owner, name)))

    def _watched(self, original: Callable[..., Any]) -> Callable[..., Any]:
        async def watched(*arguments: Any, **named: Any) -> Any:
            self._pass()
            answer = await original(*arguments, **named)
            self._pass()
            return answer

        return watched

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self.point:
            raise Killed

    async def ends(self, point: int, work: Callable[[], Any]) -> bool:
        """Does work that ends at this point; tells whether it has so many."""
        self.point, self.passed = point, 0
        try:
            await work()
        except Killed:
            return True
        finally:
            self.point = 0
        return False


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_is_made_twice(  # noqa: PLR0917 - fixtures
    world: World,
    targets: Targets,
    service: Db,
    bucket: Bucket,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    brand, name = await world.brand(), bucket.name if kind == "s3" else new_name()
    channel = await add(brand, targets.channel(kind, name))
    killer = Killer(monkeypatch)
    contents: list[dict[str, Any]] = []
    for point in range(1, MOST_POINTS):
        content = await world.draft(brand)
        contents.append(content)
        was_killed = await killer.ends(point, lambda content=content: publish(service, channel, content))
        await publish(service, channel, content)
        assert publication(world, channel, content)["status"] == "published"
        if not was_killed:
            break
    else:
        raise AssertionError("there are more points than that")
    published = len(contents)
    titles = sorted(content["title"] for content in contents)
    match kind:
        case "webhook":
            messages = await targets.received(f"/hooks/{name}")
            assert len({message["headers"]["webhook-id"] for message in messages}) == len(contents) < len(messages)
        case "wordpress":
            assert sorted(post["title"]["raw"] for post in await targets.state(kind, name)) == titles
        case "contentful":
            entries = (await targets.state(kind, name)).values()
            assert sorted(entry["fields"]["title"]["en-US"] for entry in entries) == titles
            assert all(entry["sys"]["publishedVersion"] == entry["sys"]["version"] - 1 for entry in entries)
        case "shopify":
            assert sorted(each["title"] for each in (await targets.state(kind, name))["articles"]) == titles
        case _:
            assert len(bucket.keys()) == 2 * len(contents)
    # The same on the way back.
    for point, content in enumerate(contents, start=1):
        await killer.ends(point, lambda content=content: unpublish(service, channel, content))
        await unpublish(service, channel, content)
        assert publication(world, channel, content)["status"] == "unpublished"
    if kind == "s3":
        assert bucket.keys() == []
    record_property("figure", f"{kind}: killed at {published - 1} points of a publication, and nothing was made twice")


async def shown(targets: Targets, bucket: Bucket, kind: str, name: str) -> list[str]:
    """Returns the titles that a target shows to the public."""
    match kind:
        case "webhook":
            # As a receiver that ignores ids that it has seen.
            held: dict[str, str] = {}
            seen: set[str] = set()
            for message in await targets.received(f"/hooks/{name}"):
                body, number = json.loads(message["body"]), message["headers"]["webhook-id"]
                if number not in seen and body["type"] == "content.unpublished":
                    held.pop(body["data"]["id"], None)
                elif number not in seen:
                    held[body["data"]["id"]] = body["data"]["title"]
                seen.add(number)
            return list(held.values())
        case "wordpress":
            posts = await targets.state(kind, name)
            return [post["title"]["raw"] for post in posts if post["status"] == "publish"]
        case "contentful":
            entries = (await targets.state(kind, name)).values()
            return [each["fields"]["title"]["en-US"] for each in entries if "publishedVersion" in each["sys"]]
        case "shopify":
            articles = (await targets.state(kind, name))["articles"]
            return [article["title"] for article in articles if article["isPublished"]]
        case _:
            files = [key for key in sorted(bucket.keys()) if key.endswith(".json")]
            return [json.loads(bucket.read(key)["Body"].read())["title"] for key in files]


async def delete_all(targets: Targets, bucket: Bucket, kind: str, name: str) -> None:
    """Deletes all that is at a target for good, as its users may do."""
    if kind == "s3":
        for key in sorted(bucket.keys()):
            bucket.client.delete_object(Bucket=bucket.name, Key=key)
    elif kind != "webhook":
        async with httpx.AsyncClient() as client:
            path = f"{targets.url}/state"
            assert (await client.delete(path, params={"kind": kind, "name": name})).status_code == 204


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_killed_and_then_repeated_or_undone_ends_as_wished(  # noqa: PLR0917 - fixtures
    world: World,
    targets: Targets,
    service: Db,
    bucket: Bucket,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """Updates, contents that were deleted at the target and are made again, and publications that are compensated."""
    brand, name = await world.brand(), bucket.name if kind == "s3" else new_name()
    channel = await add(brand, targets.channel(kind, name))
    killer, chance, killed = Killer(monkeypatch), random.Random(kind), 0
    content = await world.draft(brand)
    for number in range(KILLS):
        former = content
        if number % 3 == 1:
            await delete_all(targets, bucket, kind, name)
        changes = {"title": f"Title {number}", "slug": f"{brand.id}-{number % 2}"}
        content = await edited(brand, former, **changes)
        killed += await killer.ends(chance.randint(1, 14), partial(publish, service, channel, content))
        undo = partial(unpublish, service, channel, content)
        wished = [content["title"]]
        match number % 4:
            case 0:
                await publish(service, channel, content)
            case 1:
                # Compensated, and that is killed as well.
                killed += await killer.ends(chance.randint(1, 8), undo)
                await unpublish(service, channel, content)
                wished = []
            case 2:
                killed += await killer.ends(chance.randint(1, 8), undo)
                await publish(service, channel, content)
            case _:
                await publish(service, channel, former)
                wished = [former["title"]]
        assert await shown(targets, bucket, kind, name) == wished, (kind, number)
    await unpublish(service, channel, content)
    assert await shown(targets, bucket, kind, name) == []
    record_property(
        "figure", f"{kind}: {killed} calls were killed on {KILLS} ways, and the target shows what it should"
    )
