"""Resolves generations, AI usage and budgets: lib/graph/schema/ai_records.graphql and ai_usage.graphql"""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from lib import ai
from lib.ai import (
    AiUsage,
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
from lib.brand import BrandRead
from lib.content import ContentHead
from lib.core.http.models import RequestModel
from lib.core.http.times import Day
from lib.graph.engine.binding import Info, loaded
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.ai.runs import Payload, bindings

bindings.represents("Generation", Generation, GenerationListed)
bindings.represents("AiUsage", AiUsage)
bindings.sized("AiUsage", items=100)
bindings.represents("AiBudget", Budget)


class GenerationFilter(RequestModel):
    """Which generations to list."""

    brand_id: UUID | None = None
    content_id: UUID | None = None
    type: GenerationType | None = None
    status: GenerationStatus | None = None


class AiUsageFilter(RequestModel):
    """The brand and the period of AI usage, and its groups."""

    brand_id: UUID | None = None
    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")
    group_by: Annotated[list[Dimension], Field(max_length=5)] | None = None


async def _page_of(info: Info, filters: GenerationFilters, paging: Paging) -> Connection[GenerationListed]:
    items, total = await ai.list_generations(info.context.principal, filters=filters, page=paging.request)
    return connection_of(items, paging, total=total)


@bindings.query("generations", operation="ai.listGenerations")
async def list_generations(
    info: Info, *, paging: Paging, filter: GenerationFilter | None = None
) -> Connection[GenerationListed]:
    """Lists generations, newest first."""
    given = filter or GenerationFilter()
    filters = GenerationFilters(given.brand_id, given.content_id, given.type, given.status)
    return await _page_of(info, filters, paging)


@bindings.node("Generation")
@bindings.query(operation="ai.getGeneration")
async def generation(info: Info, id: UUID) -> Generation:
    """Reads a generation."""
    return await ai.get_generation(info.context.principal, generation_id=id)


@bindings.field("Generation", "output", operation="ai.getGeneration")
async def output_of(parent: GenerationListed, info: Info) -> dict[str, Any] | None:
    """Reads the output, which lists leave out."""
    if isinstance(parent, Generation):
        return parent.output
    return (await ai.get_generation(info.context.principal, generation_id=parent.id)).output


def _content_of(parent: GenerationListed) -> dict[str, Any] | None:
    return None if parent.content_id is None else {"content_id": parent.content_id}


bindings.link("Generation", "content", links.read_content, _content_of)


@bindings.field("Content", "generations", operation="ai.listGenerations")
async def generations_of(parent: ContentHead, info: Info, *, paging: Paging) -> Connection[GenerationListed]:
    """Lists the generations of a content."""
    return await _page_of(info, GenerationFilters(brand_id=parent.brand_id, content_id=parent.id), paging)


@bindings.mutation(operation="ai.overrideGuardrails")
async def override_guardrails(info: Info, *, id: UUID, input: OverrideRequest) -> Payload:
    """Writes an output that was held back into its content."""
    applied = await ai.override_guardrails(info.context.principal, generation_id=id, reason=input.reason)
    return {"applied_version": applied.applied_version, "generation_id": applied.request_id}


@bindings.field("GenerationPayload", "generation")
async def generation_of_payload(parent: Payload, info: Info) -> Generation | None:
    """Reads the generation as it is after the change."""
    generation_id: UUID | None = parent.get("generation_id")
    if generation_id is None:
        return None
    return await loaded(ai.get_generation(info.context.principal, generation_id=generation_id))


@bindings.query(operation="ai.getUsage")
async def ai_usage(info: Info, *, filter: AiUsageFilter | None = None) -> dict[str, Any]:
    """Reads AI usage."""
    given = filter or AiUsageFilter()
    usage = await ai.read_usage(
        info.context.principal,
        brand_id=given.brand_id,
        first=given.first,
        last=given.last,
        dimensions=given.group_by,
    )
    return {"from": usage.first, "to": usage.last, **dict(usage)}


@bindings.query(operation="ai.getBudget")
async def ai_budget(info: Info, *, brand_id: UUID) -> Budget:
    """Reads the budget of a brand."""
    return await ai.read_budget(info.context.principal, brand_id=brand_id)


@bindings.field("Brand", "aiBudget", operation="ai.getBudget")
async def budget_of(parent: BrandRead, info: Info) -> Budget | None:
    """Reads the budget of a brand, for those who manage AI."""
    return await loaded(ai.read_budget(info.context.principal, brand_id=parent.id))


@bindings.mutation(operation="ai.setBudget")
async def set_ai_budget(info: Info, *, input: BudgetChange) -> Payload:
    """Sets the budget of a brand."""
    return {"budget": await ai.set_budget(info.context.principal, change=input)}


def _brand_of(parent: Any) -> dict[str, Any] | None:
    return None if parent.brand_id is None else {"brand_id": parent.brand_id}


for _kind in ("Generation", "UsageItem", "AiBudget"):
    bindings.link(_kind, "brand", links.read_brand, _brand_of)
