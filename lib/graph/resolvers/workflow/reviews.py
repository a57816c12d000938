"""Resolves the reviews of contents, and the acts on them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from lib.core.http.envelope import PageRequest
from lib.core.http.models import PersonReference
from lib.graph.engine.binding import Info, loaded
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.workflow.definitions import bindings
from lib.workflow import reviews, vetting
from lib.workflow.reviews import (
    Review,
    ReviewDecision,
    ReviewEnd,
    ReviewEntry,
    ReviewRestart,
    StepSkip,
    TaskDelegation,
    TaskReassignment,
)
from lib.workflow.vetting import StoredFeedback

bindings.represents("Review", Review)
bindings.represents("ReviewEntry", ReviewEntry)
bindings.represents("StoredFeedback", StoredFeedback)

for _kind in ("Review", "StoredFeedback"):
    bindings.link(_kind, "content", links.read_content, links.content_id_of)
bindings.link("Review", "brand", links.read_brand, links.brand_id_of)
bindings.link("ReviewRun", "workflow", links.read_workflow, links.workflow_id_of)


@bindings.query(operation="reviews.get")
async def review(info: Info, *, content_id: UUID, run_id: UUID | None = None) -> Review:
    """Reads the review of a content."""
    # The first page of the history: where that is what the client asks for, it is read with the review.
    return await reviews.get_review(info.context.principal, content_id=content_id, run_id=run_id, page=PageRequest())


@bindings.field("Content", "review")
async def review_of(parent: Any, info: Info, *, run_id: UUID | None = None) -> Review | None:
    """Reads the review of a content; None for one that was never submitted."""
    found = await loaded(review(info, content_id=parent.id, run_id=run_id))
    return found if found is not None and found.run is not None else None


@bindings.field("Review", "history")
async def history_of(parent: Review, info: Info, *, paging: Paging) -> Connection[ReviewEntry]:
    """Lists what was done in a review."""
    run_id = parent.run.id if parent.run is not None else None
    history = parent.history
    if (paging.offset, paging.page_size) != (0, history.page_size):
        found = await reviews.get_review(
            info.context.principal, content_id=parent.content_id, run_id=run_id, page=paging.request
        )
        history = found.history
    return connection_of(history.items, paging, total=history.total_items)


@bindings.field("ReviewEntry", "from")
async def giver_of(parent: ReviewEntry, info: Info) -> PersonReference | None:
    """Reads the person whose task was given to another."""
    return parent.from_


@bindings.query(operation="reviews.listVettingFeedback")
async def vetting_feedback(
    info: Info,
    *,
    content_id: UUID,
    step_id: UUID | None = None,
    market: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None,
    version: Annotated[int, Field(ge=1)] | None = None,
) -> list[StoredFeedback]:
    """Lists what vetting agencies would say of a content."""
    return await vetting.list_feedback(
        info.context.principal, content_id=content_id, step_id=step_id, market=market, version=version
    )


@bindings.mutation(operation="reviews.decide")
async def decide_review(
    info: Info, *, id: UUID, input: ReviewDecision, expected_version: int | None = None
) -> dict[str, Any]:
    """Decides on a content."""
    changed = await reviews.decide(
        info.context.principal, content_id=id, decision=input, expected_version=expected_version
    )
    return {"content": changed}


@bindings.mutation(operation="reviews.skip")
async def skip_review_step(info: Info, *, id: UUID, input: StepSkip) -> dict[str, Any]:
    """Passes over a step."""
    return {"content": await reviews.skip_step(info.context.principal, content_id=id, skip=input)}


@bindings.mutation(operation="reviews.reassign")
async def reassign_review(info: Info, *, id: UUID, input: TaskReassignment) -> dict[str, Any]:
    """Gives the task of a person to another."""
    return {"content": await reviews.reassign(info.context.principal, content_id=id, reassignment=input)}


@bindings.mutation(operation="reviews.delegate")
async def delegate_review(info: Info, *, id: UUID, input: TaskDelegation) -> dict[str, Any]:
    """Gives the caller's task to another person."""
    return {"content": await reviews.delegate(info.context.principal, content_id=id, delegation=input)}


@bindings.mutation(operation="reviews.cancel")
async def cancel_review(info: Info, *, id: UUID, input: ReviewEnd) -> dict[str, Any]:
    """Cancels a review."""
    return {"content": await reviews.cancel(info.context.principal, content_id=id, end=input)}


@bindings.mutation(operation="reviews.withdraw")
async def withdraw_review(info: Info, *, id: UUID, input: ReviewEnd) -> dict[str, Any]:
    """Withdraws a content from review."""
    return {"content": await reviews.withdraw(info.context.principal, content_id=id, end=input)}


@bindings.mutation(operation="reviews.resume")
async def resume_review(info: Info, *, id: UUID) -> dict[str, Any]:
    """Submits a content again after requested changes."""
    return {"content": await reviews.resume(info.context.principal, content_id=id)}


@bindings.mutation(operation="reviews.restart")
async def restart_review(info: Info, *, id: UUID, input: ReviewRestart | None = None) -> dict[str, Any]:
    """Submits a rejected content again."""
    request = input or ReviewRestart()
    return {"content": await reviews.restart(info.context.principal, content_id=id, request=request)}
