"""The calls of the data API that resolve claims, each as the caller."""

from typing import Any
from uuid import UUID

from lib.core.data.db import Db, Row, call, fetch_listing, run


async def fetch_stacked(db: Db, *, product_id: UUID, arguments: dict[str, Any]) -> list[Row]:
    """Reads the claims that hold for a product."""
    rows, _ = await fetch_listing(call(db, "list_stacked_claims", {"product_id": str(product_id)} | arguments))
    return rows


async def fetch_matrix(db: Db, *, arguments: dict[str, Any]) -> Row:
    """Reads a page of a matrix of texts and products: {columns, items, total, column_total, summary}."""
    return (await run(call(db, "list_claim_matrix", arguments))).data


async def fetch_market_matrix(db: Db, *, product_id: UUID, arguments: dict[str, Any]) -> Row:
    """Reads a page of a matrix of the texts of a product and markets: as fetch_matrix."""
    return (await run(call(db, "list_market_matrix", {"product_id": str(product_id)} | arguments))).data
