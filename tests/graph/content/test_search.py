"""The search of contents by GraphQL, beside REST: matches, facets, pages, suggestions."""

from typing import Any

import pytest

from tests.graph.content.asking import told
from tests.support.graph import ask, refused
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

HIT = "id brandId title type status tags score updatedAt rank titleHighlight textHighlight"
SEARCH = f"""query($query: String!, $options: SearchOptions) {{ searchContent(query: $query, options: $options) {{
  nodes {{ {HIT} }} totalCount isTruncated facets {{ type status tag }}
  pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} }}"""
SUGGEST = """query($query: String!, $brand: ID, $limit: Int) {
  suggestContents(query: $query, brandId: $brand, limit: $limit) { id brandId title type status } }"""


def lowered(hit: dict[str, Any]) -> dict[str, Any]:
    return hit | {"status": hit["status"].lower()}


async def search(brand: Brand, words: str, **options: Any) -> dict[str, Any]:
    return (await ask(brand.viewer, SEARCH, query=words, options=options or None))["searchContent"]


async def quokkas(world: World, brand: Brand) -> list[dict[str, Any]]:
    return [
        await world.draft(brand, title="A quokka in the title", tags=["animals"]),
        await world.draft(brand, title="In the text", body="<p>a quokka somewhere</p>", tags=["animals", "islands"]),
        await world.published(brand, title="A quokka & published"),
    ]


