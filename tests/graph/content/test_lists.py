"""Lists of contents by GraphQL: filters, orders, pages, cursors, counts, and texts that the heads lack."""

from typing import Any

import pytest

from tests.graph.content.asking import told
from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

PAGE = """query($filter: ContentFilter, $sort: ContentSort, $direction: SortDirection, $first: Int, $after: String,
  $pagination: Pagination) {
  contents(filter: $filter, sort: $sort, direction: $direction, first: $first, after: $after, pagination: $pagination) {
    nodes { id title } edges { cursor node { id } } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
SORTS = {
    "UPDATED_AT": "updatedAt",
    "CREATED_AT": "createdAt",
    "TITLE": "title",
    "STATUS": "status",
    "SCORE": "score",
    "DUE_AT": "dueAt",
    "SCHEDULED_FOR": "scheduledFor",
}


async def page_of(brand: Brand, **variables: Any) -> dict[str, Any]:
    variables["filter"] = {"brandId": brand.id} | variables.get("filter", {})
    return (await ask(brand.viewer, PAGE, **variables))["contents"]


async def test_a_list_is_that_of_rest(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    await world.draft(brand, assignees=[world.id_of(brand.viewer)], tags=["a"])
    await world.published(brand)
    await world.draft(other)
    listed = await told(brand.viewer, "/contents", expand="people")
    assert len(listed) == 2
    await assert_alike(brand.viewer, "contents", "Content", listed)
    assert (await ask(other.viewer, PAGE, filter={"brandId": brand.id}))["contents"]["nodes"] == []


async def test_texts_and_templates_are_read_where_they_are_asked_for(world: World) -> None:
    brand = await world.brand()
    made = [await world.draft(brand, body=f"<p>{number}</p>", metadata={"metaTitle": "M"}) for number in range(3)]
    names = ("id", "body", "fields", "metadata", "plainTexts", "provenance")
    query = f"""query {{ contents(sort: CREATED_AT, direction: ASC) {{ nodes {{ {" ".join(names)}
      brand {{ id name }} scoreParts {{ completeness }} comments {{ totalCount }} versions {{ totalCount }}
      edited: template {{ id name version contentType isActive }} }} }} }}"""
    # The stand-in of Template has no version.
    query = query.replace("edited: template { id name version contentType isActive }", "template { id name }")
    nodes = (await ask(brand.viewer, query))["contents"]["nodes"]
    whole = [await told(brand.viewer, f"/contents/{content['id']}") for content in made]
    assert [{name: node[name] for name in names} for node in nodes] == [
        {name: one[name] for name in names} for one in whole
    ]
    assert {node["brand"]["name"] for node in nodes} == {brand.name}
    assert {node["template"]["id"] for node in nodes} == {brand.template_id}
    assert [(node["comments"]["totalCount"], node["versions"]["totalCount"]) for node in nodes] == [(0, 1)] * 3


async def test_filters_are_those_of_rest(world: World) -> None:
    brand = await world.brand()
    viewer = world.id_of(brand.viewer)
    one = await world.draft(brand, tags=["a", "b"], categories=["c"], type=None, assignees=[viewer])
    copy = (await brand.editor.post(f"/contents/{one['id']}/duplicate", {})).json()["data"]
    await world.published(brand, dueAt="2031-01-02T03:04:05Z")
    await brand.admin.post("/contents", {"brandId": brand.id, "title": "Plain", "type": "social_post"})
    time = copy["createdAt"]
    cases: list[dict[str, Any]] = [
        {"status": ["PUBLISHED", "ARCHIVED"]},
        {"type": ["social_post"]},
        {"tag": ["a", "b"]},
        {"category": ["c"]},
        {"templateId": brand.template_id},
        {"parentId": one["id"]},
        {"createdBy": world.id_of(brand.admin)},
        {"updatedBy": world.id_of(brand.editor)},
        {"assignee": viewer},
        {"createdFrom": time},
        {"createdTo": time},
        {"updatedFrom": time},
        {"updatedTo": time},
        {"publishedFrom": time},
        {"publishedTo": time},
        {"scheduledFrom": time},
        {"scheduledTo": time},
        {"dueFrom": "2031-01-01T00:00:00Z"},
        {"dueTo": "2031-01-01T00:00:00Z"},
        {"scoreFrom": 1},
        {"scoreTo": 1},
        {"deleted": True},
    ]
    found: set[int] = set()
    for given in cases:
        by_rest = {
            name: [each.lower() for each in value] if name == "status" else value for name, value in given.items()
        }
        listed = await told(brand.viewer, "/contents", brandId=brand.id, **by_rest)
        page = await page_of(brand, filter=given)
        assert [node["id"] for node in page["nodes"]] == [each["id"] for each in listed], given
        assert page["totalCount"] == len(listed), given
        found.add(len(listed))
    assert {0, 1, 2, 3} <= found  # the filters tell contents apart


async def test_orders_are_those_of_rest(world: World) -> None:
    brand = await world.brand()
    for number in range(3):
        due: dict[str, Any] = {"dueAt": f"203{number}-01-01T00:00:00Z"} if number else {}
        await world.draft(brand, title=f"Title {2 - number}", **due)
    await world.approved(brand)
    for sort, name in SORTS.items():
        for direction in (None, "ASC", "DESC"):
            asked: dict[str, Any] = {"sort": name} | ({"direction": direction.lower()} if direction else {})
            listed = await told(brand.viewer, "/contents", brandId=brand.id, **asked)
            page = await page_of(brand, sort=sort, direction=direction)
            assert [node["id"] for node in page["nodes"]] == [each["id"] for each in listed], (sort, direction)
            # Each edge's cursor goes on behind it.
            for index in (0, 1, 2):
                later = await page_of(brand, sort=sort, direction=direction, after=page["edges"][index]["cursor"])
                assert [node["id"] for node in later["nodes"]] == [each["id"] for each in listed[index + 1 :]], sort


async def test_pages_and_cursors(world: World) -> None:
    brand = await world.brand()
    for number in range(5):
        await world.draft(brand, title=f"Title {number}")
    first = await page_of(brand, sort="TITLE", first=2)
    assert [node["title"] for node in first["nodes"]] == ["Title 0", "Title 1"]
    assert [edge["node"]["id"] for edge in first["edges"]] == [node["id"] for node in first["nodes"]]
    assert first["totalCount"] == 5
    info = first["pageInfo"]
    assert (info["hasNextPage"], info["hasPreviousPage"]) == (True, False)
    assert (info["startCursor"], info["endCursor"]) == tuple(edge["cursor"] for edge in first["edges"])
    second = await page_of(brand, sort="TITLE", first=2, after=info["endCursor"])
    assert [node["title"] for node in second["nodes"]] == ["Title 2", "Title 3"]
    # Counted also behind a cursor.
    assert (second["totalCount"], second["pageInfo"]["hasPreviousPage"]) == (5, True)
    last = await page_of(brand, sort="TITLE", first=2, after=second["pageInfo"]["endCursor"])
    assert [node["title"] for node in last["nodes"]] == ["Title 4"]
    assert (last["pageInfo"]["hasNextPage"], last["totalCount"]) == (False, 5)
    by_number = await page_of(brand, sort="TITLE", pagination={"page": 3, "pageSize": 2})
    assert [node["title"] for node in by_number["nodes"]] == ["Title 4"]
    assert (by_number["pageInfo"]["hasNextPage"], by_number["pageInfo"]["hasPreviousPage"]) == (False, True)
    beyond = await page_of(brand, pagination={"page": 9})
    assert (beyond["nodes"], beyond["totalCount"], beyond["pageInfo"]["endCursor"]) == ([], 5, None)


async def test_a_list_is_counted_only_where_that_is_asked_for(world: World) -> None:
    brand = await world.brand()
    for _ in range(2):
        await world.draft(brand)
    query = """query($brand: ID!) { contents(filter: {brandId: $brand}, first: 2) {
      nodes { id } pageInfo { hasNextPage endCursor } } }"""
    page = (await ask(brand.viewer, query, brand=brand.id))["contents"]
    assert len(page["nodes"]) == 2
    # Without the count, a whole page may be the last: the next one is empty then.
    later = await page_of(brand, first=2, after=page["pageInfo"]["endCursor"])
    assert (later["nodes"], later["totalCount"], later["pageInfo"]["hasNextPage"]) == ([], 2, False)
    counted = await page_of(brand, first=2)
    assert counted["pageInfo"]["hasNextPage"] is False


async def test_what_is_refused_is_named(world: World) -> None:
    brand = await world.brand()
    await world.draft(brand)
    cursor = (await page_of(brand, sort="TITLE"))["edges"][0]["cursor"]
    cases: list[tuple[dict[str, Any], str]] = [
        ({"after": "winter"}, "after"),
        ({"after": ""}, "after"),
        ({"after": cursor}, "after"),  # of another order
        ({"first": 0}, "first"),
        ({"first": 101}, "first"),
        ({"pagination": {"page": 0}}, "pagination.page"),
        ({"pagination": {"pageSize": 101}}, "pagination.pageSize"),
        ({"pagination": {"page": 1}, "first": 5}, "pagination"),
        ({"filter": {"type": ["Not A Type"]}}, "filter.type.0"),
        ({"filter": {"scoreFrom": 101}}, "filter.scoreFrom"),
        ({"filter": {"tag": [""] * 21}}, "filter.tag"),
        ({"filter": {"createdFrom": "winter"}}, "filter.createdFrom"),
        ({"filter": {"brandId": "winter"}}, "filter.brandId"),
    ]
    for variables, field in cases:
        (error,) = await refused(brand.viewer, PAGE, **variables)
        assert error["extensions"]["code"] == "VALIDATION_ERROR", variables
        assert [detail["field"] for detail in error["extensions"]["details"]] == [field], variables
