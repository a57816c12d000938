"""/api/v1/products/{productId}/stacked-claims and /api/v1/claim-matrix: the claims that hold in a market."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Response

from lib.claims import resolution
from lib.claims.fields import Language, Market
from lib.claims.resolution import MarketMatrixQuery, MatrixPage, MatrixQuery, StackedClaim
from lib.core.auth.principal import CurrentUser
from lib.core.files.options import described_files, table_format
from lib.core.files.writing import table_answer
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.routes import Route
from lib.core.http.times import Instant

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["claims"])

FILE: Final[dict[int | str, dict[str, Any]]] = {200: {"content": described_files()}}

type ProductId = Annotated[UUID, Path(description="The id of the product.")]
type Accept = Annotated[str, Header(description="`text/csv`, or the media type of XLSX, for a file.")]


@router.get("/products/{product_id}/stacked-claims", name="list_stacked", responses=documented(401, 404, 409))
async def list_stacked_claims(
    user: CurrentUser,
    product_id: ProductId,
    market: Annotated[Market, Query(description="The market; all countries together are none.")],
    at: Annotated[Instant | None, Query(description="The time; now if you leave it out.")] = None,
    language: Annotated[Language | None, Query(description="The language of the texts.")] = None,
) -> Success[list[StackedClaim]]:
    """Lists the claims that hold for a product in a market at a time, each with the reason.

    Claims of the product, its ingredients and its claim brand count, if they are effective and approved. Of those with
    the same text an override holds before a claim of the market, that before a global one; then the stronger level. An
    archived product is a 409, because an empty list would read as "no restrictions".
    """
    items = await resolution.list_stacked_claims(user, product_id=product_id, market=market, at=at, language=language)
    return Success(data=items)


@router.get(
    "/products/{product_id}/claim-matrix",
    name="get_market_matrix",
    response_model=MatrixPage,
    responses={**FILE, **documented(401, 404, 409)},
)
async def get_market_matrix(
    user: CurrentUser,
    response: Response,
    product_id: ProductId,
    query: Annotated[MarketMatrixQuery, Query()],
    accept: Accept = "application/json",
) -> MatrixPage | Response:
    """Returns the texts of a product as rows and markets as columns, with the status of each cell.

    A file (CSV or XLSX) has all rows, whatever the page; for more than 2,000 the answer is 400.
    """
    form = table_format(accept, query.format)
    if form is not None:
        data = await resolution.write_market_matrix(user, product_id=product_id, query=query, form=form)
        return table_answer(form, data, name="claims")
    response.headers["Vary"] = "Accept"
    return await resolution.get_market_matrix(user, product_id=product_id, query=query)


@router.get("/claim-matrix", name="get_matrix", response_model=MatrixPage, responses={**FILE, **documented(401, 404)})
async def get_matrix(
    user: CurrentUser,
    response: Response,
    query: Annotated[MatrixQuery, Query()],
    accept: Accept = "application/json",
) -> MatrixPage | Response:
    """Returns the texts of a claim brand, or of all that a brand is linked to, as rows and products as columns.

    Both are paged. The texts are in order byte by byte; the products by name. A replaced claim stays in the row of its
    master. A file (CSV or XLSX) has all rows, whatever the page of rows; for more than 2,000 the answer is 400.
    """
    form = table_format(accept, query.format)
    if form is not None:
        return table_answer(form, await resolution.write_matrix(user, query=query, form=form), name="claims")
    response.headers["Vary"] = "Accept"
    return await resolution.get_matrix(user, query=query)
