"""Checks, dry runs and refusals of channels by GraphQL, as by REST."""

from typing import Any

import pytest

from lib.core.data.db import Db
from lib.graph.engine.schema import get_schema
from tests.graph.publishing.test_channels import (
    CHECK,
    CREATE,
    DELETE,
    DRY_RUN,
    KINDS,
    LIST,
    READ,
    UPDATE,
    done,
    input_of,
)
from tests.publishing.channels.targets import SECRET, Targets, add, new_name, publish, unpublish
from tests.publishing.channels.test_dry_run import SECRETS
from tests.support.graph import refused, send
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"settings": {"url": "ftp://site.test"}}, "input.settings.url"),
        ({"settings": {}}, "input.settings.url"),
        ({"settings": {"url": "https://site.test", "other": 1}}, "input.settings.other"),
        ({"credentials": {"secret": "whsec_c2hvcnQ="}}, "input.credentials.secret"),
        ({"fieldMapping": {"title": "password"}}, "input.fieldMapping.title"),
        ({"fieldMapping": {"no name": "title"}}, "input.fieldMapping.no name"),
        ({"name": "<b>"}, "input.name"),
    ],
)
async def test_an_invalid_channel_is_refused(
    world: World, targets: Targets, changes: dict[str, Any], field: str
) -> None:
    brand = await world.brand()
    answer = await done(brand.admin, CREATE, input=input_of(brand, targets, "webhook", **changes))
    assert (answer["channel"], answer["problem"]["__typename"]) == (None, "ValidationProblem")
    assert field in [detail["field"] for detail in answer["problem"]["details"]]


async def test_the_built_in_delivery_cannot_be_added(world: World, targets: Targets) -> None:
    brand = await world.brand()
    errors = await refused(brand.admin, CREATE, input=input_of(brand, targets, "webhook") | {"kind": "DELIVERY"})
    assert "ExternalKind" in errors[0]["message"]
    for document, variables in (
        (UPDATE, {"version": 1, "input": {"name": "Mine"}}),
        (DELETE, {}),
        (CHECK, {}),
        (DRY_RUN, {"contentId": (await world.draft(brand))["id"]}),
    ):
        answer = await done(brand.admin, document, id=brand.id, **variables)
        assert (answer["problem"]["__typename"], answer["problem"]["code"]) == ("ConflictProblem", "CONFLICT")


async def test_credentials_do_not_follow_to_another_host(world: World, targets: Targets) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel("wordpress", new_name()))
    elsewhere = channel["settings"] | {"siteUrl": "https://thief.test"}
    answer = await done(brand.admin, UPDATE, id=channel["id"], version=1, input={"settings": elsewhere})
    assert answer["channel"] is None
    assert [detail["field"] for detail in answer["problem"]["details"]] == ["input.credentials"]


async def test_a_channel_with_published_contents_is_not_deleted(world: World, targets: Targets, service: Db) -> None:
    brand = await world.brand()
    channel, content = await add(brand, targets.channel("webhook", new_name())), await world.draft(brand)
    await publish(service, channel, content)
    kept = await done(brand.admin, DELETE, id=channel["id"])
    assert (kept["deletedId"], kept["problem"]["__typename"]) == (None, "ConflictProblem")
    left = await done(brand.admin, DELETE, id=channel["id"], leave=True)
    assert (left["deletedId"], left["problem"]) == (channel["id"], None)
    other = await add(brand, targets.channel("webhook", new_name()))
    await publish(service, other, content)
    await unpublish(service, other, content)
    assert (await done(brand.admin, DELETE, id=other["id"]))["deletedId"] == other["id"]


async def test_a_check_is_that_of_rest(world: World, targets: Targets) -> None:
    brand, hook = await world.brand(), new_name()
    channel = await add(brand, targets.channel("webhook", hook))
    checked = await done(brand.admin, CHECK, id=channel["id"])
    assert (checked["problem"], checked["channel"]["version"]) == (None, 1)
    told = (await brand.admin.get(f"/channels/{channel['id']}")).json()["data"]
    assert (checked["channel"]["lastCheck"], told["lastCheck"]["isUsable"]) == (told["lastCheck"], True)
    await targets.fault(f"/hooks/{hook}", status=403, body="not you")
    failed = (await done(brand.admin, CHECK, id=channel["id"]))["channel"]["lastCheck"]
    assert (failed["isUsable"], "not you" in failed["message"]) == (False, True)


