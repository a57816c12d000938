"""Contents become entries of a Contentful space, under ids of their own."""

import httpx
import pytest

from lib.core.data.db import Db
from tests.publishing.channels.targets import Targets, add, edited, failure, new_name, publication, publish, unpublish
from tests.support.world import World

pytestmark = pytest.mark.anyio
HEADERS = {"Authorization": "Bearer CFPAT-local"}


async def test_an_entry_is_made_changed_and_taken_back(world: World, targets: Targets, service: Db) -> None:
    brand, space = await world.brand(), new_name()
    mapping = {"title": "title", "slug": "slug", "body": "body", "tags": "tags"}
    channel = await add(brand, targets.channel("contentful", space), fieldMapping=mapping)
    content = await world.draft(brand, body="<p>Cold air</p>", tags=["winter"])
    result = await publish(service, channel, content)
    entry = (await targets.state("contentful", space))[f"mixerai-{content['id']}"]
    assert result.remote_id == entry["sys"]["id"]
    assert entry["sys"]["publishedVersion"] == entry["sys"]["version"] - 1
    assert entry["fields"]["title"] == {"en-US": content["title"]}
    assert entry["fields"]["tags"] == {"en-US": ["winter"]}
    # Another locale and another field of the entry stay as they are.
    path = f"{targets.url}/contentful/spaces/{space}/environments/master/entries/{entry['sys']['id']}"
    fields = entry["fields"] | {"title": entry["fields"]["title"] | {"de-DE": "Titel"}, "reading": {"en-US": 7}}
    async with httpx.AsyncClient(headers=HEADERS) as client:
        version = {"X-Contentful-Version": str(entry["sys"]["version"])}
        assert (await client.put(path, json={"fields": fields}, headers=version)).status_code == 200
    changed = await edited(brand, content, title="Another title", tags=[])
    await publish(service, channel, changed)
    entry = (await targets.state("contentful", space))[entry["sys"]["id"]]
    assert entry["fields"]["title"] == {"en-US": "Another title", "de-DE": "Titel"}
    assert (entry["fields"]["reading"], entry["fields"]["tags"]) == ({"en-US": 7}, {"en-US": []})
    await unpublish(service, channel, content)
    await unpublish(service, channel, content)
    entry = (await targets.state("contentful", space))[entry["sys"]["id"]]
    assert "publishedVersion" not in entry["sys"]
    # Archived at Contentful, and published again.
    async with httpx.AsyncClient(headers=HEADERS) as client:
        assert (await client.put(f"{path}/archived")).status_code == 200
    await publish(service, channel, changed)
    entry = (await targets.state("contentful", space))[entry["sys"]["id"]]
    assert ("publishedVersion" in entry["sys"], "archivedVersion" in entry["sys"]) == (True, False)


@pytest.mark.parametrize("part", ["", "/published"])
async def test_a_lost_answer_makes_no_second_entry(world: World, targets: Targets, service: Db, part: str) -> None:
    brand, space = await world.brand(), new_name()
    channel = await add(brand, targets.channel("contentful", space))
    content = await world.draft(brand)
    path = f"/contentful/spaces/{space}/environments/master/entries/mixerai-{content['id']}{part}"
    await targets.fault(path, methods=["PUT"], status=504, isAfterwards=True)
    assert not (await failure(service, channel, content)).is_final
    await publish(service, channel, content)
    [entry] = (await targets.state("contentful", space)).values()
    assert entry["sys"]["publishedVersion"] == entry["sys"]["version"] - 1


async def test_refusals_of_contentful(world: World, targets: Targets, service: Db) -> None:
    brand, space = await world.brand(), new_name()
    content = await world.draft(brand)
    wrong = targets.channel("contentful", space) | {"credentials": {"token": "CFPAT-other"}}
    refused = await failure(service, await add(brand, wrong), content)
    assert (refused.is_final, "AccessTokenInvalid" in refused.full, "CFPAT" in refused.full) == (True, True, False)
    unknown = await add(brand, targets.channel("contentful", space), fieldMapping={"nothing": "title"})
    refused = await failure(service, unknown, content)
    assert (refused.is_final, "422" in str(refused)) == (True, True)
    checked = await brand.admin.post(f"/channels/{unknown['id']}/check")
    assert checked.json()["data"]["lastCheck"]["message"] == "the content type article has no field nothing"
    channel = await add(brand, targets.channel("contentful", space))
    path = f"/contentful/spaces/{space}/"
    await targets.fault(path, methods=["PUT"], status=409, body={"sys": {"id": "VersionMismatch"}})
    assert not (await failure(service, channel, content)).is_final
    await targets.fault(path, status=429, headers={"X-Contentful-RateLimit-Reset": "1"})
    busy = await failure(service, channel, content)
    assert (busy.is_final, busy.retry_after) == (False, 1)
    assert publication(world, channel, content)["attempts"] == 2
    long = await edited(brand, content, body=f"<p>{'a' * 50_000}</p>")
    refused = await failure(service, channel, long)
    assert (refused.is_final, str(refused)) == (True, "body must have at most 50,000 characters")
