"""Publications by GraphQL, beside REST."""

from typing import Any

import pytest

from local.demo.callers import Person
from tests.graph.likeness import assert_alike
from tests.publishing.saga.desk import Desk
from tests.support.graph import ask, refused
from tests.support.world import World

pytestmark = pytest.mark.anyio

PAYLOAD = """{ clientMutationId publication { contentId status allowedActions channels { state } }
  problem { __typename ... on ConflictProblem { code message } } }"""
CANCEL = f'mutation($id: ID!) {{ done: cancelPublication(contentId: $id, clientMutationId: "c") {PAYLOAD} }}'
RETRY = f'mutation($id: ID!) {{ done: retryPublication(contentId: $id, clientMutationId: "r") {PAYLOAD} }}'
READ = "query($id: ID!) { content(id: $id) { publication { id status } } }"
LIST = """query($filter: PublicationFilter, $first: Int, $after: String, $page: Pagination) {
  publications(filter: $filter, first: $first, after: $after, pagination: $page) {
    nodes { id } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }"""


async def done(person: Person, document: str, content_id: str) -> dict[str, Any]:
    return (await ask(person, document, id=content_id))["done"]


async def listed(person: Person, **variables: Any) -> dict[str, Any]:
    return (await ask(person, LIST, **variables))["publications"]


async def test_publications_are_those_of_rest(world: World, desk: Desk) -> None:
    brand = await world.brand()
    await desk.channel(brand)
    optional = await desk.channel(brand, isRequired=False)
    content = await world.approved(brand)
    await desk.fault(optional, status=500, times=3)
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    told = await desk.until_ended(brand, content, hurries=True)
    assert told["hasWarnings"], told
    for person in (brand.viewer, brand.admin):
        told = (await person.get(f"/contents/{content['id']}/publication")).json()["data"]
        # A publication is read at its content, and those of a content are listed.
        field = f'publications(filter: {{contentId: "{content["id"]}"}})'
        listing = (await person.get(f"/publications?contentId={content['id']}")).json()["data"]
        await assert_alike(person, field, "Publication", listing)
        document = """query($id: ID!) { content(id: $id) { publication {
          id brandId contentId contentVersion direction status step attempts error failedStep hasWarnings startedAt
          finishedAt nextAttemptAt allowedActions requestedBy { id name }
          steps { step startedAt finishedAt attempts error }
          channels { channelId kind isRequired state attempts url error nextAttemptAt changedAt } } } }"""
        found = (await ask(person, document, id=content["id"]))["content"]["publication"]
        told.pop("_links")
        assert lowered(found) == told
    document = """query($id: ID!) { content(id: $id) { publication {
      brand { id name } content { id status } channels { channel { id name } } } } }"""
    found = (await ask(brand.admin, document, id=content["id"]))["content"]["publication"]
    assert (found["brand"], found["content"]) == (
        {"id": brand.id, "name": brand.name},
        {"id": content["id"], "status": "PUBLISHED"},
    )
    assert optional.name in [each["channel"]["name"] for each in found["channels"]]
    found = (await ask(brand.viewer, document, id=content["id"]))["content"]["publication"]
    assert [each["channel"] for each in found["channels"]] == [None, None]


def lowered(found: Any) -> dict[str, Any]:
    """Returns a publication with the values of REST's enumerations."""
    values = {"direction", "status", "step", "failedStep", "state"}
    told: dict[str, Any] = {}
    for name, value in found.items():
        if name in ("steps", "channels"):
            told[name] = [lowered(each) for each in value]
        elif name == "allowedActions":
            told[name] = [each.lower() for each in value]
        else:
            told[name] = value.lower() if name in values and value is not None else value
    return told


