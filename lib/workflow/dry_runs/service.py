"""Follows the path of a review without beginning it. SQL asks the same rules as the engine (private.review_path)."""

from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.db import Db, Row
from lib.core.data.reading import read_row
from lib.workflow.dry_runs import repository
from lib.workflow.dry_runs.models import DefinitionDryRun, DryRunRequest, ReviewPath, WorkflowDryRun


def _arguments(request: DryRunRequest) -> Row:
    sample = request.sample.model_dump(mode="json", exclude_none=True) if request.sample else {}
    content_id = str(request.content_id) if request.content_id else None
    arguments: Row = {"content_id": content_id, "sample": sample, "priority": request.priority}
    return arguments | ({"starts_at": request.start_at.isoformat()} if request.start_at else {})


async def _follow(db: Db, arguments: Row) -> ReviewPath:
    return read_row(ReviewPath, await repository.find_path(db, arguments=arguments))


async def follow_workflow(principal: Principal, *, workflow_id: UUID, request: WorkflowDryRun) -> ReviewPath:
    """Returns the path that a content would take through a workflow.

    Raises NotFound for a workflow or content that the caller may not read, Forbidden for another definition without
    `workflow.write`, and ValidationFailed where that cannot work.
    """
    definition = request.definition.as_row() if request.definition else None
    arguments = _arguments(request) | {"workflow_id": str(workflow_id), "definition": definition}
    return await _follow(principal.db, arguments)


async def follow_definition(principal: Principal, *, request: DefinitionDryRun) -> ReviewPath:
    """Returns the path that a content would take through a definition. Raises what `follow_workflow` raises."""
    arguments = _arguments(request) | {"brand_id": str(request.brand_id), "definition": request.definition.as_row()}
    return await _follow(principal.db, arguments)
