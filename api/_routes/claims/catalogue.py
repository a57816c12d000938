"""/api/v1/claim-brands, /api/v1/products, /api/v1/ingredients: what claims are about."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["claim catalogue"])
