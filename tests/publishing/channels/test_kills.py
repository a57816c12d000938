"""A publication that ends at any point, before or after any request or note, is repeated and makes nothing twice."""

from collections.abc import Callable
from typing import Any

import pytest

from lib.core.data.db import Db
from lib.publishing.channels import repository
from lib.publishing.channels.wire import LiveWire
from tests.publishing.channels.targets import Bucket, Targets, add, new_name, publication, publish, unpublish
from tests.support.world import World

pytestmark = pytest.mark.anyio
MOST_POINTS = 30


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


@pytest.mark.parametrize("kind", ["webhook", "wordpress", "contentful", "shopify", "s3"])
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
