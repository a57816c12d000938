"""/api/v1/products/{productId}/stacked-claims and /api/v1/claim-matrix: the claims that hold in a market."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["claims"])
