"""Resolves workflows: their definitions, versions and dry runs."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import StringConstraints

from lib.core.http.models import RequestModel, SearchText
from lib.graph.engine.binding import Bindings, Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.workflow import definitions, dry_runs
from lib.workflow.definitions import (
    DefinitionReport,
    DefinitionToCheck,
    NewWorkflow,
    PredefinedWorkflow,
    Workflow,
    WorkflowChanges,
    WorkflowCopy,
    WorkflowFilters,
    WorkflowListed,
    WorkflowSort,
    WorkflowState,
    WorkflowVersion,
    WorkflowVersionListed,
)
from lib.workflow.dry_runs import DefinitionDryRun, ReviewPath, WorkflowDryRun

bindings = Bindings()
bindings.represents("Workflow", Workflow, WorkflowListed)
bindings.represents("WorkflowVersion", WorkflowVersion, WorkflowVersionListed)
bindings.represents("PredefinedWorkflow", PredefinedWorkflow)
bindings.represents("DefinitionReport", DefinitionReport)
bindings.represents("ReviewPath", ReviewPath)
bindings.enum("WorkflowSort", NAME="name", UPDATED_AT="updatedAt", CREATED_AT="createdAt")

bindings.link("Workflow", "brand", links.read_brand, links.brand_id_of)
bindings.link("WorkflowVersion", "workflow", links.read_workflow, links.workflow_id_of)


class WorkflowFilter(RequestModel):
    """Filters of workflows, and their order."""

    brand_id: UUID | None = None
    state: WorkflowState | None = None
    content_type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")] | None = None
    q: SearchText | None = None
    sort: WorkflowSort | None = None
    direction: Literal["asc", "desc"] | None = None

    def filters(self) -> WorkflowFilters:
        """Returns the filters as the service takes them."""
        sort = self.sort or "name"
        return WorkflowFilters(
            brand_id=self.brand_id,
            state=self.state,
            content_type=self.content_type,
            query=self.q,
            sort=sort,
            is_descending=sort != "name" if self.direction is None else self.direction == "desc",
        )


@bindings.node("Workflow")
async def workflow_by_id(info: Info, workflow_id: UUID) -> Workflow:
    """Finds a workflow by its id."""
    return await definitions.get_workflow(info.context.principal, workflow_id=workflow_id)


@bindings.query(operation="workflows.get")
async def workflow(info: Info, *, id: UUID) -> Workflow:
    """Reads a workflow."""
    return await workflow_by_id(info, id)


@bindings.query(operation="workflows.list")
async def workflows(info: Info, *, paging: Paging, filter: WorkflowFilter | None = None) -> Connection[WorkflowListed]:
    """Lists workflows."""
    filters = (filter or WorkflowFilter()).filters()
    items, total = await definitions.list_workflows(info.context.principal, filters=filters, page=paging.request)
    return connection_of(items, paging, total=total)


@bindings.query(operation="workflows.getVersion")
async def workflow_version(info: Info, *, workflow_id: UUID, version: int) -> WorkflowVersion:
    """Reads a workflow as it was in one version."""
    return await definitions.get_version(info.context.principal, workflow_id=workflow_id, version=version)


@bindings.query(operation="workflows.listPredefined")
async def predefined_workflows(info: Info, *, brand_id: UUID) -> list[PredefinedWorkflow]:
    """Lists the predefined workflows."""
    return await definitions.list_predefined(info.context.principal, brand_id=brand_id)


@bindings.query(operation="workflows.validate")
async def check_workflow(info: Info, *, input: DefinitionToCheck) -> DefinitionReport:
    """Checks a definition."""
    return await definitions.check_definition(info.context.principal, definition=input)


@bindings.query(operation="workflows.dryRun")
async def dry_run_workflow(info: Info, *, id: UUID, input: WorkflowDryRun | None = None) -> ReviewPath:
    """Walks a content through a workflow."""
    request = input or WorkflowDryRun()
    return await dry_runs.follow_workflow(info.context.principal, workflow_id=id, request=request)


@bindings.query(operation="workflows.dryRunDefinition")
async def dry_run_definition(info: Info, *, input: DefinitionDryRun) -> ReviewPath:
    """Walks a content through a definition."""
    return await dry_runs.follow_definition(info.context.principal, request=input)


@bindings.field("Workflow", "steps")
async def steps_of(parent: WorkflowListed, info: Info) -> list[Any]:
    """Reads the steps, which lists do not have."""
    found = parent if isinstance(parent, Workflow) else await workflow_by_id(info, parent.id)
    return list(found.steps)


@bindings.field("WorkflowVersion", "steps")
async def steps_of_version(parent: WorkflowVersionListed, info: Info) -> list[Any]:
    """Reads the steps of a version, which lists do not have."""
    if isinstance(parent, WorkflowVersion):
        return list(parent.steps)
    return list((await workflow_version(info, workflow_id=parent.workflow_id, version=parent.version)).steps)


@bindings.field("Workflow", "versions", operation="workflows.listVersions")
async def versions_of(parent: WorkflowListed, info: Info, *, paging: Paging) -> Connection[WorkflowVersionListed]:
    """Lists the versions of a workflow."""
    items, total = await definitions.list_versions(info.context.principal, workflow_id=parent.id, page=paging.request)
    return connection_of(items, paging, total=total)


@bindings.mutation(operation="workflows.create")
async def create_workflow(info: Info, *, input: NewWorkflow) -> dict[str, Any]:
    """Creates a workflow."""
    return {"workflow": await definitions.create_workflow(info.context.principal, workflow=input)}


@bindings.mutation(operation="workflows.update")
async def update_workflow(info: Info, *, id: UUID, input: WorkflowChanges, expected_version: int) -> dict[str, Any]:
    """Changes a workflow."""
    changed = await definitions.update_workflow(
        info.context.principal, workflow_id=id, expected_version=expected_version, changes=input
    )
    return {"workflow": changed}


@bindings.mutation(operation="workflows.activate")
async def activate_workflow(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Activates a workflow."""
    changed = await definitions.activate_workflow(
        info.context.principal, workflow_id=id, expected_version=expected_version
    )
    return {"workflow": changed}


@bindings.mutation(operation="workflows.archive")
async def archive_workflow(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Archives a workflow."""
    changed = await definitions.archive_workflow(
        info.context.principal, workflow_id=id, expected_version=expected_version
    )
    return {"workflow": changed}


@bindings.mutation(operation="workflows.duplicate")
async def duplicate_workflow(info: Info, *, id: UUID, input: WorkflowCopy | None = None) -> dict[str, Any]:
    """Copies a workflow."""
    copied = await definitions.duplicate_workflow(info.context.principal, workflow_id=id, copy=input or WorkflowCopy())
    return {"workflow": copied}


@bindings.mutation(operation="workflows.delete")
async def delete_workflow(info: Info, *, id: UUID) -> dict[str, Any]:
    """Deletes a workflow."""
    await definitions.delete_workflow(info.context.principal, workflow_id=id)
    return {"deletedId": id}
