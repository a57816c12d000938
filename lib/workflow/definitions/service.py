"""The use cases of workflows: `(principal, *, …)`, with typed payloads. SQL checks what a definition needs to work."""

from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.envelope import PageRequest
from lib.core.http.errors import NotFound
from lib.workflow.definitions import repository
from lib.workflow.definitions.models import (
    DefinitionProblem,
    DefinitionReport,
    DefinitionToCheck,
    NewWorkflow,
    PredefinedWorkflow,
    Workflow,
    WorkflowChanges,
    WorkflowCopy,
    WorkflowFilters,
    WorkflowListed,
    WorkflowVersion,
    WorkflowVersionListed,
)


async def get_workflow(principal: Principal, *, workflow_id: UUID) -> Workflow:
    """Returns a workflow with its steps, in any state. Raises NotFound."""
    return read_row(Workflow, await repository.fetch(principal.db, workflow_id=workflow_id))


async def list_workflows(
    principal: Principal, *, filters: WorkflowFilters, page: PageRequest
) -> tuple[list[WorkflowListed], int]:
    """Lists workflows of the caller's brands without their steps, and how many there are."""
    rows, total = await repository.fetch_list(principal.db, filters=filters, page=page)
    return read_rows(WorkflowListed, rows), total


async def list_predefined(principal: Principal, *, brand_id: UUID) -> list[PredefinedWorkflow]:
    """Lists the predefined workflows, and whether the plan of the brand has them. Raises NotFound for strangers."""
    return read_rows(PredefinedWorkflow, await repository.fetch_predefined(principal.db, brand_id=brand_id))


async def check_definition(principal: Principal, *, definition: DefinitionToCheck) -> DefinitionReport:
    """Finds what keeps a definition from working, and what may not be meant. Raises Forbidden without `workflow.write`
    and NotFound for strangers to the brand."""
    found = await repository.check(principal.db, definition=definition)
    problems = read_rows(DefinitionProblem, found["problems"])
    warnings = read_rows(DefinitionProblem, found["warnings"])
    return DefinitionReport(is_valid=not problems, problems=problems, warnings=warnings)


async def create_workflow(principal: Principal, *, workflow: NewWorkflow) -> Workflow:
    """Creates a workflow.

    Raises ValidationFailed with each problem of a definition that cannot work, Forbidden without `workflow.write` and
    for workflows that the plan does not have, Conflict for a name that is taken, and NotFound for strangers.
    """
    return read_row(Workflow, (await repository.create(principal.db, workflow=workflow))[0])


async def update_workflow(
    principal: Principal, *, workflow_id: UUID, expected_version: int, changes: WorkflowChanges
) -> Workflow:
    """Changes a workflow; reviews that have begun go on as they began.

    Raises PreconditionFailed for a stale version, and what `create_workflow` raises.
    """
    rows = await repository.update(
        principal.db, workflow_id=workflow_id, expected_version=expected_version, changes=changes
    )
    return read_row(Workflow, rows[0])


async def activate_workflow(principal: Principal, *, workflow_id: UUID, expected_version: int | None) -> Workflow:
    """Lets contents be submitted to a workflow. Raises ValidationFailed where it cannot work any more, and Conflict
    where it is active."""
    rows = await repository.set_state(
        principal.db, workflow_id=workflow_id, state="active", expected_version=expected_version
    )
    return read_row(Workflow, rows[0])


async def archive_workflow(principal: Principal, *, workflow_id: UUID, expected_version: int | None) -> Workflow:
    """Ends the use of a workflow for new reviews. Raises Conflict where it is archived."""
    rows = await repository.set_state(
        principal.db, workflow_id=workflow_id, state="archived", expected_version=expected_version
    )
    return read_row(Workflow, rows[0])


async def duplicate_workflow(principal: Principal, *, workflow_id: UUID, copy: WorkflowCopy) -> Workflow:
    """Copies a workflow as a draft. Raises NotFound for workflows and brands that the caller does not know, and
    Forbidden without `workflow.write` in the brand of the copy."""
    return read_row(Workflow, (await repository.duplicate(principal.db, workflow_id=workflow_id, copy=copy))[0])


async def delete_workflow(principal: Principal, *, workflow_id: UUID) -> None:
    """Deletes a workflow. Raises Conflict, with the counts, while contents use it."""
    await repository.delete(principal.db, workflow_id=workflow_id)


async def list_versions(
    principal: Principal, *, workflow_id: UUID, page: PageRequest
) -> tuple[list[WorkflowVersionListed], int]:
    """Lists the versions of a workflow without their steps, newest first, and how many there are. Raises NotFound."""
    rows, total = await repository.fetch_versions(principal.db, workflow_id=workflow_id, page=page)
    return read_rows(WorkflowVersionListed, rows), total


async def get_version(principal: Principal, *, workflow_id: UUID, version: int) -> WorkflowVersion:
    """Returns a workflow as it was in one version. Raises NotFound."""
    rows, _ = await repository.fetch_versions(
        principal.db, workflow_id=workflow_id, page=PageRequest(page_size=1), version=version
    )
    if not rows:
        raise NotFound("workflow version not found")
    return read_row(WorkflowVersion, rows[0])
