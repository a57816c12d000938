"""Records of generations, their usage, and budgets."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from lib import ai
from lib.ai import (
    AiUsage,
    AppliedOutput,
    Budget,
    BudgetChange,
    Dimension,
    Generation,
    GenerationFilters,
    GenerationListed,
    GenerationStatus,
    GenerationType,
    OverrideRequest,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.routes import Route
from lib.core.http.times import Day

router = APIRouter(route_class=Route, prefix="/api/v1/ai", tags=["ai"], responses=documented(401, 403, 404, 422))

type Paging = Annotated[PageRequest, Depends(page_request)]
GenerationId = Annotated[UUID, Path(description="The id of the generation: `requestId` of the tool's result.")]


@router.get("/usage", name="get_usage")
async def read_usage(
    user: CurrentUser,
    brand_id: Annotated[
        UUID | None, Query(alias="brandId", description="The brand. Default: all brands whose AI records you may read.")
    ] = None,
    first: Annotated[
        Day | None, Query(alias="from", description="The first day (UTC). Default: 30 days before `to`.")
    ] = None,
    last: Annotated[
        Day | None,
        Query(alias="to", description="The last day (UTC), at most 366 days after `from`. Default: today."),
    ] = None,
    group_by: Annotated[
        list[Dimension] | None,
        Query(
            alias="groupBy",
            max_length=5,
            description="A dimension to group by: `brand`, `user`, `tool`, `model` or `day`; may be repeated, at most "
            "5 times. Default: `day`.",
        ),
    ] = None,
) -> Success[AiUsage]:
    """Reads generations, tokens, cost and latency by brand, user, tool, model and day.

    Requires the permission `ai.read`. Usage by user also requires `member.read`; brands in which you do not have it are
    left out.
    """
    usage = await ai.read_usage(user, brand_id=brand_id, first=first, last=last, dimensions=group_by)
    return Success(data=usage)


@router.get("/budget", name="get_budget")
async def read_budget(
    user: CurrentUser, brand_id: Annotated[UUID, Query(alias="brandId", description="The brand.")]
) -> Success[Budget]:
    """Reads the AI budget of a brand, what is spent of it in this month (UTC), and the quota of its plan.

    Requires the permission `ai.manage`.
    """
    return Success(data=await ai.read_budget(user, brand_id=brand_id))


@router.put("/budget", name="set_budget")
async def set_budget(user: CurrentUser, body: BudgetChange) -> Success[Budget]:
    """Sets the AI budget of a brand for this month and all following months.

    Requires the permission `ai.manage`. Calls whose estimated cost exceeds the rest of the budget are refused with 429
    QUOTA_EXCEEDED.
    """
    return Success(data=await ai.set_budget(user, change=body))


@router.get("/generations", name="list_generations")
async def list_generations(
    user: CurrentUser,
    page: Paging,
    brand_id: Annotated[UUID | None, Query(alias="brandId", description="Only those of this brand.")] = None,
    content_id: Annotated[UUID | None, Query(alias="contentId", description="Only those of this content.")] = None,
    tool: Annotated[GenerationType | None, Query(alias="type", description="Only those of this tool.")] = None,
    status: Annotated[GenerationStatus | None, Query(description="Only those with this status.")] = None,
) -> Page[GenerationListed]:
    """Lists the generations of your brands, newest first, without their outputs.

    Lists those of brands in which you have the permission `ai.read`.
    """
    filters = GenerationFilters(brand_id=brand_id, content_id=content_id, type=tool, status=status)
    items, total = await ai.list_generations(user, filters=filters, page=page)
    given = {
        "brandId": str(brand_id) if brand_id else None,
        "contentId": str(content_id) if content_id else None,
        "type": tool,
        "status": status,
    }
    return page_of(items, total, page, "/api/v1/ai/generations", given)


@router.get("/generations/{generation_id}", name="get_generation")
async def get_generation(user: CurrentUser, generation_id: GenerationId) -> Success[Generation]:
    """Reads a generation with its output.

    Requires the permission `ai.read` in its brand.
    """
    return Success(data=await ai.get_generation(user, generation_id=generation_id))


@router.post(
    "/generations/{generation_id}/override", name="override_guardrails", responses=documented(401, 403, 404, 409)
)
async def override_guardrails(
    user: CurrentUser, generation_id: GenerationId, body: OverrideRequest
) -> Success[AppliedOutput]:
    """Writes an output that the guardrails held back into its content, for a reason that is kept.

    Requires the permission `content.review` in its brand. 409 if nothing is held, or if the content was changed since.
    """
    return Success(data=await ai.override_guardrails(user, generation_id=generation_id, reason=body.reason))
