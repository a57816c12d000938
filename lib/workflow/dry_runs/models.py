"""The path of a content through a workflow, as a dry run tells it."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from lib.content import ReviewPriority
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant, StorableInstant
from lib.core.http.validation import field_problem
from lib.workflow.definitions.models import WorkflowDefinition
from lib.workflow.definitions.steps import StepType

type SampleText = Annotated[str, StringConstraints(max_length=5000)]


class ContentSample(RequestModel):
    """Values of a content that does not exist."""

    type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")] = Field(default="article", examples=["article"])
    """The type of content."""
    title: str = Field(default="", max_length=200, examples=["What cold wind does to skin"])
    """The title."""
    tags: list[Annotated[str, StringConstraints(max_length=50)]] = Field(
        default_factory=list, max_length=50, examples=[["health"]]
    )
    """The tags, at most 50."""
    fields: dict[Annotated[str, StringConstraints(max_length=50)], Any] = Field(
        default_factory=dict, max_length=50, examples=[{"topic": "Cold wind"}]
    )
    """Values by the id of the template's field, at most 50."""
    metadata: dict[Annotated[str, StringConstraints(max_length=50)], Any] = Field(
        default_factory=dict, max_length=50, examples=[{"metaTitle": "Cold wind and skin"}]
    )
    """Metadata by their names, at most 50."""
    created_by: UUID | None = None
    """The member who creates it. Null: you."""


class DryRunRequest(RequestModel):
    """For what to try a workflow: a content or sample values."""

    content_id: UUID | None = None
    """The content whose path to follow. Null: the sample values."""
    sample: ContentSample | None = None
    """The values of a content that does not exist. Null: an empty article of yours."""
    start_at: StorableInstant | None = Field(default=None, examples=["2026-11-27T09:00:00Z"])
    """When the review would begin. Null: now."""
    priority: ReviewPriority = "normal"
    """The priority of the review."""

    @model_validator(mode="after")
    def _is_for_one(self) -> Self:
        if self.content_id is not None and self.sample is not None:
            raise field_problem("sample", "cannot be given together with contentId")
        return self


class WorkflowDryRun(DryRunRequest):
    """A dry run of a workflow: as it is, or with another definition that is not saved."""

    definition: WorkflowDefinition | None = None
    """The definition to follow instead. Null: that of the workflow."""


class DefinitionDryRun(DryRunRequest):
    """A dry run of a definition that is not saved."""

    brand_id: UUID
    """The brand whose people would be asked."""
    definition: WorkflowDefinition
    """The definition to follow."""


class PathStep(ResponseModel):
    """A step on the path of a review."""

    position: int = Field(ge=1)
    """The place of the step in the workflow."""
    name: str = Field(examples=["Legal"])
    """The name of the step."""
    type: StepType
    """The type of the step."""
    outcome: Literal["asked", "notified", "checked", "skipped", "not_awaited", "not_reached"]
    """`asked`: people decide. `notified`: people are told. `checked`: a check runs. `skipped`: the step does not
    apply. `not_awaited`: it is optional and the review ends first. `not_reached`: it never opens."""
    reason: str = Field(examples=['its condition holds: tags contains "health"'])
    """Why."""
    is_required: bool
    """Whether the review waits for the step."""
    requires_all: bool
    """Whether all of the people must approve."""
    people: list[PersonReference]
    """The people who would be asked or notified, as far as you may know them."""
    people_count: int = Field(ge=0, examples=[1])
    """How many people these are."""
    asks_admins_instead: bool
    """Whether the admins of the brand are asked because the step reaches nobody else."""
    opens_at: Instant | None
    """When the step opens at the latest; null if it never does."""
    due_at: Instant | None
    """When the step is due; null without a deadline."""
    waits_for: list[int] = Field(examples=[[1]])
    """The positions of the steps that must be done first."""
    beside: list[int] = Field(examples=[[3]])
    """The positions of the steps that are open at the same time."""


class ReviewPath(ResponseModel):
    """The path of a review if everybody approves at the last moment."""

    starts_at: Instant
    """When the review begins."""
    ends_at: Instant
    """When it ends at the latest. Steps without a deadline count as decided at once."""
    is_open_ended: bool
    """Whether a step on the path has no deadline, so that the review may take longer."""
    is_approved_at_once: bool
    """Whether nobody is asked, so that the content is approved without a decision."""
    times_out_at: Instant | None
    """When the whole review would time out before its end; null if it does not."""
    steps: list[PathStep]
    """All steps in the order of the workflow."""
