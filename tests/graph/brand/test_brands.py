"""Brands by GraphQL, beside REST."""

from typing import Any
from uuid import uuid4

import pytest

from local.demo.callers import Person
from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import World

pytestmark = pytest.mark.anyio

CHANGED = """{ clientMutationId brand { id name version description } problem { __typename
  ... on StaleVersion { currentVersion } ... on ConflictProblem { code details { field } }
  ... on ValidationProblem { details { field } } } }"""
UPDATE = f"""mutation($id: ID!, $input: UpdateBrandInput!, $version: Int!) {{
  updateBrand(id: $id, input: $input, expectedVersion: $version, clientMutationId: "mine") {CHANGED} }}"""


async def told(person: Person, path: str) -> Any:
    """Returns what REST tells."""
    return (await person.get(path)).json()["data"]


async def filled(world: World) -> tuple[Any, dict[str, Any]]:
    """Returns a brand with a profile, and what REST tells of it."""
    brand = await world.brand()
    changes = {
        "description": "Skin care from the far north.",
        "identity": {"mission": "Calm skin", "values": ["plain", "warm"]},
        "toneOfVoice": "Warm and plain.",
        "personality": ["calm"],
        "guardrails": ["Never promise a cure"],
        "country": "GB",
        "language": "en",
        "colors": {"primary": "#1A7F64"},
        "logo": {"url": "/logo.svg", "altText": "Aurora", "type": "full"},
        "websiteUrls": ["https://aurora.test"],
        "settings": {"defaultDueDays": 14, "richText": ["lists", "tables"]},
    }
    version = (await told(brand.admin, f"/brands/{brand.id}"))["version"]
    response = await brand.admin.http.patch(f"/brands/{brand.id}", json=changes, headers={"If-Match": f'"{version}"'})
    assert response.status_code == 200, response.text
    assigned = [{"contentType": "article", "workflowId": brand.workflow_id}]
    response = await brand.admin.put(f"/brands/{brand.id}/workflows", {"workflows": assigned})
    assert response.status_code == 200, response.text
    await brand.admin.post(f"/brands/{brand.id}/agencies", {"name": "ASA", "countryCode": "GB", "priority": "High"})
    return brand, await told(brand.admin, f"/brands/{brand.id}")


async def test_a_brand_is_that_of_rest(world: World) -> None:
    brand, expected = await filled(world)
    assert expected["vettingAgencies"]
    assert expected["workflows"]
    await assert_alike(brand.admin, "brand(id: $id)", "Brand", expected, declared="$id: ID!", id=brand.id)


async def test_what_is_not_set_is_null(world: World) -> None:
    brand = await world.brand()
    data = await ask(
        brand.viewer,
        """query($id: ID!) { brand(id: $id) { identity { mission values } colors { primary } logo { url }
          settings { aiEnabled richText } parent { id } subBrands { id } counts { members } } }""",
        id=brand.id,
    )
    assert data["brand"] == {
        "identity": {"mission": None, "values": None},
        "colors": {"primary": None},
        "logo": None,
        "settings": {"aiEnabled": None, "richText": None},
        "parent": None,
        "subBrands": [],
        "counts": {"members": 3},
    }


async def test_lists_are_those_of_rest(world: World) -> None:
    brand, _ = await filled(world)
    world.join(brand.admin, (await world.brand()).id, "viewer")
    await assert_alike(brand.admin, "brands(first: 10)", "Brand", await told(brand.admin, "/brands?pageSize=10"))
    data = await ask(
        brand.admin,
        "query($q: String) { brands(filter: {q: $q}) { nodes { id subBrands { id } } totalCount } }",
        q=brand.name,
    )
    assert data["brands"] == {"nodes": [{"id": brand.id, "subBrands": []}], "totalCount": 1}


async def test_the_brand_of_other_objects_is_read_where_more_is_asked_for(world: World) -> None:
    """A list embeds the name alone."""
    brand, expected = await filled(world)
    await world.draft(brand)
    data = await ask(
        brand.viewer,
        """query($id: ID!) { contents(filter: {brandId: $id}) { nodes {
          brand { id name toneOfVoice parent { id } } } } }""",
        id=brand.id,
    )
    assert data["contents"]["nodes"][0]["brand"] == {
        "id": brand.id,
        "name": expected["name"],
        "toneOfVoice": expected["toneOfVoice"],
        "parent": None,
    }


async def test_parents_and_children_are_brands(world: World) -> None:
    above, below, platform = await world.brand(), await world.brand(), await world.platform_admin()
    world.join(below.admin, above.id, "viewer")
    version = (await told(platform, f"/brands/{below.id}"))["version"]
    data = await ask(platform, UPDATE, id=below.id, input={"parentBrandId": above.id}, version=version)
    assert data["updateBrand"]["problem"] is None
    document = """query($above: ID!, $below: ID!) {
      below: brand(id: $below) { parent { id name description } }
      above: brand(id: $above) { subBrands { id slug version } } }"""
    shown = await ask(below.admin, document, above=above.id, below=below.id)
    assert shown["below"]["parent"] == {"id": above.id, "name": above.name, "description": ""}
    assert [each["id"] for each in shown["above"]["subBrands"]] == [below.id]
    assert shown["above"]["subBrands"][0]["version"] >= version


