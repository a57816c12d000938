"""Channels are set up by those who manage the integrations of a brand, and nobody gets their credentials."""

import asyncio
import json
from typing import Any

import psycopg
import pytest

from lib.core.data.db import Db
from lib.publishing.channels import ChannelFailed, ChannelProblem, problems_of, targets_of
from local.stack.client import RunningStack
from tests.publishing.channels.targets import SECRET, Targets, add, edited, failure, new_name, publish, unpublish
from tests.support.errors import assert_problem
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_each_brand_has_its_delivery(world: World, targets: Targets) -> None:
    brand = await world.brand()
    [built_in] = (await brand.admin.get(f"/channels?brandId={brand.id}")).json()["data"]
    assert (built_in["kind"], built_in["id"], built_in["isBuiltIn"], built_in["isActive"]) == (
        "delivery", brand.id, True, True
    )  # fmt: skip
    await brand.admin.put(f"/brands/{brand.id}/delivery", {"mode": "off"})
    built_in = (await brand.admin.get(f"/channels/{brand.id}")).json()["data"]
    assert (built_in["isActive"], built_in["settings"]) == (False, {"mode": "off"})
    assert_problem(await brand.admin.patch(f"/channels/{brand.id}", 1, {"name": "Mine"}), 409, "CONFLICT")
    assert_problem(await brand.admin.delete(f"/channels/{brand.id}"), 409, "CONFLICT")
    assert_problem(await brand.admin.post(f"/channels/{brand.id}/check"), 409, "CONFLICT")
    named = [await add(brand, targets.channel("webhook", new_name()), name=name) for name in ("B", "A")]
    page = (await brand.admin.get(f"/channels?brandId={brand.id}&pageSize=2")).json()
    assert [item["name"] for item in page["data"]] == ["Delivery", "A"]
    assert page["pagination"]["totalItems"] == 3
    assert named[1]["_links"]["dryRun"] == f"/api/v1/channels/{named[1]['id']}/dry-run"


async def test_a_channel_from_creation_to_deletion(world: World, targets: Targets) -> None:
    brand, name = await world.brand(), new_name()
    body = targets.channel("webhook", name) | {"brandId": brand.id, "name": "Site"}
    made = await brand.admin.post("/channels", body)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    channel = made.json()["data"]
    path = f"/channels/{channel['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    assert SECRET not in made.text
    assert_problem(await brand.admin.post("/channels", body), 409, "ALREADY_EXISTS")
    read = await brand.admin.get(path)
    assert read.json()["data"] == channel
    checked = (await brand.admin.post(f"{path}/check")).json()["data"]
    assert (checked["lastCheck"]["isUsable"], checked["version"]) == (True, 1)
    assert_problem(await brand.admin.patch(path, 7, {"name": "Other"}), 412, "CONFLICT")
    changed = await brand.admin.patch(path, 1, {"isRequired": False, "contentTypes": ["article"]})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.json()["data"]["isRequired"], changed.json()["data"]["contentTypes"]) == (False, ["article"])
    renewed = (await brand.admin.patch(path, 2, {"credentials": {"secret": SECRET}})).json()["data"]
    assert renewed["credentialsSetAt"] > channel["credentialsSetAt"]
    assert (await brand.admin.delete(path)).status_code == 204
    assert_problem(await brand.admin.get(path), 404, "NOT_FOUND")
    events = world.rows(
        "select type, payload from public.domain_events where aggregate_id = %s order by id", channel["id"]
    )
    assert [event["type"] for event in events] == [
        "ChannelCreated",
        "ChannelUpdated",
        "ChannelUpdated",
        "ChannelDeleted",
    ]
    assert events[2]["payload"] == {"changed": ["credentials", "credentials_set_at"]}
    audited = world.rows("select details::text from public.audit_log where brand_id = %s", brand.id)
    assert not [entry for entry in audited if '"credentials"' in entry["details"]]


