"""/api/v1/health, /api/v1/config, and the answer to every path under /api that nothing else serves."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from lib.core.config import get_settings
from lib.core.http.envelope import Success
from lib.core.http.models import ResponseModel
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1", tags=["system"])


class Health(ResponseModel):
    """The state of the functions."""

    status: Literal["ok"] = "ok"
    """Always `ok`: a function that does not run does not answer."""


@router.get("/health", name="get_health")
async def get_health() -> Success[Health]:
    """Returns whether the functions run. No other service is asked, and no sign-in is needed."""
    return Success(data=Health())


class PublicConfig(ResponseModel):
    """The values with which a browser subscribes to Realtime. They are not secret."""

    supabase_url: str = Field(examples=["https://project.supabase.co"])
    """The address of the Supabase project."""
    supabase_publishable_key: str = Field(examples=["sb_publishable_…"])
    """The publishable key of the project, to be sent as `apikey`."""


@router.get("/config", name="get_config")
async def get_config() -> Success[PublicConfig]:
    """Returns the address and the publishable key of Supabase, for live updates. No sign-in is needed."""
    settings = get_settings()
    config = PublicConfig(
        supabase_url=settings.supabase_url, supabase_publishable_key=settings.supabase_publishable_key
    )
    return Success(data=config)
