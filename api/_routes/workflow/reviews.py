"""/api/v1/contents/{contentId}/review: the review of a content, its steps, its history, and the acts on it."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/contents/{content_id}/review", tags=["reviews"])