async def test_a_channel_with_published_contents_is_not_deleted(world: World, targets: Targets, service: Db) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel("webhook", new_name()))
    content = await world.draft(brand)
    await publish(service, channel, content)
    path = f"/channels/{channel['id']}"
    assert (await brand.admin.get(path)).json()["data"]["published"] == 1
    refused = await brand.admin.delete(path)
    assert_problem(refused, 409, "CONFLICT")
    assert "leavePublished=true" in refused.text
    await unpublish(service, channel, content)
    other = await add(brand, targets.channel("webhook", new_name()))
    await publish(service, other, content)
    assert (await brand.admin.delete(path)).status_code == 204
    assert (await brand.admin.delete(f"/channels/{other['id']}", leavePublished="true")).status_code == 204


async def test_credentials_do_not_follow_to_another_host(world: World, targets: Targets) -> None:
    """Otherwise who may change a channel could have its password sent to a host of theirs."""
    brand = await world.brand()
    channel = await add(brand, targets.channel("wordpress", new_name()))
    path, settings = f"/channels/{channel['id']}", channel["settings"]
    elsewhere = settings | {"siteUrl": "https://thief.test"}
    refused = await brand.admin.patch(path, 1, {"settings": elsewhere})
    assert_problem(refused, 400, "VALIDATION_ERROR")
    assert refused.json()["error"]["details"][0]["field"] == "credentials"
    same = settings | {"postType": "pages"}
    assert (await brand.admin.patch(path, 1, {"settings": same})).status_code == 200
    moved = {"settings": elsewhere, "credentials": {"applicationPassword": "another"}}
    assert (await brand.admin.patch(path, 2, moved)).status_code == 200


@pytest.mark.parametrize(("kind", "name"), [("webhook", "url"), ("s3", "endpointUrl"), ("contentful", "apiUrl")])
async def test_signatures_do_not_follow_to_another_host(world: World, targets: Targets, kind: str, name: str) -> None:
    brand, given = await world.brand(), targets.channel(kind, f"b-{new_name()}" if kind == "s3" else new_name())
    channel = await add(brand, given)
    path, elsewhere = f"/channels/{channel['id']}", channel["settings"] | {name: "https://thief.test/x"}
    refused = await brand.admin.patch(path, 1, {"settings": elsewhere})
    assert_problem(refused, 400, "VALIDATION_ERROR")
    # By the data API as well.
    arguments = {"channel_id": channel["id"], "expected_version": 1, "changes": {"settings": elsewhere}}
    by_database = await world.data_api(brand.admin.access_token).http.post("/rpc/update_channel", json=arguments)
    assert (by_database.status_code, by_database.json()["message"]) == (
        400, "the credentials are needed for another address"
    )  # fmt: skip
    both = {"settings": elsewhere, "credentials": given["credentials"]}
    assert (await brand.admin.patch(path, 1, both)).status_code == 200


