"""Claim brands, products and ingredients by GraphQL, beside REST."""

from typing import Any
from uuid import uuid4

import pytest

from tests.claims.office import Shelf, open_shelf
from tests.support.graph import ask, refused
from tests.support.world import World

pytestmark = pytest.mark.anyio

ITEM = "id name archivedAt allowedActions version createdAt updatedAt"
READ = f"""
query ($claimBrand: ID!, $product: ID!, $ingredient: ID!, $brand: ID!) {{
  claimBrand(id: $claimBrand) {{
    {ITEM} brands {{ id name slug }} uses {{ products claims }} approvalSteps {{ name }}
    products {{ nodes {{ id }} totalCount }}
    claims {{ nodes {{ id }} totalCount }}
  }}
  product(id: $product) {{
    {ITEM} description claimBrand {{ id name }} ingredients {{ id name }} uses {{ claims overrides }}
    claims {{ totalCount }} overrides {{ totalCount }}
  }}
  whole: product(id: $product) {{ claimBrand {{ id uses {{ products }} }} ingredients {{ id description }} }}
  ingredient(id: $ingredient) {{
    {ITEM} description uses {{ products claims }} products {{ nodes {{ id }} }} claims {{ totalCount }}
  }}
  brand(id: $brand) {{ claimBrands {{ nodes {{ id }} }} claimSettings {{ markets hasClaims brand {{ id }} }} }}
}}
"""
PAYLOAD = """
{ clientMutationId problem { __typename ... on StaleVersion { currentVersion }
  ... on ConflictProblem { code details { field } } ... on ValidationProblem { details { field } } } """


@pytest.fixture
async def shelf(world: World) -> Shelf:
    shelf = await open_shelf(world)
    await shelf.product("Soap", "Oil")
    await shelf.claim()
    return shelf


def ids(shelf: Shelf) -> dict[str, str]:
    return {
        "claimBrand": shelf.claim_brand["id"],
        "product": shelf.products["Soap"]["id"],
        "ingredient": shelf.ingredients["Oil"]["id"],
        "brand": str(shelf.brand.id),
    }


async def rest(shelf: Shelf, path: str) -> dict[str, Any]:
    item = (await shelf.brand.viewer.get(path)).json()["data"]
    item.pop("_links")
    return item


async def test_items_are_those_of_rest(shelf: Shelf) -> None:
    at = ids(shelf)
    data = await ask(shelf.brand.viewer, READ, **at)
    claim_brand, product, ingredient = data["claimBrand"], data["product"], data["ingredient"]
    assert (claim_brand.pop("approvalSteps"), claim_brand.pop("claims")["totalCount"]) == ([], 1)
    assert claim_brand.pop("products") == {"nodes": [{"id": at["product"]}], "totalCount": 1}
    assert claim_brand == await rest(shelf, f"/claim-brands/{at['claimBrand']}")
    assert (product.pop("claims"), product.pop("overrides")) == ({"totalCount": 1}, {"totalCount": 0})
    assert product == await rest(shelf, f"/products/{at['product']}")
    assert data["whole"]["claimBrand"] == {"id": at["claimBrand"], "uses": {"products": 1}}
    assert data["whole"]["ingredients"] == [{"id": at["ingredient"], "description": ""}]
    assert (ingredient.pop("products"), ingredient.pop("claims")) == (
        {"nodes": [{"id": at["product"]}]},
        {"totalCount": 0},
    )
    assert ingredient == await rest(shelf, f"/ingredients/{at['ingredient']}")
    assert data["brand"]["claimBrands"] == {"nodes": [{"id": at["claimBrand"]}]}
    assert data["brand"]["claimSettings"]["brand"] == {"id": at["brand"]}


async def test_lists_are_filtered_and_sorted(shelf: Shelf) -> None:
    for name in ("Balm", "Cream"):
        await shelf.product(name)
    document = """query ($id: ID!, $after: String) {
      products(filter: {claimBrandId: $id, sort: CREATED_AT, direction: ASC}, first: 2, after: $after) {
        edges { cursor node { name } } pageInfo { hasNextPage endCursor } totalCount }
      ingredients(first: 1) { nodes { id } } claimBrands(first: 1) { nodes { id } } }"""
    page = (await ask(shelf.brand.viewer, document, id=shelf.claim_brand["id"]))["products"]
    assert [edge["node"]["name"] for edge in page["edges"]] == ["Soap", "Balm"]
    assert (page["pageInfo"]["hasNextPage"], page["totalCount"]) == (True, 3)
    more = await ask(shelf.brand.viewer, document, id=shelf.claim_brand["id"], after=page["pageInfo"]["endCursor"])
    assert [edge["node"]["name"] for edge in more["products"]["edges"]] == ["Cream"]