async def test_a_content_without_a_publication(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    assert await ask(brand.viewer, READ, id=content["id"]) == {"content": {"publication": None}}
    (error,) = await refused(other.admin, READ, id=content["id"])
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_each_edge_leads_on_from_itself(world: World, desk: Desk) -> None:
    brand, other = await world.brand(), await world.brand()
    contents = [await world.published(brand) for _ in range(3)]
    await world.published(other)
    filter = {"brandId": brand.id}
    told = (await brand.viewer.get(f"/publications?brandId={brand.id}")).json()["data"]
    ids = [each["id"] for each in told]
    assert [each["contentId"] for each in told] == [each["id"] for each in reversed(contents)]
    page = await listed(brand.viewer, filter=filter)
    assert [each["id"] for each in page["nodes"]] == ids
    assert [edge["node"]["id"] for edge in page["edges"]] == ids
    assert page["totalCount"] is None
    for place, edge in enumerate(page["edges"], start=1):
        rest = await listed(brand.viewer, filter=filter, after=edge["cursor"])
        assert [each["id"] for each in rest["nodes"]] == ids[place:]
        assert rest["pageInfo"]["hasPreviousPage"] is True
    first = await listed(brand.viewer, filter=filter, first=2)
    cursors = [edge["cursor"] for edge in first["edges"]]
    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": cursors[0],
        "endCursor": cursors[1],
    }
    # The next page of REST begins at the same place.
    rest = (await brand.viewer.get(f"/publications?brandId={brand.id}&pageSize=2")).json()
    assert rest["pagination"]["nextCursor"] == cursors[1]
    second = await listed(brand.viewer, filter=filter, first=2, after=cursors[1])
    assert ([each["id"] for each in second["nodes"]], second["pageInfo"]["hasNextPage"]) == (ids[2:], False)
    completed = await listed(brand.viewer, filter={"contentId": contents[0]["id"], "status": "COMPLETED"})
    assert [each["id"] for each in completed["nodes"]] == ids[2:]
    assert (await listed(brand.viewer, filter=filter | {"status": "RUNNING"}))["nodes"] == []
    assert [each["id"] for each in (await listed(brand.viewer))["nodes"]] == ids
    by_number = await listed(brand.viewer, filter=filter, page={"page": 1, "pageSize": 1})
    assert [each["id"] for each in by_number["nodes"]] == ids[:1]


async def test_wrong_places_and_strangers(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.published(brand)
    for variables, field in (
        ({"after": "nowhere"}, "after"),
        ({"page": {"page": 2}}, "pagination.page"),
        ({"first": 101}, "first"),
    ):
        (error,) = await refused(brand.viewer, LIST, **variables)
        assert error["extensions"]["code"] == "VALIDATION_ERROR"
        assert [detail["field"] for detail in error["extensions"]["details"]] == [field]
    for filter in ({"brandId": brand.id}, {"contentId": content["id"]}):
        (error,) = await refused(other.admin, LIST, filter=filter)
        assert error["extensions"]["code"] == "NOT_FOUND"
    assert (await listed(other.viewer))["nodes"] == []
    for document in (CANCEL, RETRY):
        (error,) = await refused(other.admin, document, id=content["id"])
        assert error["extensions"]["code"] == "NOT_FOUND"


async def test_a_publication_is_cancelled_and_tried_again(world: World, desk: Desk) -> None:
    brand = await world.brand()
    channel = await desk.channel(brand)
    content = await world.approved(brand)
    await desk.fault(channel, status=503, times=2)
    assert (await brand.admin.post(f"/contents/{content['id']}/publish")).status_code == 200
    for person in (brand.viewer, brand.editor):
        for document in (CANCEL, RETRY):
            (error,) = await refused(person, document, id=content["id"])
            assert error["extensions"]["status"] == 403
    cancelled = await done(brand.admin, CANCEL, content["id"])
    assert (cancelled["clientMutationId"], cancelled["problem"]) == ("c", None)
    assert (cancelled["publication"]["contentId"], cancelled["publication"]["status"]) == (
        content["id"],
        "COMPENSATING",
    )
    twice = await done(brand.admin, CANCEL, content["id"])
    assert (twice["publication"], twice["problem"]["__typename"], twice["problem"]["code"]) == (
        None,
        "ConflictProblem",
        "CONFLICT",
    )
    assert (await desk.until_ended(brand, content, hurries=True))["status"] == "cancelled"
    again = await done(brand.admin, RETRY, content["id"])
    assert (again["clientMutationId"], again["problem"]) == ("r", None)
    assert again["publication"]["status"] in ("RUNNING", "COMPLETED")
    assert (await desk.until_ended(brand, content, hurries=True))["status"] == "completed"
    late = await done(brand.admin, RETRY, content["id"])
    assert (late["publication"], late["problem"]["code"]) == (None, "CONFLICT")