async def test_any_version_is_checked_as_it_is_when_it_changes(
    world: World, stack: RunningStack, targets: Targets
) -> None:
    """A change waits for another one, which makes a product of the article: there is no summary any more."""
    brand = await world.brand()
    channel = await add(brand, targets.channel("shopify", new_name()))
    path = f"/channels/{channel['id']}"

    waits = "select 1 from pg_stat_activity where %s = any(pg_blocking_pids(pid))"
    product = json.dumps({"resource": "product_description", "blogId": None})
    for query, value, body, status in (
        (
            b"update public.channels set name = %s where id = %s",
            "Renamed",
            {"fieldMapping": {"body": "body"}},
            200,
        ),
        (
            b"update public.channels set settings = settings || %s where id = %s",
            product,
            {"fieldMapping": {"summary": "excerpt"}},
            400,
        ),
    ):
        with psycopg.connect(stack.database_url) as other:
            other.execute(query, (value, channel["id"]))
            changing = asyncio.create_task(brand.admin.http.patch(path, json=body, headers={"If-Match": "*"}))
            for _ in range(400):
                if world.rows(waits, other.info.backend_pid):
                    break
                await asyncio.sleep(0.05)
            assert not changing.done()
        answer = await changing
        assert answer.status_code == status, answer.text
    assert answer.json()["error"]["details"][0]["field"] == "fieldMapping.summary"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"settings": {"url": "ftp://site.test"}}, "settings.url"),
        ({"settings": {}}, "settings.url"),
        ({"settings": {"url": "https://site.test", "other": 1}}, "settings.other"),
        ({"credentials": {"secret": "whsec_c2hvcnQ="}}, "credentials.secret"),
        ({"credentials": {}}, "credentials.secret"),
        ({"fieldMapping": {"title": "password"}}, "fieldMapping.title"),
        ({"fieldMapping": {"no name": "title"}}, "fieldMapping.no name"),
        ({"kind": "ftp"}, "kind"),
        ({"name": "<b>"}, "name"),
    ],
)
async def test_an_invalid_channel_is_refused(
    world: World, targets: Targets, changes: dict[str, Any], field: str
) -> None:
    brand = await world.brand()
    body = targets.channel("webhook", new_name()) | {"brandId": brand.id, "name": "Site"} | changes
    refused = await brand.admin.post("/channels", body)
    assert_problem(refused, 400, "VALIDATION_ERROR")
    assert field in [detail["field"] for detail in refused.json()["error"]["details"]]


async def test_private_addresses_are_not_reached(world: World, targets: Targets) -> None:
    brand = await world.brand()
    closed, private = "only the ports 80 and 443 can be fetched from", "the host of the URL cannot be fetched from"
    # Something listens at the first: the services of the stack other than the stand-ins of targets.
    web = targets.stack.urls["web"].replace("http://", "https://")
    addresses = (
        (web, closed),
        ("https://169.254.169.254/latest", private),
        ("https://127.0.0.1/", private),
        ("https://[::1]/", private),
        ("https://[::ffff:10.0.0.1]/", private),
        ("https://user@93.184.216.34/", "a URL with a user name cannot be fetched"),
        ("http://93.184.216.34/", "channels are reached by https only"),
    )
    for url, message in addresses:
        channel = await add(brand, targets.channel("webhook", "x", url=url))
        checked = (await brand.admin.post(f"/channels/{channel['id']}/check")).json()["data"]["lastCheck"]
        assert (checked["isUsable"], checked["message"]) == (False, message), url


async def test_lists_count_what_is_published(world: World, targets: Targets, service: Db) -> None:
    brand = await world.brand()
    named = [await add(brand, targets.channel("webhook", new_name()), name=name) for name in ("A", "B", "C")]
    await publish(service, named[1], await world.draft(brand))
    pages: list[list[tuple[str, int]]] = []
    for number in (1, 2):
        page = (await brand.admin.get(f"/channels?brandId={brand.id}&pageSize=2&page={number}")).json()
        assert page["pagination"]["totalItems"] == 4
        pages.append([(item["name"], item["published"]) for item in page["data"]])
    assert pages == [[("Delivery", 0), ("A", 0)], [("B", 1), ("C", 0)]]


async def test_problems_are_known_before_anything_is_sent(world: World, targets: Targets, service: Db) -> None:
    brand, other, space = await world.brand(), await world.brand(), new_name()
    channel = await add(brand, targets.channel("contentful", space))
    content, theirs = await world.draft(brand), await world.draft(other)
    arguments: dict[str, Any] = {"channel_id": channel["id"], "content_id": content["id"]}
    assert await problems_of(service, **arguments) == []
    changed = await edited(brand, content, body=f"<p>{'a' * 50_000}</p>")
    problem = ChannelProblem("body", "must have at most 50,000 characters")
    assert await problems_of(service, **arguments) == [problem]
    assert await problems_of(service, **arguments, version=changed["version"]) == [problem]
    assert await problems_of(service, **arguments, version=content["version"]) == []
    [gone] = await problems_of(service, **(arguments | {"content_id": theirs["id"]}))
    assert gone.field == "target"
    assert await targets.received(f"/contentful/spaces/{space}") == []


