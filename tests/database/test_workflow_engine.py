"""Tests the engine of domain §5 by its commands: sequential, parallel, conditional; any and all; time and leavers."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.database.office import Office, refused


@pytest.fixture
def office(database: psycopg.Connection) -> Iterator[Office]:
    with Office.open(database) as opened:
        yield opened


def step(position: int, name: str, **more: Any) -> dict[str, Any]:
    return {"position": position, "name": name} | more


def statuses(office: Office, content: UUID) -> dict[str, str]:
    rows = office.database.rows(
        "select name, status::text from public.workflow_step_runs where content_id = %s order by position, id", content
    )
    return {row["name"]: row["status"] for row in rows}


def test_sequential_steps_open_one_after_another(office: Office) -> None:
    office.workflow([step(1, "Brand"), step(2, "Legal"), step(3, "Executive")])
    content = office.submitted()
    assert statuses(office, content) == {"Brand": "active", "Legal": "waiting", "Executive": "waiting"}
    assert office.act("viewer", "approve_content", content) == "in_review"
    assert statuses(office, content) == {"Brand": "approved", "Legal": "active", "Executive": "waiting"}
    assert office.act("admin", "approve_content", content) == "in_review"
    assert office.act("viewer", "approve_content", content) == "approved"


def test_the_full_approval_of_the_domain(office: Office) -> None:
    """Brand, then legal and compliance in parallel, then the executive, who waits for both."""
    office.workflow(
        [
            step(1, "Brand"),
            step(2, "Legal", prerequisites=[1]),
            step(3, "Compliance", prerequisites=[1]),
            step(4, "Executive", prerequisites=[2, 3], actions=["approve", "reject"]),
        ],
        type="parallel",
    )
    content = office.submitted()
    office.act("viewer", "approve_content", content)
    assert statuses(office, content) == {
        "Brand": "approved",
        "Legal": "active",
        "Compliance": "active",
        "Executive": "waiting",
    }
    office.act("viewer", "approve_content", content)
    assert statuses(office, content)["Executive"] == "waiting"
    office.act("viewer", "approve_content", content)
    assert statuses(office, content)["Executive"] == "active"
    with refused("PT409"):
        office.act("viewer", "request_changes", content, comment="Not offered here")
    assert office.act("viewer", "approve_content", content) == "approved"


def test_parallel_steps_without_prerequisites_are_open_at_once(office: Office) -> None:
    office.workflow([step(1, "Legal"), step(2, "Compliance")], type="parallel")
    content = office.submitted()
    assert set(statuses(office, content).values()) == {"active"}
    second = office.step_run(content, "Compliance")
    office.act("viewer", "approve_content", content, step_run_id=second)
    assert statuses(office, content) == {"Legal": "active", "Compliance": "approved"}
    with refused("PT409"):
        office.act("viewer", "approve_content", content, step_run_id=second)
    assert office.act("viewer", "approve_content", content) == "approved"


@pytest.mark.parametrize(
    ("condition", "is_asked"),
    [
        ({"field": "type", "operator": "equals", "value": "article"}, True),
        ({"field": "type", "operator": "not_equals", "value": "article"}, False),
        ({"field": "type", "operator": "in", "value": ["email_campaign", "article"]}, True),
        ({"field": "fields.topic", "operator": "contains", "value": "WINTER"}, True),
        ({"field": "fields.topic", "operator": "exists"}, True),
        ({"field": "fields.price", "operator": "exists"}, False),
        ({"field": "tags", "operator": "contains", "value": "health"}, True),
        ({"field": "tags", "operator": "contains", "value": "other"}, False),
        ({"field": "metadata.priority", "operator": "greater_than", "value": 3}, True),
        ({"field": "metadata.priority", "operator": "less_than", "value": 3}, False),
        ({"field": "fields.topic", "operator": "greater_than", "value": 3}, False),
    ],
)
def test_conditional_steps(office: Office, condition: dict[str, Any], is_asked: bool) -> None:
    office.workflow([step(1, "Legal", condition=Jsonb(condition)), step(2, "Brand")], type="conditional")
    content = office.submitted(fields={"topic": "In winter"}, tags=["health"], metadata={"priority": 5})
    assert statuses(office, content)["Legal"] == ("active" if is_asked else "skipped")
    assert statuses(office, content)["Brand"] == ("waiting" if is_asked else "active")


def test_a_skip_condition_passes_over_a_step(office: Office) -> None:
    health = {"field": "tags", "operator": "contains", "value": "health"}
    office.workflow([step(1, "Quick look", skip_condition=Jsonb(health)), step(2, "Brand")])
    assert statuses(office, office.submitted(tags=["health"]))["Quick look"] == "skipped"
    assert statuses(office, office.submitted(tags=[]))["Quick look"] == "active"


def test_a_workflow_none_of_whose_steps_applies_approves(office: Office) -> None:
    never = {"field": "type", "operator": "equals", "value": "nothing"}
    office.workflow([step(1, "Legal", condition=Jsonb(never))], type="conditional")
    assert office.status(office.submitted()) == "approved"


def test_all_must_approve_where_the_step_says_so(office: Office) -> None:
    office.workflow([step(1, "Board", require_all_approvals=True)], assignees=["viewer", "admin", "reviewer"])
    content = office.submitted()
    assert office.act("viewer", "approve_content", content) == "in_review"
    with refused("PT409"):
        office.act("viewer", "approve_content", content)
    assert office.act("admin", "approve_content", content) == "in_review"
    assert office.act("reviewer", "approve_content", content) == "approved"


def test_one_rejection_ends_the_review(office: Office) -> None:
    office.workflow([step(1, "Board", require_all_approvals=True)], assignees=["viewer", "reviewer"])
    content = office.submitted()
    office.act("viewer", "approve_content", content)
    with refused("PT400"):
        office.act("reviewer", "reject_content", content, reason="  ")
    assert office.act("reviewer", "reject_content", content, reason="Not us") == "rejected"
    assert office.open_tasks(content) == []
    with refused("PT403"):
        office.act("editor", "restart_review", content)
    assert office.act("admin", "restart_review", content) == "pending_review"
    assert statuses(office, content)["Board"] == "active"


def test_changes_come_back_to_the_same_step_and_earlier_ones_stay_approved(office: Office) -> None:
    office.workflow([step(1, "Brand"), step(2, "Board", require_all_approvals=True)], assignees=["viewer", "reviewer"])
    content = office.submitted()
    office.act("viewer", "approve_content", content)
    office.act("viewer", "approve_content", content)
    assert office.act("reviewer", "request_changes", content, comment="Softer, please") == "draft"
    with refused("PT409"):
        office.act("viewer", "approve_content", content)
    office.edit(content, title="Softer")
    assert office.act("editor", "submit_content", content) == "pending_review"
    assert statuses(office, content) == {"Brand": "approved", "Board": "active"}
    # The approval of the second step is void: both are asked again.
    assert office.act("reviewer", "approve_content", content) == "in_review"
    assert office.act("viewer", "approve_content", content) == "approved"
    feedback = office.database.value(
        "select feedback from public.content_versions where content_id = %s and action = 'changes_requested'", content
    )
    assert feedback == "Softer, please"


def test_the_creator_may_withdraw_a_content(office: Office) -> None:
    office.workflow([step(1, "Brand")])
    content = office.submitted()
    with refused("PT403"):
        office.act("viewer", "withdraw_content", content, reason="Mine now")
    with refused("PT400"):
        office.act("editor", "withdraw_content", content, reason="")
    assert office.act("editor", "withdraw_content", content, reason="Not ready") == "draft"
    assert office.open_tasks(content) == []
    # The run is over: the next one begins at the first step.
    office.act("editor", "submit_content", content)
    runs = office.database.rows(
        "select status::text from public.workflow_instances where content_id = %s order by id", content
    )
    assert [run["status"] for run in runs] == ["cancelled", "active"]


def test_skipping(office: Office) -> None:
    office.workflow([step(1, "Brand"), step(2, "Legal", allow_skip=True)])
    content = office.submitted()
    first, second = office.step_run(content, "Brand"), office.step_run(content, "Legal")
    with refused("PT403"):
        office.call("viewer", "skip_step", step_run_id=first, reason="Hurry")
    with refused("PT409"):
        office.call("admin", "skip_step", step_run_id=second, reason="Hurry")
    with refused("PT400"):
        office.call("admin", "skip_step", step_run_id=first, reason="")
    office.call("admin", "skip_step", step_run_id=first, reason="Hurry")
    office.call("viewer", "skip_step", step_run_id=second, reason="Nothing legal in it")
    assert office.status(content) == "approved"
    assert statuses(office, content) == {"Brand": "skipped", "Legal": "skipped"}


def test_an_optional_last_step_does_not_hold_up_the_approval(office: Office) -> None:
    office.workflow([step(1, "Brand"), step(2, "Nice to have", is_required=False)])
    content = office.submitted()
    assert office.act("viewer", "approve_content", content) == "approved"
    assert statuses(office, content)["Nice to have"] == "skipped"


def test_reassigning_and_delegating(office: Office) -> None:
    office.workflow([step(1, "Brand")])
    content = office.submitted()
    (task,) = office.open_tasks(content)
    stranger = office.stranger()
    with refused("PT403"):
        office.call("editor", "reassign_task", task_id=task["id"], assignee_id=office.id_of("editor"))
    with refused("PT400"):
        office.call("admin", "reassign_task", task_id=task["id"], assignee_id=stranger)
    office.call("viewer", "reassign_task", task_id=task["id"], assignee_id=office.id_of("reviewer"), reason="On leave")
    (moved,) = office.open_tasks(content)
    assert moved["assignee_id"] == office.id_of("reviewer")
    with refused("PT403"):
        office.act("viewer", "approve_content", content)
    assert office.act("reviewer", "approve_content", content) == "approved"


def test_a_leaver_blocks_no_step(office: Office) -> None:
    office.workflow([step(1, "Board", require_all_approvals=True)], assignees=["viewer", "reviewer"])
    agreed, open_one = office.submitted(), office.submitted()
    office.act("viewer", "approve_content", agreed)
    office.call("admin", "remove_member", brand_id=office.brand, user_id=office.id_of("reviewer"))
    assert office.status(agreed) == "approved"
    assert office.status(open_one) == "pending_review"
    office.call("admin", "remove_member", brand_id=office.brand, user_id=office.id_of("viewer"))
    # None of the named reviewers is left: the admins get the task.
    assert [task["assignee_id"] for task in office.open_tasks(open_one)] == [office.id_of("admin")]


def test_an_automated_step_waits_for_its_job(office: Office) -> None:
    office.workflow([step(1, "Compliance", type="automated", automated_check="claims"), step(2, "Brand")])
    content = office.submitted()
    waiting = office.step_run(content, "Compliance")
    job = office.database.row("select * from private.jobs where payload ->> 'stepRunId' = %s", str(waiting))
    assert (job["queue"], job["kind"]) == ("workflow", "automated_step")
    with refused("PT409"):
        office.act("admin", "approve_content", content)
    office.database.run("select public.complete_automated_step(%s, true)", waiting)
    assert statuses(office, content) == {"Compliance": "approved", "Brand": "active"}
    office.database.run("select public.complete_automated_step(%s, false)", waiting)  # at least once: nothing happens
    assert office.status(content) == "in_review"
    failing = office.submitted()
    office.database.run(
        "select public.complete_automated_step(%s, false, 'Disease claim')", office.step_run(failing, "Compliance")
    )
    assert office.status(failing) == "draft"


def test_notifications_pass_by_themselves(office: Office) -> None:
    office.workflow([step(1, "Tell sales", type="notification"), step(2, "Brand")])
    content = office.submitted()
    assert statuses(office, content) == {"Tell sales": "approved", "Brand": "active"}
    assert "WorkflowNotification" in office.events(content)


def test_runs_and_tasks_against_the_clock(office: Office) -> None:
    office.workflow([step(1, "Brand", timeout_hours=10)], timeout_hours=48)
    content = office.submitted()
    chase = "select outcome from public.chase_tasks() where task_id = %s"
    (task,) = office.open_tasks(content)
    assert office.database.rows(chase, task["id"]) == []
    office.age(content, "9 hours")
    assert office.database.rows(chase, task["id"]) == [{"outcome": "reminded"}]
    assert office.database.rows(chase, task["id"]) == []
    office.age(content, "2 hours")
    assert office.database.rows(chase, task["id"]) == [{"outcome": "escalated"}]
    assert office.database.rows(chase, task["id"]) == []
    office.age(content, "40 hours")
    assert {row["outcome"] for row in office.database.rows("select * from public.time_out_runs()")} == {"timed_out"}
    assert office.status(content) == "draft"
    assert office.open_tasks(content) == []
    assert {"TaskReminder", "TaskEscalated", "WorkflowTimedOut"} <= set(office.events(content))


@pytest.mark.parametrize("assignment", ["round_robin", "least_loaded"])
def test_dynamic_assignment_shares_the_work(office: Office, assignment: str) -> None:
    office.workflow([step(1, "Brand", assignment_type=assignment)], assignees=["viewer", "reviewer"])
    holders = [office.open_tasks(office.submitted())[0]["assignee_id"] for _ in range(4)]
    assert holders.count(office.id_of("viewer")) == holders.count(office.id_of("reviewer")) == 2


def test_assignment_by_role_leaves_the_author_out(office: Office) -> None:
    office.workflow([step(1, "Any editor", assignment_type="role", assigned_role="editor")], assignees=[])
    content = office.submitted()
    assert [task["assignee_id"] for task in office.open_tasks(content)] == [office.id_of("admin")]


def test_a_published_address_is_asked_for(office: Office) -> None:
    office.workflow([step(1, "Web", requires_published_url=True)])
    content = office.submitted()
    for address in (None, "ftp://x", "javascript:alert(1)"):
        with refused("PT400"):
            office.act("viewer", "approve_content", content, published_url=address)
    assert office.act("viewer", "approve_content", content, published_url="https://brand.test/a") == "approved"


def test_a_workflow_in_use_stays(office: Office) -> None:
    workflow = office.workflow([step(1, "Brand")])
    office.submitted()
    with refused("PT409"):
        office.database.run("delete from public.workflows where id = %s", workflow)


@pytest.mark.parametrize(
    "wrong",
    [
        {"prerequisites": [1]},
        {"prerequisites": [2]},
        {"condition": Jsonb({"field": "password", "operator": "equals", "value": 1})},
        {"condition": Jsonb({"field": "type", "operator": "matches", "value": "x"})},
        {"actions": []},
        {"actions": ["publish"]},
        {"type": "automated"},
        {"assignment_type": "role"},
        {"position": 21},
    ],
)
def test_a_definition_that_cannot_work_is_refused(office: Office, wrong: dict[str, Any]) -> None:
    with refused("23514"):
        office.workflow([step(1, "Wrong") | wrong])


def test_every_change_of_a_definition_counts(office: Office) -> None:
    workflow = office.workflow([step(1, "Brand")])
    before = office.database.value("select version from public.workflows where id = %s", workflow)
    content = office.submitted()
    office.database.run("update public.workflow_steps set name = 'Other' where workflow_id = %s", workflow)
    assert office.database.value("select version from public.workflows where id = %s", workflow) == before + 1
    run = office.database.row("select * from public.workflow_instances where content_id = %s", content)
    assert run["workflow_version"] == before
    assert statuses(office, content) == {"Brand": "active"}


def test_an_edit_during_the_review_asks_the_conditions_again(office: Office) -> None:
    health = {"field": "tags", "operator": "contains", "value": "health"}
    office.workflow([step(1, "Legal", condition=Jsonb(health)), step(2, "Brand")], type="conditional")
    content = office.submitted(tags=[])
    assert statuses(office, content)["Legal"] == "skipped"
    office.edit(content, tags=["health"])
    assert (
        office.database.value(
            "select status::text from public.workflow_step_runs where id = %s", office.step_run(content, "Legal")
        )
        == "active"
    )


def test_an_edit_that_leaves_no_step_to_ask_approves(office: Office) -> None:
    health = {"field": "tags", "operator": "contains", "value": "health"}
    office.workflow(
        [step(1, "Tell sales", type="notification"), step(2, "Legal", condition=Jsonb(health))], type="conditional"
    )
    content = office.submitted(tags=["health"])
    assert office.edit(content, tags=["other"])["status"] == "approved"


def test_a_check_that_passed_is_asked_again_of_the_changed_text(office: Office) -> None:
    office.workflow([step(1, "Compliance", type="automated", automated_check="claims"), step(2, "Brand")])
    content = office.submitted()
    check = office.step_run(content, "Compliance")
    passed = "select public.complete_automated_step(%s, true, '', %s)"
    office.database.run(passed, check, 1)
    office.act("viewer", "request_changes", content, comment="Shorter")
    office.edit(content, body="<p>New</p>")
    office.act("editor", "submit_content", content)
    assert statuses(office, content) == {"Compliance": "active", "Brand": "active"}
    office.database.run(passed, check, 1)  # of the text before
    assert statuses(office, content)["Compliance"] == "active"
    assert office.act("viewer", "approve_content", content) == "in_review"
    office.database.run(passed, check, 2)
    assert office.status(content) == "approved"


def test_nobody_hands_the_decision_to_the_author(office: Office) -> None:
    office.workflow([step(1, "Brand")])
    content = office.draft(by="admin")
    office.act("admin", "submit_content", content)
    (task,) = office.open_tasks(content)
    with refused("PT403"):
        office.call("admin", "reassign_task", task_id=task["id"], assignee_id=office.id_of("admin"))
    with refused("PT403"):
        office.call("viewer", "reassign_task", task_id=task["id"], assignee_id=office.id_of("admin"))