async def test_a_platform_admin_writes(shelf: Shelf) -> None:
    platform, at = shelf.platform, ids(shelf)
    name = f"Claims {uuid4().hex}"
    made = await ask(
        platform,
        f'mutation ($input: CreateClaimBrandInput!) {{ createClaimBrand(input: $input, clientMutationId: "a") {PAYLOAD}'
        " claimBrand { id name version } } }",
        input={"name": name},
    )
    payload = made["createClaimBrand"]
    assert (payload["clientMutationId"], payload["problem"], payload["claimBrand"]["name"]) == ("a", None, name)
    item = payload["claimBrand"]["id"]
    data = await ask(
        platform,
        f"""mutation ($item: ID!, $brand: ID!, $ingredient: ID!) {{
          updateClaimBrand(id: $item, input: {{name: "{name} 2"}}, expectedVersion: 1) {PAYLOAD}
            claimBrand {{ name }} }}
          stale: updateClaimBrand(id: $item, input: {{name: "x"}}, expectedVersion: 1) {PAYLOAD}
            claimBrand {{ name }} }}
          linkClaimBrand(claimBrandId: $item, brandId: $brand) {PAYLOAD} claimBrand {{ brands {{ id }} }} }}
          createProduct(input: {{claimBrandId: $item, name: "Gel"}}) {PAYLOAD} product {{ id name }} }}
          taken: createProduct(input: {{claimBrandId: $item, name: "Gel"}}) {PAYLOAD} product {{ id }} }}
          used: archiveClaimBrand(id: $item) {PAYLOAD} claimBrand {{ id }} }}
          archiveClaimBrand(id: $item, input: {{force: true}}) {PAYLOAD} claimBrand {{ archivedAt }} }}
          restoreClaimBrand(id: $item) {PAYLOAD} claimBrand {{ archivedAt }} }}
          updateIngredient(id: $ingredient, input: {{description: "Wet"}}, expectedVersion: 1) {PAYLOAD}
            ingredient {{ description }} }}
          unlinkClaimBrand(claimBrandId: $item, brandId: $brand) {PAYLOAD} claimBrand {{ brands {{ id }} }} }}
        }}""",
        item=item,
        brand=at["brand"],
        ingredient=at["ingredient"],
    )
    assert data["updateClaimBrand"]["claimBrand"]["name"] == f"{name} 2"
    assert (data["stale"]["problem"]["__typename"], data["stale"]["claimBrand"]) == ("StaleVersion", None)
    assert data["linkClaimBrand"]["claimBrand"]["brands"] == [{"id": at["brand"]}]
    assert data["createProduct"]["product"]["name"] == "Gel"
    assert data["taken"]["problem"]["__typename"] == "ConflictProblem"
    assert data["used"]["problem"]["__typename"] == "ConflictProblem"
    assert data["archiveClaimBrand"]["claimBrand"]["archivedAt"] is not None
    assert data["restoreClaimBrand"]["claimBrand"]["archivedAt"] is None
    assert data["updateIngredient"]["ingredient"]["description"] == "Wet"
    assert data["unlinkClaimBrand"]["claimBrand"]["brands"] == []


async def test_ingredients_of_a_product_are_replaced(shelf: Shelf) -> None:
    product = shelf.products["Soap"]
    document = f"""mutation ($id: ID!, $version: Int!) {{
      setProductIngredients(id: $id, input: {{ingredientIds: []}}, expectedVersion: $version) {PAYLOAD}
        product {{ ingredients {{ id }} }} }} }}"""
    data = await ask(shelf.platform, document, id=product["id"], version=product["version"])
    assert data["setProductIngredients"]["product"] == {"ingredients": []}


async def test_others_are_refused(shelf: Shelf, world: World) -> None:
    at, curious = ids(shelf), (await world.brand()).admin
    document = "query ($claimBrand: ID!) { claimBrand(id: $claimBrand) { name } }"
    errors = await refused(curious, document, claimBrand=at["claimBrand"])
    assert errors[0]["extensions"]["code"] == "NOT_FOUND"
    document = (
        'mutation ($id: ID!) { updateProduct(id: $id, input: {name: "x"}, expectedVersion: 1) { product { id } } }'
    )
    errors = await refused(shelf.brand.viewer, document, id=at["product"])
    assert errors[0]["extensions"]["status"] == 403
