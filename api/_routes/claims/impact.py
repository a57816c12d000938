"""/api/v1/claims/{claimId}/impact, /api/v1/claims/tasks, /api/v1/claims/settings: what a change of a claim touches."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query

from api._routes.claims.shared import ClaimId
from lib.claims import impact
from lib.claims.impact import (
    ClaimSettings,
    ClaimSettingsRequest,
    ClaimTask,
    ClaimTaskQuery,
    Impact,
    ImpactRequest,
    OpenedTask,
    TaskClosing,
    TasksRequest,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, PageRequest, Success, page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/claims", tags=["claimImpact"])

type BrandId = Annotated[UUID, Path(description="The id of the brand.")]


@router.get("/tasks", name="list_tasks", responses=documented(401, 422))
async def list_claim_tasks(user: CurrentUser, query: Annotated[ClaimTaskQuery, Query()]) -> Page[ClaimTask]:
    """Lists tasks about expiring evidence and changed claims in your brands, those due first.

    Requires the permission `claim.read` in the brand of a task.
    """
    items, total = await impact.list_tasks(user, query=query)
    page = PageRequest(page=query.page, page_size=query.page_size)
    return page_of(items, total, page, "/api/v1/claims/tasks", query)


@router.post("/tasks/{task_id}/close", name="close_task", responses=documented(401, 403, 404, 409, 422))
async def close_claim_task(
    user: CurrentUser, task_id: Annotated[UUID, Path(description="The id of the task.")], body: TaskClosing
) -> Success[ClaimTask]:
    """Marks a task as done, or dismisses it with a comment.

    For its assignee, and for those with the permission `claim.write` in the brand.
    """
    return Success(data=await impact.close_task(user, task_id=task_id, request=body))


@router.get("/settings/{brand_id}", name="get_settings", responses=documented(401, 403, 404, 422))
async def get_claim_settings(user: CurrentUser, brand_id: BrandId) -> Success[ClaimSettings]:
    """Returns the markets of a brand, and whether delivery lists the claims of its contents."""
    return Success(data=await impact.get_settings(user, brand_id=brand_id))


@router.put("/settings/{brand_id}", name="set_settings", responses=documented(401, 403, 404, 422))
async def set_claim_settings(
    user: CurrentUser, brand_id: BrandId, body: ClaimSettingsRequest
) -> Success[ClaimSettings]:
    """Sets the markets of a brand, and whether delivery lists the claims of its contents.

    Requires the permission `claim.write`.
    """
    return Success(data=await impact.set_settings(user, brand_id=brand_id, request=body))


@router.post("/{claim_id}/impact", name="get_impact", responses=documented(401, 404, 422))
async def get_impact(
    user: CurrentUser, claim_id: ClaimId, body: Annotated[ImpactRequest | None, Body()] = None
) -> Success[Impact]:
    """Returns what a planned change of a claim, an override of it or evidence for it touches. Nothing is changed.

    Lists the sentences of published and pending contents that you may read, with drafted replacements.
    """
    return Success(data=await impact.get_impact(user, claim_id=claim_id, request=body or ImpactRequest()))


@router.post("/{claim_id}/impact/tasks", name="open_tasks", responses=documented(401, 403, 404, 422))
async def open_claim_tasks(
    user: CurrentUser, claim_id: ClaimId, body: Annotated[TasksRequest | None, Body()] = None
) -> Success[list[OpenedTask]]:
    """Opens a task with a drafted replacement for each sentence that a change touches, at most 500.

    For those who may write the claim, and for its author. Each sentence has its own outcome.
    """
    return Success(data=await impact.open_tasks(user, claim_id=claim_id, request=body or TasksRequest()))
