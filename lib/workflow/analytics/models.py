"""Figures of reviews (domain §10)."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from lib.core.data.reading import Parts
from lib.core.files.options import AnswerFormat, TableOptions
from lib.core.http.models import BrandReference, ResponseModel, StorableText
from lib.core.http.times import Day, Instant, StorableInstant
from lib.core.http.validation import field_problem

type Granularity = Literal["day", "week", "month"]

_DEFAULT_DAYS = 30
_MOST_DAYS = {"day": 366, "week": 1830, "month": 1830}


class ReviewFiguresQuery(TableOptions):
    """The reviews to measure."""

    brand_id: UUID | None = None
    """Reviews in this brand. Without it: in all brands in which you have `analytics.read`."""
    workflow_id: UUID | None = None
    """Reviews by this workflow."""
    type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")] | None = None
    """Reviews of contents of this type."""
    step: Annotated[StorableText, StringConstraints(min_length=1, max_length=255)] | None = None
    """Steps with this name only, in `steps`."""
    from_: StorableInstant | None = Field(default=None, alias="from")
    """Reviews that were finished at this time or later. Without it: 30 days before `to`."""
    to: StorableInstant | None = None
    """Reviews that were finished before this time. Without it: now."""
    granularity: Granularity = "day"
    """The length of a period: a day, a week from Monday or a month, in UTC."""
    format: AnswerFormat | None = None
    """The format; without it, `Accept` chooses, and JSON is the default."""

    @model_validator(mode="after")
    def _is_bounded(self) -> Self:
        start, end = self.span
        if start >= end:
            raise field_problem("from", "must be before `to`")
        if end - start > timedelta(days=_MOST_DAYS[self.granularity]):
            raise field_problem("from", f"must be at most {_MOST_DAYS[self.granularity]} days before `to`")
        return self

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The beginning and the end."""
        end = self.to or datetime.now(UTC)
        return self.from_ or end - timedelta(days=_DEFAULT_DAYS), end


class SlaFigures(ResponseModel):
    """How many steps with a deadline were done in time."""

    due: int = Field(default=0, ge=0, examples=[40])
    """Steps with a deadline that were decided."""
    on_time: int = Field(default=0, ge=0, examples=[38])
    """Steps of these that were decided by their deadline."""
    sla_compliance: float | None = Field(default=None, examples=[0.95])
    """The share of steps with a deadline that were decided in time, 0 to 1; null without any."""


class ReviewFigures(SlaFigures):
    """Figures of finished reviews. Reviews that were cancelled, failed or timed out do not count."""

    finished: int = Field(default=0, ge=0, examples=[25])
    """Reviews that ended with an approval or a rejection: the throughput."""
    approved: int = Field(default=0, ge=0, examples=[20])
    """Finished reviews that were approved."""
    rejected: int = Field(default=0, ge=0, examples=[5])
    """Finished reviews that were rejected."""
    first_pass: int = Field(default=0, ge=0, examples=[15])
    """Finished reviews that were approved without a request for changes."""
    approval_rate: float | None = Field(default=None, examples=[0.8])
    """The share of finished reviews that were approved, 0 to 1; null without any."""
    first_pass_rate: float | None = Field(default=None, examples=[0.6])
    """The share of finished reviews that were approved without a request for changes, 0 to 1; null without any."""
    median_cycle_seconds: float | None = Field(default=None, examples=[54000.0])
    """The median time from the submission to the outcome in seconds; null without any review."""
    p95_cycle_seconds: float | None = Field(default=None, examples=[172800.0])
    """The time in which 95 % of the reviews were finished, in seconds; null without any review."""


class PeriodFigures(ReviewFigures):
    """Figures of the reviews that were finished in one period."""

    start: Day = Field(examples=["2026-11-02"])
    """The first day of the period (UTC)."""


class BrandFigures(ReviewFigures):
    """Figures of the reviews of one brand."""

    brand: BrandReference
    """The brand."""


class WorkflowFigures(ReviewFigures):
    """Figures of the reviews by one workflow."""

    workflow_id: UUID | None
    """The workflow; null if it was deleted."""
    workflow: str = Field(examples=["Legal review"])
    """The name of the workflow."""
    bottleneck: str | None = Field(examples=["Legal"])
    """The name of the step with the largest share of the cycle time; null for none."""


class StepFigures(SlaFigures):
    """Figures of one step of one workflow, over the finished reviews."""

    workflow_id: UUID | None
    """The workflow; null if it was deleted."""
    workflow: str = Field(examples=["Legal review"])
    """The name of the workflow."""
    step: str = Field(examples=["Legal"])
    """The name of the step."""
    position: int = Field(ge=1, le=20)
    """The place of the step in its workflow."""
    done: int = Field(ge=0, examples=[25])
    """How often the step was decided or skipped."""
    average_seconds: float = Field(examples=[30000.0])
    """How long the step was open on average, in seconds, in all its rounds together."""
    p95_seconds: float = Field(examples=[86400.0])
    """The time for which 95 % of the steps were open at most, in seconds."""
    share_of_cycle_time: float | None = Field(examples=[0.55])
    """The time of the step divided by the cycle time of the workflow's reviews. Steps that are open at once may have
    more than 1 together."""


class ReviewReport(ResponseModel):
    """Figures of the reviews that were finished in a span of time."""

    from_: Instant = Field(alias="from")
    """The beginning of the span."""
    to: Instant
    """The end of the span."""
    granularity: Granularity
    """The length of a period."""
    totals: ReviewFigures
    """All reviews together."""
    periods: list[PeriodFigures]
    """By period, in order, also those without a review."""
    brands: Annotated[list[BrandFigures], Parts]
    """By brand, those with most reviews first, at most 200."""
    workflows: Annotated[list[WorkflowFigures], Parts]
    """By workflow, those with most reviews first, at most 200."""
    steps: Annotated[list[StepFigures], Parts]
    """By step, those that took most time first, at most 500."""
    bottleneck: StepFigures | None
    """The step that took most time; null for none."""
