"""Receivers get signed messages about each publication, with the same id for each attempt."""

import asyncio
import json
from typing import Any

import pytest

from lib.core.data.db import Db
from lib.core.security.webhook_signatures import verify
from lib.publishing.channels import ChannelFailed, repository, wire
from tests.publishing.channels.targets import (
    SECRET,
    Targets,
    add,
    edited,
    failure,
    generated,
    new_name,
    publication,
    publish,
    unpublish,
)
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio
IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"


async def test_messages_are_signed_and_numbered(world: World, targets: Targets, service: Db) -> None:
    brand, hook = await world.brand(), new_name()
    channel = await add(brand, targets.channel("webhook", hook))
    content = await world.draft(brand, body="<p>Cold air</p>", tags=["winter"])
    await publish(service, channel, content)
    changed = await edited(brand, content, title="Another title")
    await publish(service, channel, changed)
    await publish(service, channel, content)
    await unpublish(service, channel, content)
    await publish(service, channel, content)
    messages = await targets.received(f"/hooks/{hook}")
    bodies = [json.loads(message["body"]) for message in messages]
    assert [body["type"] for body in bodies] == [
        "content.published", "content.updated", "content.updated", "content.unpublished", "content.updated"
    ]  # fmt: skip
    for message in messages:
        verify(SECRET, headers=message["headers"], body=message["body"].encode())
    # Also the first version, published once more, is news to a receiver that ignores what it has seen.
    assert len({message["headers"]["webhook-id"] for message in messages}) == 5
    data = bodies[0]["data"]
    assert (data["id"], data["title"], data["body"]) == (content["id"], content["title"], "<p>Cold air</p>")
    # The brief is not published, and neither are people.
    assert (data["fields"], data["brand"]["id"]) == ({"headline": "A headline"}, brand.id)
    assert world.id_of(brand.editor) not in messages[0]["body"]


async def test_attempts_of_one_change_have_one_id(world: World, targets: Targets, service: Db) -> None:
    brand, hook = await world.brand(), new_name()
    channel = await add(brand, targets.channel("webhook", hook), fieldMapping={"headline": "fields.headline"})
    content = await world.draft(brand)
    path = f"/hooks/{hook}"
    await targets.fault(path, status=503, headers={"Retry-After": "3"}, isAfterwards=True)
    await targets.fault(path, status=500)
    first = await failure(service, channel, content)
    assert (first.is_final, first.retry_after) == (False, 3)
    await failure(service, channel, content)
    await publish(service, channel, content)
    messages = await targets.received(path)
    assert len({message["headers"]["webhook-id"] for message in messages}) == 1
    assert json.loads(messages[-1]["body"])["data"] == {"headline": "A headline", "id": content["id"]}
    await targets.fault(path, status=410)
    with pytest.raises(ChannelFailed) as refused:
        await unpublish(service, channel, content)
    assert refused.value.is_final


async def test_a_withdrawal_that_was_interrupted_is_followed_by_news(
    world: World, targets: Targets, service: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    brand, hook = await world.brand(), new_name()
    channel = await add(brand, targets.channel("webhook", hook))
    content = await world.draft(brand)

    async def ends(*_: Any, **__: Any) -> None:
        raise asyncio.CancelledError

    # Each attempt arrives and none is noted: published, unpublished, published, unpublished, published.
    with monkeypatch.context() as patched:
        patched.setattr(repository, "end", ends)
        for attempt in (publish, unpublish, publish, unpublish):
            with pytest.raises(asyncio.CancelledError):
                await attempt(service, channel, content)
            assert publication(world, channel, content)["status"] == "pending"
    await publish(service, channel, content)
    with monkeypatch.context() as patched:
        patched.setattr(repository, "end", ends)
        with pytest.raises(asyncio.CancelledError):
            await unpublish(service, channel, content)
    # It may be gone, so that publishing the same version sends it.
    assert publication(world, channel, content)["status"] == "pending"
    await publish(service, channel, content)
    messages = await targets.received(f"/hooks/{hook}")
    directions = [json.loads(message["body"])["type"] == "content.unpublished" for message in messages]
    assert directions == [False, True, False, True, False, True, False]
    assert len({message["headers"]["webhook-id"] for message in messages}) == len(messages)


async def test_the_receiver_learns_what_a_model_wrote(world: World, targets: Targets, service: Db) -> None:
    brand, hook = await world.brand(), new_name()
    whole = await add(brand, targets.channel("webhook", hook))
    mapping = {"isByAi": "provenance.aiAssisted", "kind": "provenance.digitalSourceType", "all": "provenance"}
    mapped = await add(brand, targets.channel("webhook", hook), fieldMapping=mapping)
    content = await generated(world, brand)
    for channel in (whole, mapped):
        await publish(service, channel, content)
    await publish(service, whole, await world.draft(brand))
    first, second, third = [json.loads(each["body"])["data"] for each in await targets.received(f"/hooks/{hook}")]
    provenance = first["provenance"]
    assert [field["name"] for field in provenance["fields"]] == ["fields.body", "fields.headline"]
    assert (provenance["aiAssisted"], provenance["digitalSourceType"]) == (True, f"{IPTC}trainedAlgorithmicMedia")
    assert second == {"id": content["id"], "isByAi": True, "kind": provenance["digitalSourceType"], "all": provenance}
    assert third["provenance"]["aiAssisted"] is False
    wrong = targets.channel("webhook", hook) | {
        "brandId": brand.id, "name": "Wrong", "fieldMapping": {"x": "provenance.model"}
    }  # fmt: skip
    assert_problem(await brand.admin.post("/channels", wrong), 400, "VALIDATION_ERROR")


async def test_a_slow_receiver_is_left(
    world: World, targets: Targets, service: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "SECONDS", 0.5)
    brand, hook = await world.brand(), new_name()
    channel = await add(brand, targets.channel("webhook", hook))
    content = await world.draft(brand)
    await targets.fault(f"/hooks/{hook}", status=200, seconds=5)
    slow = await failure(service, channel, content)
    assert (slow.is_final, str(slow)) == (False, "the server took too long")