async def test_what_forms_offer_is_that_of_rest(world: World) -> None:
    brand = await world.brand()
    for field, type_name, path in (
        ("countries", "Country", "/countries"),
        ("languages", "Language", "/languages"),
        ("contentTypes(brandId: $id)", "ContentType", f"/content-types?brandId={brand.id}"),
    ):
        declared = {"declared": "$id: ID!", "id": brand.id} if "$id" in field else {}
        await assert_alike(brand.viewer, field, type_name, await told(brand.viewer, path), **declared)


async def test_parts_are_those_of_rest(world: World) -> None:
    brand, _ = await filled(world)
    draft = await world.draft(brand)
    document = """query($id: ID!) { brand(id: $id) {
      quota { plan month hasApi generations { isLimited } usage { users { used limit } storageBytes { used } } }
      delivery { mode siteUrl urlPattern namesModels }
      contentTypes { type name isStandard templates workflow { id name } }
      workflows { contentType workflowId name workflow { id name } }
      contents(filter: {status: [DRAFT]}, first: 5) { nodes { id } totalCount } } }"""
    shown = (await ask(brand.admin, document, id=brand.id))["brand"]
    quota = await told(brand.admin, f"/brands/{brand.id}/quota")
    assert (shown["quota"]["plan"], shown["quota"]["month"]) == (quota["plan"], quota["month"])
    delivery = await told(brand.admin, f"/brands/{brand.id}/delivery")
    assert shown["delivery"] == {**delivery, "mode": delivery["mode"].upper()}
    assert shown["contentTypes"] == await told(brand.admin, f"/content-types?brandId={brand.id}")
    (assigned,) = shown["workflows"]
    assert assigned["workflow"] == {"id": assigned["workflowId"], "name": assigned["name"]}
    assert shown["contents"] == {"nodes": [{"id": draft["id"]}], "totalCount": 1}
    seen = (await ask(brand.viewer, "query($id: ID!) { brand(id: $id) { name quota { plan } } }", id=brand.id))["brand"]
    assert seen["quota"] is None


async def test_changes(world: World) -> None:
    brand = await world.brand()
    version = (await told(brand.admin, f"/brands/{brand.id}"))["version"]
    payload = (await ask(brand.admin, UPDATE, id=brand.id, input={"description": "New"}, version=version))[
        "updateBrand"
    ]
    assert payload == {
        "clientMutationId": "mine",
        "brand": {"id": brand.id, "name": brand.name, "version": version + 1, "description": "New"},
        "problem": None,
    }
    stale = (await ask(brand.admin, UPDATE, id=brand.id, input={"description": "x"}, version=version))["updateBrand"]
    assert stale["problem"] == {"__typename": "StaleVersion", "currentVersion": version + 1}
    wrong = await ask(brand.admin, UPDATE, id=brand.id, input={"country": "Nowhere"}, version=version + 1)
    assert wrong["updateBrand"]["problem"] == {
        "__typename": "ValidationProblem",
        "details": [{"field": "input.country"}],
    }
    for person, code in ((brand.viewer, "FORBIDDEN"), ((await world.brand()).admin, "NOT_FOUND")):
        (error,) = await refused(person, UPDATE, id=brand.id, input={"description": "x"}, version=version + 1)
        assert error["extensions"]["code"] == code, error
    assert (await told(brand.admin, f"/brands/{brand.id}"))["version"] == version + 1


async def test_platform_admins_create_and_delete(world: World) -> None:
    platform, brand = await world.platform_admin(), await world.brand()
    name = f"Aurora {uuid4().hex}"
    create = f"mutation($input: CreateBrandInput!) {{ createBrand(input: $input) {CHANGED} }}"
    made = (await ask(platform, create, input={"name": name, "language": "en"}))["createBrand"]["brand"]
    assert (made["name"], made["version"]) == (name, 1)
    taken = (await ask(platform, create, input={"name": name}))["createBrand"]["problem"]
    assert taken["__typename"] == "ConflictProblem"
    (error,) = await refused(brand.admin, create, input={"name": f"{name} 2"})
    assert error["extensions"]["code"] == "FORBIDDEN"
    delete = """mutation($id: ID!, $cascade: Boolean) { deleteBrand(id: $id, cascade: $cascade) {
      deletedId problem { ... on ConflictProblem { code details { field message } } } } }"""
    await world.draft(brand)
    kept = (await ask(platform, delete, id=brand.id))["deleteBrand"]
    assert kept["deletedId"] is None
    assert kept["problem"]["details"]
    assert (await ask(platform, delete, id=brand.id, cascade=True))["deleteBrand"]["deletedId"] == brand.id
    assert (await ask(platform, delete, id=made["id"]))["deleteBrand"] == {"deletedId": made["id"], "problem": None}


async def test_strangers_find_nothing(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    for document in (
        "query($id: ID!) { brand(id: $id) { id } }",
        "query($id: ID!) { node(id: $id) { id } }",
        "query($id: ID!) { contentTypes(brandId: $id) { type } }",
    ):
        (error,) = await refused(other.admin, document, id=brand.id)
        assert error["extensions"]["code"] == "NOT_FOUND"
    listed = await ask(
        other.admin, "query($id: ID) { brands(filter: {parentBrandId: $id}) { totalCount } }", id=brand.id
    )
    assert listed["brands"]["totalCount"] == 0
    assert (await ask(brand.viewer, "query($id: ID!) { node(id: $id) { __typename id } }", id=brand.id))["node"] == {
        "__typename": "Brand",
        "id": brand.id,
    }
