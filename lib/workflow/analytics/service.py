"""The use cases of figures of reviews: `(principal, *, …)`, with typed payloads."""

from collections.abc import Iterator
from typing import Any, Final

from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row
from lib.core.files.options import TableFormat, TableOptions, Written
from lib.core.files.writing import whole_table
from lib.workflow.analytics import repository
from lib.workflow.analytics.models import ReviewFiguresQuery, ReviewReport

# The names of the columns of the table, as in the JSON.
_COLUMNS: Final = (
    "finished", "approved", "rejected", "firstPass", "approvalRate", "firstPassRate", "medianCycleSeconds",
    "p95CycleSeconds", "due", "onTime", "slaCompliance", "done", "averageSeconds", "p95Seconds", "shareOfCycleTime",
)  # fmt: skip


async def measure_reviews(principal: Principal, *, query: ReviewFiguresQuery) -> ReviewReport:
    """Returns figures of the reviews that were finished in a span of time.

    Raises NotFound for callers who are no members of the brand, Forbidden for members without ``analytics.read``.
    """
    start, end = query.span
    found = await repository.fetch_figures(principal.db, query=query)
    span = {"from": start, "to": end, "granularity": query.granularity, "totals": found["totals"] or {}}
    return read_row(ReviewReport, found | span)


def _lines(report: ReviewReport) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    yield "total", "", "", report.totals.model_dump(mode="json", by_alias=True)
    for period in report.periods:
        yield "period", period.start.isoformat(), "", period.model_dump(mode="json", by_alias=True)
    for brand in report.brands:
        yield "brand", brand.brand.name, "", brand.model_dump(mode="json", by_alias=True)
    for workflow in report.workflows:
        yield "workflow", workflow.workflow, "", workflow.model_dump(mode="json", by_alias=True)
    for step in report.steps:
        yield "step", step.workflow, step.step, step.model_dump(mode="json", by_alias=True)


def _rows(report: ReviewReport) -> Iterator[list[Written]]:
    yield ["section", "name", "step", *_COLUMNS]
    for section, name, step, figures in _lines(report):
        yield [section, name, step, *(figures.get(column) for column in _COLUMNS)]


def as_table(report: ReviewReport, form: TableFormat, options: TableOptions) -> bytes:
    """Returns a report as a file: a line for the totals and for each period, brand, workflow and step."""
    return whole_table(form, options, _rows(report))
