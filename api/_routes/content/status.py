"""/api/v1/contents/{id}/submit and the other steps from status to status, each with its own right and guard.

If-Match is the caller's choice here: with it, only the version that was read is acted on, and an edit made meanwhile is
a 412.
"""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from api._routes.content.shared import REFUSALS, ContentId, ExpectedVersion, with_tag
from lib import content
from lib.content import (
    Approval,
    Archival,
    ChangeRequest,
    Content,
    Publication,
    Rejection,
    Reopening,
    Restart,
    Schedule,
    Submission,
    Unscheduling,
    Withdrawal,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.envelope import Success
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/contents/{content_id}", tags=["contents"])


@router.post("/submit", name="submit", responses=REFUSALS)
async def submit_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
    body: Annotated[Submission | None, Body()] = None,
) -> Success[Content]:
    """Submits a complete draft for review, by the named workflow or the one that the brand assigned to the type.

    For editors, and for the creator. After requested changes, the review goes on at the same steps.
    """
    item = await content.act(user, content_id=content_id, action=body or Submission(), expected_version=version)
    return with_tag(response, item)


@router.post("/approve", name="approve", responses=REFUSALS)
async def approve_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
    body: Annotated[Approval | None, Body()] = None,
) -> Success[Content]:
    """Approves the current step of the review; the approval of the last required step approves the content.

    For the people whom the step asks, and for admins of the brand on what others created. In a brand without a workflow
    an admin approves drafts at once.
    """
    item = await content.act(user, content_id=content_id, action=body or Approval(), expected_version=version)
    return with_tag(response, item)


@router.post("/reject", name="reject", responses=REFUSALS)
async def reject_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
    body: Rejection,
) -> Success[Content]:
    """Rejects a content, with a reason. Ends the review, whatever others decided.

    For the people whom the step asks, and for admins of the brand on what others created.
    """
    item = await content.act(user, content_id=content_id, action=body, expected_version=version)
    return with_tag(response, item)


@router.post("/request-changes", name="request_changes", responses=REFUSALS)
async def request_changes(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
    body: ChangeRequest,
) -> Success[Content]:
    """Requests changes, with a comment: the content becomes a draft, and submitted again it comes back to the same
    step.

    For the people whom the step asks, and for admins of the brand on what others created.
    """
    item = await content.act(user, content_id=content_id, action=body, expected_version=version)
    return with_tag(response, item)


@router.post("/withdraw", name="withdraw", responses=REFUSALS)
async def withdraw_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
    body: Withdrawal,
) -> Success[Content]:
    """Withdraws a content from review, with a reason: it becomes a draft, and the review is over.

    For the creator, and for admins of the brand.
    """
    item = await content.act(user, content_id=content_id, action=body, expected_version=version)
    return with_tag(response, item)


@router.post("/restart", name="restart", responses=REFUSALS)
async def restart_review(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
    body: Annotated[Restart | None, Body()] = None,
) -> Success[Content]:
    """Submits a rejected content for review again, from the first step. For admins of the brand."""
    item = await content.act(user, content_id=content_id, action=body or Restart(), expected_version=version)
    return with_tag(response, item)


@router.post("/publish", name="publish", responses=REFUSALS)
async def publish_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
) -> Success[Content]:
    """Publishes an approved or scheduled content that has not expired and violates no claim. For admins of the
    brand.

    Where channels of the brand outside of the platform take the content, they get it first: the answer has the
    `publication` that has begun, and the content is published once they have it.
    """
    item = await content.act(user, content_id=content_id, action=Publication(), expected_version=version)
    return with_tag(response, item)


@router.post("/schedule", name="schedule", responses=REFUSALS)
async def schedule_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
    body: Schedule,
) -> Success[Content]:
    """Schedules the publication of an approved content. For admins of the brand."""
    item = await content.act(user, content_id=content_id, action=body, expected_version=version)
    return with_tag(response, item)


@router.post("/unschedule", name="unschedule", responses=REFUSALS)
async def unschedule_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
) -> Success[Content]:
    """Takes a scheduled content back to approved: it is not published by itself. For admins of the brand."""
    item = await content.act(user, content_id=content_id, action=Unscheduling(), expected_version=version)
    return with_tag(response, item)


@router.post("/archive", name="archive", responses=REFUSALS)
async def archive_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
    body: Annotated[Archival | None, Body()] = None,
) -> Success[Content]:
    """Archives a content of any status. An open review is cancelled, and a published content is no longer delivered.

    For admins of the brand.
    """
    item = await content.act(user, content_id=content_id, action=body or Archival(), expected_version=version)
    return with_tag(response, item)


@router.post("/reopen", name="reopen", responses=REFUSALS)
async def reopen_content(
    user: CurrentUser,
    response: Response,
    content_id: ContentId,
    version: ExpectedVersion,
) -> Success[Content]:
    """Makes an approved content (as an editor) or an archived one (as an admin of the brand) a draft again."""
    item = await content.act(user, content_id=content_id, action=Reopening(), expected_version=version)
    return with_tag(response, item)
