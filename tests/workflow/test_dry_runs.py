"""Tests that a dry run tells what a review then does, and changes nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World
from tests.workflow.office import create, data, decide, problems, review, states, step

pytestmark = pytest.mark.anyio

START = "2026-12-01T09:00:00Z"


def hours_after(value: str | None) -> float | None:
    if value is None:
        return None
    return (datetime.fromisoformat(value) - datetime.fromisoformat(START)) / timedelta(hours=1)


def outcomes(path: dict[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry["outcome"] for entry in path["steps"]}


async def test_the_full_approval(world: World) -> None:
    """It names the people, the steps side by side, when each is due and when the whole ends."""
    brand = await world.brand()
    workflow = data(await brand.admin.post("/workflows", {"brandId": brand.id, "predefined": "full_approval"}), 201)
    path = data(await brand.editor.post(f"/workflows/{workflow['id']}/dry-run", {"startAt": START}))
    assert set(outcomes(path).values()) == {"asked"}
    assert [(hours_after(entry["opensAt"]), hours_after(entry["dueAt"])) for entry in path["steps"]] == [
        (0, 24),
        (24, 72),
        (24, 72),
        (72, 144),
    ]
    assert [entry["beside"] for entry in path["steps"]] == [[], [3], [2], []]
    assert [entry["waitsFor"] for entry in path["steps"]] == [[], [1], [1], [2, 3]]
    assert {person["id"] for entry in path["steps"] for person in entry["people"]} == {world.id_of(brand.admin)}
    assert (hours_after(path["endsAt"]), path["isOpenEnded"], path["timesOutAt"]) == (144, False, None)


async def test_conditions_are_explained(world: World) -> None:
    brand = await world.brand()
    health = {"field": "tags", "operator": "contains", "value": "health"}
    workflow = await create(
        brand,
        step("Legal", brand.viewer.email, condition=health),
        step("Quick look", brand.viewer.email, skipCondition=health),
        step("Tell sales", brand.editor.email, type="notification"),
        step("Claims", type="automated", automatedCheck="claims"),
        type="conditional",
    )
    tried = f"/workflows/{workflow['id']}/dry-run"
    with_tag = data(await brand.editor.post(tried, {"sample": {"tags": ["health"]}, "startAt": START}))
    assert outcomes(with_tag) == {
        "Legal": "asked", "Quick look": "skipped", "Tell sales": "notified", "Claims": "checked",
    }  # fmt: skip
    assert with_tag["steps"][0]["reason"] == 'its condition holds: tags contains "health"'
    without = data(await brand.editor.post(tried, {"sample": {"tags": ["other"]}, "startAt": START}))
    assert outcomes(without)["Legal"] == "skipped"
    assert without["steps"][0]["reason"] == (
        'its condition does not hold: tags contains "health", and tags is ["other"]'
    )
    assert without["steps"][2]["people"] == [{"id": world.id_of(brand.editor), "name": "Test"}]
    # The same steps that the review of such a content then has.
    for tags, path in ((["health"], with_tag), (["other"], without)):
        content = await world.draft(brand, tags=tags)
        seen = data(await brand.editor.post(tried, {"contentId": content["id"], "startAt": START}))
        assert outcomes(seen) == outcomes(path)
        data(await brand.editor.post(f"/contents/{content['id']}/submit", {"workflowId": workflow["id"]}))
        begun = states(await review(brand.viewer, content["id"]))
        assert (begun["Legal"] == "skipped") == (outcomes(path)["Legal"] == "skipped")


async def test_it_asks_whom_the_review_asks(world: World) -> None:
    """Also where the named people have left, and never the author of the content by a role."""
    brand = await world.brand()
    leaver = await world.member(brand, "viewer")
    workflow = await create(
        brand,
        step("Named", leaver.email),
        step("Role", assignmentType="role", assignedRole="admin"),
        step("Creator", assignmentType="creator"),
        step("Turns", brand.viewer.email, brand.admin.email, assignmentType="least_loaded"),
        type="parallel",
    )
    world.rows("delete from public.brand_members where user_id = %s", world.id_of(leaver))
    content = await world.draft(brand)
    path = data(await brand.editor.post(f"/workflows/{workflow['id']}/dry-run", {"contentId": content["id"]}))
    asked = {entry["name"]: {person["id"] for person in entry["people"]} for entry in path["steps"]}
    assert [entry["asksAdminsInstead"] for entry in path["steps"]] == [True, False, False, False]
    data(await brand.editor.post(f"/contents/{content['id']}/submit", {"workflowId": workflow["id"]}))
    found = await review(brand.editor, content["id"])
    begun = {entry["name"]: {task["assignee"]["id"] for task in entry["tasks"]} for entry in found["steps"]}
    # The turn of people changes with the tasks that the review itself gives.
    (in_turn,) = asked.pop("Turns")
    assert begun.pop("Turns") | {in_turn} <= {world.id_of(brand.viewer), world.id_of(brand.admin)}
    assert begun == asked
    assert asked["Creator"] == {world.id_of(brand.editor)}


async def test_a_definition_that_is_not_saved(world: World) -> None:
    brand = await world.brand()
    definition = {
        "name": "Idea",
        "timeoutHours": 30,
        "steps": [step("A", brand.viewer.email), step("B", brand.viewer.email, timeoutHours=None), step("C")],
    }
    body = {"brandId": brand.id, "definition": definition, "startAt": START}
    path = data(await brand.admin.post("/workflows/dry-run", body))
    assert (hours_after(path["endsAt"]), path["isOpenEnded"], hours_after(path["timesOutAt"])) == (48, True, 30)
    assert_problem(await brand.editor.post("/workflows/dry-run", body), 403, "FORBIDDEN")
    definition["steps"] = [step("A", "nobody@elsewhere.test")]
    assert problems(await brand.admin.post("/workflows/dry-run", body)) == {"steps.0.assignees.0": "NOT_A_MEMBER"}
    assert world.rows("select name from public.workflows where brand_id = %s", brand.id) == [{"name": "Review"}]


async def test_nobody_learns_of_contents_of_others(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    world.join(brand.viewer, stranger.id, "viewer")
    foreign = await world.draft(stranger)
    tried = f"/workflows/{brand.workflow_id}/dry-run"
    assert_problem(await brand.editor.post(tried, {"contentId": foreign["id"]}), 404, "NOT_FOUND")
    assert problems(await brand.viewer.post(tried, {"contentId": foreign["id"]})) == {"contentId": "INVALID_FORMAT"}
    both = {"contentId": foreign["id"], "sample": {}}
    assert problems(await brand.viewer.post(tried, both)) == {"sample": "INVALID_FORMAT"}
    assert_problem(await stranger.admin.post(tried), 404, "NOT_FOUND")


async def test_the_path_is_walked_as_it_was_told(world: World) -> None:
    brand = await world.brand()
    workflow = await create(
        brand,
        step("A", brand.viewer.email),
        step("B", brand.viewer.email, prerequisites=[1]),
        step("C", brand.viewer.email),
        step("D", brand.viewer.email, prerequisites=[2, 3], isRequired=False),
        step("E", brand.viewer.email, prerequisites=[2]),
        type="parallel",
    )
    content = await world.draft(brand)
    path = data(await brand.editor.post(f"/workflows/{workflow['id']}/dry-run", {"contentId": content["id"]}))
    data(await brand.editor.post(f"/contents/{content['id']}/submit", {"workflowId": workflow["id"]}))
    due = sorted(
        (entry for entry in path["steps"] if entry["outcome"] == "asked"),
        key=lambda entry: (entry["dueAt"], entry["position"]),
    )
    status = ""
    for entry in due:
        found = await review(brand.viewer, content["id"])
        step_id = next(each["id"] for each in found["steps"] if each["name"] == entry["name"])
        status = data(await decide(brand.viewer, content["id"], stepId=step_id))["status"]
    assert status == "approved"
