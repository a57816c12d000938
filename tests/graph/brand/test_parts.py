"""Members, agencies, workflows and delivery of brands by GraphQL, beside REST."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.graph import ask, refused
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio

PROBLEM = """problem { __typename ... on ConflictProblem { code details { field } }
  ... on ValidationProblem { details { field } } }"""
MEMBERS = """query($id: ID!, $after: String) { brand(id: $id) { members(first: 2, after: $after) {
  nodes { user { id name } avatarPath role expiresAt permissions restrictions assignedBy { id name } createdAt }
  edges { cursor node { user { id } } } pageInfo { hasNextPage endCursor } totalCount } } }"""
ASSIGN = f"""mutation($brand: ID!, $user: ID!, $input: MemberAssignmentInput!) {{
  assignMember(brandId: $brand, userId: $user, input: $input) {{
    membership {{ user {{ id }} brandId role permissions brand {{ id name }} }}
    invitation {{ invitationId status }} {PROBLEM} }} }}"""


async def test_members_are_those_of_rest(world: World) -> None:
    brand = await world.brand()
    expected = (await brand.admin.get(f"/brands/{brand.id}/members?pageSize=2")).json()
    page = (await ask(brand.admin, MEMBERS, id=brand.id))["brand"]["members"]
    assert [each | {"role": each["role"].lower()} for each in page["nodes"]] == expected["data"]
    assert page["totalCount"] == expected["pagination"]["totalItems"]
    assert page["pageInfo"]["hasNextPage"]
    more = (await ask(brand.admin, MEMBERS, id=brand.id, after=page["edges"][0]["cursor"]))["brand"]["members"]
    assert more["nodes"][0] == page["nodes"][1]
    seen = (await ask(brand.viewer, MEMBERS, id=brand.id))["brand"]["members"]["nodes"]
    rest = (await brand.viewer.get(f"/brands/{brand.id}/members?pageSize=2")).json()["data"]
    assert [each["role"] and each["role"].lower() for each in seen] == [each["role"] for each in rest]


async def test_memberships_are_changed_and_ended(world: World) -> None:
    brand = await world.brand()
    user = world.id_of(brand.viewer)
    variables = {"brand": brand.id, "user": user}
    changed = await ask(brand.admin, ASSIGN, **variables, input={"role": "EDITOR", "permissions": ["claim.write"]})
    assert changed["assignMember"] == {
        "membership": {
            "user": {"id": user},
            "brandId": brand.id,
            "role": "EDITOR",
            "permissions": ["claim.write"],
            "brand": {"id": brand.id, "name": brand.name},
        },
        "invitation": None,
        "problem": None,
    }
    wrong = await ask(brand.admin, ASSIGN, **variables, input={"role": "EDITOR", "permissions": ["x"]})
    assert wrong["assignMember"]["problem"]["details"] == [{"field": "input.permissions.0"}]
    (error,) = await refused(brand.viewer, ASSIGN, **variables, input={"role": "ADMIN"})
    assert error["extensions"]["code"] == "FORBIDDEN"
    (error,) = await refused((await world.brand()).admin, ASSIGN, **variables, input={"role": "ADMIN"})
    assert error["extensions"]["code"] == "NOT_FOUND"
    remove = "mutation($brand: ID!, $user: ID!) { removeMember(brandId: $brand, userId: $user) { deletedId } }"
    (error,) = await refused(brand.editor, remove, **variables)
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert (await ask(brand.admin, remove, **variables))["removeMember"] == {"deletedId": user}
    (error,) = await refused(brand.viewer, "query($id: ID!) { brand(id: $id) { id } }", id=brand.id)
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_a_colleague_is_invited(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    world.join(brand.editor, other.id, "viewer")
    world.join(brand.admin, other.id, "admin")
    colleague = world.id_of(other.viewer)
    given = (await ask(brand.admin, ASSIGN, brand=brand.id, user=colleague, input={"role": "VIEWER"}))["assignMember"]
    assert given["membership"] is None
    assert given["invitation"]["status"] == "invited"
    again = (await ask(brand.admin, ASSIGN, brand=brand.id, user=colleague, input={"role": "VIEWER"}))["assignMember"]
    assert again["problem"]["__typename"] == "ConflictProblem"


async def test_leaving(world: World) -> None:
    brand = await world.brand()
    leave = f"mutation($id: ID!) {{ leaveBrand(brandId: $id) {{ deletedId {PROBLEM} }} }}"
    assert (await ask(brand.viewer, leave, id=brand.id))["leaveBrand"] == {"deletedId": brand.id, "problem": None}
    last = (await ask(brand.admin, leave, id=brand.id))["leaveBrand"]
    assert (last["deletedId"], last["problem"]["__typename"]) == (None, "ConflictProblem")


async def test_agencies(world: World) -> None:
    brand = await world.brand()
    shown = f"agency {{ id name priority countryCode status isActive createdAt updatedAt }} {PROBLEM}"
    create = f"""mutation($brand: ID!, $input: CreateAgencyInput!) {{
      createAgency(brandId: $brand, input: $input) {{ {shown} }} }}"""
    made = (await ask(brand.admin, create, brand=brand.id, input={"name": "ASA", "priority": "HIGH"}))["createAgency"]
    agency: dict[str, Any] = made["agency"]
    (rest,) = (await brand.admin.get(f"/brands/{brand.id}")).json()["data"]["vettingAgencies"]
    assert {**agency, "priority": agency["priority"].title(), "status": agency["status"].lower()} == rest
    taken = (await ask(brand.admin, create, brand=brand.id, input={"name": "ASA"}))["createAgency"]["problem"]
    assert taken["__typename"] == "ConflictProblem"
    update = f"""mutation($brand: ID!, $id: ID!, $input: UpdateAgencyInput!) {{
      updateAgency(brandId: $brand, id: $id, input: $input) {{ {shown} }} }}"""
    at = {"brand": brand.id, "id": agency["id"]}
    changed = (await ask(brand.admin, update, **at, input={"status": "VERIFIED", "countryCode": "GB"}))["updateAgency"]
    assert (changed["agency"]["status"], changed["agency"]["countryCode"]) == ("VERIFIED", "GB")
    await assert_kept_from_others(world, brand, update, **at, input={"isActive": False})
    delete = "mutation($brand: ID!, $id: ID!) { deleteAgency(brandId: $brand, id: $id) { deletedId } }"
    await assert_kept_from_others(world, brand, delete, **at)
    assert (await ask(brand.admin, delete, **at))["deleteAgency"] == {"deletedId": agency["id"]}
    (error,) = await refused(brand.admin, delete, **at)
    assert error["extensions"]["code"] == "NOT_FOUND"


async def assert_kept_from_others(world: World, own: Brand, document: str, **variables: Any) -> None:
    """Asserts that a viewer and the admin of another brand change nothing."""
    for person, code in ((own.viewer, "FORBIDDEN"), ((await world.brand()).admin, "NOT_FOUND")):
        (error,) = await refused(person, document, **variables)
        assert error["extensions"]["code"] == code, error


async def test_workflows_are_replaced(world: World) -> None:
    brand = await world.brand()
    replace = f"""mutation($brand: ID!, $input: BrandWorkflowsInput!) {{
      setBrandWorkflows(brandId: $brand, input: $input) {{
      brand {{ workflows {{ contentType workflowId }} }} {PROBLEM} }} }}"""
    given = {"workflows": [{"contentType": "article", "workflowId": brand.workflow_id}]}
    changed = (await ask(brand.admin, replace, brand=brand.id, input=given))["setBrandWorkflows"]
    assert changed["brand"] == given
    wrong = {"workflows": [{"workflowId": str(uuid4())}]}
    problem = (await ask(brand.admin, replace, brand=brand.id, input=wrong))["setBrandWorkflows"]["problem"]
    assert problem["__typename"] == "ValidationProblem"
    twice = {"workflows": given["workflows"] * 2}
    problem = (await ask(brand.admin, replace, brand=brand.id, input=twice))["setBrandWorkflows"]["problem"]
    assert problem["details"] == [{"field": "input.workflows"}]
    await assert_kept_from_others(world, brand, replace, brand=brand.id, input=given)


async def test_a_key_of_delivery_is_shown_once(world: World) -> None:
    brand = await world.brand()
    change = f"""mutation($brand: ID!, $input: DeliverySettingsInput!) {{
      setBrandDelivery(brandId: $brand, input: $input) {{
      key settings {{ mode siteUrl urlPattern namesModels }} {PROBLEM} }} }}"""
    made = await ask(brand.admin, change, brand=brand.id, input={"mode": "PRIVATE", "newKey": True})
    assert made["setBrandDelivery"]["key"].startswith("mdk_")
    kept = await ask(brand.admin, change, brand=brand.id, input={"mode": "PRIVATE", "siteUrl": "https://aurora.test"})
    assert kept["setBrandDelivery"] == {
        "key": None,
        "settings": {"mode": "PRIVATE", "siteUrl": "https://aurora.test", "urlPattern": None, "namesModels": False},
        "problem": None,
    }
    wrong = await ask(brand.admin, change, brand=brand.id, input={"mode": "OFF", "urlPattern": "https://x.test/"})
    assert wrong["setBrandDelivery"]["problem"]["details"] == [{"field": "input.urlPattern"}]
    await assert_kept_from_others(world, brand, change, brand=brand.id, input={"mode": "OFF"})


async def test_master_claim_brands_are_linked_by_platform_admins(world: World) -> None:
    brand, platform = await world.brand(), await world.platform_admin()
    (master,) = world.rows("insert into public.master_claim_brands (name) values (%s) returning id::text", brand.name)
    at = {"brand": brand.id, "master": master["id"]}
    for verb, linked in (("link", [{"id": master["id"], "name": brand.name}]), ("unlink", [])):
        document = f"""mutation($brand: ID!, $master: ID!) {{
          found: {verb}MasterClaimBrand(brandId: $brand, masterClaimBrandId: $master) {{
            brand {{ masterClaimBrands {{ id name }} }} }} }}"""
        (error,) = await refused(brand.admin, document, **at)
        assert error["extensions"]["status"] == 403
        assert (await ask(platform, document, **at))["found"]["brand"]["masterClaimBrands"] == linked
