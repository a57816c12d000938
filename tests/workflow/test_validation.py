"""Tests that a workflow which cannot work is refused with the reason, and that the same is said without saving it."""

from typing import Any

import pytest

from tests.support.errors import assert_problem
from tests.support.world import World
from tests.workflow.office import body, data, problems, step

pytestmark = pytest.mark.anyio


def condition(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "operator": operator} | ({} if value is None else {"value": value})


HEALTH = condition("tags", "contains", "health")

WRONG: list[tuple[str, list[dict[str, Any]], dict[str, Any], dict[str, str]]] = [
    ("no step", [], {}, {"steps": "REQUIRED_FIELD_MISSING"}),
    ("waits for itself", [step("A", prerequisites=[1])], {}, {"steps.0.prerequisites": "JOIN_NEVER_MET"}),
    (
        "waits for a later step",
        [step("A", prerequisites=[2]), step("B")],
        {},
        {"steps.0.prerequisites": "JOIN_NEVER_MET"},
    ),
    (
        "two wait for each other",
        [step("A", prerequisites=[2]), step("B", prerequisites=[1])],
        {"type": "parallel"},
        {"steps.0.prerequisites": "JOIN_NEVER_MET"},
    ),
    (
        "waits for no step",
        [step("A"), step("B", prerequisites=[1, 9])],
        {},
        {"steps.1.prerequisites": "JOIN_NEVER_MET"},
    ),
    (
        "optional after all required",
        [step("A"), step("B", isRequired=False)],
        {},
        {"steps.1.isRequired": "STEP_UNREACHABLE"},
    ),
    (
        "optional behind a join",
        [step("A"), step("B"), step("C", isRequired=False, prerequisites=[1, 2])],
        {"type": "parallel"},
        {"steps.2.isRequired": "STEP_UNREACHABLE"},
    ),
    (
        "both conditions",
        [step("A", condition=HEALTH, skipCondition=HEALTH), step("B")],
        {},
        {"steps.0.skipCondition": "STEP_UNREACHABLE"},
    ),
    (
        "a type that the workflow is not for",
        [step("A", condition=condition("type", "equals", "social_media"))],
        {"contentTypes": ["article"]},
        {"steps.0.condition": "STEP_UNREACHABLE"},
    ),
    (
        "unknown field",
        [step("A", condition=condition("fields.colour", "exists"))],
        {},
        {"steps.0.condition": "UNKNOWN_FIELD"},
    ),
    (
        "a field of another type of content",
        [step("A", condition=condition("fields.topic", "exists"))],
        {"contentTypes": ["social_media"]},
        {"steps.0.condition": "UNKNOWN_FIELD"},
    ),
    (
        "unknown metadata",
        [step("A", skipCondition=condition("metadata.priority", "exists"))],
        {},
        {"steps.0.skipCondition": "UNKNOWN_FIELD"},
    ),
    (
        "no value",
        [step("A", condition=condition("title", "equals"))],
        {},
        {"steps.0.condition": "REQUIRED_FIELD_MISSING"},
    ),
    (
        "a text is not greater",
        [step("A", condition=condition("fields.topic", "greater_than", 3))],
        {},
        {"steps.0.condition": "TYPE_MISMATCH"},
    ),
    (
        "a text equals no number",
        [step("A", condition=condition("title", "equals", 3))],
        {},
        {"steps.0.condition": "TYPE_MISMATCH"},
    ),
    (
        "in no list",
        [step("A", condition=condition("type", "in", "article"))],
        {},
        {"steps.0.condition": "TYPE_MISMATCH"},
    ),
    (
        "in an empty list",
        [step("A", condition=condition("type", "in", []))],
        {},
        {"steps.0.condition": "TYPE_MISMATCH"},
    ),
    ("nobody named", [step("A", assignmentType="user")], {}, {"steps.0.assignees": "NOBODY_TO_ASK"}),
    ("nobody in turn", [step("A", assignmentType="round_robin")], {}, {"steps.0.assignees": "NOBODY_TO_ASK"}),
    ("no role", [step("A", assignmentType="role")], {}, {"steps.0.assignedRole": "REQUIRED_FIELD_MISSING"}),
    (
        "a stranger",
        [step("A", "nobody@elsewhere.test", assignmentType="group")],
        {},
        {"steps.0.assignees.0": "NOT_A_MEMBER"},
    ),
    (
        "unknown check",
        [step("A", type="automated", automatedCheck="magic")],
        {},
        {"steps.0.automatedCheck": "UNKNOWN_CHECK"},
    ),
    ("no check", [step("A", type="automated")], {}, {"steps.0.automatedCheck": "UNKNOWN_CHECK"}),
    ("a check of people", [step("A", automatedCheck="claims")], {}, {"steps.0.automatedCheck": "INVALID_FORMAT"}),
    ("no way to approve", [step("A", actions=["reject"])], {}, {"steps.0.actions": "DEAD_END"}),
    ("escalates to a stranger", [step("A")], {"escalateTo": "nobody@elsewhere.test"}, {"escalateTo": "NOT_A_MEMBER"}),
    (
        "two at one place",
        [step("A", position=1), step("B", position=1)],
        {},
        {"steps.1.position": "INVALID_FORMAT"},
    ),
    ("one without a place", [step("A", position=1), step("B")], {}, {"steps.1.position": "INVALID_FORMAT"}),
    ("too many", [step(f"S{number}") for number in range(21)], {}, {"steps": "VALUE_TOO_LONG"}),
]


