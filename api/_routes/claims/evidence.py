"""/api/v1/claims/{claimId}/evidence: the documents that support a claim."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/claims/{claim_id}/evidence", tags=["claims"])
