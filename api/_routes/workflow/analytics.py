"""/api/v1/review-analytics: figures of reviews."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Response

from lib.core.auth.principal import CurrentUser
from lib.core.files.options import described_files, table_format
from lib.core.files.writing import table_answer
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.headers import JSON
from lib.core.http.routes import Route
from lib.workflow import analytics
from lib.workflow.analytics import ReviewFiguresQuery, ReviewReport

router = APIRouter(route_class=Route, prefix="/api/v1/review-analytics", tags=["reviews"])

_AS_TABLE: Final[dict[str, Any]] = {"content": described_files()}


@router.get(
    "",
    name="measure",
    response_model=Success[ReviewReport],
    responses={200: _AS_TABLE, **documented(401, 403, 404, 422)},
)
async def measure_reviews(
    user: CurrentUser,
    response: Response,
    query: Annotated[ReviewFiguresQuery, Query()],
    accept: Annotated[
        str, Header(description="`text/csv`, or the media type of XLSX, for a table with a line for each figure.")
    ] = JSON,
) -> Success[ReviewReport] | Response:
    """Measures the reviews that were finished in a span of time: cycle time, rates, steps, bottleneck, deadlines.

    In all brands in which you have `analytics.read`, by period, brand, workflow and step. Up to 366 days by day, 1,830
    days by week and by month.
    """
    report = await analytics.measure_reviews(user, query=query)
    form = table_format(accept, query.format)
    if form is not None:
        return table_answer(form, analytics.as_table(report, form, query), name="review-analytics")
    response.headers["Vary"] = "Accept"
    return Success(data=report)
