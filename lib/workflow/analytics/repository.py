"""The call of the data API for figures of reviews, as the caller."""

from lib.core.data.db import Db, Row, call, run
from lib.workflow.analytics.models import ReviewFiguresQuery


async def fetch_figures(db: Db, *, query: ReviewFiguresQuery) -> Row:
    """Reads {totals, periods, brands, workflows, steps, bottleneck}."""
    start, end = query.span
    arguments = {
        "from_time": start.isoformat(),
        "to_time": end.isoformat(),
        "brand": str(query.brand_id) if query.brand_id else None,
        "workflow": str(query.workflow_id) if query.workflow_id else None,
        "content_type": query.type,
        "step": query.step,
        "granularity": query.granularity,
    }
    return (await run(call(db, "read_review_figures", arguments))).data
