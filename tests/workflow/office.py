"""Requests and answers that the tests of workflows and reviews share."""

from typing import Any
from uuid import uuid4

import httpx

from local.demo.callers import Person
from tests.support.world import Brand, World


def step(name: str, *people: str, **more: Any) -> dict[str, Any]:
    """A step that names these people, by id or e-mail address."""
    return {"name": name, "timeoutHours": 24} | ({"assignees": list(people)} if people else {}) | more


def body(brand: Brand, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A workflow with these steps, active at once."""
    return {"brandId": brand.id, "name": f"W {uuid4().hex}", "state": "active", "steps": list(steps)} | more


async def create(brand: Brand, *steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return data(await brand.admin.post("/workflows", body(brand, *steps, **more)), 201)


async def submitted(world: World, brand: Brand, *steps: dict[str, Any], **more: Any) -> str:
    """Creates a workflow and a draft, submits it, and returns the id of the content."""
    workflow = await create(brand, *steps, **more)
    content = await world.draft(brand)
    data(await brand.editor.post(f"/contents/{content['id']}/submit", {"workflowId": workflow["id"]}))
    return content["id"]


def data(response: httpx.Response, status: int = 200) -> Any:
    assert response.status_code == status, response.text
    return response.json()["data"]


def problems(response: httpx.Response) -> dict[str, str]:
    """The codes of a refusal by the field that each is about."""
    assert response.status_code == 400, response.text
    return {detail["field"]: detail["code"] for detail in response.json()["error"]["details"]}


async def review(person: Person, content_id: str, **parameters: Any) -> dict[str, Any]:
    return data(await person.get(f"/contents/{content_id}/review", **parameters))


async def decide(person: Person, content_id: str, decision: str = "approve", **more: Any) -> httpx.Response:
    comment = {} if decision == "approve" else {"comment": "Because"}
    return await person.post(f"/contents/{content_id}/review/decisions", {"decision": decision} | comment | more)


def states(found: dict[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry["status"] for entry in found["steps"]}


def allowed(found: dict[str, Any]) -> set[str]:
    return {entry["action"] for entry in found["actions"] if entry["isAllowed"]}
