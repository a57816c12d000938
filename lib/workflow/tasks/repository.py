"""The calls of the data API about tasks, each as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, command, run
from lib.core.http.client import PATIENT_SECONDS
from lib.workflow.tasks.assignments import Reassignment
from lib.workflow.tasks.commands import BulkDecision, HandOver, TaskDecision
from lib.workflow.tasks.models import TaskQuery


def _expect(db: Db, version: int | None) -> None:
    """Makes the command refuse another version of the content: private.lock_content reads the header."""
    if version is not None:
        db.headers["X-Expected-Version"] = str(version)


async def fetch_tasks(db: Db, *, query: TaskQuery) -> Row:
    """Reads {items, people, total, counts}: a page of tasks."""
    arguments = {
        "filters": query.filters(),
        "state": query.state,
        "sort": query.order,
        "is_descending": query.is_descending,
        "page_offset": (query.page - 1) * query.page_size,
        "page_size": query.page_size,
    }
    return (await run(call(db, "list_tasks", arguments))).data


async def fetch_counts(db: Db) -> Row:
    """Counts the open tasks of the caller."""
    return (await run(call(db, "read_task_counts", {}))).data


async def fetch_task(db: Db, *, task_id: UUID) -> Row:
    """Reads {items, people} with one task."""
    return (await run(call(db, "get_task", {"task_id": str(task_id)}))).data


async def decide(db: Db, *, task_id: UUID, decision: TaskDecision, expected_version: int | None) -> Row:
    """Decides a task; returns it as ``fetch_task`` does."""
    _expect(db, expected_version)
    arguments = {"task_id": str(task_id)} | decision.model_dump(mode="json", exclude_none=True)
    rows = await command(db, "decide_on_task", arguments)
    return rows[0]


async def decide_many(db: Db, *, request: BulkDecision) -> list[Row]:
    """Decides many tasks; returns {task_id, outcome, …} of each."""
    arguments = request.model_dump(mode="json", exclude_none=True)
    return await command(db, "bulk_decide_tasks", arguments, seconds=PATIENT_SECONDS)


async def hand_over(
    db: Db, *, task_id: UUID, request: HandOver, is_own: bool, expected_version: int | None = None
) -> Row:
    """Gives a task to another member; returns the new task as ``fetch_task`` does."""
    _expect(db, expected_version)
    arguments = {"task_id": str(task_id), "is_own": is_own} | request.model_dump(mode="json")
    rows = await command(db, "hand_over_task", arguments)
    return rows[0]


async def fetch_assignments(db: Db, *, user_id: UUID) -> Row:
    """Reads {user, brands}: what depends on a person in reviews."""
    return (await run(call(db, "read_assignments", {"user_id": str(user_id)}))).data


async def reassign(db: Db, *, request: Reassignment) -> Row:
    """Puts another person in place of one; returns how much was moved, or {missing}."""
    arguments = request.model_dump(mode="json", exclude_none=True)
    rows = await command(db, "reassign_assignments", arguments, seconds=PATIENT_SECONDS)
    return rows[0]
