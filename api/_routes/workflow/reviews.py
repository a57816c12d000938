"""/api/v1/contents/{contentId}/review: the review of a content, its steps, its history, and the acts on it.

The acts and those of /contents/{id}/approve and its neighbours are the same SQL functions.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response

from api._routes.workflow.shared import ContentId, ExpectedVersion, Paging
from lib.content import Content
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import version_tag
from lib.core.http.envelope import Success
from lib.core.http.routes import Route
from lib.workflow import reviews, vetting
from lib.workflow.reviews import (
    Review,
    ReviewDecision,
    ReviewEnd,
    ReviewRestart,
    StepSkip,
    TaskDelegation,
    TaskReassignment,
)
from lib.workflow.vetting import StoredFeedback

router = APIRouter(route_class=Route, prefix="/api/v1/contents/{content_id}/review", tags=["reviews"])

REFUSALS = documented(401, 403, 404, 409, 422)


def _with_tag(response: Response, item: Content) -> Success[Content]:
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.get("", name="get", responses=documented(401, 404, 422))
async def get_review(
    user: CurrentUser,
    page: Paging,
    content_id: ContentId,
    run_id: Annotated[
        UUID | None, Query(alias="runId", description="An earlier review; without it, the present or the last one.")
    ] = None,
) -> Success[Review]:
    """Returns the review of a content: its steps, who is asked and until when, what you may do and why not, and what
    was done, in pages.

    `run` is null for a content that was never submitted.
    """
    return Success(data=await reviews.get_review(user, content_id=content_id, run_id=run_id, page=page))


@router.get("/vetting-feedback", name="list_vetting_feedback", responses=documented(401, 403, 404, 422))
async def list_vetting_feedback(
    user: CurrentUser,
    content_id: ContentId,
    step_id: Annotated[UUID | None, Query(alias="stepId", description="Only that of this step of a review.")] = None,
    market: Annotated[
        str | None, Query(pattern=r"^[A-Z]{2}$", description="Only that of this market (ISO 3166-1 alpha-2).")
    ] = None,
    version: Annotated[int | None, Query(ge=1, le=2_147_483_647, description="Only that on this version.")] = None,
) -> Success[list[StoredFeedback]]:
    """Lists what vetting agencies would say of a content, as a model saw it: the newest 50, newest first.

    Requires the permissions `content.read` and `workflow.read`. It is produced by `POST /ai/vetting-feedback`.
    """
    found = await vetting.list_feedback(user, content_id=content_id, step_id=step_id, market=market, version=version)
    return Success(data=found)


@router.post("/decisions", name="decide", responses=documented(401, 403, 404, 409, 412, 422))
async def decide(
    user: CurrentUser, response: Response, content_id: ContentId, version: ExpectedVersion, body: ReviewDecision
) -> Success[Content]:
    """Approves, rejects or requests changes, as the step offers.

    For the people whom the step asks, and for admins of the brand on what others created; authors do not decide on
    their own content unless the step names them. The second of two decisions is refused (409), and its details name
    the first one, its author and its time. With `If-Match`, only the version that you read is decided on; with `stepId`
    and `round`, only that step and round.
    """
    item = await reviews.decide(user, content_id=content_id, decision=body, expected_version=version)
    return _with_tag(response, item)


@router.post("/skip", name="skip", responses=REFUSALS)
async def skip_step(user: CurrentUser, response: Response, content_id: ContentId, body: StepSkip) -> Success[Content]:
    """Passes over an open step, with a reason.

    For admins of the brand, and for the people whom a step asks that allows skipping.
    """
    return _with_tag(response, await reviews.skip_step(user, content_id=content_id, skip=body))


@router.post("/reassign", name="reassign", responses=REFUSALS)
async def reassign(
    user: CurrentUser, response: Response, content_id: ContentId, body: TaskReassignment
) -> Success[Content]:
    """Gives the task of a person to another member of the brand. Requires the permission `workflow.control`."""
    return _with_tag(response, await reviews.reassign(user, content_id=content_id, reassignment=body))


@router.post("/delegate", name="delegate", responses=REFUSALS)
async def delegate(
    user: CurrentUser, response: Response, content_id: ContentId, body: TaskDelegation
) -> Success[Content]:
    """Gives your own task to another member of the brand."""
    return _with_tag(response, await reviews.delegate(user, content_id=content_id, delegation=body))


@router.post("/cancel", name="cancel", responses=REFUSALS)
async def cancel(user: CurrentUser, response: Response, content_id: ContentId, body: ReviewEnd) -> Success[Content]:
    """Cancels the review, with a reason: the content becomes a draft. Requires the permission `workflow.control`."""
    return _with_tag(response, await reviews.cancel(user, content_id=content_id, end=body))


@router.post("/withdraw", name="withdraw", responses=REFUSALS)
async def withdraw(user: CurrentUser, response: Response, content_id: ContentId, body: ReviewEnd) -> Success[Content]:
    """Withdraws a content from review, with a reason: it becomes a draft, and the review is over.

    For the creator, and for admins of the brand.
    """
    return _with_tag(response, await reviews.withdraw(user, content_id=content_id, end=body))


@router.post("/resume", name="resume", responses=REFUSALS)
async def resume(user: CurrentUser, response: Response, content_id: ContentId) -> Success[Content]:
    """Submits a content again after requested changes: the review goes on at the same steps, in their next round.

    For editors, and for the creator. Answers 409 where no review waits for changes.
    """
    return _with_tag(response, await reviews.resume(user, content_id=content_id))


@router.post("/restart", name="restart", responses=REFUSALS)
async def restart(
    user: CurrentUser, response: Response, content_id: ContentId, body: Annotated[ReviewRestart | None, Body()] = None
) -> Success[Content]:
    """Submits a rejected content for review again, from the first step. For admins of the brand."""
    return _with_tag(response, await reviews.restart(user, content_id=content_id, request=body or ReviewRestart()))
