"""Which workflow reviews which type of content."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.http.models import RequestModel, ResponseModel

EVERY_TYPE: Final = "*"


class AssignedWorkflow(ResponseModel):
    """The workflow that reviews a type of content."""

    content_type: str = Field(examples=["article"])
    """The type of content; `*` stands for every type that has no workflow of its own."""
    workflow_id: UUID
    """The id of the workflow."""
    name: str = Field(examples=["Simple review"])
    """The name of the workflow."""


class WorkflowAssignment(RequestModel):
    """The workflow that is to review a type of content."""

    content_type: Annotated[str, StringConstraints(pattern=r"^([a-z_]{1,50}|\*)$"), Field(examples=["*"])] = EVERY_TYPE
    """The type of content; `*` stands for every type that has no workflow of its own."""
    workflow_id: UUID
    """The id of an active workflow of the brand."""


def _once_each(assignments: list[WorkflowAssignment]) -> list[WorkflowAssignment]:
    types = [assignment.content_type for assignment in assignments]
    if len(set(types)) < len(types):
        raise ValueError("a type of content has one workflow")
    return assignments


class WorkflowAssignments(RequestModel):
    """All workflows of a brand by type of content. Assignments that are not listed are removed."""

    workflows: Annotated[list[WorkflowAssignment], Field(max_length=100), AfterValidator(_once_each)]
    """The assignments, at most 100; each type of content once."""
