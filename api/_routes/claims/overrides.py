"""/api/v1/market-overrides: rules of one market for one product."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/market-overrides", tags=["market overrides"])
