"""Tests that nobody reviews their own content in a roundabout way."""

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World
from tests.workflow.office import allowed, create, data, review, step

pytestmark = pytest.mark.anyio


async def test_authors_skip_no_step_of_their_own_content(world: World) -> None:
    """Otherwise an admin would approve what they wrote, one step after the other."""
    brand = await world.brand()
    workflow = await create(brand, step("Legal", brand.viewer.email), step("Board", brand.admin.email))
    content = await world.draft(brand, by=brand.admin)
    submit = {"workflowId": workflow["id"]}
    data(await brand.admin.post(f"/contents/{content['id']}/submit", submit))
    path = f"/contents/{content['id']}/review/skip"
    assert_problem(await brand.admin.post(path, {"reason": "Hurry"}), 403, "FORBIDDEN")
    found = await review(brand.admin, content["id"])
    [reason] = [entry["reason"] for entry in found["actions"] if entry["action"] == "skip"]
    assert reason.startswith("authors skip no step")
    assert "skip" not in data(await brand.admin.get(f"/contents/{content['id']}"))["review"]["allowedActions"]
    [task] = (await brand.admin.get("/tasks", scope="brand", brandId=brand.id)).json()["data"]
    assert "skip" not in task["allowedActions"]
    # Another admin may, and the author where the step names them.
    other = await world.member(brand, "admin")
    data(await other.post(path, {"reason": "Hurry"}))
    assert "skip" in allowed(await review(brand.admin, content["id"]))
    assert data(await brand.admin.post(path, {"reason": "Hurry"}))["status"] == "approved"