async def test_matches_are_those_of_rest(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    contents = await quokkas(world, brand)
    await world.draft(other, title="A quokka elsewhere")
    cases: list[dict[str, Any]] = [
        {},
        {"brandId": brand.id},
        {"brandId": other.id},
        {"status": ["PUBLISHED", "APPROVED"]},
        {"type": ["article"]},
        {"type": ["social_post"]},
        {"tag": ["animals", "islands"]},
        {"createdBy": world.id_of(brand.editor)},
        {"createdBy": world.id_of(brand.admin)},
        {"updatedFrom": contents[-1]["updatedAt"]},
        {"updatedTo": contents[-1]["updatedAt"]},
    ]
    counts: set[int] = set()
    for given in cases:
        asked = {name: [each.lower() for each in value] if name == "status" else value for name, value in given.items()}
        answer = (await brand.viewer.get("/contents/search", q="quokka", **asked)).json()
        found = await search(brand, "quokka", filter=given)
        assert [lowered(hit) for hit in found["nodes"]] == answer["data"], given
        assert found["facets"] == answer["facets"]
        assert found["totalCount"] == answer["pagination"]["totalItems"]
        assert found["isTruncated"] == answer["isTruncated"]
        counts.add(found["totalCount"])
    assert {0, 1, 3} <= counts
    assert (await search(brand, "quokka"))["facets"]["tag"] == {"animals": 2, "islands": 1}
    assert [hit["title"] for hit in (await search(other, "quokka"))["nodes"]] == ["A quokka elsewhere"]


async def test_orders_and_pages(world: World) -> None:
    brand = await world.brand()
    await quokkas(world, brand)
    for sort, name in (
        ("RELEVANCE", "relevance"),
        ("UPDATED_AT", "updatedAt"),
        ("CREATED_AT", "createdAt"),
        ("TITLE", "title"),
        ("STATUS", "status"),
        ("SCORE", "score"),
    ):
        listed = await told(brand.viewer, "/contents/search", q="quokka", sort=name)
        found = await search(brand, "quokka", sort=sort)
        assert [hit["id"] for hit in found["nodes"]] == [hit["id"] for hit in listed], sort
    first = await search(brand, "quokka", sort="TITLE", pagination={"pageSize": 2})
    second = await search(brand, "quokka", sort="TITLE", pagination={"page": 2, "pageSize": 2})
    titles = [hit["title"] for hit in await told(brand.viewer, "/contents/search", q="quokka", sort="title")]
    assert [hit["title"] for hit in first["nodes"] + second["nodes"]] == titles
    assert (first["totalCount"], second["totalCount"]) == (3, 3)
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert (first["pageInfo"]["hasPreviousPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)


async def test_matches_lead_to_their_contents(world: World) -> None:
    brand = await world.brand()
    await world.draft(brand, title="A quokka", body="<p>It smiles</p>")
    query = """query { searchContent(query: "quokka") { nodes { id content { id body } brand { id } } }
      suggestContents(query: "A quok") { id content { body } brand { id } } }"""
    found = await ask(brand.viewer, query)
    (hit,) = found["searchContent"]["nodes"]
    assert hit["content"] == {"id": hit["id"], "body": "<p>It smiles</p>"}
    assert hit["brand"] == {"id": brand.id}
    assert found["suggestContents"] == [
        {"id": hit["id"], "content": {"body": "<p>It smiles</p>"}, "brand": {"id": brand.id}}
    ]


async def test_suggestions_are_those_of_rest(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    for title in ("Winter skin", "Winter hair", "Summer skin"):
        await world.draft(brand, title=title)
    await world.draft(other, title="Winter elsewhere")
    for given in ({}, {"brandId": brand.id}, {"limit": 1}, {"brandId": other.id}):
        listed = await told(brand.viewer, "/contents/suggest", q="wint", **given)
        variables = {"brand": given.get("brandId"), "limit": given.get("limit", 8)}
        found = (await ask(brand.viewer, SUGGEST, query="wint", **variables))["suggestContents"]
        assert [lowered(each) for each in found] == listed, given
    assert len(await told(brand.viewer, "/contents/suggest", q="wint")) == 2


async def test_what_is_refused_is_named(world: World) -> None:
    brand = await world.brand()
    cases: list[tuple[str, dict[str, Any], str]] = [
        (SEARCH, {"query": ""}, "query"),
        (SEARCH, {"query": "x" * 201}, "query"),
        (SEARCH, {"query": "a", "options": {"pagination": {"page": 11, "pageSize": 100}}}, "options.pagination.page"),
        (SEARCH, {"query": "a", "options": {"pagination": {"page": 1001}}}, "options.pagination.page"),
        (SEARCH, {"query": "a", "options": {"pagination": {"page": 0}}}, "options.pagination.page"),
        (SEARCH, {"query": "a", "options": {"pagination": {"pageSize": 101}}}, "options.pagination.pageSize"),
        (SEARCH, {"query": "a", "options": {"filter": {"type": ["Not A Type"]}}}, "options.filter.type.0"),
        (SEARCH, {"query": "a", "options": {"filter": {"brandId": "winter"}}}, "options.filter.brandId"),
        (SEARCH, {"query": "a", "options": {"filter": {"updatedTo": "winter"}}}, "options.filter.updatedTo"),
        (SUGGEST, {"query": ""}, "query"),
        (SUGGEST, {"query": "a", "limit": 21}, "limit"),
        (SUGGEST, {"query": "a", "brand": "winter"}, "brandId"),
    ]
    for document, variables, field in cases:
        (error,) = await refused(brand.viewer, document, **variables)
        assert error["extensions"]["code"] == "VALIDATION_ERROR", variables
        assert [detail["field"] for detail in error["extensions"]["details"]] == [field], variables
    whole = await search(brand, "quokka", pagination={"page": 10, "pageSize": 100})
    assert (whole["nodes"], whole["totalCount"]) == ([], 0)


async def test_the_size_of_a_page_of_matches_counts(world: World) -> None:
    brand = await world.brand()
    query = """query($size: Int!) { searchContent(query: "a", options: {pagination: {pageSize: $size}}) {
      nodes { id content { id brand { id } comments { nodes { id content { id } } } } } } }"""
    (error,) = await refused(brand.viewer, query, size=100)
    assert error["extensions"]["code"] == "DOCUMENT_TOO_COMPLEX"
    assert (await ask(brand.viewer, query, size=5))["searchContent"]["nodes"] == []
