"""/api/v1/health, and the answer to every path under /api that nothing else serves."""

from typing import Literal

from fastapi import APIRouter

from lib.core.app import create_app
from lib.core.envelope import Success
from lib.core.models import ResponseModel

router = APIRouter(prefix="/api/v1", tags=["system"])


class Health(ResponseModel):
    status: Literal["ok"] = "ok"


@router.get("/health")
async def get_health() -> Success[Health]:
    """Whether the function runs; it asks nothing else."""
    return Success(data=Health())


app = create_app("MixerAI system", router)
