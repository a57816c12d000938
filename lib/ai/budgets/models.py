"""Budgets as callers see and set them."""

from uuid import UUID

from pydantic import Field

from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.times import Day, Instant


class PlanQuota(ResponseModel):
    """How much of the account's plan is left for AI; the usage of the account's other brands is not shown."""

    is_limited: bool
    """Whether the plan limits the number of generations."""
    is_exhausted: bool
    """Whether no generation is left in this month."""
    resets_at: Instant
    """The beginning of the next month (UTC)."""


class Budget(ResponseModel):
    """The AI budget of a brand in the present month (UTC)."""

    brand_id: UUID
    """The brand."""
    month: Day
    """The first day of the month."""
    amount: float | None = Field(examples=[250])
    """The most that the brand may spend in a month, in US dollars. Null: no limit."""
    spent: float = Field(ge=0, examples=[12.5])
    """The amount spent in this month, in US dollars."""
    reserved: float = Field(ge=0, examples=[0.02])
    """The amount reserved for calls in progress, in US dollars."""
    resets_at: Instant
    """The beginning of the next month (UTC)."""
    quota: PlanQuota | None
    """The quota of the account's plan. Null: the brand belongs to no account."""


class BudgetChange(RequestModel):
    """A new budget of a brand."""

    brand_id: UUID
    """The brand."""
    amount: float = Field(ge=0, le=1_000_000_000, examples=[250])
    """The most that the brand may spend in a month, in US dollars: 0 to 1,000,000,000."""
