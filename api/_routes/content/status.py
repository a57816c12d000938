"""/api/v1/contents/{id}/submit and the other steps from status to status, each with its own right and guard.

If-Match is the caller's choice here: with it only the version that was read is acted on, and an edit made meanwhile is
a 412.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Response

from api._routes.content.shared import SeenVersion, with_tag
from lib import content
from lib.content import Action, Approval, Archival, Content, Decision, Schedule, Submission, Withdrawal
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Success

router = APIRouter(prefix="/api/v1/contents/{content_id}", tags=["content status"])

REFUSALS: dict[int | str, dict[str, Any]] = documented(401, 403, 404, 409, 412, 422)


@router.post("/submit", responses=REFUSALS)
async def submit_content(
    user: CurrentUser,
    response: Response,
    content_id: UUID,
    version: SeenVersion,
    body: Annotated[Submission | None, Body()] = None,
) -> Success[Content]:
    """Sends a complete draft into review: by the workflow that is named, or the brand's for the type."""
    arguments = (body or Submission()).model_dump(mode="json")
    return with_tag(
        response, await content.act(user, action=Action.SUBMIT, content_id=content_id, seen=version, **arguments)
    )


@router.post("/approve", responses=REFUSALS)
async def approve_content(
    user: CurrentUser,
    response: Response,
    content_id: UUID,
    version: SeenVersion,
    body: Annotated[Approval | None, Body()] = None,
) -> Success[Content]:
    """Approves the current step, as one whom it names or as an admin of the brand; the last approves the content."""
    arguments = (body or Approval()).model_dump(mode="json")
    return with_tag(
        response, await content.act(user, action=Action.APPROVE, content_id=content_id, seen=version, **arguments)
    )


@router.post("/reject", responses=REFUSALS)
async def reject_content(
    user: CurrentUser, response: Response, content_id: UUID, version: SeenVersion, body: Decision
) -> Success[Content]:
    """Ends the review against the content, whatever others decided."""
    arguments = body.model_dump(mode="json")
    return with_tag(
        response, await content.act(user, action=Action.REJECT, content_id=content_id, seen=version, **arguments)
    )


@router.post("/request-changes", responses=REFUSALS)
async def request_changes(
    user: CurrentUser, response: Response, content_id: UUID, version: SeenVersion, body: Decision
) -> Success[Content]:
    """Back to draft with a comment: submitted again, it comes back to the same step."""
    arguments = {
        "comment": body.reason,
        "step_run_id": str(body.step_run_id) if body.step_run_id else None,
    }
    return with_tag(
        response,
        await content.act(user, action=Action.REQUEST_CHANGES, content_id=content_id, seen=version, **arguments),
    )


@router.post("/withdraw", responses=REFUSALS)
async def withdraw_content(
    user: CurrentUser, response: Response, content_id: UUID, version: SeenVersion, body: Withdrawal
) -> Success[Content]:
    """Takes a content out of review, by its creator or an admin of the brand: a draft again, the review is over."""
    arguments = body.model_dump(mode="json")
    return with_tag(
        response, await content.act(user, action=Action.WITHDRAW, content_id=content_id, seen=version, **arguments)
    )


@router.post("/restart", responses=REFUSALS)
async def restart_review(
    user: CurrentUser,
    response: Response,
    content_id: UUID,
    version: SeenVersion,
    body: Annotated[Submission | None, Body()] = None,
) -> Success[Content]:
    """Sends a rejected content into review again, from the first step, as an admin of the brand."""
    arguments = (body or Submission()).model_dump(mode="json")
    return with_tag(
        response, await content.act(user, action=Action.RESTART, content_id=content_id, seen=version, **arguments)
    )


@router.post("/publish", responses=REFUSALS)
async def publish_content(
    user: CurrentUser, response: Response, content_id: UUID, version: SeenVersion
) -> Success[Content]:
    """Publishes an approved or scheduled content whose claims are in order, as an admin of the brand."""
    item = await content.act(user, action=Action.PUBLISH, content_id=content_id, seen=version)
    return with_tag(response, item)


@router.post("/schedule", responses=REFUSALS)
async def schedule_content(
    user: CurrentUser, response: Response, content_id: UUID, version: SeenVersion, body: Schedule
) -> Success[Content]:
    """Has an approved content published at a time to come."""
    arguments = body.model_dump(mode="json")
    return with_tag(
        response, await content.act(user, action=Action.SCHEDULE, content_id=content_id, seen=version, **arguments)
    )


@router.post("/unschedule", responses=REFUSALS)
async def unschedule_content(
    user: CurrentUser, response: Response, content_id: UUID, version: SeenVersion
) -> Success[Content]:
    """Approved again, and not published by itself."""
    return with_tag(response, await content.act(user, action=Action.UNSCHEDULE, content_id=content_id, seen=version))


@router.post("/archive", responses=REFUSALS)
async def archive_content(
    user: CurrentUser,
    response: Response,
    content_id: UUID,
    version: SeenVersion,
    body: Annotated[Archival | None, Body()] = None,
) -> Success[Content]:
    """Puts a content of any status away; an open review is cancelled, what was published is no longer delivered."""
    arguments = (body or Archival()).model_dump(mode="json")
    return with_tag(
        response, await content.act(user, action=Action.ARCHIVE, content_id=content_id, seen=version, **arguments)
    )


@router.post("/reopen", responses=REFUSALS)
async def reopen_content(
    user: CurrentUser, response: Response, content_id: UUID, version: SeenVersion
) -> Success[Content]:
    """Makes an approved content (as an editor) or an archived one (as an admin) a draft again."""
    return with_tag(response, await content.act(user, action=Action.REOPEN, content_id=content_id, seen=version))
