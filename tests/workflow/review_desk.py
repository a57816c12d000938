"""Reviews over HTTP: submits contents and reads tasks, as the tests of this folder need them."""

from typing import Any
from uuid import uuid4

from local.demo.callers import Person
from tests.support.world import Brand, World


async def submitted(world: World, brand: Brand, *, by: Person | None = None, **changes: Any) -> dict[str, Any]:
    """Creates a content and submits it for review."""
    author = by or brand.editor
    content = await world.draft(brand, by=author, **changes)
    response = await author.post(f"/contents/{content['id']}/submit")
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def tasks_of(person: Person, **parameters: Any) -> list[dict[str, Any]]:
    """Returns the tasks that a person sees in their list."""
    response = await person.get("/tasks", **parameters)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def task_on(person: Person, content: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    """Returns the task of a person for a content."""
    found = [task for task in await tasks_of(person, **parameters) if task["content"]["id"] == content["id"]]
    assert len(found) == 1, found
    return found[0]


def read_task(task: dict[str, Any]) -> dict[str, Any]:
    """Names a task for a bulk decision, with the version of its content that was read."""
    return {"taskId": task["id"], "contentVersion": task["content"]["version"]}


def add_step(world: World, brand: Brand, position: int, name: str, *people: Person, **columns: Any) -> str:
    """Adds a step that names people to the workflow of a brand."""
    values = {"workflow_id": brand.workflow_id, "brand_id": brand.id, "position": position, "name": name} | columns
    step_id = world.rows(
        f"insert into public.workflow_steps ({', '.join(values)}) values ({', '.join('%s' for _ in values)}) "
        "returning id::text",
        *values.values(),
    )[0]["id"]
    for person in people:
        world.rows(
            "insert into public.workflow_step_assignees (step_id, user_id, brand_id) values (%s, %s, %s)",
            step_id,
            world.id_of(person),
            brand.id,
        )
    return step_id


def name_in_first_step(world: World, brand: Brand, person: Person) -> None:
    """Adds a person to the first step of the workflow of a brand."""
    world.rows(
        "insert into public.workflow_step_assignees (step_id, user_id, brand_id) "
        "select id, %s, brand_id from public.workflow_steps where workflow_id = %s and position = 1",
        world.id_of(person),
        brand.workflow_id,
    )


def make_due(world: World, content: dict[str, Any], interval: str) -> None:
    """Moves the due date of the open tasks of a content to so long before now."""
    world.rows(
        "update public.workflow_tasks set due_at = now() - %s::interval where content_id = %s and status = 'pending'",
        interval,
        content["id"],
    )


def key() -> str:
    return uuid4().hex
