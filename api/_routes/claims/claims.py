"""/api/v1/claims: statements that are allowed, disallowed or mandatory, and their approval."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/claims", tags=["claims"])
