"""/api/v1/delegations: who decides for people who are away."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/delegations", tags=["tasks"])
