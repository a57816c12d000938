"""Workflows as they are written and read (domain §5)."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, computed_field, model_validator

from lib.core.filled import check_filled
from lib.core.http.models import Changes, PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant
from lib.core.http.validation import field_problem, missing_field
from lib.workflow.definitions.steps import MAX_STEPS, NewStep, PersonOrAddress, WorkflowStep, as_rows, check_positions

type WorkflowType = Literal["sequential", "parallel", "conditional"]
type WorkflowState = Literal["draft", "active", "archived"]
type Predefined = Literal["simple_review", "marketing_legal", "full_approval"]
type WorkflowSort = Literal["name", "updatedAt", "createdAt"]
type WorkflowName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$"),
    AfterValidator(check_filled),
    Field(examples=["Brand and legal"]),
]
type ContentType = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$"), Field(examples=["article"])]
type StepList = Annotated[list[NewStep], Field(max_length=MAX_STEPS)]

SORTS: Final[dict[WorkflowSort, str]] = {"name": "name", "updatedAt": "updated_at", "createdAt": "created_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFilters:
    """The filters and the order of a list of workflows."""

    brand_id: UUID | None = None
    """Workflows of this brand."""
    state: WorkflowState | None = None
    """Workflows in this state."""
    content_type: str | None = None
    """Workflows for this type of content, or for every type."""
    query: str | None = None
    """Workflows with this text in their name or description."""
    sort: WorkflowSort = "name"
    is_descending: bool = False


class WorkflowDefinition(RequestModel):
    """The definition of a workflow."""

    name: WorkflowName
    """The name, 1 to 255 characters; unique in the brand."""
    description: str = Field(default="", max_length=2000, examples=["For everything with claims."])
    """The purpose, at most 2,000 characters."""
    type: WorkflowType = "sequential"
    """`sequential`: one step after another. `parallel`: all at once, except those with prerequisites. `conditional`:
    as sequential; the conditions of the steps decide which apply."""
    content_types: list[ContentType] = Field(default_factory=list, max_length=100)
    """The types of content that it is for, at most 100. Empty: every type."""
    is_default: bool = False
    """Whether it reviews these types where the brand has assigned no workflow to them."""
    timeout_hours: int | None = Field(default=None, ge=1, le=8760, examples=[240])
    """Hours after which the whole review ends and its content becomes a draft, 1 to 8,760. Null: never."""
    escalate_to: PersonOrAddress | None = None
    """The member, by id or e-mail address, who is asked as well when a task is overdue. Null: nobody."""
    steps: StepList
    """The steps, 1 to 20, in their order."""

    @model_validator(mode="after")
    def _positions_are_unique(self) -> Self:
        check_positions(self.steps)
        return self

    def as_row(self) -> dict[str, Any]:
        """Returns the definition under the names of the columns."""
        return self.model_dump(mode="json", exclude={"steps"}) | {"steps": as_rows(self.steps)}


class NewWorkflow(RequestModel):
    """A workflow to create: a definition of your own, or a predefined one in which you may replace values."""

    brand_id: UUID
    """The brand whose contents it reviews."""
    predefined: Predefined | None = None
    """The predefined workflow to begin with (`GET /workflows/predefined`). Null: a definition of your own."""
    state: Literal["draft", "active"] = "draft"
    """`active`: contents can be submitted to it at once."""
    name: WorkflowName | None = None
    """The name, 1 to 255 characters; unique in the brand. Null: that of the predefined workflow."""
    description: str | None = Field(default=None, max_length=2000, examples=["For everything with claims."])
    """The purpose, at most 2,000 characters."""
    type: WorkflowType | None = None
    """`sequential`: one step after another. `parallel`: all at once, except those with prerequisites. `conditional`:
    as sequential; the conditions of the steps decide which apply. Null: sequential, or that of the predefined one."""
    content_types: list[ContentType] = Field(default_factory=list, max_length=100)
    """The types of content that it is for, at most 100. Empty: every type."""
    is_default: bool = False
    """Whether it reviews these types where the brand has assigned no workflow to them."""
    timeout_hours: int | None = Field(default=None, ge=1, le=8760, examples=[240])
    """Hours after which the whole review ends and its content becomes a draft, 1 to 8,760. Null: never."""
    escalate_to: PersonOrAddress | None = None
    """The member, by id or e-mail address, who is asked as well when a task is overdue. Null: nobody."""
    steps: StepList | None = None
    """The steps, 1 to 20, in their order. Null: those of the predefined workflow, which ask the admins of the brand."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.predefined is None:
            for name in ("name", "steps"):
                if getattr(self, name) is None:
                    raise missing_field(name, "is required unless predefined names a workflow to begin with")
        elif self.steps is not None or self.type is not None:
            raise field_problem("predefined", "has steps and a type of its own: create it, then change its steps")
        check_positions(self.steps)
        return self

    def as_row(self) -> dict[str, Any]:
        """Returns the values that were sent, under the names of the columns."""
        row = self.model_dump(mode="json", exclude_none=True, exclude={"brand_id", "predefined", "state", "steps"})
        return row | ({"steps": as_rows(self.steps)} if self.steps is not None else {})


