"""/api/v1/workflows: definitions of reviews, their steps, and what they would do."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import StringConstraints

from api._routes.workflow.shared import ExpectedVersion, IfNoneMatch, Paging, WorkflowId
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import access_tag, expected_version, is_unchanged, version_tag
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.models import SearchText
from lib.core.http.routes import Route
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

router = APIRouter(route_class=Route, prefix="/api/v1/workflows", tags=["workflows"])

type TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]


def _with_tag(response: Response, item: Workflow) -> Success[Workflow]:
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


def _created(response: Response, item: Workflow) -> Success[Workflow]:
    response.headers["Location"] = f"/api/v1/workflows/{item.id}"
    return _with_tag(response, item)


@router.get("", name="list", responses=documented(401, 422))
async def list_workflows(
    user: CurrentUser,
    page: Paging,
    brand_id: Annotated[
        UUID | None, Query(alias="brandId", description="Lists the workflows of this brand; without it, of all yours.")
    ] = None,
    state: Annotated[WorkflowState | None, Query(description="Lists workflows in this state.")] = None,
    content_type: Annotated[
        TypeName | None, Query(alias="contentType", description="Lists workflows for this type of content.")
    ] = None,
    q: Annotated[
        SearchText | None, Query(description="Lists workflows with this text in their name or description.")
    ] = None,
    sort: Annotated[WorkflowSort, Query(description="The sort key.")] = "name",
    direction: Annotated[
        Literal["asc", "desc"] | None,
        Query(description="The direction. Without it: names ascending, times descending."),
    ] = None,
) -> Page[WorkflowListed]:
    """Lists the workflows of your brands without their steps, each with how many contents it has in review and what you
    may do."""
    filters = WorkflowFilters(
        brand_id=brand_id,
        state=state,
        content_type=content_type,
        query=q,
        sort=sort,
        is_descending=sort != "name" if direction is None else direction == "desc",
    )
    items, total = await definitions.list_workflows(user, filters=filters, page=page)
    asked = {
        "brandId": str(brand_id) if brand_id else None,
        "state": state,
        "contentType": content_type,
        "q": q,
        "sort": sort,
        "direction": direction,
    }
    return page_of(items, total, page, "/api/v1/workflows", asked)


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409, 422))
async def create_workflow(user: CurrentUser, response: Response, body: NewWorkflow) -> Success[Workflow]:
    """Creates a workflow with its steps, or from a predefined one, as a draft unless `state` says otherwise.

    A workflow that cannot work is refused (400) with each problem: an unreachable step, a join that can never be met, a
    condition on an unknown field, nobody to ask. Requires the permission `workflow.write` in the brand, and a plan that
    has such workflows (403).
    """
    return _created(response, await definitions.create_workflow(user, workflow=body))


@router.get("/predefined", name="list_predefined", responses=documented(401, 404, 422))
async def list_predefined(
    user: CurrentUser,
    brand_id: Annotated[UUID, Query(alias="brandId", description="The brand whose plan decides.")],
) -> Success[list[PredefinedWorkflow]]:
    """Lists the predefined workflows with their steps, and whether the plan of the brand has them."""
    return Success(data=await definitions.list_predefined(user, brand_id=brand_id))


@router.post("/validate", name="validate", responses=documented(401, 403, 404, 422))
async def check_definition(user: CurrentUser, body: DefinitionToCheck) -> Success[DefinitionReport]:
    """Checks a definition without saving it. Answers 200 with the problems that creating it would be refused for, and
    with warnings. Requires the permission `workflow.write` in the brand."""
    return Success(data=await definitions.check_definition(user, definition=body))


@router.post("/dry-run", name="dry_run_definition", responses=documented(401, 403, 404, 422))
async def dry_run_definition(user: CurrentUser, body: DefinitionDryRun) -> Success[ReviewPath]:
    """Returns the path that a content, or sample values, would take through a definition that is not saved.

    Changes nothing and asks nobody. Requires the permission `workflow.write` in the brand.
    """
    return Success(data=await dry_runs.follow_definition(user, request=body))


@router.get(
    "/{workflow_id}",
    name="get",
    response_model=Success[Workflow],
    responses={304: {}, **documented(401, 404, 422)},
)
async def get_workflow(
    user: CurrentUser, response: Response, workflow_id: WorkflowId, if_none_match: IfNoneMatch = None
) -> Success[Workflow] | Response:
    """Returns a workflow with its steps, in any state.

    The ETag changes with the workflow, with the contents that it has in review and with your permissions.
    """
    item = await definitions.get_workflow(user, workflow_id=workflow_id)
    counts = [f"{name}={count}" for name, count in item.counts.model_dump().items()]
    tag = access_tag(item.version, [*item.allowed_actions, *item.assigned_types, *counts])
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if is_unchanged(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return Success(data=item)


@router.patch("/{workflow_id}", name="update", responses=documented(401, 403, 404, 409, 412, 428))
async def update_workflow(
    user: CurrentUser,
    response: Response,
    workflow_id: WorkflowId,
    version: Annotated[int, Depends(expected_version)],
    body: WorkflowChanges,
) -> Success[Workflow]:
    """Changes the given properties of a workflow; steps are replaced as a whole. Reviews that have begun go on with the
    version that they began with.

    Requires `If-Match` with the version you read, and the permission `workflow.write` in the brand. Steps that
    cannot work are refused (400) as when creating.
    """
    item = await definitions.update_workflow(user, workflow_id=workflow_id, expected_version=version, changes=body)
    return _with_tag(response, item)


@router.post("/{workflow_id}/activate", name="activate", responses=documented(401, 403, 404, 409, 412))
async def activate_workflow(
    user: CurrentUser, response: Response, workflow_id: WorkflowId, version: ExpectedVersion
) -> Success[Workflow]:
    """Makes a draft or an archived workflow active, so that contents can be submitted to it.

    A workflow that cannot work any more, because people have left or fields are gone, is refused (400) with each
    problem, and one that the plan does not have with 403. Requires the permission `workflow.write` in the brand.
    """
    item = await definitions.activate_workflow(user, workflow_id=workflow_id, expected_version=version)
    return _with_tag(response, item)


@router.post("/{workflow_id}/archive", name="archive", responses=documented(401, 403, 404, 409, 412))
async def archive_workflow(
    user: CurrentUser, response: Response, workflow_id: WorkflowId, version: ExpectedVersion
) -> Success[Workflow]:
    """Archives a workflow: contents cannot be submitted to it any more, and reviews that have begun go on.

    Requires the permission `workflow.write` in the brand.
    """
    item = await definitions.archive_workflow(user, workflow_id=workflow_id, expected_version=version)
    return _with_tag(response, item)


@router.post(
    "/{workflow_id}/duplicate", status_code=201, name="duplicate", responses=documented(401, 403, 404, 409, 422)
)
async def duplicate_workflow(
    user: CurrentUser, response: Response, workflow_id: WorkflowId, body: Annotated[WorkflowCopy | None, Body()] = None
) -> Success[Workflow]:
    """Makes a draft with the same steps, in the same brand or in another.

    People who are no members of that brand are left out; a step that would be left with nobody asks its admins.
    Requires the permission `workflow.write` in the brand of the copy.
    """
    return _created(
        response, await definitions.duplicate_workflow(user, workflow_id=workflow_id, copy=body or WorkflowCopy())
    )


@router.post("/{workflow_id}/dry-run", name="dry_run", responses=documented(401, 403, 404, 422))
async def dry_run_workflow(
    user: CurrentUser, workflow_id: WorkflowId, body: Annotated[WorkflowDryRun | None, Body()] = None
) -> Success[ReviewPath]:
    """Returns the path that a content, or sample values, would take through a workflow: which steps apply and why, who
    would be asked, when each is due and when the review would end.

    Changes nothing and asks nobody. With another `definition` it requires the permission `workflow.write`.
    """
    return Success(data=await dry_runs.follow_workflow(user, workflow_id=workflow_id, request=body or WorkflowDryRun()))


@router.delete("/{workflow_id}", status_code=204, name="delete", responses=documented(401, 403, 404, 409))
async def delete_workflow(user: CurrentUser, workflow_id: WorkflowId) -> Response:
    """Deletes a workflow with its versions. Requires the permission `workflow.write` in the brand.

    Answers 409 with the numbers while contents are in review by it, or approved by it and not yet published: archive it
    instead.
    """
    await definitions.delete_workflow(user, workflow_id=workflow_id)
    return Response(status_code=204)


@router.get("/{workflow_id}/versions", name="list_versions", responses=documented(401, 404, 422))
async def list_workflow_versions(
    user: CurrentUser, page: Paging, workflow_id: WorkflowId
) -> Page[WorkflowVersionListed]:
    """Lists the workflow as it was after each change, newest first."""
    versions, total = await definitions.list_versions(user, workflow_id=workflow_id, page=page)
    return page_of(versions, total, page, f"/api/v1/workflows/{workflow_id}/versions", {})


@router.get("/{workflow_id}/versions/{version}", name="get_version", responses=documented(401, 404, 422))
async def get_workflow_version(
    user: CurrentUser,
    workflow_id: WorkflowId,
    version: Annotated[int, Path(ge=1, le=2_147_483_647, description="The number of the version, counted from 1.")],
) -> Success[WorkflowVersion]:
    """Returns the workflow as it was in one version: what reviews that began with it keep to."""
    return Success(data=await definitions.get_version(user, workflow_id=workflow_id, version=version))
