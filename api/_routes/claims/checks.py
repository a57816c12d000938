"""/api/v1/claims/check and /api/v1/contents/{contentId}/claims: texts held against the claims of a market."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["claim checks"])
