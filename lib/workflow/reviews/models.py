"""The review of a content as it is read, and the acts on it (domain §5)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, computed_field

from lib.content import ReviewPriority
from lib.core.data.reading import Part, Parts
from lib.core.filled import check_filled
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.workflow.decisions import Decision

type RunStatus = Literal["active", "completed", "cancelled", "failed", "timeout"]
type StepStatus = Literal["waiting", "active", "approved", "skipped", "rejected", "cancelled"]
type TaskStatus = Literal["pending", "completed", "skipped", "cancelled", "reassigned"]
type ReviewReason = Annotated[
    str,
    StringConstraints(min_length=1, max_length=5000, strip_whitespace=True),
    AfterValidator(check_filled),
    Field(examples=["Too long"]),
]
type StepRound = Annotated[int, Field(ge=1, le=1_000_000)]


class ReviewRun(ResponseModel):
    """One review of a content, from its submission to its end."""

    id: UUID
    """The id of the review."""
    status: RunStatus
    """`active` until it ends; `failed`: an automated check did not pass."""
    outcome: Literal["approved", "rejected"] | None
    """The decision; null where there was none."""
    workflow_id: UUID | None
    """The workflow; null once it is deleted."""
    workflow_name: str = Field(examples=["Brand and legal"])
    """The name of the workflow when the review began."""
    workflow_version: int = Field(ge=1)
    """The version of the workflow with which the review began, and to which it keeps."""
    workflow_type: Literal["sequential", "parallel", "conditional"]
    """How the steps follow each other."""
    priority: ReviewPriority
    """How soon its steps are due: in their time, in half of it (`high`) or in a quarter (`urgent`)."""
    started_at: Instant
    """When the content was submitted."""
    started_by: PersonReference | None
    """The person who submitted it; null for the system and for people whom you may not know."""
    completed_at: Instant | None
    """When the review ended; null while it is active."""
    completed_by: PersonReference | None
    """The person who ended it; null for the system and while it is active."""
    changes_requested_at: Instant | None
    """When changes were requested, if the review waits for them; null otherwise."""
    deadline_at: Instant | None
    """When the whole review times out; null for never."""
    minutes: int | None = Field(examples=[95])
    """Minutes from the submission to the end, or until now."""


class ReviewTask(ResponseModel):
    """The request to one person to decide a step."""

    id: UUID
    """The id of the task."""
    assignee: PersonReference | None
    """The person; null for people whom you may not know."""
    status: TaskStatus
    """`pending` until the person decides; `cancelled`: the decision of another user was enough."""
    decision: Literal["approve", "reject", "request_changes"] | None
    """The decision; null before it."""
    comment: str = Field(examples=["Reads well"])
    """The comment of the decision; empty without one."""
    due_at: Instant | None
    """When the task is due; null without a deadline."""
    decided_at: Instant | None
    """When the task was closed."""
    reassigned_to: PersonReference | None
    """The person who has the task instead; null unless it was given to another user."""


class ReviewStep(ResponseModel):
    """A step of a review."""

    id: UUID
    """The id of the step in this review; send it as `stepId`."""
    position: int = Field(ge=1)
    """The place of the step."""
    name: str = Field(examples=["Legal"])
    """The name of the step."""
    type: Literal["review", "approval", "notification", "automated"] | None
    """The type of the step."""
    status: StepStatus
    """`active`: open now."""
    instructions: str = Field(examples=["Compare each claim with the dossier."])
    """Instructions for the people who are asked."""
    decisions: list[str] | None = Field(examples=[["approve", "reject", "request_changes"]])
    """The decisions that the step offers."""
    requires_all: bool
    """Whether all of the people must approve."""
    is_required: bool
    """Whether the review waits for the step."""
    allow_skip: bool
    """Whether the people who are asked may skip the step."""
    requires_published_url: bool
    """Whether an approval must give the address at which the content was published."""
    published_url: str | None = Field(examples=["https://aurora.test/skin"])
    """The address that the approval gave."""
    round: int = Field(ge=1)
    """Counts how often the step was opened: again after requested changes."""
    opened_at: Instant | None
    """When the step was opened last; null before."""
    due_at: Instant | None
    """When the step is due; null without a deadline."""
    closed_at: Instant | None
    """When the step was closed; null while it is open or waits."""
    closed_by: PersonReference | None
    """The person who closed it; null for the system."""
    minutes: int | None = Field(examples=[30])
    """Minutes for which the step has been open in this round; null before it opens."""
    tasks: Annotated[list[ReviewTask], Parts]
    """The people who are asked in this round, with their decisions."""


class ReviewAction(ResponseModel):
    """An act on a review, and whether you may do it now."""

    action: str = Field(examples=["approve"])
    """approve, reject, requestChanges, withdraw, restart, resume, skip, delegate, reassign or cancel."""
    is_allowed: bool
    """Whether you may do it now."""
    rule: str | None = Field(examples=["content.approve.not_own"])
    """The rule that refuses it; null where it is allowed, and for acts without rules of that kind."""
    reason: str | None = Field(examples=["authors do not decide on their own content unless the step names them"])
    """Why you may not; null where it is allowed."""


class ReviewEntry(ResponseModel):
    """An entry of the history of a review."""

    id: UUID
    """The id of the entry; ids sort by time."""
    action: str = Field(examples=["approve"])
    """The act: start, approve, reject, request_changes, skip, reassign, delegate, resubmit, cancel, timeout, fail
    or complete."""
    actor: PersonReference | None
    """The person who did it; null for the system and for people whom you may not know."""
    comment: str = Field(examples=["Reads well"])
    """The comment or the reason; empty without one."""
    at: Instant
    """When it was done."""
    minutes: int | None = Field(examples=[30])
    """Minutes for which the step had been open; null for acts on the whole review."""
    step_id: UUID | None
    """The step; null for acts on the whole review."""
    step_name: str | None = Field(examples=["Legal"])
    """The name of the step."""
    step_position: int | None = Field(examples=[2])
    """The place of the step."""
    round: int | None = Field(examples=[1])
    """The round of the step."""
    from_: PersonReference | None = Field(alias="from")
    """The person whose task was given to another user."""
    to: PersonReference | None
    """The person who got the task."""


class ReviewHistory(ResponseModel):
    """A page of the history of a review, newest first."""

    items: list[ReviewEntry]
    """The entries of the page."""
    page: int = Field(ge=1)
    """The number of the page, from 1."""
    page_size: int = Field(ge=1, le=100)
    """How many entries a page has at most."""
    total_items: int = Field(ge=0)
    """How many entries the history has."""


class Review(ResponseModel):
    """The review of a content: what is open, who is asked, what you may do, and what was done."""

    content_id: UUID
    """The content."""
    brand_id: UUID
    """The brand of the content."""
    content_status: str = Field(examples=["in_review"])
    """The state of the content."""
    content_version: int = Field(ge=1)
    """The version of the content; send it in `If-Match` with a decision to decide on this text only."""
    run: Annotated[ReviewRun | None, Part]
    """The present review, else the last one; null for a content that was never submitted."""
    steps: Annotated[list[ReviewStep], Parts]
    """All of its steps in their order."""
    actions: list[ReviewAction]
    """The acts on the review of the content, and whether you may do them."""
    history: ReviewHistory
    """The acts on it so far."""
    earlier_runs: list[ReviewRun]
    """The other reviews of the content, the newest 50, newest first; read one with `runId`."""
    run_count: int = Field(ge=0)
    """How many reviews the content has had."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the review, and of the acts that you may do, by their names. All acts are a POST."""
        content = f"/api/v1/contents/{self.content_id}"
        path = f"{content}/review"
        links = {"self": path, "content": content, "brand": f"/api/v1/brands/{self.brand_id}"}
        if self.run and self.run.workflow_id:
            links["workflow"] = f"/api/v1/workflows/{self.run.workflow_id}"
        decisions = {"approve", "reject", "requestChanges"}
        for act in self.actions:
            if act.is_allowed:
                links[act.action] = f"{path}/{'decisions' if act.action in decisions else act.action}"
        return links


