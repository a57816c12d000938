"""What was asked, what it cost, and what it may cost."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from lib import ai
from lib.ai import AiUsage, Applied, Budget, BudgetRequest, Generation, GenerationListed, GenerationType, Override
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request

router = APIRouter(prefix="/api/v1/ai", tags=["ai"], responses=documented(401, 403, 404, 422))

type Paging = Annotated[PageRequest, Depends(page_request)]
type Dimension = Literal["brand", "user", "tool", "model", "day"]

DEFAULT_DAYS = 30


@router.get("/usage")
async def read_usage(
    user: CurrentUser,
    brand_id: Annotated[UUID | None, Query(alias="brandId")] = None,
    first: Annotated[date | None, Query(alias="from")] = None,
    last: Annotated[date | None, Query(alias="to")] = None,
    group_by: Annotated[list[Dimension] | None, Query(alias="groupBy", max_length=5)] = None,
) -> Success[AiUsage]:
    """Calls, tokens, cost and latency of the caller's brands, by any of brand, user, tool, model and day (UTC)."""
    to_day = last or datetime.now(UTC).date()
    from_day = first or to_day - timedelta(days=DEFAULT_DAYS)
    usage = await ai.read_usage(
        user, brand_id=brand_id, first=from_day, last=to_day, dimensions=list(dict.fromkeys(group_by or ["day"]))
    )
    return Success(data=usage)


@router.get("/budget")
async def read_budget(user: CurrentUser, brand_id: Annotated[UUID, Query(alias="brandId")]) -> Success[Budget]:
    """What the brand may spend this month, and has spent, by those who manage AI."""
    return Success(data=await ai.read_budget(user, brand_id=brand_id))


@router.put("/budget")
async def set_budget(user: CurrentUser, body: BudgetRequest) -> Success[Budget]:
    """What the brand may spend in this month and in each one after it."""
    return Success(data=await ai.set_budget(user, brand_id=body.brand_id, amount=body.amount))


@router.get("/generations")
async def list_generations(
    user: CurrentUser,
    page: Paging,
    brand_id: Annotated[UUID | None, Query(alias="brandId")] = None,
    content_id: Annotated[UUID | None, Query(alias="contentId")] = None,
    kind: Annotated[GenerationType | None, Query(alias="type")] = None,
    status: Annotated[Literal["pending", "completed", "failed"] | None, Query()] = None,
) -> Page[GenerationListed]:
    """Calls of the tools in the caller's brands, newest first."""
    filters = {
        "brandId": str(brand_id) if brand_id else None,
        "contentId": str(content_id) if content_id else None,
        "type": kind,
        "status": status,
    }
    items, total = await ai.list_generations(user, filters=filters, page=page)
    return page_of(items, total, page, "/api/v1/ai/generations", filters)


@router.get("/generations/{generation_id}")
async def get_generation(user: CurrentUser, generation_id: UUID) -> Success[Generation]:
    return Success(data=await ai.get_generation(user, generation_id=generation_id))


@router.post("/generations/{generation_id}/override", responses=documented(401, 403, 404, 409))
async def override(user: CurrentUser, generation_id: UUID, body: Override) -> Success[Applied]:
    """Writes into its content what the guardrails held back, with a reason that stays, by those who may approve."""
    return Success(data=await ai.override(user, generation_id=generation_id, reason=body.reason))
