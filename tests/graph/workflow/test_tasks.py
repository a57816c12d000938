"""Tasks by GraphQL: lists, decisions, and assignments."""

import pytest

from tests.graph.likeness import assert_alike
from tests.support.graph import ask, refused
from tests.support.world import World
from tests.workflow.office import data
from tests.workflow.review_desk import make_due, submitted, task_on

pytestmark = pytest.mark.anyio

DECIDE = """mutation($id: ID!, $input: DecideTaskInput!, $version: Int) {
  decideTask(id: $id, input: $input, expectedVersion: $version) {
    task { id status decision content { status content { id status } } }
    problem { __typename ... on StaleVersion { currentVersion } ... on ConflictProblem { code }
      ... on ValidationProblem { details { field } } }
  }
}"""


async def test_tasks_are_the_same_as_by_rest(world: World) -> None:
    brand = await world.brand()
    await submitted(world, brand)
    content = await submitted(world, brand)
    make_due(world, content, "1 hour")
    task = await task_on(brand.viewer, content, state="overdue")
    # The seconds for which it has been overdue go on.
    task.pop("overdueSeconds")
    await assert_alike(brand.viewer, "task(id: $id)", "Task", task, declared="$id: ID!", id=task["id"])
    listed = data(await brand.viewer.get("/tasks", sort="created"))
    for each in listed:
        each.pop("overdueSeconds")
    await assert_alike(brand.viewer, "tasks(filter: {sort: CREATED})", "Task", listed)
    counts = data(await brand.viewer.get("/tasks/counts"))
    await assert_alike(brand.viewer, "taskCounts", "TaskCounts", counts)
    of_brand = data(await brand.admin.get("/tasks", scope="brand", brandId=brand.id))
    for each in of_brand:
        each.pop("overdueSeconds")
    field = "tasks(filter: {scope: BRAND, brandId: $id})"
    await assert_alike(brand.admin, field, "Task", of_brand, declared="$id: ID!", id=brand.id)


async def test_a_list_counts_and_leads_on(world: World) -> None:
    brand = await world.brand()
    contents = [await submitted(world, brand) for _ in range(3)]
    make_due(world, contents[0], "1 hour")
    document = """query($after: String) { tasks(first: 2, after: $after, filter: {sort: CREATED}) {
      nodes { brandId brand { id } content { id content { title } } run { definition { id } } }
      counts { open overdue done } isTruncated totalCount pageInfo { endCursor hasNextPage }
      edges { cursor node { id } }
    } }"""
    first = (await ask(brand.viewer, document))["tasks"]
    assert (first["counts"], first["isTruncated"]) == ({"open": 3, "overdue": 1, "done": 0}, False)
    assert first["totalCount"] == 3
    second = (await ask(brand.viewer, document, after=first["pageInfo"]["endCursor"]))["tasks"]
    nodes = first["nodes"] + second["nodes"]
    assert [each["content"]["id"] for each in nodes] == [each["id"] for each in contents]
    assert all(each["content"]["content"]["title"] for each in nodes)
    assert {each["brand"]["id"] for each in nodes} == {each["brandId"] for each in nodes} == {brand.id}
    assert {each["run"]["definition"]["id"] for each in nodes} == {brand.workflow_id}
    (error,) = await refused(brand.viewer, "{ tasks(filter: {scope: BRAND}) { totalCount } }")
    assert error["extensions"]["code"] == "VALIDATION_ERROR"


