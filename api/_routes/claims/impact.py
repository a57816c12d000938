"""/api/v1/claims/{claimId}/impact, /api/v1/claims/tasks, /api/v1/claims/settings: what a change of a claim touches."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query, Response

from api._routes.claims.shared import BrandId, ClaimId, IfNoneMatch, Version, answered, tagged
from lib.claims import impact
from lib.claims.impact import (
    ClaimSettings,
    ClaimSettingsRequest,
    ClaimTask,
    ClaimTaskQuery,
    Impact,
    ImpactPageRequest,
    OpenedTasks,
    TaskClosing,
    TasksRequest,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/claims", tags=["claimImpact"])


@router.get("/tasks", name="list_tasks", responses=documented(401, 422))
async def list_claim_tasks(user: CurrentUser, query: Annotated[ClaimTaskQuery, Query()]) -> Page[ClaimTask]:
    """Lists tasks about expiring evidence and changed claims in your brands, those due first unless another order is
    asked for.

    Requires the permission `claim.read` in the brand of a task, and `content.read` for tasks about contents.
    """
    items, total = await impact.list_tasks(user, query=query)
    return page_of(items, total, query.place, "/api/v1/claims/tasks", query)


@router.post("/tasks/{task_id}/close", name="close_task", responses=documented(401, 403, 404, 409, 422))
async def close_claim_task(
    user: CurrentUser, task_id: Annotated[UUID, Path(description="The id of the task.")], body: TaskClosing
) -> Success[ClaimTask]:
    """Marks a task as done, or dismisses it with a comment.

    For its assignee, and for those with the permission `claim.write` in the brand.
    """
    return Success(data=await impact.close_task(user, task_id=task_id, request=body))


@router.get(
    "/settings/{brand_id}",
    name="get_settings",
    response_model=Success[ClaimSettings],
    responses={304: {}, **documented(401, 403, 404, 422)},
)
async def get_claim_settings(
    user: CurrentUser, response: Response, brand_id: BrandId, if_none_match: IfNoneMatch = None
) -> Success[ClaimSettings] | Response:
    """Returns the markets of a brand, and whether delivery lists the claims of its contents."""
    item = await impact.get_settings(user, brand_id=brand_id)
    return answered(response, item, item.version, if_none_match)


@router.put("/settings/{brand_id}", name="set_settings", responses=documented(401, 403, 404, 412, 422, 428))
async def set_claim_settings(
    user: CurrentUser, response: Response, brand_id: BrandId, version: Version, body: ClaimSettingsRequest
) -> Success[ClaimSettings]:
    """Sets the markets of a brand, and whether delivery lists the claims of its contents.

    Markets without the country of the brand are refused (400). Requires `If-Match` with the version you read, and the
    permissions `brand.update` and `claim.write`.
    """
    item = await impact.set_settings(user, brand_id=brand_id, expected_version=version, request=body)
    return tagged(response, item, item.version)


@router.post("/{claim_id}/impact", name="get_impact", responses=documented(401, 404, 422))
async def get_impact(
    user: CurrentUser, claim_id: ClaimId, body: Annotated[ImpactPageRequest | None, Body()] = None
) -> Success[Impact]:
    """Returns what a planned change of a claim, an override of it or evidence for it touches. Nothing is changed.

    Lists the sentences of published and pending contents that you may read, with drafted replacements.
    """
    return Success(data=await impact.get_impact(user, claim_id=claim_id, request=body or ImpactPageRequest()))


@router.post("/{claim_id}/impact/tasks", name="open_tasks", responses=documented(401, 403, 404, 422))
async def open_claim_tasks(
    user: CurrentUser, claim_id: ClaimId, body: Annotated[TasksRequest | None, Body()] = None
) -> Success[OpenedTasks]:
    """Opens a task with a drafted replacement for each sentence that a change touches and that has no open one, at most
    500; send the request again while `remaining` is not 0.

    For those who may write the claim, and for its author, in brands in which they may write claims or edit contents.
    Each sentence has its own outcome.
    """
    return Success(data=await impact.open_tasks(user, claim_id=claim_id, request=body or TasksRequest()))
