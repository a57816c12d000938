"""/api/v1/claims/{claimId}/impact: what a change of a claim would reach."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["claim impact"])