async def test_readers_of_contents_get_no_words_of_a_target(world: World, targets: Targets, service: Db) -> None:
    brand, hook = await world.brand(), new_name()
    channel, content = await add(brand, targets.channel("webhook", hook)), await world.draft(brand)
    words = "arn:aws:iam::123456789012:user/publisher at db-7.internal"
    await targets.fault(f"/hooks/{hook}", status=403, body=words)
    refused = await failure(service, channel, content)
    assert (str(refused), refused.answer) == ("the target answered with 403", f'"{words}"')
    path = "/channel_publications?select=error,answer"
    managers = (await world.data_api(brand.admin.access_token).http.get(path)).json()
    assert managers == [{"error": "the target answered with 403", "answer": f'"{words}"'}]
    assert (await world.data_api(brand.editor.access_token).http.get(path)).json() == []
    # Managers of integrations see all of it.
    await targets.fault(f"/hooks/{hook}", status=403, body=words)
    checked = (await brand.admin.post(f"/channels/{channel['id']}/check")).json()["data"]["lastCheck"]
    assert words in checked["message"]


async def test_other_brands_and_members(world: World, targets: Targets) -> None:
    brand, other = await world.brand(), await world.brand()
    channel = await add(brand, targets.channel("webhook", new_name()))
    path = f"/channels/{channel['id']}"
    for person, status, code in ((brand.editor, 403, "FORBIDDEN"), (other.admin, 404, "NOT_FOUND")):
        assert_problem(await person.get(path), status, code)
        assert_problem(await person.get(f"/channels?brandId={brand.id}"), status, code)
        assert_problem(await person.patch(path, 1, {"name": "Mine"}), status, code)
        assert_problem(await person.delete(path), status, code)
        body = targets.channel("webhook", "x") | {"brandId": brand.id, "name": "Mine"}
        assert_problem(await person.post("/channels", body), status, code)


async def test_another_brand_s_contents_are_never_published(world: World, targets: Targets, service: Db) -> None:
    brand, other = await world.brand(), await world.brand()
    channel = await add(brand, targets.channel("webhook", new_name()))
    await add(brand, targets.channel("webhook", new_name()), isActive=False)
    await add(brand, targets.channel("webhook", new_name()), contentTypes=["blog_post"])
    theirs, ours = await world.draft(other), await world.draft(brand)
    assert [str(target.channel_id) for target in await targets_of(service, content_id=ours["id"])] == [channel["id"]]
    assert await targets_of(service, content_id=theirs["id"]) == []
    with pytest.raises(ChannelFailed) as refused:
        await publish(service, channel, theirs)
    assert refused.value.is_final
    await unpublish(service, channel, theirs)


async def test_the_data_api_gives_no_ciphertext(world: World, targets: Targets) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel("webhook", new_name()))
    refused = await world.data_api(brand.admin.access_token).http.get("/channels?select=credentials")
    assert (refused.status_code, refused.json()["code"]) == (403, "42501")
    # Only our functions get it, who hold the keys: not an admin with a token alone.
    arguments = {"channel_id": channel["id"]}
    alone = world.data_api(brand.admin.access_token, proof=None).http
    assert (await alone.post("/rpc/read_channel_access", json=arguments)).status_code == 403
    proven = world.data_api(brand.editor.access_token).http
    assert (await proven.post("/rpc/read_channel_access", json=arguments)).status_code == 403
    stored = world.rows("select credentials from public.channels where id = %s", channel["id"])[0]["credentials"]
    assert stored.startswith("v1.")
    assert stored not in (await brand.admin.get(f"/channels/{channel['id']}")).text
