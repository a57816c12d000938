"""Generations, AI usage and budgets by GraphQL: what REST answers, for whom REST answers."""

from typing import Any, Final

import pytest

from tests.ai.test_records import used_brand
from tests.graph.ai.support import PROBLEM, as_rest, everything_of
from tests.support.errors import assert_problem
from tests.support.graph import ask, refused
from tests.support.world import World

pytestmark = pytest.mark.anyio

LISTED: Final = everything_of("Generation").replace(" output ", " ")
LIST: Final = f"""query ($filter: GenerationFilter, $first: Int, $after: String, $pagination: Pagination) {{
  generations(filter: $filter, first: $first, after: $after, pagination: $pagination) {{
    totalCount nodes {LISTED} edges {{ cursor node {{ id }} }} pageInfo {{ hasNextPage hasPreviousPage endCursor }}
  }}
}}"""
ONE: Final = f"query ($id: ID!) {{ generation(id: $id) {everything_of('Generation')} }}"
NODE: Final = f"query ($id: ID!) {{ node(id: $id) {{ ... on Generation {everything_of('Generation')} }} }}"
USAGE: Final = f"query ($filter: AiUsageFilter) {{ aiUsage(filter: $filter) {everything_of('AiUsage')} }}"
BUDGET: Final = f"query ($id: ID!) {{ aiBudget(brandId: $id) {everything_of('AiBudget')} }}"
SET_BUDGET: Final = f"""mutation ($input: SetAiBudgetInput!) {{
  setAiBudget(input: $input, clientMutationId: "b") {{ clientMutationId budget {everything_of("AiBudget")} {PROBLEM} }}
}}"""


async def test_generations(world: World) -> None:
    brand = await used_brand(world)
    filters = {"brandId": brand.id, "type": "TITLE_SUGGESTION", "status": "COMPLETED"}
    listed = (await ask(brand.viewer, LIST, filter=filters))["generations"]
    rest = await brand.viewer.get("/ai/generations", brandId=brand.id, type="title_suggestion", status="completed")
    assert as_rest("GenerationConnection", {"nodes": listed["nodes"]})["nodes"] == rest.json()["data"]
    assert listed["totalCount"] == rest.json()["pagination"]["totalItems"] == 2
    assert [edge["node"]["id"] for edge in listed["edges"]] == [node["id"] for node in listed["nodes"]]
    assert listed["pageInfo"]["hasNextPage"] is False


async def test_pages_of_generations(world: World) -> None:
    brand = await used_brand(world)
    whole = [node["id"] for node in (await ask(brand.viewer, LIST))["generations"]["nodes"]]
    assert len(whole) == 3
    read: list[str] = []
    after = None
    while True:
        page = (await ask(brand.viewer, LIST, first=1, after=after))["generations"]
        read += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert read == whole
    second = (await ask(brand.viewer, LIST, pagination={"page": 2, "pageSize": 2}))["generations"]
    assert [node["id"] for node in second["nodes"]] == whole[2:]
    assert second["pageInfo"]["hasPreviousPage"]
    beyond = (await ask(brand.viewer, LIST, pagination={"page": 9}))["generations"]
    assert (beyond["nodes"], beyond["totalCount"]) == ([], 3)


async def test_a_generation(world: World) -> None:
    brand, stranger = await used_brand(world), await world.brand()
    (generation_id,) = [
        row["id"]
        for row in world.rows(
            "select id::text from public.ai_generations where brand_id = %s and type = 'keyword_extraction'", brand.id
        )
    ]
    rest = (await brand.viewer.get(f"/ai/generations/{generation_id}")).json()["data"]
    for document in (ONE, NODE):
        found = await ask(brand.viewer, document, id=generation_id)
        (shown,) = found.values()
        assert as_rest("Generation", shown) == rest
    (error,) = await refused(stranger.admin, ONE, id=generation_id)
    told = assert_problem(await stranger.admin.get(f"/ai/generations/{generation_id}"), 404, "NOT_FOUND")
    assert (error["extensions"]["code"], error["message"]) == (told["code"], told["message"])
    others = (await ask(stranger.admin, LIST, filter={"brandId": brand.id}))["generations"]
    assert (others["nodes"], others["totalCount"]) == ([], 0)
    assert (await refused(brand.viewer, ONE, id="x"))[0]["extensions"]["code"] == "VALIDATION_ERROR"


