"""What was asked of the tools, what it cost, and what it may cost."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from lib.ai import repository
from lib.ai.results import Applied, Generation, GenerationListed
from lib.core.auth.principal import Principal
from lib.core.http.envelope import PageRequest
from lib.core.http.models import ResponseModel


class Used(ResponseModel):
    generations: int = Field(ge=0, examples=[42])
    failed: int = Field(ge=0, examples=[1])
    cached: int = Field(ge=0, examples=[5])
    prompt_tokens: int = Field(ge=0, examples=[34400])
    completion_tokens: int = Field(ge=0, examples=[10080])
    cost: float = Field(ge=0, examples=[0.0112])
    """US dollars."""


class UsageItem(Used):
    """Of one combination of what was grouped by; null for what was not."""

    brand_id: UUID | None
    user_id: UUID | None
    tool: str | None = Field(examples=["content_generation"])
    provider: str | None = Field(examples=["azure_openai"])
    model: str | None = Field(examples=["gpt-4o-mini"])
    day: date | None
    average_latency_ms: float | None = Field(examples=[1840])


class AiUsage(ResponseModel):
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    items: list[UsageItem]
    is_truncated: bool
    """Whether there are more items than are shown; the totals are of all."""
    totals: Used


class Quota(ResponseModel):
    """Of the account's plan; how much the account's other brands use of it is not said."""

    is_limited: bool
    is_exhausted: bool
    resets_at: AwareDatetime


class Budget(ResponseModel):
    brand_id: UUID
    month: date
    amount: float | None = Field(examples=[250])
    """US dollars a month; null: not limited."""
    spent: float = Field(ge=0, examples=[12.5])
    reserved: float = Field(ge=0, examples=[0.02])
    """Of calls that are under way."""
    resets_at: AwareDatetime
    quota: Quota | None


_FILTERS = {"brandId": "brand_id", "contentId": "content_id", "type": "type", "status": "status"}


async def read_usage(
    principal: Principal, *, brand_id: UUID | None, first: date, last: date, dimensions: list[str]
) -> AiUsage:
    found = await repository.read_usage(principal.db, brand_id=brand_id, first=first, last=last, dimensions=dimensions)
    return AiUsage.model_validate({"from": first, "to": last, **found})


async def read_budget(principal: Principal, *, brand_id: UUID) -> Budget:
    return Budget.model_validate(await repository.read_budget(principal.db, brand_id=brand_id))


async def set_budget(principal: Principal, *, brand_id: UUID, amount: float) -> Budget:
    return Budget.model_validate(await repository.set_budget(principal.db, brand_id=brand_id, amount=amount))


async def list_generations(
    principal: Principal, *, filters: dict[str, Any], page: PageRequest
) -> tuple[list[GenerationListed], int]:
    asked = {_FILTERS[name]: value for name, value in filters.items()}
    rows, total = await repository.list_generations(principal.db, filters=asked, page=page)
    return [GenerationListed.model_validate(row) for row in rows], total


async def get_generation(principal: Principal, *, generation_id: UUID) -> Generation:
    return Generation.model_validate(await repository.get(principal.db, generation_id=generation_id))


async def override(principal: Principal, *, generation_id: UUID, reason: str) -> Applied:
    row = await repository.override(principal.db, generation_id=generation_id, reason=reason)
    return Applied(request_id=row["id"], applied_version=row["applied_version"])