class Act(RequestModel):
    """Something done with a step of a review."""

    step_id: UUID | None = None
    """The step. Null: the open step that you are asked for, or else the first open one."""
    round: StepRound | None = None
    """The round of the step that you read; another one is refused with 409. Null: any."""


class ReviewDecision(Decision, Act):
    """A decision on a content."""


class StepSkip(Act):
    """Passes over a step."""

    reason: ReviewReason
    """Why, 1 to 5,000 characters."""


class TaskDelegation(Act):
    """Gives your task to another user."""

    assignee_id: UUID
    """The member of the brand who decides instead."""
    reason: str = Field(default="", max_length=5000, examples=["On leave"])
    """Why, at most 5,000 characters."""


class TaskReassignment(TaskDelegation):
    """Gives the task of a user to another user."""

    from_id: UUID | None = None
    """The person whose task it is. Null: of the only person who is asked."""


class ReviewEnd(RequestModel):
    """Ends a review without a decision."""

    reason: ReviewReason
    """Why, 1 to 5,000 characters."""


class ReviewRestart(RequestModel):
    """Sends a rejected content into review again."""

    workflow_id: UUID | None = None
    """The workflow that reviews the content. Null: the one that the brand assigned to the type."""
    priority: ReviewPriority | None = None
    """How soon the steps are due: in their time, in half of it (`high`) or in a quarter (`urgent`). Null: `normal`."""
