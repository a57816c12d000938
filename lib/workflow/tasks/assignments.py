"""Assignments: the steps, escalations and tasks of a person in reviews, and their replacement (domain §5)."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.data.reading import Parts
from lib.core.http.models import BrandReference, PersonReference, RequestModel, ResponseModel

type BrandIds = Annotated[
    list[UUID], Field(min_length=1, max_length=200), AfterValidator(lambda ids: list(dict.fromkeys(ids)))
]


class AssignedStep(ResponseModel):
    """A step of a workflow that names the person."""

    id: UUID
    """The id of the step."""
    name: str = Field(examples=["Legal"])
    """The name of the step."""
    position: int = Field(ge=1, le=20)
    """The place of the step in its workflow."""
    workflow_id: UUID
    """The workflow."""
    workflow: str = Field(examples=["Legal review"])
    """The name of the workflow."""
    is_active: bool
    """Whether the workflow is in use."""
    other_assignees: int = Field(ge=0, examples=[0])
    """How many others the step names: with 0, nobody would be asked but the admins of the brand."""


class Escalation(ResponseModel):
    """A workflow that escalates late tasks to the person."""

    workflow_id: UUID
    """The workflow."""
    workflow: str = Field(examples=["Legal review"])
    """The name of the workflow."""
    is_active: bool
    """Whether the workflow is in use."""


class BrandAssignments(ResponseModel):
    """The assignments of the person in one brand."""

    brand: BrandReference
    """The brand."""
    is_member: bool
    """Whether the person is an active member of the brand now."""
    steps: Annotated[list[AssignedStep], Parts]
    """The steps of workflows that name the person."""
    escalations: Annotated[list[Escalation], Parts]
    """The workflows that escalate to the person."""
    open_tasks: int = Field(ge=0, examples=[4])
    """How many tasks wait for the person."""
    overdue_tasks: int = Field(ge=0, examples=[1])
    """How many of them are overdue."""
    coming_steps: int = Field(ge=0, examples=[2])
    """How many steps of running reviews will ask the person later."""


class Assignments(ResponseModel):
    """The assignments of a person in reviews."""

    user: PersonReference | None
    """The person; null for people whose name you may not know."""
    brands: Annotated[list[BrandAssignments], Parts]
    """The brands in which you may change workflows, at most 200."""


class Reassignment(RequestModel):
    """A replacement for a person, in workflows and open tasks across brands."""

    user_id: UUID
    """The person who leaves."""
    target_id: UUID
    """The person who takes over: an active member of every brand concerned."""
    brand_ids: BrandIds | None = None
    """The brands, at most 200. Null: all in which you may change workflows."""
    reason: Annotated[str, StringConstraints(max_length=5000), Field(examples=["Leaves on Friday"])] = ""
    """Why, for the history, at most 5,000 characters."""


class ReassignmentReport(ResponseModel):
    """The number of assignments that were moved."""

    brands: list[BrandReference]
    """The brands in which something was moved."""
    steps: int = Field(ge=0, examples=[3])
    """How many steps of workflows name the new person now."""
    escalations: int = Field(ge=0, examples=[1])
    """How many workflows escalate to the new person now."""
    tasks: int = Field(ge=0, examples=[4])
    """How many open tasks the new person got."""
    tasks_elsewhere: int = Field(ge=0, examples=[0])
    """How many open tasks went to others, since the new person made their contents."""
