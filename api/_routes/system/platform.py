"""/api/v1/health, /api/v1/config, and the answer to every path under /api that nothing else serves."""

from typing import Literal

from fastapi import APIRouter

from lib.core.http.envelope import Success
from lib.core.http.models import ResponseModel
from lib.core.http.routes import Route
from lib.core.public_config import PublicConfig, get_public_config

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["system"])


class Health(ResponseModel):
    """The state of the functions."""

    status: Literal["ok"] = "ok"
    """Always `ok`: a function that does not run does not answer."""


@router.get("/health", name="get_health")
async def get_health() -> Success[Health]:
    """Returns whether the functions run. No other service is asked, and no sign-in is needed."""
    return Success(data=Health())


@router.get("/config", name="get_config")
async def get_config() -> Success[PublicConfig]:
    """Returns the address and the publishable key of Supabase, for live updates. No sign-in is needed."""
    return Success(data=get_public_config())
