"""Published contents by GraphQL: documents by their ids, for everybody, as delivery by REST gives them."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.support.errors import assert_problem
from tests.support.graph import ask, refused, send
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

PATH = "/api/v1/graphql"
IDS: Mapping[str, str] = {
    path: digest for digest, path in json.loads((ROOT / "lib" / "graph" / "documents" / "ids.json").read_text()).items()
}
CONTENT, CONTENTS = IDS["delivery/content.graphql"], IDS["delivery/contents.graphql"]
LATEST, PAGE = IDS["delivery/latest.graphql"], IDS["delivery/page.graphql"]


@pytest.fixture
async def website(stack: RunningStack) -> AsyncIterator[httpx.AsyncClient]:
    """Without any login."""
    async with httpx.AsyncClient(base_url=stack.urls["web"]) as client:
        yield client


def slug_of(world: World, brand: Brand) -> str:
    return world.rows("select slug from public.brands where id = %s", brand.id)[0]["slug"]


def address(digest: str, **variables: Any) -> str:
    """The one address of an answer."""
    spelt = json.dumps(variables, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return str(httpx.URL(PATH, params={"id": digest, "variables": spelt}))


async def data_of(website: httpx.AsyncClient, digest: str, **variables: Any) -> dict[str, Any]:
    response = await website.get(address(digest, **variables))
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def test_a_content_is_what_rest_delivers(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    metadata = {"metaTitle": "M", "metaDescription": "D"}
    published = await world.published(brand, tags=["a"], body="<p>Text</p>", excerpt="a < b", metadata=metadata)
    slug = slug_of(world, brand)
    by_rest = (await website.get(f"/api/v1/delivery/{slug}/contents/{published['slug']}")).json()["data"]
    data = await data_of(website, CONTENT, brand=slug, slug=published["slug"])
    assert data == {"deliveredContent": by_rest}
    assert (by_rest["body"], by_rest["plainTexts"]) == ("<p>Text</p>", ["excerpt"])


async def test_lists_have_filters_and_pages_as_in_rest(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    made = [await world.published(brand, tags=["fresh"] if number else []) for number in range(3)]
    slug = slug_of(world, brand)
    by_rest = (await website.get(f"/api/v1/delivery/{slug}/contents")).json()["data"]
    page = (await data_of(website, CONTENTS, brand=slug))["deliveredContents"]
    names = set(page["nodes"][0]) - {"provenance"}
    assert [{name: node[name] for name in names} for node in page["nodes"]] == [
        {name: item[name] for name in names} for item in by_rest
    ]
    assert page["pageInfo"]["hasNextPage"] is False
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await data_of(website, CONTENTS, brand=slug, first=2, **after))["deliveredContents"]
        seen += [node["id"] for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = {"after": page["pageInfo"]["endCursor"]}
    assert seen == [content["id"] for content in reversed(made)]
    tagged = (await data_of(website, CONTENTS, brand=slug, tag="fresh", type="article"))["deliveredContents"]
    assert len(tagged["nodes"]) == 2
    assert (await data_of(website, CONTENTS, brand=slug, type="blog_post"))["deliveredContents"]["nodes"] == []


async def test_each_edge_has_a_place(world: World) -> None:
    brand = await world.brand()
    made = [(await world.published(brand))["id"] for _ in range(2)][::-1]
    document = """query($brand: String!, $after: String) { deliveredContents(brand: $brand, first: 2, after: $after) {
      nodes { id } edges { cursor } pageInfo { startCursor endCursor hasNextPage } } }"""
    slug = slug_of(world, brand)
    page = (await ask(brand.viewer, document, brand=slug))["deliveredContents"]
    first, last = [edge["cursor"] for edge in page["edges"]]
    assert page["pageInfo"] == {"startCursor": first, "endCursor": last, "hasNextPage": False}
    for cursor, behind in ((None, made), (first, made[1:]), (last, [])):
        found = await ask(brand.viewer, document, brand=slug, after=cursor)
        assert [node["id"] for node in found["deliveredContents"]["nodes"]] == behind
    later = "query($brand: String!) { deliveredContents(brand: $brand, pagination: {page: 2}) { nodes { id } } }"
    (error,) = await refused(brand.viewer, later, brand=slug)
    assert error["extensions"]["details"][0]["field"] == "pagination.page"


async def test_texts_of_a_list_and_several_fields(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    first = await world.published(brand, body="<p>One</p>")
    second = await world.published(brand, body="<p>Two</p>")
    slug = slug_of(world, brand)
    latest = (await data_of(website, LATEST, brand=slug))["deliveredContents"]["nodes"]
    assert [node["body"] for node in latest] == ["<p>Two</p>", "<p>One</p>"]
    page = await data_of(website, PAGE, brand=slug, slug=first["slug"])
    assert page["deliveredContent"]["body"] == "<p>One</p>"
    assert [node["id"] for node in page["deliveredContents"]["nodes"]] == [second["id"], first["id"]]


async def test_what_is_not_delivered_is_not_found(world: World, website: httpx.AsyncClient) -> None:
    brand, other = await world.brand(), await world.brand()
    draft, elsewhere = await world.draft(brand), await world.published(other)
    await world.published(brand)
    for variables in (
        {"brand": slug_of(world, brand), "slug": draft["slug"]},
        {"brand": slug_of(world, brand), "slug": elsewhere["slug"]},
        {"brand": "no-such-brand", "slug": elsewhere["slug"]},
    ):
        answer = await website.get(address(CONTENT, **variables))
        assert_problem(answer, 404, "NOT_FOUND")
        assert answer.headers["x-vercel-cache"] == "BYPASS"


async def test_a_private_brand_demands_its_key(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    content = await world.published(brand)
    setting = await brand.admin.put(f"/brands/{brand.id}/delivery", {"mode": "private", "newKey": True})
    key = setting.json()["data"]["key"]
    slug = slug_of(world, brand)
    for each in (address(CONTENT, brand=slug, slug=content["slug"]), address(CONTENTS, brand=slug)):
        for headers in ({}, {"X-Delivery-Key": "mdk_wrong"}):
            assert (await website.get(each, headers=headers)).status_code == 404
        answer = await website.get(each, headers={"X-Delivery-Key": key})
        assert answer.status_code == 200
        assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("private, no-cache", "X-Delivery-Key")
        assert answer.headers["x-vercel-cache"] == "BYPASS"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "VALIDATION_ERROR"),
        ({"id": ""}, 404, "PERSISTED_QUERY_NOT_FOUND"),
        ({"id": "0" * 64}, 404, "PERSISTED_QUERY_NOT_FOUND"),
        ({"id": CONTENTS, "variables": "{"}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": "[]"}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": '{"brand":1}'}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": '{"brand":null}'}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": '{"brand":"a","x":1}'}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": '{"brand":"Not a slug"}'}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": '{"brand":"a","first":0}'}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": '{"brand":"a","first":101}'}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": '{"after":"x","brand":"a"}'}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": '{"brand":"a","type":"No Type"}'}, 400, "VALIDATION_ERROR"),
        ({"id": CONTENTS, "variables": '{"brand":"a","tag":""}'}, 400, "VALIDATION_ERROR"),
    ],
)
async def test_bad_requests(website: httpx.AsyncClient, query: dict[str, str], status: int, code: str) -> None:
    answer = await website.get(PATH, params=query)
    assert_problem(answer, status, code)


async def test_nothing_else_is_read_by_get(world: World, website: httpx.AsyncClient) -> None:
    brand = await world.brand()
    own = [digest for path, digest in IDS.items() if not path.startswith("delivery/")]
    headers = {"Authorization": f"Bearer {brand.editor.access_token}"}
    for digest in own:
        assert (await website.get(PATH, params={"id": digest}, headers=headers)).status_code == 404
    for query in (
        "query={me{id}}",
        "query={__typename}",
        "query=mutation{__typename}",
        f"id={CONTENT}&query={{me{{id}}}}",
    ):
        assert (await website.get(f"{PATH}?{query}", headers=headers)).status_code == 400


async def test_signed_in_people_ask_by_any_document(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.published(other)
    document = "query($brand: String!) { deliveredContents(brand: $brand) { totalCount edges { node { id title } } } }"
    data = await ask(brand.viewer, document, brand=slug_of(world, other))
    node = {"id": content["id"], "title": content["title"]}
    assert data == {"deliveredContents": {"totalCount": None, "edges": [{"node": node}]}}
    by_id = await send(brand.viewer, {"id": CONTENTS, "variables": {"brand": slug_of(world, other)}})
    assert [each["id"] for each in by_id.json()["data"]["deliveredContents"]["nodes"]] == [content["id"]]
    await other.admin.put(f"/brands/{other.id}/delivery", {"mode": "private", "newKey": True})
    errors = await refused(brand.viewer, document, brand=slug_of(world, other))
    assert [error["extensions"]["code"] for error in errors] == ["NOT_FOUND"]