@pytest.mark.parametrize("kind", ["webhook", "wordpress", "contentful", "shopify"])
async def test_a_dry_run_is_that_of_rest(world: World, targets: Targets, kind: str) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel(kind, new_name()))
    content = await world.draft(brand, body="<p>Cold air</p>", excerpt="Short", tags=["winter"])
    planned = (await done(brand.admin, DRY_RUN, id=channel["id"], contentId=content["id"]))["dryRun"]
    response = await brand.admin.post(f"/channels/{channel['id']}/dry-run", {"contentId": content["id"]})
    told = response.json()["data"]
    assert (planned["action"], planned["isPublishable"], planned["problems"]) == ("PUBLISH", True, [])
    assert without_moment(planned["requests"]) == without_moment(told["requests"])


async def test_a_dry_run_tells_problems(world: World, targets: Targets) -> None:
    brand = await world.brand()
    channel = await add(brand, targets.channel("contentful", new_name()))
    content = await world.draft(brand, body=f"<p>{'a' * 50_000}</p>")
    planned = (await done(brand.admin, DRY_RUN, id=channel["id"], contentId=content["id"]))["dryRun"]
    assert planned["problems"] == [{"field": "body", "message": "must have at most 50,000 characters"}]
    assert planned["isPublishable"] is False


def without_moment(value: Any) -> Any:
    """Leaves out what tells the time of the attempt."""
    if isinstance(value, list):
        return [without_moment(each) for each in value]
    if isinstance(value, dict):
        moment = {"webhook-timestamp", "timestamp", "publishedat"}
        return {name: without_moment(each) for name, each in value.items() if name.lower() not in moment}
    return value


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_gets_credentials(world: World, targets: Targets, kind: str) -> None:
    kinds = get_schema().type_map
    assert not [name for name in kinds["Channel"].fields if "credential" in name and name != "credentialsSetAt"]  # type: ignore[attr-defined]
    brand = await world.brand()
    content = await world.draft(brand)
    given = input_of(brand, targets, kind)
    texts: list[str] = []

    async def told(document: str, **variables: Any) -> Any:
        response = await send(brand.admin, {"query": document, "variables": variables})
        texts.append(response.text)
        return response.json()["data"]

    every = "id settings fieldMapping lastCheck { message } credentialsSetAt"
    made = await told(
        f"mutation($input: CreateChannelInput!) {{ createChannel(input: $input) {{ channel {{ {every} }} }} }}",
        input=given,
    )
    channel_id = made["createChannel"]["channel"]["id"]
    await told(CREATE, input=given)
    await told(UPDATE, id=channel_id, version=1, input={"credentials": given["credentials"] | {"other": "x"}})
    await told(UPDATE, id=channel_id, version=1, input={"credentials": given["credentials"]})
    await told(CHECK, id=channel_id)
    await told(DRY_RUN, id=channel_id, contentId=content["id"])
    await told(f"query($id: ID!) {{ channels(brandId: $id) {{ nodes {{ {every} }} }} }}", id=brand.id)
    stored = world.rows("select credentials from public.channels where id = %s", channel_id)[0]["credentials"]
    secrets = {*SECRETS, SECRET, stored, *map(str, given["credentials"].values())} - {"AKIALOCAL"}
    assert not [secret for secret in secrets for text in texts if secret in text]
    audited = world.rows("select details::text from public.audit_log where brand_id = %s", brand.id)
    assert not [entry for entry in audited if '"credentials"' in entry["details"]]


async def test_others_are_refused(world: World, targets: Targets) -> None:
    brand, other = await world.brand(), await world.brand()
    channel = await add(brand, targets.channel("webhook", new_name()))
    content, theirs = await world.draft(brand), await world.draft(other)
    acts: list[tuple[str, dict[str, Any]]] = [
        (READ, {"id": channel["id"]}),
        (READ, {"id": brand.id}),
        (LIST, {"id": brand.id}),
        (CREATE, {"input": input_of(brand, targets, "webhook")}),
        (UPDATE, {"id": channel["id"], "version": 1, "input": {"name": "Mine"}}),
        (DELETE, {"id": channel["id"]}),
        (CHECK, {"id": channel["id"]}),
        (DRY_RUN, {"id": channel["id"], "contentId": content["id"]}),
    ]
    for person, code in ((brand.editor, "FORBIDDEN"), (brand.viewer, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
        for document, variables in acts:
            (error,) = await refused(person, document, **variables)
            assert error["extensions"]["code"] == code, document
    (error,) = await refused(brand.admin, DRY_RUN, id=channel["id"], contentId=theirs["id"])
    assert error["extensions"]["code"] == "NOT_FOUND"
    assert (await brand.admin.get(f"/channels/{channel['id']}")).json()["data"]["version"] == 1
