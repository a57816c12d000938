"""The commands on tasks: decisions, alone and many at once, and giving tasks to another member."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.validation import field_problem
from lib.workflow.decisions import Decision


class TaskDecision(Decision):
    """A decision on a task."""


class ReadTask(RequestModel):
    """A task to decide, and the version of its content that you read."""

    task_id: UUID
    """The id of the task."""
    content_version: int = Field(ge=1, examples=[3])
    """The version of the content that you read (`content.version` of the task). If the content was edited since, it is
    not decided: 412."""


class BulkDecision(TaskDecision):
    """The same decision on up to 100 tasks."""

    tasks: Annotated[list[ReadTask], Field(min_length=1, max_length=100)]
    """The tasks, 1 to 100, each once."""

    @model_validator(mode="after")
    def _names_each_task_once(self) -> Self:
        if len({task.task_id for task in self.tasks}) < len(self.tasks):
            raise field_problem("tasks", "names a task twice")
        return self


class HandOver(RequestModel):
    """A new assignee for a task."""

    assignee_id: UUID
    """The person who gets the task: a member of the brand who may decide the step and is not away."""
    reason: Annotated[str, StringConstraints(max_length=5000), Field(examples=["Knows the product"])] = ""
    """Why, for the history, at most 5,000 characters."""


class TaskError(ResponseModel):
    """The error that the request for this task alone would have had."""

    code: str = Field(examples=["CONFLICT"])
    """The code of the error."""
    message: str = Field(examples=["the task was closed before: approve by Vera Viewer at 2026-11-26T17:04:05Z"])
    """The cause of the error, in English."""
    details: list[dict[str, str]] = Field(examples=[[]])
    """The errors of single fields: field, code, message, and the rule that refused an action."""


class TaskOutcome(ResponseModel):
    """The outcome for one task."""

    task_id: UUID
    """The id of the task."""
    status: int = Field(examples=[200])
    """The HTTP status that the request for this task alone would have had."""
    content_id: UUID | None
    """The content of the task; null if there is no such task for you."""
    content_version: int | None
    """The version of the content after the decision; null if it failed."""
    content_status: str | None = Field(examples=["approved"])
    """The state of the content after the decision; null if it failed."""
    error: TaskError | None
    """The error; null if the decision was made."""


class BulkDecisionOutcome(ResponseModel):
    """The outcome for each task."""

    succeeded: int = Field(ge=0, examples=[2])
    """How many decisions were made."""
    failed: int = Field(ge=0, examples=[1])
    """How many failed."""
    items: list[TaskOutcome]
    """A result for each task."""
