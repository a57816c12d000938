"""The calls of the data API about workflows, each as the caller."""

from uuid import UUID

from lib.core.data.db import Db, Row, call, command, fetch_listing, run
from lib.core.data.unique_fields import register_unique_fields
from lib.core.http.envelope import PageRequest
from lib.workflow.definitions.models import (
    SORTS,
    DefinitionToCheck,
    NewWorkflow,
    WorkflowChanges,
    WorkflowCopy,
    WorkflowFilters,
)
from lib.workflow.unique_fields import UNIQUE_FIELDS

register_unique_fields(UNIQUE_FIELDS)


async def fetch(db: Db, *, workflow_id: UUID) -> Row:
    """Reads a workflow with its steps. Raises NotFound."""
    return (await run(call(db, "get_workflow", {"workflow_id": str(workflow_id)}))).data


async def fetch_list(db: Db, *, filters: WorkflowFilters, page: PageRequest) -> tuple[list[Row], int]:
    """Reads a page of workflows, and how many there are."""
    arguments = {
        "brand_id": str(filters.brand_id) if filters.brand_id else None,
        "state": filters.state,
        "content_type": filters.content_type,
        "query": filters.query,
        "sort": SORTS[filters.sort],
        "is_descending": filters.is_descending,
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    return await fetch_listing(call(db, "list_workflows", arguments))


async def fetch_predefined(db: Db, *, brand_id: UUID) -> list[Row]:
    """Reads the predefined workflows."""
    return (await run(call(db, "list_predefined_workflows", {"brand_id": str(brand_id)}))).data["items"]


async def check(db: Db, *, definition: DefinitionToCheck) -> Row:
    """Returns the problems and the warnings of a definition."""
    row = definition.as_row()
    brand_id = row.pop("brand_id")
    return (await run(call(db, "find_workflow_problems", {"brand_id": brand_id, "definition": row}))).data


async def create(db: Db, *, workflow: NewWorkflow) -> list[Row]:
    """Creates a workflow and returns it."""
    arguments = {
        "brand_id": str(workflow.brand_id),
        "details": workflow.as_row(),
        "predefined": workflow.predefined,
        "is_active": workflow.state == "active",
    }
    return await command(db, "create_workflow", arguments)


async def update(db: Db, *, workflow_id: UUID, expected_version: int, changes: WorkflowChanges) -> list[Row]:
    """Changes the values of a workflow that were sent, and returns the workflow."""
    arguments = {"workflow_id": str(workflow_id), "expected_version": expected_version, "changes": changes.as_row()}
    return await command(db, "update_workflow", arguments)


async def set_state(db: Db, *, workflow_id: UUID, state: str, expected_version: int | None) -> list[Row]:
    """Activates or archives a workflow, and returns it."""
    arguments = {"workflow_id": str(workflow_id), "state": state, "expected_version": expected_version}
    return await command(db, "set_workflow_state", arguments)


async def duplicate(db: Db, *, workflow_id: UUID, copy: WorkflowCopy) -> list[Row]:
    """Copies a workflow, and returns the copy."""
    arguments = {"workflow_id": str(workflow_id)} | copy.model_dump(mode="json", exclude_none=True)
    return await command(db, "duplicate_workflow", arguments)


async def delete(db: Db, *, workflow_id: UUID) -> None:
    """Deletes a workflow."""
    await command(db, "delete_workflow", {"workflow_id": str(workflow_id)})


async def fetch_versions(
    db: Db, *, workflow_id: UUID, page: PageRequest, version: int | None = None
) -> tuple[list[Row], int]:
    """Reads a page of the versions of a workflow, newest first, or one version, and how many there are."""
    arguments = {
        "workflow_id": str(workflow_id),
        "version": version,
        "page_offset": page.offset,
        "page_size": page.page_size,
    }
    return await fetch_listing(call(db, "list_workflow_versions", arguments))
