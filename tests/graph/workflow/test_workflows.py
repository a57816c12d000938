"""Workflows by GraphQL: what REST answers, changes and their problems, and strangers."""

from typing import Any
from uuid import uuid4

import pytest

from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import Brand, World
from tests.workflow.office import create, data, step, submitted

pytestmark = pytest.mark.anyio

CREATE = """mutation($input: CreateWorkflowInput!) { createWorkflow(input: $input, clientMutationId: "a") {
  clientMutationId workflow { id name state version steps { name type assignees { id } } brand { id } }
  problem { __typename ... on ValidationProblem { code details { field code } } ... on ConflictProblem { code } }
} }"""
UPDATE = """mutation($id: ID!, $input: UpdateWorkflowInput!, $version: Int!) {
  updateWorkflow(id: $id, input: $input, expectedVersion: $version) {
    workflow { id name version } problem { __typename ... on StaleVersion { code currentVersion } }
  }
}"""


def definition(brand: Brand, **more: Any) -> dict[str, Any]:
    steps = [{"name": "Legal", "type": "APPROVAL", "assignees": [brand.viewer.email], "timeoutHours": 24}]
    return {"brandId": brand.id, "name": f"W {uuid4().hex}", "state": "ACTIVE", "steps": steps} | more


async def test_a_workflow_is_the_same_as_by_rest(world: World) -> None:
    brand = await world.brand()
    condition = {"field": "type", "operator": "equals", "value": "article"}
    made = await create(brand, step("Legal", brand.viewer.email, condition=condition), step("Board", brand.admin.email))
    for person in (brand.admin, brand.viewer):
        told = data(await person.get(f"/workflows/{made['id']}"))
        await assert_alike(person, "workflow(id: $id)", "Workflow", told, declared="$id: ID!", id=made["id"])
        listed = data(await person.get("/workflows", brandId=brand.id, sort="updatedAt"))
        field = "workflows(filter: {brandId: $id, sort: UPDATED_AT})"
        await assert_alike(person, field, "Workflow", listed, declared="$id: ID!", id=brand.id)
    predefined = data(await brand.admin.get("/workflows/predefined", brandId=brand.id))
    await assert_alike(
        brand.admin,
        "predefinedWorkflows(brandId: $id)",
        "PredefinedWorkflow",
        predefined,
        declared="$id: ID!",
        id=brand.id,
    )


async def test_steps_and_links_of_a_list(world: World) -> None:
    brand = await world.brand()
    await create(brand, step("Legal", brand.viewer.email))
    query = """query($id: ID!) { workflows(filter: {brandId: $id, direction: DESC}, first: 1) {
      nodes { id name brand { id name } steps { name } versions { nodes { version steps { name } workflow { id } } } }
      totalCount pageInfo { hasNextPage endCursor }
    } }"""
    found = (await ask(brand.viewer, query, id=brand.id))["workflows"]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (2, True)
    (node,) = found["nodes"]
    assert node["brand"] == {"id": brand.id, "name": brand.name}
    assert [each["name"] for each in node["steps"]]
    versions = data(await brand.viewer.get(f"/workflows/{node['id']}/versions"))
    assert [each["version"] for each in node["versions"]["nodes"]] == [each["version"] for each in versions]
    assert all(each["workflow"]["id"] == node["id"] for each in node["versions"]["nodes"])
    if versions:
        told = data(await brand.viewer.get(f"/workflows/{node['id']}/versions/{versions[0]['version']}"))
        await assert_alike(
            brand.viewer,
            "workflowVersion(workflowId: $id, version: $version)",
            "WorkflowVersion",
            told,
            declared="$id: ID!, $version: Int!",
            id=node["id"],
            version=told["version"],
        )


