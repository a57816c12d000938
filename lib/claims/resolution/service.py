"""The use cases of resolution: stacked claims, and the matrix as a page or as a file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from lib.claims.resolution import repository
from lib.claims.resolution.models import (
    MarketMatrixQuery,
    MatrixColumn,
    MatrixPage,
    MatrixQuery,
    MatrixRow,
    StackedClaim,
)
from lib.claims.resolution.reasons import explained
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.reading import read_rows
from lib.core.files.options import TableFormat, TableOptions
from lib.core.files.writing import whole_table
from lib.core.http.envelope import page_of
from lib.core.http.errors import ValidationFailed
from lib.core.http.heavy import check_time, run_heavy

MAX_FILE_ROWS: Final = 2_000
_WHOLE: Final = {"page_offset": 0, "page_size": MAX_FILE_ROWS}


async def list_stacked_claims(
    principal: Principal, *, product_id: UUID, market: str, at: datetime | None, language: str | None
) -> list[StackedClaim]:
    """Lists the claims that hold for a product in a market at a time, the strongest first, each with the reason.

    Raises NotFound for a product that the caller may not read, Conflict for an archived one, ValidationFailed for an
    unknown market.
    """
    arguments = {"market": market, "at": at.isoformat() if at else None, "language": language}
    rows = await repository.fetch_stacked(principal.db, product_id=product_id, arguments=arguments)
    return read_rows(StackedClaim, rows, shape=explained)


def _page(found: Row, query: MatrixQuery | MarketMatrixQuery, path: str) -> MatrixPage:
    page = page_of(read_rows(MatrixRow, found["items"]), found["total"] or 0, query.place, path, query)
    return MatrixPage(
        data=page.data,
        pagination=page.pagination,
        links=page.links,
        columns=read_rows(MatrixColumn, found["columns"]),
        total_columns=found["column_total"],
        summary=found["summary"],
    )


async def get_matrix(principal: Principal, *, query: MatrixQuery) -> MatrixPage:
    """Returns a page of the matrix of texts and products in a market. Raises NotFound, ValidationFailed."""
    found = await repository.fetch_matrix(principal.db, arguments=query.arguments())
    return _page(found, query, "/api/v1/claim-matrix")


async def get_market_matrix(principal: Principal, *, product_id: UUID, query: MarketMatrixQuery) -> MatrixPage:
    """Returns a page of the matrix of the texts of a product and markets. Raises what list_stacked_claims raises."""
    found = await repository.fetch_market_matrix(principal.db, product_id=product_id, arguments=query.arguments())
    return _page(found, query, f"/api/v1/products/{product_id}/claim-matrix")


def _rows(found: Row, heading: str) -> Iterator[list[str]]:
    yield ["text", *(str(column[heading]) for column in found["columns"])]
    for row in found["items"]:
        check_time()
        yield [row["text"], *(cell["status"] for cell in row["cells"])]


def _write(form: TableFormat, options: TableOptions, found: Row, heading: str) -> bytes:
    return whole_table(form, options, _rows(found, heading))


async def _file(form: TableFormat, options: TableOptions, found: Row, heading: str) -> bytes:
    if (total := found["total"] or 0) > MAX_FILE_ROWS:
        raise ValidationFailed(
            f"the matrix has {total} rows, and a file at most {MAX_FILE_ROWS}",
            details=[{"field": "format", "code": "VALUE_TOO_LONG", "message": "filter by q, level or status"}],
        )
    return await run_heavy(_write, form, options, found, heading)


async def write_matrix(principal: Principal, *, query: MatrixQuery, form: TableFormat) -> bytes:
    """Returns all rows of a matrix as a file, with the columns of the page.

    Raises ValidationFailed for more than 2,000 rows, and what get_matrix raises.
    """
    found = await repository.fetch_matrix(principal.db, arguments=query.arguments() | _WHOLE)
    return await _file(form, query, found, "product_name")


async def write_market_matrix(
    principal: Principal, *, product_id: UUID, query: MarketMatrixQuery, form: TableFormat
) -> bytes:
    """Returns all rows of a matrix of markets as a file. Raises what write_matrix and get_market_matrix raise."""
    found = await repository.fetch_market_matrix(
        principal.db, product_id=product_id, arguments=query.arguments() | _WHOLE
    )
    return await _file(form, query, found, "market")