async def test_each_problem_is_named(world: World) -> None:
    """With the field, by creating, by changing and by checking; and nothing of it is saved."""
    brand = await world.brand()
    sound = data(await brand.admin.post("/workflows", body(brand, step("Legal", brand.viewer.email))), 201)
    for name, steps, more, expected in WRONG:
        new = body(brand, *steps, **more)
        created = await brand.admin.post("/workflows", new)
        assert problems(created) == expected, name
        assert all(detail["message"] for detail in created.json()["error"]["details"]), name
        changed = await brand.admin.patch(f"/workflows/{sound['id']}", 1, {"steps": steps, **more})
        assert problems(changed) == expected, name
        checked = await brand.admin.post("/workflows/validate", {k: v for k, v in new.items() if k != "state"})
        if checked.status_code == 200:
            report = data(checked)
            assert not report["isValid"], name
            assert {problem["field"]: problem["code"] for problem in report["problems"]} == expected, name
        else:
            assert problems(checked) == expected, name
    rows = world.rows("select version from public.workflows where brand_id = %s order by id", brand.id)
    assert [row["version"] for row in rows][1:] == [1]


async def test_several_problems_are_told_at_once(world: World) -> None:
    brand = await world.brand()
    leaver = await world.member(brand, "editor")
    world.rows("update public.brand_members set expires_at = now() where user_id = %s", world.id_of(leaver))
    wrong = body(
        brand,
        step("A", brand.viewer.email, world.id_of(leaver)),
        step("B", brand.viewer.email, condition=condition("fields.colour", "exists")),
    )
    assert problems(await brand.admin.post("/workflows", wrong)) == {
        "steps.0.assignees.1": "NOT_A_MEMBER",
        "steps.1.condition": "UNKNOWN_FIELD",
    }


async def test_what_works_may_still_be_warned_of(world: World) -> None:
    brand = await world.brand()
    sound = body(brand, step("Tell", brand.viewer.email, type="notification"))
    del sound["state"]
    report = data(await brand.admin.post("/workflows/validate", sound))
    assert (report["isValid"], [each["code"] for each in report["warnings"]]) == (True, ["NOBODY_DECIDES"])
    slow = body(brand, step("A", timeoutHours=48), step("B", timeoutHours=None), timeoutHours=24)
    del slow["state"]
    report = data(await brand.admin.post("/workflows/validate", slow))
    assert (report["isValid"], {each["code"] for each in report["warnings"]}) == (
        True,
        {"NO_DEADLINE", "TIMES_OUT_FIRST"},
    )


async def test_positions_order_the_steps(world: World) -> None:
    """Positions with gaps become 1 to n, also in prerequisites; a problem names the place in the request."""
    brand = await world.brand()
    steps = [step("Last", position=30, prerequisites=[10, 20]), step("First", position=10), step("Second", position=20)]
    refused = await brand.admin.post("/workflows", body(brand, *steps, type="parallel"))
    assert refused.status_code == 400  # positions go up to 20
    steps = [step("Last", position=20, prerequisites=[3, 8]), step("First", position=3), step("Second", position=8)]
    created = data(await brand.admin.post("/workflows", body(brand, *steps, type="parallel")), 201)
    assert [(each["name"], each["prerequisites"]) for each in created["steps"]] == [
        ("First", []),
        ("Second", []),
        ("Last", [1, 2]),
    ]
    steps[0]["condition"] = condition("fields.colour", "exists")
    refused = await brand.admin.post("/workflows", body(brand, *steps, type="parallel"))
    assert problems(refused) == {"steps.0.condition": "UNKNOWN_FIELD"}


async def test_a_predefined_workflow_is_whole(world: World) -> None:
    brand = await world.brand()
    both = {"brandId": brand.id, "predefined": "simple_review", "steps": [step("A")]}
    assert problems(await brand.admin.post("/workflows", both)) == {"predefined": "INVALID_FORMAT"}
    assert problems(await brand.admin.post("/workflows", {"brandId": brand.id})) == {"name": "REQUIRED_FIELD_MISSING"}
    unknown = {"brandId": brand.id, "predefined": "none"}
    assert_problem(await brand.admin.post("/workflows", unknown), 400, "VALIDATION_ERROR")