async def test_a_workflow_is_created_and_changed(world: World) -> None:
    brand = await world.brand()
    made = (await ask(brand.admin, CREATE, input=definition(brand)))["createWorkflow"]
    assert (made["clientMutationId"], made["problem"]) == ("a", None)
    workflow = made["workflow"]
    assert (workflow["state"], workflow["brand"]["id"]) == ("ACTIVE", brand.id)
    assert workflow["steps"] == [
        {"name": "Legal", "type": "APPROVAL", "assignees": [{"id": world.id_of(brand.viewer)}]}
    ]
    variables = {"id": workflow["id"], "input": {"name": f"X {uuid4().hex}"}}
    changed = (await ask(brand.admin, UPDATE, version=workflow["version"], **variables))["updateWorkflow"]
    assert (changed["workflow"]["name"], changed["problem"]) == (variables["input"]["name"], None)
    stale = (await ask(brand.admin, UPDATE, version=workflow["version"], **variables))["updateWorkflow"]
    assert stale["workflow"] is None
    assert (stale["problem"]["__typename"], stale["problem"]["code"]) == ("StaleVersion", "STALE_VERSION")
    document = """mutation($id: ID!) {
      copy: duplicateWorkflow(id: $id) { workflow { id state } problem { __typename } }
      archived: archiveWorkflow(id: $id) { workflow { state } problem { __typename } }
      active: activateWorkflow(id: $id) { workflow { state } problem { __typename } }
    }"""
    acts = await ask(brand.admin, document, id=workflow["id"])
    assert (acts["copy"]["workflow"]["state"], acts["archived"]["workflow"]["state"]) == ("DRAFT", "ARCHIVED")
    assert acts["active"]["workflow"]["state"] == "ACTIVE"
    delete = "mutation($id: ID!) { deleteWorkflow(id: $id) { deletedId problem { __typename } } }"
    copy_id = acts["copy"]["workflow"]["id"]
    assert (await ask(brand.admin, delete, id=copy_id))["deleteWorkflow"] == {"deletedId": copy_id, "problem": None}
    assert (await brand.admin.get(f"/workflows/{copy_id}")).status_code == 404


async def test_problems_are_in_the_payload(world: World) -> None:
    brand = await world.brand()
    nobody = definition(brand, steps=[{"name": "Legal", "assignees": [str(uuid4())]}])
    refusal = (await ask(brand.admin, CREATE, input=nobody))["createWorkflow"]
    assert refusal["workflow"] is None
    assert refusal["problem"]["__typename"] == "ValidationProblem"
    long = (await ask(brand.admin, CREATE, input=definition(brand, name="x" * 256)))["createWorkflow"]["problem"]
    assert [each["field"] for each in long["details"]] == ["input.name"]
    given = definition(brand)
    await ask(brand.admin, CREATE, input=given)
    taken = (await ask(brand.admin, CREATE, input=given))["createWorkflow"]["problem"]
    assert taken["__typename"] in ("ConflictProblem", "ValidationProblem")
    content_id = await submitted(world, brand, step("Legal", brand.viewer.email))
    run = data(await brand.admin.get(f"/contents/{content_id}/review"))["run"]
    delete = "mutation($id: ID!) { deleteWorkflow(id: $id) { deletedId problem { ... on ConflictProblem { code } } } }"
    in_use = (await ask(brand.admin, delete, id=run["workflowId"]))["deleteWorkflow"]
    assert in_use["deletedId"] is None
    assert in_use["problem"]["code"]


async def test_viewers_and_strangers(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    query = "query($id: ID!) { workflow(id: $id) { id } }"
    (error,) = await refused(other.admin, query, id=brand.workflow_id)
    assert (error["extensions"]["code"], error["extensions"]["status"]) == ("NOT_FOUND", 404)
    listed = await ask(
        other.admin, "query($id: ID!) { workflows(filter: {brandId: $id}) { nodes { id } } }", id=brand.id
    )
    assert listed["workflows"]["nodes"] == []
    for person in (brand.viewer, other.admin):
        (error,) = await refused(person, CREATE, input=definition(brand))
        assert error["extensions"]["status"] in (403, 404)
    (error,) = await refused(other.admin, UPDATE, id=brand.workflow_id, input={"name": "x"}, version=1)
    assert error["extensions"]["code"] == "NOT_FOUND"


async def test_checks_and_dry_runs(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    given = definition(brand)
    given.pop("state")
    rest = given | {"steps": [each | {"type": "approval"} for each in given["steps"]]}
    told = data(await brand.admin.post("/workflows/validate", rest))
    await assert_alike(
        brand.admin,
        "checkWorkflow(input: $input)",
        "DefinitionReport",
        told,
        declared="$input: CheckWorkflowInput!",
        input=given,
    )
    start = "2026-12-01T09:00:00Z"
    path = f"/workflows/{brand.workflow_id}/dry-run"
    told = data(await brand.admin.post(path, {"contentId": content["id"], "startAt": start}))
    await assert_alike(
        brand.admin,
        "dryRunWorkflow(id: $id, input: $input)",
        "ReviewPath",
        told,
        declared="$id: ID!, $input: DryRunWorkflowInput",
        id=brand.workflow_id,
        input={"contentId": content["id"], "startAt": start},
    )
    given.pop("brandId")
    document = (
        """query($input: DryRunDefinitionInput!) { dryRunDefinition(input: $input) { steps { name outcome } } }"""
    )
    asked = {"brandId": brand.id, "definition": given, "priority": "HIGH", "sample": {"type": "article"}}
    found = await ask(brand.admin, document, input=asked)
    assert found["dryRunDefinition"]["steps"] == [{"name": "Legal", "outcome": "ASKED"}]
    errors = await refused(brand.viewer, document, input=asked)
    assert errors[0]["extensions"]["status"] == 403
