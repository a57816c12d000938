"""The claims that hold, by GraphQL and by REST."""

from typing import Any

import pytest

from tests.claims.office import ALL, Shelf, made, open_shelf
from tests.support.graph import ask, refused
from tests.support.world import World

pytestmark = pytest.mark.anyio

STACKED = """
query ($id: ID!, $market: String!, $language: String) {
  product(id: $id) {
    name
    stackedClaims(market: $market, language: $language) {
      text language originalText status scope level source claimId masterClaimId isMaster category
      override { id market isBlocked replacementClaimId rule { id effect } }
      reason { rule sentence over { claimId text status scope level overrideId lostBy } }
      claim { id text }
    }
  }
}
"""
MATRIX = """
query ($claimBrand: ID!, $product: ID!) {
  claimMatrix(filter: {claimBrandId: $claimBrand, market: "GB"}, columns: {pageSize: 5}, first: 10) {
    nodes { text cells { status source level isMaster claimId overrideId } }
    columns { productId productName market product { name } }
    totalColumns summary totalCount pageInfo { hasNextPage }
  }
  product(id: $product) {
    claimMatrix(filter: {market: ["GB", "IE"]}) {
      nodes { text cells { status source level isMaster claimId overrideId } }
      columns { productId productName market } totalColumns summary totalCount
    }
  }
}
"""


def lowered(value: Any) -> Any:
    """Returns an answer with its enums as REST writes them."""
    enums = {"status", "scope", "level", "source", "rule", "lostBy"}
    if isinstance(value, list):
        return [lowered(each) for each in value]
    if isinstance(value, dict):
        return {
            name: each.lower() if name in enums and isinstance(each, str) else lowered(each)
            for name, each in value.items()
        }
    return value


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    master = await shelf.claim("product", "allowed", text="Kind to skin")
    await shelf.claim("brand", "disallowed", text="Kind to skin")
    await shelf.claim("ingredient", "allowed", text="Rich in oil", category="nutrition")
    await shelf.claim("product", "mandatory", "GB", text="Keep away from eyes")
    blocked = await shelf.claim("brand", "allowed", text="Heals")
    for claim, market in ((blocked, ALL), (master, "IE")):
        rule = {"masterClaimId": claim["id"], "productId": shelf.products["Soap"]["id"], "market": market}
        await made(shelf.brand.admin, "/market-overrides", rule)
    return shelf


@pytest.mark.parametrize("market", ["GB", "IE"])
async def test_effective_claims_are_those_of_rest(shelf: Shelf, market: str) -> None:
    expected = await shelf.stacked("Soap", market, language="de")
    assert len(expected) >= 3
    variables = {"id": shelf.products["Soap"]["id"], "market": market, "language": "de"}
    data = await ask(shelf.brand.viewer, STACKED, **variables)
    found = data["product"]["stackedClaims"]
    for each in found:
        assert each.pop("claim")["id"] == each["claimId"]
        if each["override"]:
            rule = each["override"].pop("rule")
            assert rule == {"id": each["override"]["id"], "effect": "BLOCKS"}
    assert lowered(found) == expected


async def test_matrices_are_those_of_rest(shelf: Shelf) -> None:
    viewer, product = shelf.brand.viewer, shelf.products["Soap"]["id"]
    data = await ask(viewer, MATRIX, claimBrand=shelf.claim_brand["id"], product=product)
    rest = (await viewer.get("/claim-matrix", claimBrandId=shelf.claim_brand["id"], market="GB")).json()
    found = data["claimMatrix"]
    assert [column.pop("product")["name"] for column in found["columns"]] == ["Soap"]
    assert lowered(found["nodes"]) == rest["data"]
    assert (found["columns"], found["totalColumns"]) == (rest["columns"], rest["totalColumns"])
    assert (found["summary"], found["totalCount"]) == (rest["summary"], rest["pagination"]["totalItems"])
    rest = (await viewer.http.get(f"/products/{product}/claim-matrix?market=GB&market=IE")).json()
    found = data["product"]["claimMatrix"]
    assert lowered(found["nodes"]) == rest["data"]
    assert (found["columns"], found["summary"]) == (rest["columns"], rest["summary"])


async def test_not_member(shelf: Shelf, world: World) -> None:
    stranger = (await world.brand()).admin
    errors = await refused(stranger, STACKED, id=shelf.products["Soap"]["id"], market="GB")
    assert [error["extensions"]["code"] for error in errors] == ["NOT_FOUND"]


async def test_arguments_are_validated(shelf: Shelf) -> None:
    errors = await refused(shelf.brand.viewer, STACKED, id=shelf.products["Soap"]["id"], market="nowhere")
    assert errors[0]["extensions"]["details"][0]["field"] == "market"


async def test_a_deep_document_is_answered_for_all_items(shelf: Shelf) -> None:
    document = """query ($brand: ID!) { products(filter: {brandId: $brand}, first: 3) { nodes { id
      claimBrand { id uses { claims } } ingredients { id uses { claims } }
      claims(first: 3) { nodes { text subjects { item { ... on Product { id } } } evidence { state } } } } } }"""
    await shelf.product("Balm", "Oil")
    data = await ask(shelf.brand.viewer, document, brand=str(shelf.brand.id))
    found = {each["id"]: each for each in data["products"]["nodes"]}
    assert found.keys() == {product["id"] for product in shelf.products.values()}
    assert {each["claimBrand"]["id"] for each in found.values()} == {shelf.claim_brand["id"]}
    assert all(each["ingredients"][0]["uses"] == {"claims": 1} for each in found.values())
    soap = found[shelf.products["Soap"]["id"]]
    assert {claim["evidence"]["state"] for claim in soap["claims"]["nodes"]} == {"NONE"}
