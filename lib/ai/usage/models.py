"""AI usage as callers see it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from lib.core.data.reading import Parts
from lib.core.http.models import PersonReference, ResponseModel
from lib.core.http.times import Day

type Dimension = Literal["brand", "user", "tool", "model", "day"]


class UsageTotals(ResponseModel):
    """The usage of a group of generations."""

    generations: int = Field(ge=0, examples=[42])
    """The number of generations."""
    failed: int = Field(ge=0, examples=[1])
    """How many of them failed."""
    cached: int = Field(ge=0, examples=[5])
    """How many of them were answered from the cache."""
    prompt_tokens: int = Field(ge=0, examples=[34400])
    """Tokens of their prompts."""
    completion_tokens: int = Field(ge=0, examples=[10080])
    """Tokens of the models' answers."""
    cost: float = Field(ge=0, examples=[0.0112])
    """Their cost in US dollars."""


class UsageItem(UsageTotals):
    """The usage of one combination of the dimensions in `groupBy`; the other dimensions are null."""

    brand_id: UUID | None
    """The brand. Null: not grouped by brand."""
    user: PersonReference | None
    """The person. Null: not grouped by user, the platform itself (embeddings), or platform admins."""
    tool: str | None = Field(examples=["content_generation"])
    """The tool. Null: not grouped by tool."""
    provider: str | None = Field(examples=["azure_openai"])
    """The provider. Null: not grouped by model."""
    model: str | None = Field(examples=["gpt-4o-mini"])
    """The model. Null: not grouped by model."""
    day: Day | None
    """The day (UTC). Null: not grouped by day."""
    average_latency_ms: float | None = Field(examples=[1840])
    """The average time to a result in milliseconds, without answers from the cache. Null: there are no others."""


class AiUsage(ResponseModel):
    """AI usage in a period."""

    first: Day = Field(alias="from")
    """The first day (UTC)."""
    last: Day = Field(alias="to")
    """The last day (UTC)."""
    items: Annotated[list[UsageItem], Parts]
    """At most 5,000 items, the latest day first."""
    is_truncated: bool
    """Whether there are more than 5,000 items; the totals include all of them."""
    totals: UsageTotals
    """The usage of all items."""
