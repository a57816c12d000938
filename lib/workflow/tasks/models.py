"""Tasks: requests to decide steps of reviews, with the facts that a decision needs (domain §5)."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, computed_field, model_validator
from pydantic.alias_generators import to_camel

from lib.core import docstrings
from lib.core.data.reading import Parts
from lib.core.http.envelope import Page
from lib.core.http.models import BrandReference, PersonReference, ResponseModel, SearchText, StorableText
from lib.core.http.times import Instant
from lib.core.http.validation import field_problem

type TaskState = Literal["open", "overdue", "done"]
type TaskSort = Literal["due", "created", "priority", "decided"]
type TaskAction = Literal["approve", "reject", "requestChanges", "skip", "reassign", "delegate"]
type TaskType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]
type TaskStepName = Annotated[StorableText, StringConstraints(min_length=1, max_length=255)]


class TaskQuery(BaseModel):
    """A list of tasks: filters, of which all that are given must hold, the order, and the page."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, use_attribute_docstrings=docstrings.ARE_DESCRIPTIONS
    )

    scope: Literal["mine", "brand"] = "mine"
    """`mine`: your tasks. `brand`: those of everybody in the brand `brandId`; requires `workflow.control` in it."""
    state: TaskState = "open"
    """`open`: not decided yet; `overdue`: open and past their due date; `done`: decided by their assignee."""
    brand_id: UUID | None = None
    """Tasks of this brand. Without it: of all your brands."""
    type: list[TaskType] = Field(default_factory=list, max_length=20)
    """Tasks for contents of one of these types; may be repeated, at most 20 times."""
    workflow_id: UUID | None = None
    """Tasks of runs of this workflow."""
    step: TaskStepName | None = None
    """Tasks of steps with this name."""
    assignee_id: UUID | None = None
    """Tasks of this person, in the scope `brand`."""
    due_from: Instant | None = None
    """Tasks that are due at this time or later."""
    due_to: Instant | None = None
    """Tasks that are due before this time."""
    q: SearchText | None = None
    """Tasks for contents with this text in their title."""
    sort: TaskSort | None = None
    """The order. `priority`: overdue tasks first, then those that were reminded of or came back after requested
    changes, and among them by their due date, of the 2,000 that are due first. Without it: `due`, and `decided` for
    tasks that are done."""
    direction: Literal["asc", "desc"] | None = None
    """The direction. Without it: `decided` descending, all others ascending. Tasks without the date come last."""
    page: int = Field(default=1, ge=1, le=1_000_000)
    """The number of the page, from 1."""
    page_size: int = Field(default=20, ge=1, le=100)
    """How many tasks a page has, 1 to 100."""

    @model_validator(mode="after")
    def _names_the_brand(self) -> Self:
        if self.scope == "brand" and self.brand_id is None:
            raise field_problem("brandId", "is required with the scope brand")
        if self.scope == "mine" and self.assignee_id is not None:
            raise field_problem("assigneeId", "is for the scope brand")
        return self

    @property
    def order(self) -> TaskSort:
        """The order of the list."""
        return self.sort or ("decided" if self.state == "done" else "due")

    @property
    def is_descending(self) -> bool:
        """Whether the last comes first."""
        return self.order == "decided" if self.direction is None else self.direction == "desc"

    def filters(self) -> dict[str, Any]:
        """Returns the filters that were given, as the database takes them."""
        left_out = {"state", "sort", "direction", "page", "page_size"}
        values = self.model_dump(mode="json", exclude=left_out, exclude_none=True)
        return {name: value for name, value in values.items() if value != []}


class TaskContent(ResponseModel):
    """The content that a task is about."""

    id: UUID
    """The id of the content."""
    title: str = Field(examples=["What cold wind does to skin"])
    """The title."""
    type: str = Field(examples=["article"])
    """The type of content."""
    status: str = Field(examples=["in_review"])
    """The state of the content."""
    version: int = Field(ge=1)
    """The version of the content. Send it as `If-Match` with a decision to decide on this text only."""
    excerpt: str = Field(examples=["Cold air holds little water."])
    """The summary, or else the beginning of the text, at most 300 characters."""
    due_at: Instant | None
    """When the content should be done; null for no date."""
    author: PersonReference | None
    """The person who created the content; null for people whom you may not know."""


class TaskRun(ResponseModel):
    """The run of a workflow that a task belongs to."""

    id: UUID
    """The id of the run."""
    workflow_id: UUID | None
    """The workflow; null if it was deleted."""
    workflow: str = Field(examples=["Legal review"])
    """The name of the workflow when the run began."""
    started_at: Instant
    """When the content was submitted."""


class FormRequirement(ResponseModel):
    """A value that a decision needs."""

    field: str = Field(examples=["publishedUrl"])
    """The name of the value in the decision."""
    decisions: list[str] = Field(examples=[["approve"]])
    """The decisions that need it."""


