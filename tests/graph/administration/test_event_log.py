"""The event log of a brand by GraphQL, page by page."""

from typing import Any
from uuid import uuid4

import pytest

from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.workflow.office import data

pytestmark = pytest.mark.anyio

LOG = """query($id: ID!, $filter: EventFilter, $first: Int, $after: String) {
  eventLog(brandId: $id, filter: $filter, first: $first, after: $after) {
    nodes { id type aggregateId } edges { cursor } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
END = "query($id: ID!) { eventCursor(brandId: $id) }"


async def test_the_log_is_read_to_its_end_and_on(world: World) -> None:
    brand = await world.brand()
    assert (await ask(brand.viewer, END, id=brand.id))["eventCursor"] == data(
        await brand.viewer.get("/events/cursor", brandId=brand.id)
    )["cursor"]
    contents = [await world.draft(brand) for _ in range(3)]
    told = data(await brand.viewer.get("/events", brandId=brand.id))
    assert len(told) >= 3
    await assert_alike(brand.viewer, "eventLog(brandId: $id)", "DomainEvent", told, declared="$id: ID!", id=brand.id)
    given: dict[str, Any] = {"id": brand.id, "filter": {"types": ["ContentCreated"], "aggregateType": "content"}}
    first = (await ask(brand.viewer, LOG, **given, first=2))["eventLog"]
    assert [each["aggregateId"] for each in first["nodes"]] == [each["id"] for each in contents[:2]]
    assert [each["cursor"] for each in first["edges"]] == [each["id"] for each in first["nodes"]]
    page = first["pageInfo"]
    assert (page["hasNextPage"], page["hasPreviousPage"], first["totalCount"]) == (True, False, None)
    assert page["startCursor"] == first["nodes"][0]["id"]
    second = (await ask(brand.viewer, LOG, **given, first=2, after=page["endCursor"]))["eventLog"]
    assert [each["aggregateId"] for each in second["nodes"]] == [contents[2]["id"]]
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)

    end = second["pageInfo"]["endCursor"]
    assert (await ask(brand.viewer, END, id=brand.id))["eventCursor"] == end == told[-1]["id"]
    nothing = (await ask(brand.viewer, LOG, **given, after=end))["eventLog"]
    assert (nothing["nodes"], nothing["pageInfo"]["endCursor"]) == ([], end)
    further = await world.draft(brand)
    found = (await ask(brand.viewer, LOG, **given, after=end))["eventLog"]
    assert [each["aggregateId"] for each in found["nodes"]] == [further["id"]]
    of_one = {"aggregateId": further["id"], "ahead": True}
    found = (await ask(brand.viewer, LOG, id=brand.id, filter=of_one))["eventLog"]
    assert {each["aggregateId"] for each in found["nodes"]} == {further["id"]}


async def test_what_is_refused(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    await world.draft(brand)
    end = (await ask(brand.admin, END, id=brand.id))["eventCursor"]
    for document in (LOG, END):
        (error,) = await refused(other.admin, document, id=brand.id)
        assert error["extensions"]["code"] == "NOT_FOUND"
    for after, code in (("no id", "VALIDATION_ERROR"), (end, "UNPROCESSABLE"), (str(uuid4()), "UNPROCESSABLE")):
        rest = await other.admin.get("/events", brandId=other.id, after=after)
        (error,) = await refused(other.admin, LOG, id=other.id, after=after)
        assert error["extensions"]["code"] == rest.json()["error"]["code"] == code
        assert error["extensions"]["details"][0]["field"] == "after"
    for wrong, field in (({"types": ["no type"]}, "filter.types.0"), ({"aggregateType": "A"}, "filter.aggregateType")):
        (error,) = await refused(brand.admin, LOG, id=brand.id, filter=wrong)
        assert error["extensions"]["details"][0]["field"] == field
