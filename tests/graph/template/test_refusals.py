"""Templates by GraphQL: what is refused, and to whom."""

from uuid import uuid4

import pytest

from tests.graph.template.test_templates import CREATE, DELETE, INPUTS, READ, UPDATE, given, in_capitals, made_by_rest
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.tenancy.poison.planting import corrupt

pytestmark = pytest.mark.anyio


async def test_problems_are_in_the_payload(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    wanted = given(brand)
    await ask(brand.admin, CREATE, input=wanted)
    taken = (await ask(brand.admin, CREATE, input=wanted | {"name": wanted["name"].upper()}))["createTemplate"]
    assert (taken["template"], taken["problem"]["__typename"]) == (None, "ConflictProblem")
    assert taken["problem"]["code"] == "ALREADY_EXISTS"
    long = (await ask(brand.admin, CREATE, input=given(brand, name="x" * 101)))["createTemplate"]["problem"]
    assert [each["field"] for each in long["details"]] == ["input.name"]
    # An option of another type is refused by the model, a reference to nothing by the database.
    wrong = in_capitals([*INPUTS, {"id": "more", "name": "More", "type": "boolean", "rows": 2}])
    refusal = (await ask(brand.admin, CREATE, input=given(brand, inputFields=wrong)))["createTemplate"]["problem"]
    assert [each["field"] for each in refusal["details"]] == [f"input.inputFields.{len(INPUTS)}.rows"]
    lost = in_capitals([{"id": "address", "name": "Address", "type": "slug", "sourceField": "nothing"}])
    outputs = in_capitals([{"id": "headline", "name": "Headline"}])
    refusal = await ask(brand.admin, CREATE, input=given(brand, inputFields=lost, outputFields=outputs))
    assert refusal["createTemplate"]["problem"]["__typename"] == "ValidationProblem"
    assert refusal["createTemplate"]["problem"]["details"]
    made = await made_by_rest(brand)
    await world.draft(brand, templateId=made["id"], fields={"topic": "Frost"})
    in_use = (await ask(platform, DELETE, id=made["id"]))["deleteTemplate"]
    assert (in_use["deletedId"], in_use["problem"]["__typename"]) == (None, "ConflictProblem")
    told = (await platform.delete(f"/templates/{made['id']}")).json()["error"]
    assert (in_use["problem"]["code"], in_use["problem"]["message"]) == (told["code"], told["message"])


async def test_viewers_and_strangers(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    (error,) = await refused(other.admin, READ, id=brand.template_id)
    assert (error["extensions"]["code"], error["extensions"]["status"]) == ("NOT_FOUND", 404)
    version = "query($id: ID!) { templateVersion(templateId: $id, version: 1) { name } }"
    (error,) = await refused(other.admin, version, id=brand.template_id)
    assert error["extensions"]["code"] == "NOT_FOUND"
    listing = "query($id: ID!) { templates(filter: {brandId: $id}, first: 100) { nodes { id brandId } } }"
    listed = (await ask(other.admin, listing, id=brand.id))["templates"]["nodes"]
    assert {each["brandId"] for each in listed} <= {None}
    node = "query($id: ID!) { node(id: $id) { id ... on Template { name inputFields { id } } } }"
    assert (await ask(brand.viewer, node, id=brand.template_id))["node"]["id"] == brand.template_id
    (error,) = await refused(other.admin, node, id=brand.template_id)
    assert error["extensions"]["code"] == "NOT_FOUND"
    changes = {"name": f"Ours {uuid4().hex}"}
    for person, code in ((brand.viewer, "FORBIDDEN"), (other.admin, "NOT_FOUND")):
        (error,) = await refused(person, CREATE, input=given(brand))
        assert error["extensions"]["code"] == code
        (error,) = await refused(person, UPDATE, id=brand.template_id, input=changes, version=1)
        assert error["extensions"]["code"] == code
    for person in (brand.admin, brand.viewer, other.admin):
        (error,) = await refused(person, DELETE, id=brand.template_id)
        assert error["extensions"]["status"] in (403, 404)
    (error,) = await refused(brand.admin, CREATE, input=given(brand, brandId=None))
    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_problems_of_a_template_that_is_older_than_a_rule(world: World) -> None:
    brand = await world.brand()
    fields = '[{"id": "x", "name": "X", "type": "short_text", "validation": {"pattern": "(a+)+"}}]'
    corrupt(world.database, "templates", {"id": brand.template_id}, {"input_fields": fields})
    told = (await brand.admin.get(f"/templates/{brand.template_id}")).json()["data"]["problems"]
    assert told
    query = """query($id: ID!, $brand: ID!) { template(id: $id) { problems { field code message } }
      templates(filter: {brandId: $brand, q: "Test article"}, first: 20) {
        nodes { id problems { field code message } }
      }
    }"""
    found = await ask(brand.admin, query, id=brand.template_id, brand=brand.id)
    assert found["template"]["problems"] == told
    listed = {each["id"]: each["problems"] for each in found["templates"]["nodes"]}
    assert listed[brand.template_id] == told


async def test_a_stored_shape_that_cannot_be(world: World) -> None:
    brand = await world.brand()
    fields = '[{"id": "x", "name": "X", "type": "hologram"}]'
    corrupt(world.database, "templates", {"id": brand.template_id}, {"input_fields": fields})
    (error,) = await refused(brand.admin, READ, id=brand.template_id)
    assert (error["extensions"]["code"], error["extensions"]["status"]) == ("UNPROCESSABLE", 422)
