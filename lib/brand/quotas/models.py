"""The limits of a plan, and their use."""

from typing import Literal

from pydantic import Field

from lib.core.http.models import ResponseModel
from lib.core.http.times import Day, Instant


class Allowance(ResponseModel):
    """One limit of a plan and its use."""

    limit: int | None = Field(examples=[1000])
    """The most that the plan allows; null for no limit."""
    used: int = Field(ge=0, examples=[412])
    """The use by all brands of the account together."""


class PlanUsage(ResponseModel):
    """The limits of the plan, which all brands of the account share."""

    brands: Allowance
    """Brands of the account."""
    users: Allowance
    """People who are members of any brand of the account, each counted once."""
    templates: Allowance
    """Templates of the account's brands."""
    contents: Allowance
    """Contents created in this month."""
    generations: Allowance
    """AI generations in this month. Answers from the cache and failed calls are not counted."""
    storage_bytes: Allowance
    """Bytes of stored files."""


class AiAllowance(ResponseModel):
    """Whether AI may still be used in this month."""

    is_limited: bool
    """Whether there is a limit at all."""
    is_exhausted: bool
    """Whether the limit is reached: AI tools answer 429 until the month ends."""


class BrandQuota(ResponseModel):
    """The plan of a brand's account in this month."""

    plan: str | None = Field(examples=["professional"])
    """The name of the plan; null for a brand without an account, which nothing limits."""
    overage: Literal["block", "pay_as_you_go", "notify"] | None
    """The effect of exceeding a limit: requests are refused, billed, or only announced. Null without an account."""
    month: Day = Field(examples=["2026-11-01"])
    """The first day of the month that is counted (UTC)."""
    resets_at: Instant
    """When the month ends and counts begin again."""
    has_api: bool
    """Whether the plan includes API keys."""
    has_single_sign_on: bool
    """Whether the plan includes single sign-on."""
    generations: AiAllowance
    """The AI generations of the plan."""
    budget: AiAllowance
    """The AI budget of the brand, in US dollars; its amounts are at `GET /ai/budget`."""
    usage: PlanUsage | None
    """Each limit with its use, for callers with `brand.update`; null for others and without an account."""
