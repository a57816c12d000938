"""Runs one of the Python stand-ins on the loopback address."""

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp


async def healthz(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})


def serve(app: ASGIApp, port: int) -> None:
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=2,
        timeout_keep_alive=75,  # as hosted services, longer than our functions keep an idle connection
        proxy_headers=False,  # there is no proxy in front, so a client that claims another address is lying
    )
