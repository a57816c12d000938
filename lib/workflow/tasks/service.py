"""The use cases of tasks: `(principal, *, …)`, with typed payloads."""

from typing import Any
from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.errors import from_data_api
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import failure
from lib.core.http.errors import InternalError, ValidationFailed
from lib.workflow.tasks import repository
from lib.workflow.tasks.assignments import Assignments, Reassignment, ReassignmentReport
from lib.workflow.tasks.commands import (
    BulkDecision,
    BulkDecisionOutcome,
    HandOver,
    TaskDecision,
    TaskError,
    TaskOutcome,
)
from lib.workflow.tasks.models import StateCounts, Task, TaskCounts, TaskQuery

type Names = dict[str, str | None]


def _person(person: Any, names: Names) -> Row | None:
    return {"id": person, "name": names[person]} if person in names else None


def _task(row: Row, names: Names) -> Row:
    """Returns a task with ``{id, name}`` in place of the ids of people."""
    content = row["content"]
    return row | {
        "assignee": _person(row["assignee_id"], names),
        "on_behalf_of": _person(row["on_behalf_of_id"], names),
        "reassigned_to": _person(row["reassigned_to_id"], names),
        "content": content and content | {"author": _person(content["author_id"], names)},
        "remarks": [remark | {"actor": _person(remark["actor_id"], names)} for remark in row["remarks"]],
    }


def _one(found: Row) -> Task:
    return read_row(Task, found["items"][0], shape=lambda row: _task(row, found["people"]))


async def list_tasks(principal: Principal, *, query: TaskQuery) -> tuple[list[Task], StateCounts, int, bool]:
    """Returns a page of tasks, how many there are in each state, how many in the state asked for, and whether more
    tasks match than were looked at.

    Raises NotFound for callers who are no members of the brand, Forbidden for members without ``workflow.control``.
    """
    found = await repository.fetch_tasks(principal.db, query=query)
    tasks = read_rows(Task, found["items"], shape=lambda row: _task(row, found["people"]))
    return tasks, read_row(StateCounts, found["counts"]), found["total"], found["is_truncated"]


async def count_tasks(principal: Principal) -> TaskCounts:
    """Counts the caller's open tasks."""
    return read_row(TaskCounts, await repository.fetch_counts(principal.db))


async def get_task(principal: Principal, *, task_id: UUID) -> Task:
    """Returns a task. Raises NotFound, and Unprocessable where what is stored of it has an invalid shape."""
    return _one(await repository.fetch_task(principal.db, task_id=task_id))


async def decide_task(
    principal: Principal, *, task_id: UUID, decision: TaskDecision, expected_version: int | None
) -> Task:
    """Decides a task and returns it.

    Raises Conflict for a closed task, saying who closed it and when; Forbidden for callers who may not decide it.
    """
    found = await repository.decide(principal.db, task_id=task_id, decision=decision, expected_version=expected_version)
    return _one(found)


def _outcome(row: Row) -> TaskOutcome:
    error = None
    if row["outcome"] >= 400:
        error = from_data_api(row["code"], row["message"], row["details"]) or InternalError("something went wrong")
    problem = failure(error, "").error if error else None
    return TaskOutcome(
        task_id=row["task_id"],
        status=error.status if error else row["outcome"],
        content_id=row["content_id"],
        content_version=row["version"],
        content_status=row["status"],
        error=TaskError(code=problem.code, message=problem.message, details=problem.details) if problem else None,
    )


async def decide_many(principal: Principal, *, request: BulkDecision) -> BulkDecisionOutcome:
    """Makes the same decision on up to 100 tasks; each succeeds or fails by itself."""
    rows = await repository.decide_many(principal.db, request=request)
    items = [_outcome(row) for row in rows]
    failed = sum(item.error is not None for item in items)
    return BulkDecisionOutcome(succeeded=len(items) - failed, failed=failed, items=items)


async def hand_over(
    principal: Principal, *, task_id: UUID, request: HandOver, is_own: bool, expected_version: int | None
) -> Task:
    """Gives a pending task to another member of the brand and returns the new task.

    Raises ValidationFailed for a person who is no member, Conflict for people who have the step already or are away,
    Forbidden for the author of the content and, with ``is_own``, for tasks of others.
    """
    found = await repository.hand_over(
        principal.db, task_id=task_id, request=request, is_own=is_own, expected_version=expected_version
    )
    return _one(found)


async def get_assignments(principal: Principal, *, user_id: UUID) -> Assignments:
    """Returns what depends on a person in reviews. Raises NotFound, and Forbidden where the caller manages none of
    the person's brands."""
    return read_row(Assignments, await repository.fetch_assignments(principal.db, user_id=user_id))


async def reassign_assignments(principal: Principal, *, request: Reassignment) -> ReassignmentReport:
    """Puts another person in place of one, in all brands or in none.

    Raises ValidationFailed, naming the brands, where the new person has no access; the audit log of each says so.
    """
    report = await repository.reassign(principal.db, request=request)
    if report.get("missing"):
        raise ValidationFailed(
            "the new person has no access to some of the brands, and nothing was moved",
            details=[
                {"field": "targetId", "code": "INVALID_FORMAT", "message": f"has no access to {brand['name']}"}
                for brand in report["missing"]
            ],
        )
    return read_row(ReassignmentReport, report)