async def test_a_task_is_decided(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    task = await task_on(brand.viewer, await submitted(world, brand))
    version = task["content"]["version"]
    (error,) = await refused(other.admin, DECIDE, id=task["id"], input={"decision": "APPROVE"})
    assert error["extensions"]["code"] == "NOT_FOUND"
    stale = await ask(brand.viewer, DECIDE, id=task["id"], input={"decision": "APPROVE"}, version=version + 1)
    assert stale["decideTask"]["problem"]["__typename"] == "StaleVersion"
    wordless = await ask(brand.viewer, DECIDE, id=task["id"], input={"decision": "REJECT"})
    assert wordless["decideTask"]["problem"]["__typename"] == "ValidationProblem"
    assert wordless["decideTask"]["problem"]["details"][0]["field"] == "input.comment"
    decided = await ask(brand.viewer, DECIDE, id=task["id"], input={"decision": "APPROVE"}, version=version)
    found = decided["decideTask"]["task"]
    assert (found["status"], found["decision"]) == ("COMPLETED", "APPROVE")
    assert found["content"]["status"] == found["content"]["content"]["status"] == "APPROVED"
    again = await ask(brand.viewer, DECIDE, id=task["id"], input={"decision": "APPROVE"})
    assert again["decideTask"]["problem"]["__typename"] == "ConflictProblem"


async def test_many_tasks_are_decided(world: World) -> None:
    brand = await world.brand()
    tasks = [await task_on(brand.viewer, await submitted(world, brand)) for _ in range(2)]
    asked = [{"taskId": each["id"], "contentVersion": each["content"]["version"]} for each in tasks]
    asked[1]["contentVersion"] += 1
    document = """mutation($input: DecideTasksInput!) { decideTasks(input: $input) {
      outcome { succeeded failed items { taskId status error { code details { field message } } } }
      problem { __typename }
    } }"""
    found = (await ask(brand.viewer, document, input={"decision": "APPROVE", "tasks": asked}))["decideTasks"]["outcome"]
    assert (found["succeeded"], found["failed"]) == (1, 1)
    assert {each["taskId"]: each["status"] for each in found["items"]} == {tasks[0]["id"]: 200, tasks[1]["id"]: 412}


async def test_tasks_go_to_others(world: World) -> None:
    brand = await world.brand()
    colleague = await world.member(brand, "editor")
    task = await task_on(brand.viewer, await submitted(world, brand))
    document = """mutation($id: ID!, $input: HandOverTaskInput!) { %s(id: $id, input: $input) {
      task { id assignee { id } } problem { __typename } } }"""
    moved = {"assigneeId": world.id_of(colleague), "reason": "Away"}
    delegated = (await ask(brand.viewer, document % "delegateTask", id=task["id"], input=moved))["delegateTask"]["task"]
    assert delegated["assignee"]["id"] == world.id_of(colleague)
    back = {"assigneeId": world.id_of(brand.viewer)}
    (error,) = await refused(brand.editor, document % "reassignTask", id=delegated["id"], input=back)
    assert error["extensions"]["status"] == 403
    found = (await ask(brand.admin, document % "reassignTask", id=delegated["id"], input=back))["reassignTask"]["task"]
    assert found["assignee"]["id"] == world.id_of(brand.viewer)


async def test_assignments_of_a_person_who_leaves(world: World) -> None:
    brand = await world.brand()
    successor = await world.member(brand, "admin")
    await submitted(world, brand)
    leaving = world.id_of(brand.viewer)
    told = data(await brand.admin.get("/tasks/assignments", userId=leaving))
    await assert_alike(brand.admin, "assignments(userId: $id)", "Assignments", told, declared="$id: ID!", id=leaving)
    (error,) = await refused(brand.editor, "query($id: ID!) { assignments(userId: $id) { user { id } } }", id=leaving)
    assert error["extensions"]["status"] in (403, 404)
    document = """mutation($input: ReassignAssignmentsInput!) { reassignAssignments(input: $input) {
      report { steps tasks tasksElsewhere brands { id name } } problem { __typename } } }"""
    moved = {"userId": leaving, "targetId": world.id_of(successor)}
    report = (await ask(brand.admin, document, input=moved))["reassignAssignments"]["report"]
    assert (report["steps"], report["tasks"] + report["tasksElsewhere"]) == (1, 1)
    assert report["brands"] == [{"id": brand.id, "name": brand.name}]
    self_made = (await ask(brand.admin, document, input=moved | {"targetId": leaving}))["reassignAssignments"]
    assert self_made["problem"]["__typename"] == "ValidationProblem"
