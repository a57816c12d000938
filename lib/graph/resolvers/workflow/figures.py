"""Resolves the figures of reviews."""

from datetime import datetime

from lib.graph.engine.binding import Info
from lib.graph.resolvers import links
from lib.graph.resolvers.workflow.definitions import bindings
from lib.workflow import analytics
from lib.workflow.analytics import ReviewFiguresQuery, ReviewReport

_TABLE = "files travel by REST"
bindings.represents("ReviewReport", ReviewReport)
bindings.sized("ReviewReport", brands=50, workflows=50)
bindings.represents(
    "ReviewFiguresFilter", ReviewFiguresQuery, omits={"bom": _TABLE, "delimiter": _TABLE, "format": _TABLE}
)
bindings.link("BrandFigures", "brand", links.read_brand, links.referred_brand_of, embedded="brand")
bindings.link("WorkflowFigures", "definition", links.read_workflow, links.workflow_id_of)


@bindings.query(operation="reviews.measure")
async def review_figures(info: Info, *, filter: ReviewFiguresQuery | None = None) -> ReviewReport:
    """Measures the reviews that were finished in a span of time."""
    return await analytics.measure_reviews(info.context.principal, query=filter or ReviewFiguresQuery())


@bindings.field("ReviewReport", "from")
async def beginning_of(parent: ReviewReport, info: Info) -> datetime:
    """Reads the beginning of the span."""
    return parent.from_
