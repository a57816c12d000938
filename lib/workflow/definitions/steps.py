"""The steps of workflows as they are written and read (domain §5)."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.filled import check_filled
from lib.core.http.emails import normal_email
from lib.core.http.models import PersonReference, RequestModel, ResponseModel
from lib.core.http.validation import field_problem

MAX_STEPS: Final = 20
"""How many steps a workflow has at most."""

type StepType = Literal["review", "approval", "notification", "automated"]
type AssignmentType = Literal["user", "role", "group", "creator", "round_robin", "least_loaded"]
type AskedRole = Literal["viewer", "editor", "admin"]
type StepDecision = Literal["approve", "reject", "request_changes"]
type ConditionOperator = Literal["equals", "not_equals", "contains", "in", "exists", "greater_than", "less_than"]
type ConditionValue = Annotated[str, StringConstraints(max_length=500)] | float | bool
type StepPosition = Annotated[int, Field(ge=1, le=MAX_STEPS)]
type PersonOrAddress = Annotated[
    str,
    StringConstraints(
        max_length=254,
        strip_whitespace=True,
        pattern=r"^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[^@\s]+@[^@\s]+)$",
    ),
    AfterValidator(lambda text: normal_email(text) if "@" in text else text),
    Field(examples=["viewer@aurora.test"]),
]
type StepName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$"),
    AfterValidator(check_filled),
    Field(examples=["Legal"]),
]


class StepCondition(RequestModel):
    """A condition on the content, such as `tags contains "health"`."""

    field: Annotated[
        str,
        StringConstraints(pattern=r"^(type|title|tags|metadata\.[A-Za-z]{1,50}|fields\.[A-Za-z0-9_]{1,50})$"),
        Field(examples=["tags"]),
    ]
    """The part of the content: `type`, `title`, `tags`, `metadata.<name>`, or `fields.<id>` of a template's field."""
    operator: ConditionOperator
    """How the part is compared with the value. `greater_than` and `less_than` compare numbers, dates
    and times. Times are compared as instants, whatever their offsets."""
    value: ConditionValue | Annotated[list[ConditionValue], Field(max_length=100)] | None = Field(
        default=None, examples=["health"]
    )
    """The value to compare with; `exists` needs none, `in` takes a list."""


class NewStep(RequestModel):
    """A step of a workflow."""

    name: StepName
    """The name, 1 to 255 characters."""
    position: StepPosition | None = None
    """The place of the step. Without positions, steps come in the order of the list; either all have one or none."""
    type: StepType = "approval"
    """`review` and `approval` ask people, `notification` tells them without waiting, `automated` runs a check."""
    instructions: str = Field(default="", max_length=5000, examples=["Compare each claim with the dossier."])
    """Instructions for the people who are asked, at most 5,000 characters."""
    assignment_type: AssignmentType | None = None
    """The assignment: the people in `assignees` (`user`, `group`), all members with `assignedRole` or a higher one
    (`role`), the creator of the content, or one of them in turn (`round_robin`) or with the fewest tasks
    (`least_loaded`). Null: the people in `assignees`, or else the members with `assignedRole`, admins without one."""
    assigned_role: AskedRole | None = None
    """The role that is asked."""
    assignees: list[PersonOrAddress] = Field(default_factory=list, max_length=50)
    """Members of the brand, by id or e-mail address, at most 50."""
    require_all_approvals: bool = False
    """Whether all must approve; otherwise the first approval is enough."""
    timeout_hours: int | None = Field(default=None, ge=1, le=8760, examples=[48])
    """Hours after which the step is overdue, 1 to 8,760. Null: never."""
    reminder_percent: int = Field(default=80, ge=1, le=100)
    """The share of `timeoutHours`, in percent, after which the people are reminded."""
    is_required: bool = True
    """Whether the review waits for the step."""
    allow_skip: bool = False
    """Whether the people who are asked may skip the step."""
    prerequisites: list[int] = Field(default_factory=list, max_length=19, examples=[[1]])
    """The positions of earlier steps that must be done first; several of them join. Empty: all earlier steps, or none
    in a parallel workflow."""
    condition: StepCondition | None = None
    """The step applies only to contents for which this holds. Null: to all."""
    skip_condition: StepCondition | None = None
    """The step is passed over for contents for which this holds."""
    actions: list[StepDecision] = Field(
        default_factory=lambda: ["approve", "reject", "request_changes"], min_length=1, max_length=3
    )
    """The decisions that the step offers."""
    requires_published_url: bool = False
    """Whether an approval must give the address at which the content was published."""
    automated_check: str | None = Field(default=None, min_length=1, max_length=100, examples=["claims"])
    """The check of an automated step: `claims` (no open violation) or `complete` (all fields are filled)."""

    def as_row(self, index: int) -> dict[str, Any]:
        """Returns the step under the names of the columns, with its place in the request and whom it asks."""
        row = self.model_dump(mode="json", exclude={"position", "condition", "skip_condition"})
        for name in ("condition", "skip_condition"):
            condition: StepCondition | None = getattr(self, name)
            row[name] = condition.model_dump(mode="json", exclude_none=True) if condition else None
        kind = self.assignment_type or ("user" if self.assignees else "role")
        role = self.assigned_role or ("admin" if self.assignment_type is None and kind == "role" else None)
        return row | {
            "index": index,
            "assignment_type": kind,
            "assigned_role": role,
            "actions": list(dict.fromkeys(self.actions)),
            "prerequisites": sorted(set(self.prerequisites)),
        }


