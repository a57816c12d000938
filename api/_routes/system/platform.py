"""/api/v1/health, /api/v1/config, and the answer to every path under /api that nothing else serves."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from lib.core.config import get_settings
from lib.core.http.envelope import Success
from lib.core.http.models import ResponseModel

router = APIRouter(prefix="/api/v1", tags=["system"])


class Health(ResponseModel):
    status: Literal["ok"] = "ok"


@router.get("/health")
async def get_health() -> Success[Health]:
    """Whether the function runs; it asks nothing else."""
    return Success(data=Health())


class PublicConfig(ResponseModel):
    """What a browser needs to subscribe to Realtime; nothing of it is secret."""

    supabase_url: str = Field(examples=["https://project.supabase.co"])
    supabase_publishable_key: str = Field(examples=["sb_publishable_…"])


@router.get("/config")
async def get_config() -> Success[PublicConfig]:
    """Where the browser finds Supabase."""
    settings = get_settings()
    config = PublicConfig(
        supabase_url=settings.supabase_url, supabase_publishable_key=settings.supabase_publishable_key
    )
    return Success(data=config)