class TaskStep(ResponseModel):
    """The step that a task asks to decide."""

    id: UUID
    """The id of the step in this run."""
    name: str = Field(examples=["Legal"])
    """The name of the step."""
    position: int = Field(ge=1, le=20)
    """The place of the step in its workflow."""
    instructions: str = Field(examples=["Check every claim."])
    """The instructions of the workflow to the people who decide."""
    actions: list[Literal["approve", "reject", "request_changes"]]
    """The decisions that the step offers."""
    requires_published_url: bool
    """Whether an approval must give the address at which the content was published."""
    requires_all_approvals: bool
    """Whether everybody who is asked must approve; otherwise the first approval is enough."""
    allows_skip: bool
    """Whether the people who are asked may skip the step."""

    @computed_field
    @property
    def form_requirements(self) -> list[FormRequirement]:
        """The values that decisions in this step need."""
        explained = [each for each in self.actions if each != "approve"]
        found = [FormRequirement(field="comment", decisions=list(explained))] if explained else []
        if self.requires_published_url:
            found.append(FormRequirement(field="publishedUrl", decisions=["approve"]))
        return found


class Remark(ResponseModel):
    """A former decision in the run, with its comment."""

    action: str = Field(examples=["request_changes"])
    """The action: approve, reject, request_changes, skip or reassign."""
    step: str = Field(examples=["Brand"])
    """The name of the step."""
    actor: PersonReference | None
    """The person who did it; null for the system and for people whom you may not know."""
    comment: str = Field(examples=["The second claim needs a source."])
    """The comment, at most its first 1,000 characters; empty for none."""
    at: Instant
    """When it was done."""


class Task(ResponseModel):
    """A request to one person to decide one step of a review, with the facts that the decision needs."""

    id: UUID
    """The id of the task."""
    brand: BrandReference
    """The brand."""
    content: TaskContent | None
    """The content; null if it was deleted."""
    run: TaskRun
    """The run of the workflow."""
    step: TaskStep
    """The step to decide."""
    assignee: PersonReference | None
    """The person who is asked; null for people whom you may not know."""
    on_behalf_of: PersonReference | None
    """The person for whom the assignee stands in; null where the step asks the assignee themselves."""
    status: Literal["pending", "completed", "skipped", "cancelled", "reassigned"]
    """`pending` until it is decided (`completed`) or closed otherwise."""
    is_open: bool
    """Whether the step can be decided now."""
    decision: Literal["approve", "reject", "request_changes"] | None
    """The decision of the assignee; null for none."""
    comment: str = Field(examples=["Reads well"])
    """The comment of the decision; empty for none."""
    decided_at: Instant | None
    """When the task was closed; null while it is pending."""
    reassigned_to: PersonReference | None
    """The person who got the task instead; null unless it was reassigned."""
    round: int = Field(ge=1)
    """Counts how often the step was opened: again after requested changes."""
    priority: Literal["urgent", "high", "normal"]
    """`urgent`: overdue; `high`: reminded of, or back after requested changes."""
    due_at: Instant | None
    """When the decision is due; null for no deadline."""
    overdue_seconds: int | None
    """For how many seconds a pending task has been overdue; null if it is not."""
    created_at: Instant
    """When the person was asked."""
    reminded_at: Instant | None
    """When the person was reminded, at 80 % of the time; null for never."""
    escalated_at: Instant | None
    """When the task was escalated; null for never."""
    remarks: Annotated[list[Remark], Parts]
    """The last 10 decisions in this run, newest first."""
    allowed_actions: list[TaskAction]
    """The actions that you may take now; empty for tasks that are closed, and for those of others unless you are an
    admin of the brand."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the task."""
        path = f"/api/v1/tasks/{self.id}"
        links = {"self": path, "brand": f"/api/v1/brands/{self.brand.id}"}
        if self.content:
            links["content"] = f"/api/v1/contents/{self.content.id}"
        if self.run.workflow_id:
            links["workflow"] = f"/api/v1/workflows/{self.run.workflow_id}"
        if {"approve", "reject", "requestChanges"}.intersection(self.allowed_actions):
            links["decision"] = f"{path}/decision"
        if self.content and "skip" in self.allowed_actions:
            links["skip"] = f"/api/v1/contents/{self.content.id}/review/skip"
        return links | {name: f"{path}/{name}" for name in ("reassign", "delegate") if name in self.allowed_actions}


class StateCounts(ResponseModel):
    """How many tasks match the filters in each state: at most 5,000, or 500 where a filter asks about the content, the
    step or the workflow."""

    open: int = Field(ge=0, examples=[7])
    """Tasks that are not decided yet."""
    overdue: int = Field(ge=0, examples=[2])
    """Open tasks that are overdue."""
    done: int = Field(ge=0, examples=[31])
    """Tasks that their assignees decided."""


class TaskPage(Page[Task]):
    """A page of tasks."""

    counts: StateCounts
    """How many tasks there are in each state, under the same filters."""
    is_truncated: bool
    """Whether there are more tasks than were looked at: the list and the counts may lack some, or the order may be
    that of a part. Narrower filters, such as `dueFrom` and `dueTo`, show the rest."""


class TaskCounts(ResponseModel):
    """How many open tasks you have, at most 5,000."""

    open: int = Field(ge=0, examples=[7])
    """Tasks that are not decided yet."""
    overdue: int = Field(ge=0, examples=[2])
    """Open tasks that are overdue."""
    due_soon: int = Field(ge=0, examples=[1])
    """Open tasks that are due within 24 hours."""
    next_due_at: Instant | None
    """When the next task that is not overdue is due; null for none."""
