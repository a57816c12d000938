"""The use cases of reviews. SQL decides what the caller may do: the rules of contents, and of steps (control.sql)."""

from uuid import UUID

from lib.content import Content, content_of
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest
from lib.workflow.reviews import repository
from lib.workflow.reviews.models import (
    Act,
    Review,
    ReviewDecision,
    ReviewEnd,
    ReviewEntry,
    ReviewHistory,
    ReviewRestart,
    ReviewRun,
    StepSkip,
    TaskDelegation,
    TaskReassignment,
)


async def get_review(
    principal: Principal, *, content_id: UUID, run_id: UUID | None = None, page: PageRequest
) -> Review:
    """Returns the present or last review of a content, or the one that is named. Raises NotFound."""
    row = await repository.fetch(principal.db, content_id=content_id, run_id=run_id, page=page)
    history = ReviewHistory(
        items=read_rows(ReviewEntry, row["history"]["items"]),
        page=page.page,
        page_size=page.page_size,
        total_items=row["history"]["total"],
    )
    earlier = read_rows(ReviewRun, row["earlier_runs"])
    return read_row(Review, row, shape=lambda row: row | {"history": history, "earlier_runs": earlier})


async def decide(
    principal: Principal, *, content_id: UUID, decision: ReviewDecision, expected_version: int | None
) -> Content:
    """Records a decision and returns the content after it.

    Raises Forbidden or Conflict with the rule that refuses it; a Conflict names who decided last and when. Raises
    PreconditionFailed where a version is expected and the content has another.
    """
    rows = await repository.decide(
        principal.db, content_id=content_id, decision=decision, expected_version=expected_version
    )
    return content_of(rows)


def _named(act: Act) -> Row:
    arguments: Row = {}
    if act.step_id is not None:
        arguments["step_run_id"] = str(act.step_id)
    if act.round is not None:
        arguments["expected_round"] = act.round
    return arguments


async def skip_step(principal: Principal, *, content_id: UUID, skip: StepSkip) -> Content:
    """Passes over an open step. Raises Forbidden without `workflow.control`, or a task in a step that allows it."""
    arguments = _named(skip) | {"reason": skip.reason}
    return content_of(
        await repository.act(principal.db, "skip_review_step", content_id=content_id, arguments=arguments)
    )


async def delegate(principal: Principal, *, content_id: UUID, delegation: TaskDelegation) -> Content:
    """Gives the caller's own task to another member. Raises Forbidden without a task, ValidationFailed for people who
    are no members, and Conflict for those who have the step already."""
    arguments = _named(delegation) | {"assignee_id": str(delegation.assignee_id), "reason": delegation.reason}
    return content_of(await repository.act(principal.db, "delegate_review", content_id=content_id, arguments=arguments))


async def reassign(principal: Principal, *, content_id: UUID, reassignment: TaskReassignment) -> Content:
    """Gives the task of a person to another member. Raises Forbidden without `workflow.control`, and what `delegate`
    raises."""
    arguments = _named(reassignment) | {"assignee_id": str(reassignment.assignee_id), "reason": reassignment.reason}
    if reassignment.from_id is not None:
        arguments["from_id"] = str(reassignment.from_id)
    return content_of(await repository.act(principal.db, "reassign_review", content_id=content_id, arguments=arguments))


async def cancel(principal: Principal, *, content_id: UUID, end: ReviewEnd) -> Content:
    """Cancels a review; the content becomes a draft. Raises Forbidden without `workflow.control`."""
    arguments = {"reason": end.reason}
    return content_of(await repository.act(principal.db, "cancel_review", content_id=content_id, arguments=arguments))


async def withdraw(principal: Principal, *, content_id: UUID, end: ReviewEnd) -> Content:
    """Withdraws a content from review; it becomes a draft. Raises Forbidden for others than its creator and those with
    `workflow.control`."""
    arguments = {"reason": end.reason}
    return content_of(
        await repository.act(principal.db, "withdraw_content", content_id=content_id, arguments=arguments)
    )


async def resume(principal: Principal, *, content_id: UUID) -> Content:
    """Submits a content again after requested changes. Raises Conflict where no review waits for changes."""
    return content_of(await repository.act(principal.db, "resume_review", content_id=content_id, arguments={}))


async def restart(principal: Principal, *, content_id: UUID, request: ReviewRestart) -> Content:
    """Submits a rejected content again, from the first step. Raises Forbidden without `content.review`."""
    arguments = request.model_dump(mode="json", exclude_none=True)
    return content_of(await repository.act(principal.db, "restart_review", content_id=content_id, arguments=arguments))