class WorkflowChanges(Changes):
    """Changes of a workflow. Properties that are not given stay as they are; steps are replaced as a whole."""

    name: WorkflowName | None = None
    """The name, 1 to 255 characters; unique in the brand."""
    description: str | None = Field(default=None, max_length=2000, examples=["For everything with claims."])
    """The purpose, at most 2,000 characters."""
    type: WorkflowType | None = None
    """How the steps follow each other."""
    content_types: list[ContentType] | None = Field(default=None, max_length=100)
    """All types of content that it is for, at most 100. Empty: every type."""
    is_default: bool | None = None
    """Whether it reviews these types where the brand has assigned no workflow to them."""
    timeout_hours: int | None = Field(default=None, ge=1, le=8760, examples=[240])
    """Hours after which the whole review ends, 1 to 8,760; null for never."""
    escalate_to: PersonOrAddress | None = None
    """The member, by id or e-mail address, who is asked as well when a task is overdue; null for nobody."""
    steps: StepList | None = None
    """All steps, 1 to 20, in their order."""

    @model_validator(mode="after")
    def _positions_are_unique(self) -> Self:
        check_positions(self.steps)
        return self

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that cannot be null."""
        return super().never_null() - {"timeout_hours", "escalate_to"}

    def as_row(self) -> dict[str, Any]:
        """Returns the values that were sent, under the names of the columns."""
        row = self.model_dump(mode="json", exclude_unset=True, exclude={"steps"})
        return row | ({"steps": as_rows(self.steps)} if self.steps is not None else {})


class WorkflowCopy(RequestModel):
    """Where the copy of a workflow goes."""

    brand_id: UUID | None = None
    """The brand of the copy, in which you may write workflows. Null: the same brand."""
    name: WorkflowName | None = None
    """The name of the copy. Null: that of the original, with "(copy)" where it is taken."""


class DefinitionToCheck(WorkflowDefinition):
    """A definition to check."""

    brand_id: UUID
    """The brand whose contents it is to review."""


class DefinitionProblem(ResponseModel):
    """A problem of a definition."""

    field: str = Field(examples=["steps.2.prerequisites"])
    """The part of the definition, with the place of the step in the list, from 0."""
    code: str = Field(examples=["JOIN_NEVER_MET"])
    """The kind of problem: STEP_UNREACHABLE, JOIN_NEVER_MET, DEAD_END, UNKNOWN_FIELD, TYPE_MISMATCH, NOBODY_TO_ASK,
    NOT_A_MEMBER, UNKNOWN_CHECK, REQUIRED_FIELD_MISSING, INVALID_FORMAT; of warnings NOBODY_DECIDES, NO_DEADLINE,
    TIMES_OUT_FIRST."""
    message: str = Field(examples=["step 3 comes later: a step can only wait for earlier ones"])
    """The problem in words."""


class DefinitionReport(ResponseModel):
    """The result of checking a definition."""

    is_valid: bool
    """Whether the workflow could be created."""
    problems: list[DefinitionProblem]
    """Problems for which it would be refused."""
    warnings: list[DefinitionProblem]
    """Warnings about parts that work, and may not be meant."""


class WorkflowCounts(ResponseModel):
    """How many contents a workflow has in review."""

    in_review: int = Field(ge=0, examples=[3])
    """Contents whose review is open."""
    changes_requested: int = Field(ge=0, examples=[1])
    """Contents whose review waits for requested changes."""


class DefinitionRead(ResponseModel):
    """The definition of a workflow."""

    name: str = Field(examples=["Brand and legal"])
    """The name."""
    description: str = Field(examples=["For everything with claims."])
    """The purpose."""
    type: WorkflowType
    """How the steps follow each other."""
    content_types: list[str] = Field(examples=[["article"]])
    """The types of content that it is for; empty for every type."""
    is_default: bool
    """Whether it reviews these types where the brand has assigned no workflow to them."""
    timeout_hours: int | None = Field(examples=[240])
    """Hours after which the whole review ends; null for never."""
    escalate_to: PersonReference | None
    """The person who is asked as well when a task is overdue; null for nobody."""


class WorkflowListed(DefinitionRead):
    """A workflow without its steps."""

    id: UUID
    """The id of the workflow."""
    brand_id: UUID
    """The brand whose contents it reviews."""
    state: WorkflowState
    """`active`: contents can be submitted to it. `draft`: not yet. `archived`: no more."""
    archived_at: Instant | None
    """When it was archived; null unless it is."""
    step_count: int = Field(ge=0, examples=[2])
    """How many steps it has."""
    assigned_types: list[str] = Field(examples=[["article", "*"]])
    """The types of content to which the brand assigned it (`PUT /brands/{id}/workflows`); `*` for all others."""
    counts: WorkflowCounts
    """How many contents it has in review."""
    allowed_actions: list[str] = Field(examples=[["dryRun", "read"]])
    """The actions that you may take: `read`, `dryRun`, `update`, `activate`, `archive`, `duplicate`, `delete`.
    Deleting is refused (409) while contents use it."""
    version: int = Field(ge=1)
    """Counts the changes; send it as `If-Match` with a change."""
    created_by: PersonReference | None
    """The person who created the workflow; null for the system and for platform admins."""
    created_at: Instant
    """When the workflow was created."""
    updated_by: PersonReference | None
    """The person who changed the workflow last; null for the system and for platform admins."""
    updated_at: Instant
    """When the workflow was last changed."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the workflow, and of the allowed actions by their names. `update` is a PATCH,
        `delete` a DELETE, and all others are a POST."""
        path = f"/api/v1/workflows/{self.id}"
        links = {"self": path, "versions": f"{path}/versions", "brand": f"/api/v1/brands/{self.brand_id}"}
        ends = {"update": "", "delete": "", "dryRun": "/dry-run"}
        for action in self.allowed_actions:
            if action != "read":
                links[action] = path + ends.get(action, f"/{action}")
        return links


class Workflow(WorkflowListed):
    """A workflow with its steps."""

    steps: list[WorkflowStep]
    """The steps in their order."""


class WorkflowVersionListed(DefinitionRead):
    """A workflow as it was after a change, without its steps."""

    workflow_id: UUID
    """The id of the workflow."""
    version: int = Field(ge=1)
    """The number of the version, counted from 1."""
    is_active: bool
    """Whether contents could be submitted to it."""
    step_count: int = Field(ge=0, examples=[2])
    """How many steps it had."""
    created_by: PersonReference | None
    """The person who made this change; null for the system and for platform admins."""
    created_at: Instant
    """When the change was made."""


class WorkflowVersion(WorkflowVersionListed):
    """A workflow as it was after a change. Reviews that began with it keep to it."""

    steps: list[WorkflowStep]
    """The steps in their order."""


class PredefinedWorkflow(DefinitionRead):
    """A predefined workflow."""

    predefined: Predefined
    """The name to create it by."""
    is_available: bool
    """Whether the plan of the brand has it."""
    steps: list[WorkflowStep]
    """The steps in their order. They ask the admins of the brand until you name others."""
