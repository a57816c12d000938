"""The data of events of contents and of their reviews."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from lib.core.http.times import Instant
from lib.events.payloads import OfContent, Payload

type ContentStatus = Literal[
    "draft", "pending_review", "in_review", "approved", "scheduled", "published", "rejected", "archived"
]


class _OfVersion(Payload):
    title: str
    """The title of the content after the event."""
    changes: dict[str, Any]
    """The new values of the fields that changed, from which the content can be rebuilt. Not part of live updates."""
    at: Instant
    """When the change was made."""
    major: int
    """The major version after the event."""
    minor: int
    """The minor version after the event."""


class ContentCreated(_OfVersion):
    """A content was created."""

    status: ContentStatus
    """Its status."""


class ContentEdited(_OfVersion):
    """A content was edited, restored or deleted."""

    changed: list[str] | None
    """The names of the fields that changed, sorted; null where a version was saved without a change."""


class ContentStatusChanged(_OfVersion):
    """A content got another status."""

    from_: ContentStatus = Field(alias="from")
    """The former status."""
    to: ContentStatus
    """The new status."""
    reason: str | None
    """The reason or the comment that was given; null where there was none."""


class ContentPublished(Payload):
    """A content was published."""

    title: str
    """The title of the content."""
    published_at: Instant
    """When it was published."""
    published_by: UUID | None
    """The person who published it; null for the schedule."""


class ContentUnscheduled(Payload):
    """A content that was due was not published."""

    title: str
    """The title of the content."""
    reason: Literal["expired", "claims"]
    """`expired`: its time came after its expiry. `claims`: its claims keep it from being published."""
    scheduled_for: Instant
    """The time for which it was scheduled."""
    expires_at: Instant | None
    """When it expires; null for never."""
    scheduled_by: UUID | None
    """The person who scheduled it; null where it is not known."""


class ChannelOutcome(Payload):
    """The state of a publication on a channel at the time of the event."""

    channel_id: UUID
    """The channel."""
    kind: str
    """Its kind, such as `wordpress`."""
    is_required: bool
    """Whether the publication as a whole fails where this channel does."""
    state: Literal["pending", "published", "withdrawing", "withdrawn", "failed", "skipped"]
    """The state of the content on the channel."""
    has_failed: bool
    """Whether the last attempt to publish there failed."""
    url: str | None
    """Where the content is; null where it is not, and where the channel tells no address."""


class PublicationProgress(OfContent):
    """A publication began or ended."""

    publication_id: UUID
    """The publication."""
    title: str
    """The title of the content."""
    direction: Literal["publish", "unpublish"]
    """`unpublish`: the content is taken back from its channels."""
    requested_by: UUID | None
    """The person who asked for it; null for the schedule."""
    failed_step: str | None
    """The step in which it failed or was cancelled; null if it was not."""
    channels: list[ChannelOutcome]
    """The channels outside of the platform."""


class ContentsExported(Payload):
    """Contents of the brand were exported."""

    records: int
    """How many contents the export has."""


class ClaimsReviewed(Payload):
    """A content was checked against the claims of a market."""

    country: str
    """The market: ISO 3166-1 alpha-2."""
    overall: str
    """The result, such as `needs_revision`."""
    violations: int
    """How many violations were found."""


class VettingFeedbackProduced(Payload):
    """Feedback on a content, as vetting agencies would give it, was stored."""

    step_id: UUID
    """The step of the review."""
    market: str
    """The market: ISO 3166-1 alpha-2."""
    version: int
    """The version that was read."""
    items: int
    """How many points it has."""


class ClaimsReviewOverridden(Payload):
    """A user allowed publishing in spite of the violations of a review."""

    review_id: UUID
    """The review."""
    reason: str
    """The reason that was given."""


class WorkflowStarted(OfContent):
    """A run of a workflow began."""

    workflow_id: UUID
    """The workflow."""
    workflow: str
    """The name of the workflow."""
    priority: Literal["normal", "high", "urgent"] = "normal"
    """How soon its steps are due; absent in events from before there were priorities."""


class WorkflowEnded(OfContent):
    """A run of a workflow ended."""

    outcome: Literal["approved", "rejected"] | None = None
    """The decision; absent if the run did not come to its end."""
    reason: str | None = None
    """The reason that was given; absent where there was none."""


class WorkflowNotification(OfContent):
    """A step of a workflow notifies people."""

    step: str
    """The name of the step."""
    user_ids: list[UUID]
    """The people."""


class WorkflowStepSkipped(OfContent):
    """A step of a run was skipped."""

    step: str
    """The name of the step."""
    reason: str
    """The reason that was given."""


class WorkflowStepAdvanced(OfContent):
    """A run went on to the next steps."""

    from_: str = Field(alias="from")
    """The name of the step that was completed."""
    to: str | None
    """The names of the steps that are active now, separated by commas; null after the last one."""


class WorkflowChangesRequested(OfContent):
    """A reviewer asked for changes."""

    step: str
    """The name of the step."""
    comment: str
    """The requested changes."""


class TaskAssigned(OfContent):
    """A person got a task."""

    task_id: UUID
    """The task."""
    assignee_id: UUID
    """The person."""
    step: str
    """The name of the step."""
    due_at: Instant | None
    """When the task is due; null where it has no deadline."""
    on_behalf_of: UUID | None = None
    """The person for whom they stand in; absent where the step asks them."""


class TaskReassigned(OfContent):
    """A task went from one person to another."""

    task_id: UUID
    """The former task."""
    from_: UUID = Field(alias="from")
    """The former assignee."""
    assignee_id: UUID
    """The new assignee."""


class TaskDue(OfContent):
    """A task is nearly due, or overdue."""

    task_id: UUID
    """The task."""
    assignee_id: UUID
    """The person who has it."""
    due_at: Instant
    """When the task is due."""


class OfDelegation(Payload):
    """A person stands in for another one, who is away."""

    user_id: UUID
    """The person who is away."""
    delegate_id: UUID
    """The person who stands in."""
    starts_at: Instant
    """When it begins."""
    ends_at: Instant
    """When it ends."""
