"""Resolves the claims that hold, and their matrix: lib/graph/schema/claim_matrix.graphql"""

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from lib.claims import overrides
from lib.claims import resolution as service
from lib.claims.catalogue import Product
from lib.claims.resolution import MarketMatrixQuery, MatrixColumn, MatrixPage, MatrixQuery, MatrixRow, StackedClaim
from lib.core.files.options import OPTIONS
from lib.core.http.models import RequestModel
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.claims.bound import PAGES, bindings, paged

_FILES = dict.fromkeys((*OPTIONS, "format"), "files travel by REST")
_COLUMNS = dict.fromkeys(("columnPage", "columnPageSize"), "the argument `columns` says it")
bindings.represents("StackedClaim", StackedClaim)
bindings.represents("ClaimMatrixColumn", MatrixColumn)
bindings.represents("ClaimMatrixRow", MatrixRow)
bindings.sized("ClaimMatrix", columns=50)
# There may be 50. So a page of 20 rows can show the claim of each cell.
bindings.sized("ClaimMatrixRow", cells=45)
bindings.represents("ClaimMatrixFilter", MatrixQuery, omits=PAGES | _FILES | _COLUMNS)
bindings.represents("MarketMatrixFilter", MarketMatrixQuery, omits=PAGES | _FILES)
bindings.link("StackedClaim", "claim", links.read_claim, links.claim_id_of)
bindings.link("StackedClaim", "masterClaim", links.read_claim, links.argument("claim_id", "master_claim_id"))
bindings.link("AppliedOverride", "rule", overrides.get_override, links.argument("override_id", "id"))
bindings.link(
    "AppliedOverride", "replacementClaim", links.read_claim, links.argument("claim_id", "replacement_claim_id")
)
bindings.link("ClaimMatrixColumn", "product", links.read_item, links.item_of(Product, "product_id"))
bindings.link("BeatenClaim", "claim", links.read_claim, links.claim_id_of)
bindings.link("ClaimMatrixCell", "claim", links.read_claim, links.claim_id_of)


class ColumnPage(RequestModel):
    """A page of the columns of a matrix."""

    page: int = Field(default=1, ge=1, le=100_000)
    """The number of the page, from 1."""
    page_size: int = Field(default=20, ge=1, le=50)
    """How many columns the page has at most."""


@dataclass(frozen=True, slots=True)
class ClaimMatrix(Connection[Any]):
    """A page of a matrix: of its rows, and of its columns."""

    columns: list[Any]
    total_columns: int
    summary: dict[str, int]


def _matrix(found: MatrixPage, paging: Paging) -> ClaimMatrix:
    total = found.pagination.total_items
    page = connection_of(found.data, paging, total=total)
    return ClaimMatrix(
        page.nodes, page.page_info, total, page.cursor_of, found.columns, found.total_columns, found.summary
    )


@bindings.query(operation="claims.getMatrix")
async def claim_matrix(
    info: Info, *, paging: Paging, filter: MatrixQuery, columns: ColumnPage | None = None
) -> ClaimMatrix:
    """Reads the matrix of texts and products."""
    place = columns or ColumnPage()
    query = paged(filter, paging, column_page=place.page, column_page_size=place.page_size)
    return _matrix(await service.get_matrix(info.context.principal, query=query), paging)


@bindings.field("Product", "claimMatrix", operation="claims.getMarketMatrix")
async def matrix_of_product(parent: Product, info: Info, *, paging: Paging, filter: MarketMatrixQuery) -> ClaimMatrix:
    """Reads the matrix of the texts of a product and markets."""
    query = paged(filter, paging)
    found = await service.get_market_matrix(info.context.principal, product_id=parent.id, query=query)
    return _matrix(found, paging)
