"""Channels by GraphQL, beside REST: for those who manage integrations, and never with credentials."""

from typing import Any

import pytest

from local.demo.callers import Person
from tests.graph.likeness import assert_alike
from tests.publishing.channels.targets import Targets, add, new_name
from tests.support.graph import ask, refused
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

KINDS = ("webhook", "wordpress", "contentful", "shopify", "s3")
PROBLEM = """problem { __typename ... on StaleVersion { code currentVersion }
  ... on ConflictProblem { code message details { field code } }
  ... on ValidationProblem { code details { field code } } }"""
PAYLOAD = f"{{ clientMutationId channel {{ id name version isRequired contentTypes credentialsSetAt }} {PROBLEM} }}"
CREATE = (
    f'mutation($input: CreateChannelInput!) {{ done: createChannel(input: $input, clientMutationId: "a") {PAYLOAD} }}'
)
UPDATE = f"""mutation($id: ID!, $input: UpdateChannelInput!, $version: Int!) {{
  done: updateChannel(id: $id, input: $input, expectedVersion: $version) {PAYLOAD} }}"""
DELETE = f"""mutation($id: ID!, $leave: Boolean) {{
  done: deleteChannel(id: $id, leavePublished: $leave, clientMutationId: "d") {{
    clientMutationId deletedId {PROBLEM} }} }}"""
CHECK = f"mutation($id: ID!) {{ done: checkChannel(id: $id) {{ channel {{ version lastCheck {{ at isUsable message }} }} {PROBLEM} }} }}"  # noqa: E501
DRY_RUN = f"""mutation($id: ID!, $contentId: ID!) {{
  done: dryRunChannel(id: $id, input: {{contentId: $contentId}}) {{
    dryRun {{ action isPublishable problems {{ field message }} requests {{ method url headers body wasSent }} }}
    {PROBLEM} }} }}"""
READ = "query($id: ID!) { channel(id: $id) { id } }"
LIST = "query($id: ID!) { channels(brandId: $id) { nodes { id } } }"


async def done(person: Person, document: str, **variables: Any) -> dict[str, Any]:
    return (await ask(person, document, **variables))["done"]


def input_of(brand: Brand, targets: Targets, kind: str, **changes: Any) -> dict[str, Any]:
    given = targets.channel(kind, new_name())
    return given | {"brandId": brand.id, "name": "Site", "kind": kind.upper()} | changes


async def test_channels_are_those_of_rest(world: World, targets: Targets) -> None:
    brand = await world.brand()
    made = [await add(brand, targets.channel(kind, new_name())) for kind in KINDS]
    await brand.admin.post(f"/channels/{made[0]['id']}/check")
    for channel_id in (brand.id, *(each["id"] for each in made)):
        told = (await brand.admin.get(f"/channels/{channel_id}")).json()["data"]
        await assert_alike(brand.admin, "channel(id: $id)", "Channel", told, declared="$id: ID!", id=channel_id)
    told = (await brand.admin.get(f"/channels?brandId={brand.id}")).json()["data"]
    assert len(told) == len(KINDS) + 1
    await assert_alike(brand.admin, "channels(brandId: $id)", "Channel", told, declared="$id: ID!", id=brand.id)
    document = "query($id: ID!) { node(id: $id) { id ... on Channel { kind name brand { id name } } } }"
    found = (await ask(brand.admin, document, id=made[1]["id"]))["node"]
    assert found == {
        "id": made[1]["id"],
        "kind": "WORDPRESS",
        "name": made[1]["name"],
        "brand": {"id": brand.id, "name": brand.name},
    }


async def test_pages_of_channels(world: World, targets: Targets) -> None:
    brand = await world.brand()
    for name in ("C", "A", "B"):
        await add(brand, targets.channel("webhook", new_name()), name=name)
    document = """query($id: ID!, $first: Int, $after: String, $page: Pagination) {
      channels(brandId: $id, first: $first, after: $after, pagination: $page) {
        edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } }"""
    first = (await ask(brand.admin, document, id=brand.id, first=3))["channels"]
    names = [edge["node"]["name"] for edge in first["edges"]]
    assert (names, first["totalCount"]) == (["Delivery", "A", "B"], 4)
    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "endCursor": first["edges"][-1]["cursor"],
    }
    for place, edge in enumerate(first["edges"], start=1):
        rest = (await ask(brand.admin, document, id=brand.id, after=edge["cursor"]))["channels"]
        assert [each["node"]["name"] for each in rest["edges"]] == ["Delivery", "A", "B", "C"][place:]
    page = (await ask(brand.admin, document, id=brand.id, page={"page": 2, "pageSize": 3}))["channels"]
    assert [edge["node"]["name"] for edge in page["edges"]] == ["C"]
    assert not page["pageInfo"]["hasNextPage"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_channel_from_creation_to_deletion(world: World, targets: Targets, kind: str) -> None:
    brand = await world.brand()
    given = input_of(brand, targets, kind)
    made = await done(brand.admin, CREATE, input=given)
    assert (made["clientMutationId"], made["problem"]) == ("a", None)
    channel = made["channel"]
    taken = await done(brand.admin, CREATE, input=given)
    assert (taken["channel"], taken["problem"]["code"]) == (None, "ALREADY_EXISTS")
    changes = {"isRequired": False, "contentTypes": ["article"], "credentials": given["credentials"]}
    changed = await done(brand.admin, UPDATE, id=channel["id"], version=1, input=changes)
    assert changed["problem"] is None
    assert (changed["channel"]["version"], changed["channel"]["isRequired"]) == (2, False)
    assert changed["channel"]["contentTypes"] == ["article"]
    assert changed["channel"]["credentialsSetAt"] > channel["credentialsSetAt"]
    stale = await done(brand.admin, UPDATE, id=channel["id"], version=1, input={"name": "Other"})
    assert stale["problem"] == {"__typename": "StaleVersion", "code": "STALE_VERSION", "currentVersion": 2}
    told = (await brand.admin.get(f"/channels/{channel['id']}")).json()["data"]
    assert (told["version"], told["name"], told["isRequired"]) == (2, "Site", False)
    deleted = await done(brand.admin, DELETE, id=channel["id"])
    assert deleted == {"clientMutationId": "d", "deletedId": channel["id"], "problem": None}
    (error,) = await refused(brand.admin, READ, id=channel["id"])
    assert error["extensions"]["code"] == "NOT_FOUND"
    (error,) = await refused(brand.admin, DELETE, id=channel["id"])
    assert error["extensions"]["code"] == "NOT_FOUND"