def check_positions(steps: list[NewStep] | None) -> None:
    """Raises an error that names the field where positions are missing or given twice."""
    seen: set[int] = set()
    for index, step in enumerate(steps or []):
        if (step.position is None) != ((steps or [])[0].position is None):
            raise field_problem(f"steps.{index}.position", "must be given for all steps or for none")
        if step.position is not None and step.position in seen:
            raise field_problem(f"steps.{index}.position", "is the position of another step as well")
        if step.position is not None:
            seen.add(step.position)


def as_rows(steps: list[NewStep]) -> list[dict[str, Any]]:
    """Returns the steps in their order. Positions become 1 to n, also where prerequisites name them."""
    ordered = sorted(enumerate(steps), key=lambda entry: entry[1].position or entry[0] + 1)
    places = {step.position or index + 1: place for place, (index, step) in enumerate(ordered, start=1)}
    rows: list[dict[str, Any]] = []
    for index, step in ordered:
        row = step.as_row(index)
        # A position that no step has stays, below any that exists: the database explains it.
        row["prerequisites"] = [places.get(position, -abs(position)) for position in row["prerequisites"]]
        rows.append(row)
    return rows


class ConditionRead(ResponseModel):
    """A condition on the content."""

    field: str = Field(examples=["tags"])
    """The part of the content."""
    operator: ConditionOperator
    """How the part is compared with the value."""
    value: Any = Field(default=None, examples=["health"])
    """The value to compare with."""


class WorkflowStep(ResponseModel):
    """A step of a workflow."""

    position: int = Field(ge=1, le=MAX_STEPS)
    """The place of the step, from 1."""
    name: str = Field(examples=["Legal"])
    """The name."""
    type: StepType
    """`review` and `approval` ask people, `notification` tells them without waiting, `automated` runs a check."""
    instructions: str = Field(examples=["Compare each claim with the dossier."])
    """Instructions for the people who are asked."""
    assignment_type: AssignmentType
    """The way in which people are chosen."""
    assigned_role: AskedRole | None
    """The role that is asked; null where people are named."""
    assignees: list[PersonReference]
    """The people whom the step names."""
    require_all_approvals: bool
    """Whether all must approve; otherwise the first approval is enough."""
    timeout_hours: int | None = Field(examples=[48])
    """Hours after which the step is overdue; null for never."""
    reminder_percent: int = Field(default=80, ge=1, le=100)
    """The share of `timeoutHours`, in percent, after which the people are reminded."""
    is_required: bool
    """Whether the review waits for the step."""
    allow_skip: bool
    """Whether the people who are asked may skip the step."""
    prerequisites: list[int] = Field(examples=[[1]])
    """The positions of earlier steps that must be done first."""
    condition: ConditionRead | None
    """The step applies only to contents for which this holds; null for all."""
    skip_condition: ConditionRead | None
    """The step is passed over for contents for which this holds."""
    actions: list[StepDecision]
    """The decisions that the step offers."""
    requires_published_url: bool
    """Whether an approval must give the address at which the content was published."""
    automated_check: str | None = Field(examples=["claims"])
    """The check of an automated step; null for other steps."""
