"""Resolves the actions on contents that change their status."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from lib import content
from lib.content import (
    Approval,
    Archival,
    ChangeRequest,
    Command,
    Publication,
    Rejection,
    Reopening,
    Restart,
    Schedule,
    Submission,
    Unscheduling,
    Withdrawal,
)
from lib.content.commands import Reason
from lib.core.http.times import StorableInstant
from lib.graph.engine.binding import Info
from lib.graph.resolvers.content.contents import bindings

bindings.represents("SubmitContentInput", Submission)
bindings.represents("ApproveContentInput", Approval)
bindings.represents("RejectContentInput", Rejection)
bindings.represents("RequestChangesInput", ChangeRequest)
bindings.represents("RestartContentReviewInput", Restart)


async def _act(info: Info, content_id: UUID, action: Command, expected_version: int | None) -> dict[str, Any]:
    item = await content.act(
        info.context.principal, content_id=content_id, action=action, expected_version=expected_version
    )
    return {"content": item}


@bindings.mutation(operation="contents.submit")
async def submit_content(
    info: Info, *, id: UUID, input: Submission | None = None, expected_version: int | None = None
) -> dict[str, Any]:
    """Sends a draft into review."""
    return await _act(info, id, input or Submission(), expected_version)


@bindings.mutation(operation="contents.approve")
async def approve_content(
    info: Info, *, id: UUID, input: Approval | None = None, expected_version: int | None = None
) -> dict[str, Any]:
    """Approves a step."""
    return await _act(info, id, input or Approval(), expected_version)


@bindings.mutation(operation="contents.reject")
async def reject_content(
    info: Info, *, id: UUID, input: Rejection, expected_version: int | None = None
) -> dict[str, Any]:
    """Ends a review against the content."""
    return await _act(info, id, input, expected_version)


@bindings.mutation(operation="contents.requestChanges")
async def request_changes(
    info: Info, *, id: UUID, input: ChangeRequest, expected_version: int | None = None
) -> dict[str, Any]:
    """Requests changes."""
    return await _act(info, id, input, expected_version)


@bindings.mutation(operation="contents.restart")
async def restart_content_review(
    info: Info, *, id: UUID, input: Restart | None = None, expected_version: int | None = None
) -> dict[str, Any]:
    """Sends a rejected content into review again."""
    return await _act(info, id, input or Restart(), expected_version)


@bindings.mutation(operation="contents.withdraw")
async def withdraw_content(
    info: Info, *, id: UUID, reason: Reason, expected_version: int | None = None
) -> dict[str, Any]:
    """Takes a content out of review."""
    return await _act(info, id, Withdrawal(reason=reason), expected_version)


@bindings.mutation(operation="contents.schedule")
async def schedule_content(
    info: Info, *, id: UUID, scheduled_for: StorableInstant, expected_version: int | None = None
) -> dict[str, Any]:
    """Sets a time of publication."""
    return await _act(info, id, Schedule.model_validate({"scheduledFor": scheduled_for}), expected_version)


@bindings.mutation(operation="contents.archive")
async def archive_content(
    info: Info, *, id: UUID, reason: Annotated[str, Field(max_length=5000)] = "", expected_version: int | None = None
) -> dict[str, Any]:
    """Archives a content."""
    return await _act(info, id, Archival(reason=reason), expected_version)


@bindings.mutation(operation="contents.publish")
async def publish_content(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Publishes a content."""
    return await _act(info, id, Publication(), expected_version)


@bindings.mutation(operation="contents.unschedule")
async def unschedule_content(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Takes a content back to approved."""
    return await _act(info, id, Unscheduling(), expected_version)


@bindings.mutation(operation="contents.reopen")
async def reopen_content(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Makes a content a draft again."""
    return await _act(info, id, Reopening(), expected_version)
