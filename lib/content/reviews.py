"""The review that a content is in, as the answer with the content shows it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from lib.content.fields import ReviewPriority
from lib.core.data.reading import Parts
from lib.core.http.models import ResponseModel
from lib.core.http.times import Instant


class StepAssignee(ResponseModel):
    """A person whom a step asks."""

    id: UUID
    """The id of the person."""
    name: str | None = Field(examples=["Vera Viewer"])
    """The name; null if it is not set or you may not know it."""
    status: Literal["pending", "completed"]
    """Whether the person still has to decide."""


class OpenStep(ResponseModel):
    """A step of a review that is open now."""

    id: UUID
    """The id of the step in this review."""
    position: int = Field(ge=1)
    """The place of the step in the workflow."""
    name: str = Field(examples=["Legal"])
    """The name of the step."""
    type: str | None = Field(examples=["approval"])
    """`review`, `approval`, or `automated`."""
    round: int = Field(ge=1)
    """Counts how often the step was opened; send it with a decision to decide this round only."""
    due_at: Instant | None
    """When the step is due; null without a deadline."""
    requires_all: bool | None
    """Whether all of the people must approve."""
    decisions: list[str] | None = Field(examples=[["approve", "reject", "request_changes"]])
    """The decisions that the step offers."""
    assignees: Annotated[list[StepAssignee], Parts]
    """The people whom it asks."""


class ReviewSummary(ResponseModel):
    """The review that a content is in."""

    run_id: UUID
    """The id of the review; a content that is submitted again has a new one."""
    workflow_id: UUID | None
    """The workflow; null once it is deleted."""
    workflow_name: str = Field(examples=["Brand and legal"])
    """The name of the workflow."""
    priority: ReviewPriority
    """How soon its steps are due: in their time, in half of it (`high`) or in a quarter (`urgent`)."""
    changes_requested_at: Instant | None
    """When changes were requested, if the review waits for them; null otherwise."""
    deadline_at: Instant | None
    """When the whole review times out; null for never."""
    due_at: Instant | None
    """When the first of the open steps is due; null without deadlines."""
    steps: Annotated[list[OpenStep], Parts]
    """The steps that are open now; those that open again, while changes are requested."""
    allowed_actions: list[str] = Field(examples=[["approve", "reject", "requestChanges"]])
    """The acts that you may do: approve, reject, requestChanges, skip, delegate, reassign, resume, withdraw, cancel.
    `GET /contents/{id}/review` says why you may not do the rest."""


def as_review(review: dict[str, Any] | None) -> dict[str, Any] | None:
    """Returns the review of a row with the names at the people."""
    if review is None:
        return None
    names = review["names"]
    steps = [
        step | {"assignees": [each | {"name": names.get(each["id"])} for each in step["assignees"]]}
        for step in review["steps"]
    ]
    return review | {"steps": steps}
