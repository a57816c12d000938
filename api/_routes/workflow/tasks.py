"""/api/v1/tasks: what people are asked to decide."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import seen_version
from lib.core.http.envelope import PageRequest, Success, page_of
from lib.core.http.routes import Route
from lib.workflow import tasks
from lib.workflow.tasks import (
    Assignments,
    BulkDecision,
    BulkDecisionOutcome,
    HandOver,
    Reassignment,
    ReassignmentReport,
    Task,
    TaskCounts,
    TaskDecision,
    TaskPage,
    TaskQuery,
)

router = APIRouter(route_class=Route, prefix="/api/v1/tasks", tags=["tasks"])

type TaskId = Annotated[UUID, Path(description="The id of the task.")]
type ExpectedVersion = Annotated[int | None, Depends(seen_version)]


@router.get("", name="list", responses=documented(401, 403, 404))
async def list_tasks(user: CurrentUser, query: Annotated[TaskQuery, Query()]) -> TaskPage:
    """Lists your tasks, or with `scope=brand` those of a brand whose reviews you control.

    Each has what is needed to decide without another request: the content, the step, the comments of former decisions
    in the run, and in `allowedActions` what you may do. The page counts the tasks of each state under the same filters.
    Filters by type, title, step and workflow look at the 500 open tasks that are due first and the 500 that were
    decided last; `isTruncated` says whether there were more.
    """
    items, counts, total, is_truncated = await tasks.list_tasks(user, query=query)
    request = PageRequest(page=query.page, page_size=query.page_size)
    page = page_of(items, total, request, "/api/v1/tasks", query)
    return TaskPage(
        data=page.data, pagination=page.pagination, links=page.links, counts=counts, is_truncated=is_truncated
    )


@router.get("/counts", name="count", responses=documented(401))
async def count_tasks(user: CurrentUser) -> Success[TaskCounts]:
    """Counts your open tasks, for a badge."""
    return Success(data=await tasks.count_tasks(user))


@router.post("/decisions", name="decide_many", responses=documented(401, 409, 422))
async def decide_many(user: CurrentUser, body: BulkDecision) -> Success[BulkDecisionOutcome]:
    """Makes the same decision on up to 100 tasks, with a result for each: some may fail and others succeed.

    Each task needs the same right as the request for it alone. A content that was edited since
    `contentVersion` is not decided: its status is 412.
    """
    return Success(data=await tasks.decide_many(user, request=body))


@router.get("/assignments", name="get_assignments", responses=documented(401, 403, 404, 422))
async def get_assignments(
    user: CurrentUser, user_id: Annotated[UUID, Query(alias="userId", description="The person.")]
) -> Success[Assignments]:
    """Reports what depends on a person in reviews: steps that name them, escalations and open tasks, by brand.

    To be read before the person leaves. Requires `workflow.write` in a brand of the person, or a platform admin.
    """
    return Success(data=await tasks.get_assignments(user, user_id=user_id))


@router.post("/assignments/reassign", name="reassign_assignments", responses=documented(401, 403, 404, 409, 422))
async def reassign_assignments(user: CurrentUser, body: Reassignment) -> Success[ReassignmentReport]:
    """Puts another person in place of one who leaves: in workflows and open tasks of several brands, all or nothing.

    Steps of running reviews that have not asked yet will ask the new person. Tasks for contents that the new person
    made, or whose step they have already, go to the others of the step or to admins of the brand. Requires
    `workflow.write` and `workflow.control` in each of the brands, or a platform admin. 409 for a person who is away.
    400 names the brands to which the new person has no access, and their audit logs record the attempt.
    """
    return Success(data=await tasks.reassign_assignments(user, request=body))


@router.get("/{task_id}", name="get", responses=documented(401, 404, 422))
async def get_task(user: CurrentUser, task_id: TaskId) -> Success[Task]:
    """Returns a task of a brand of yours, also one that is closed."""
    return Success(data=await tasks.get_task(user, task_id=task_id))


@router.post("/{task_id}/decision", name="decide", responses=documented(401, 403, 404, 409, 412, 422))
async def decide_task(
    user: CurrentUser, task_id: TaskId, version: ExpectedVersion, body: TaskDecision
) -> Success[Task]:
    """Approves, rejects or requests changes in the step that the task asks about.

    For the assignee, and for admins of the brand on what others created. Authors do not decide on their own content
    unless the step names them. With `If-Match`, only the version of the content that you read is decided. 409 for a
    task that was closed meanwhile says by whom and when.
    """
    item = await tasks.decide_task(user, task_id=task_id, decision=body, expected_version=version)
    return Success(data=item)


@router.post("/{task_id}/reassign", name="reassign", responses=documented(401, 403, 404, 409, 412, 422))
async def reassign_task(user: CurrentUser, task_id: TaskId, version: ExpectedVersion, body: HandOver) -> Success[Task]:
    """Gives an open task to another member of the brand, and returns the new task.

    Requires `workflow.control`, or that the task is yours.
    """
    item = await tasks.hand_over(user, task_id=task_id, request=body, is_own=False, expected_version=version)
    return Success(data=item)


@router.post("/{task_id}/delegate", name="delegate", responses=documented(401, 403, 404, 409, 412, 422))
async def delegate_task(user: CurrentUser, task_id: TaskId, version: ExpectedVersion, body: HandOver) -> Success[Task]:
    """Gives an open task of yours to another member of the brand, and returns the new task."""
    item = await tasks.hand_over(user, task_id=task_id, request=body, is_own=True, expected_version=version)
    return Success(data=item)
