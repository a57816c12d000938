"""Resolution: the claims that hold for products in markets, each with its reason, and the matrix."""

from lib.claims.resolution.models import (
    MarketMatrixQuery,
    MatrixColumn,
    MatrixPage,
    MatrixQuery,
    MatrixRow,
    StackedClaim,
)
from lib.claims.resolution.service import (
    get_market_matrix,
    get_matrix,
    list_stacked_claims,
    write_market_matrix,
    write_matrix,
)

__all__ = [
    "MarketMatrixQuery",
    "MatrixColumn",
    "MatrixPage",
    "MatrixQuery",
    "MatrixRow",
    "StackedClaim",
    "get_market_matrix",
    "get_matrix",
    "list_stacked_claims",
    "write_market_matrix",
    "write_matrix",
]