async def test_generations_lead_to_their_brand_content_and_output(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    for topic in ("Frost", "Ice"):
        body = {"contentId": content["id"], "topic": topic, "count": 1}
        assert (await brand.editor.post("/ai/titles", body)).status_code == 200
    document = """query ($id: ID!) {
      generations { nodes { id output user { id name } brand { id name } content { id title generations(first: 1) {
        totalCount nodes { id } } } } }
      content(id: $id) { generations { totalCount nodes { id output } } }
    }"""
    found = await ask(brand.viewer, document, id=content["id"])
    nodes = found["generations"]["nodes"]
    rest = [(await brand.viewer.get(f"/ai/generations/{node['id']}")).json()["data"] for node in nodes]
    assert [node["output"] for node in nodes] == [each["output"] for each in rest]
    assert [node["user"] for node in nodes] == [each["user"] for each in rest]
    assert [node["brand"] for node in nodes] == [{"id": brand.id, "name": brand.name}] * 2
    linked = {"totalCount": 2, "nodes": [{"id": nodes[0]["id"]}]}
    assert [node["content"] for node in nodes] == [
        {"id": content["id"], "title": content["title"], "generations": linked}
    ] * 2
    assert found["content"]["generations"] == {
        "totalCount": 2,
        "nodes": [{"id": node["id"], "output": node["output"]} for node in nodes],
    }


@pytest.mark.parametrize("groups", [None, ["BRAND", "USER", "TOOL", "MODEL", "DAY"], ["TOOL", "TOOL"]])
async def test_usage(world: World, groups: list[str] | None) -> None:
    brand = await used_brand(world)
    parameters: dict[str, Any] = {"groupBy": [each.lower() for each in groups]} if groups else {}
    rest = (await brand.editor.get("/ai/usage", brandId=brand.id, **parameters)).json()["data"]
    given = {"brandId": brand.id} | ({"groupBy": groups} if groups else {})
    usage = (await ask(brand.editor, USAGE, filter=given))["aiUsage"]
    assert as_rest("AiUsage", usage) == rest
    assert (await ask(brand.editor, USAGE))["aiUsage"]["totals"] == rest["totals"]


async def test_usage_names_its_brands(world: World) -> None:
    brand = await used_brand(world)
    document = "{ aiUsage(filter: {groupBy: [BRAND]}) { items { brand { id name } } } }"
    found = await ask(brand.editor, document)
    assert found["aiUsage"]["items"] == [{"brand": {"id": brand.id, "name": brand.name}}]


async def test_usage_is_refused_as_in_rest(world: World) -> None:
    brand, stranger = await used_brand(world), await world.brand()
    for person, given, code, field in (
        (stranger.admin, {"brandId": brand.id}, "NOT_FOUND", None),
        (brand.viewer, {"brandId": brand.id, "groupBy": ["USER"]}, "FORBIDDEN", None),
        (brand.viewer, {"from": "2026-01-02", "to": "2026-01-01"}, "VALIDATION_ERROR", "filter.to"),
        (brand.viewer, {"groupBy": ["DAY"] * 6}, "VALIDATION_ERROR", "filter.groupBy"),
    ):
        (error,) = await refused(person, USAGE, filter=given)
        assert error["extensions"]["code"] == code
        assert [detail["field"] for detail in error["extensions"].get("details", [])] == ([field] if field else [])


async def test_a_budget(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    rest = (await brand.admin.get("/ai/budget", brandId=brand.id)).json()["data"]
    assert (await ask(brand.admin, BUDGET, id=brand.id))["aiBudget"] == rest
    payload = (await ask(brand.admin, SET_BUDGET, input={"brandId": brand.id, "amount": 12.5}))["setAiBudget"]
    rest = (await brand.admin.get("/ai/budget", brandId=brand.id)).json()["data"]
    assert payload == {"clientMutationId": "b", "budget": rest, "problem": None}
    assert rest["amount"] == 12.5
    refusal = (await ask(brand.admin, SET_BUDGET, input={"brandId": brand.id, "amount": -1}))["setAiBudget"]
    assert refusal["budget"] is None
    assert [detail["field"] for detail in refusal["problem"]["details"]] == ["input.amount"]
    for person, code in ((brand.editor, "FORBIDDEN"), (stranger.admin, "NOT_FOUND")):
        (error,) = await refused(person, BUDGET, id=brand.id)
        assert error["extensions"]["code"] == code
        (error,) = await refused(person, SET_BUDGET, input={"brandId": brand.id, "amount": 1})
        assert error["extensions"]["code"] == code
    brands = "query ($id: ID!) { brand(id: $id) { id aiBudget { amount brand { name } } } }"
    assert (await ask(brand.admin, brands, id=brand.id))["brand"]["aiBudget"] == {
        "amount": 12.5,
        "brand": {"name": brand.name},
    }
    assert (await ask(brand.editor, brands, id=brand.id))["brand"]["aiBudget"] is None
