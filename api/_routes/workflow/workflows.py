"""/api/v1/workflows: definitions of reviews, their steps, and what they would do."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/workflows", tags=["workflows"])
