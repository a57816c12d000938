"""/api/v1/review-analytics: how long reviews take, and where they wait."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/review-analytics", tags=["reviews"])
