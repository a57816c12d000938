"""Resolves tasks: lists, decisions, and the assignments of a person who leaves."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lib.core.http.models import BrandReference
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.workflow.definitions import bindings
from lib.workflow import tasks as service
from lib.workflow.tasks import (
    Assignments,
    BulkDecision,
    BulkDecisionOutcome,
    HandOver,
    Reassignment,
    ReassignmentReport,
    StateCounts,
    Task,
    TaskCounts,
    TaskDecision,
    TaskQuery,
)

_PAGE = "the arguments of paging say it"
bindings.represents("Task", Task)
bindings.represents("TaskCounts", TaskCounts)
bindings.represents("StateCounts", StateCounts)
bindings.represents("Assignments", Assignments)
bindings.sized("Assignments", brands=50)
bindings.represents("BulkDecisionOutcome", BulkDecisionOutcome)
bindings.represents("ReassignmentReport", ReassignmentReport)
bindings.represents("TaskFilter", TaskQuery, omits={"page": _PAGE, "pageSize": _PAGE})
bindings.enum(
    "TaskAction",
    APPROVE="approve",
    REJECT="reject",
    REQUEST_CHANGES="requestChanges",
    SKIP="skip",
    REASSIGN="reassign",
    DELEGATE="delegate",
)

bindings.link("TaskContent", "content", links.read_content, links.argument("content_id", "id"))
bindings.link("TaskRun", "definition", links.read_workflow, links.workflow_id_of)
bindings.link("Task", "brand", links.read_brand, links.referred_brand_of, embedded="brand")
bindings.field("Task", "brandId")(links.referred_brand_id_of)
bindings.link("BrandAssignments", "brand", links.read_brand, links.referred_brand_of, embedded="brand")


@dataclass(frozen=True, slots=True)
class TaskConnection(Connection[Task]):
    """A page of tasks, with the counts of the list."""

    counts: StateCounts
    is_truncated: bool


@bindings.node("Task")
async def task_by_id(info: Info, task_id: UUID) -> Task:
    """Finds a task by its id."""
    return await service.get_task(info.context.principal, task_id=task_id)


@bindings.query(operation="tasks.get")
async def task(info: Info, *, id: UUID) -> Task:
    """Reads a task."""
    return await task_by_id(info, id)


@bindings.query(operation="tasks.list")
async def tasks(info: Info, *, paging: Paging, filter: TaskQuery | None = None) -> TaskConnection:
    """Lists tasks."""
    query = (filter or TaskQuery()).model_copy(update={"page": paging.page, "page_size": paging.page_size})
    items, counts, total, is_truncated = await service.list_tasks(info.context.principal, query=query)
    page = connection_of(items, paging, total=total)
    return TaskConnection(page.nodes, page.page_info, total, page.cursor_of, counts, is_truncated)


@bindings.query(operation="tasks.count")
async def task_counts(info: Info) -> TaskCounts:
    """Counts open tasks."""
    return await service.count_tasks(info.context.principal)


@bindings.query(operation="tasks.getAssignments")
async def assignments(info: Info, *, user_id: UUID) -> Assignments:
    """Reports what depends on a person."""
    return await service.get_assignments(info.context.principal, user_id=user_id)


@bindings.field("ReassignmentReport", "brands")
async def brands_of_report(parent: ReassignmentReport, info: Info) -> list[BrandReference]:
    """Reads the brands in which something was moved."""
    return parent.brands


@bindings.mutation(operation="tasks.decide")
async def decide_task(
    info: Info, *, id: UUID, input: TaskDecision, expected_version: int | None = None
) -> dict[str, Any]:
    """Decides a task."""
    decided = await service.decide_task(
        info.context.principal, task_id=id, decision=input, expected_version=expected_version
    )
    return {"task": decided}


@bindings.mutation(operation="tasks.decideMany")
async def decide_tasks(info: Info, *, input: BulkDecision) -> dict[str, Any]:
    """Decides several tasks."""
    return {"outcome": await service.decide_many(info.context.principal, request=input)}


@bindings.mutation(operation="tasks.reassign")
async def reassign_task(
    info: Info, *, id: UUID, input: HandOver, expected_version: int | None = None
) -> dict[str, Any]:
    """Gives a task to another person."""
    return {"task": await _hand_over(info, id, input, expected_version, is_own=False)}


@bindings.mutation(operation="tasks.delegate")
async def delegate_task(
    info: Info, *, id: UUID, input: HandOver, expected_version: int | None = None
) -> dict[str, Any]:
    """Gives the caller's task to another person."""
    return {"task": await _hand_over(info, id, input, expected_version, is_own=True)}


async def _hand_over(info: Info, task_id: UUID, request: HandOver, version: int | None, *, is_own: bool) -> Task:
    return await service.hand_over(
        info.context.principal, task_id=task_id, request=request, is_own=is_own, expected_version=version
    )


@bindings.mutation(operation="tasks.reassignAssignments")
async def reassign_assignments(info: Info, *, input: Reassignment) -> dict[str, Any]:
    """Puts another person in place of one who leaves."""
    return {"report": await service.reassign_assignments(info.context.principal, request=input)}
