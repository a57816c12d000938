"""Resolves claims: lib/graph/schema/claim*, catalogue*, content_claims and market_overrides"""

from typing import Final

from lib.graph.resolvers.claims import (
    approvals,
    catalogue,
    catalogue_changes,
    checks,
    evidence,
    impact,
    overrides,
    resolution,
    statements,
)
from lib.graph.resolvers.claims.bound import bindings

__all__ = [
    "approvals",
    "bindings",
    "catalogue",
    "catalogue_changes",
    "checks",
    "evidence",
    "impact",
    "overrides",
    "resolution",
    "statements",
]

ONLY_REST: Final[dict[str, str]] = dict.fromkeys(
    ("claims.import", "claimBrands.import", "products.import", "ingredients.import"), "files travel by REST"
)
