"""/api/v1/tasks: what people are asked to decide."""

from fastapi import APIRouter

from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/tasks", tags=["tasks"])
