"""Answers requests of functions that must not run, because of their settings or their database."""

import logging
import os
from typing import Final

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.core.config import ConfigurationError
from lib.core.data.deployment import registration
from lib.core.http.errors import ServiceUnavailable
from lib.core.http.middleware import RequestMiddleware
from lib.core.settings.refusals import Stage, stage_of
from lib.core.telemetry.logs import configure_logs, log

MESSAGE: Final = "this deployment is not configured correctly; the reasons are in its log"


class RefuseRequests:
    """Answers 503 to every request. Settings and values are named in the log only."""

    def __init__(self, app: ASGIApp, problems: tuple[str, ...]) -> None:
        self.app = app
        self.problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises ServiceUnavailable for HTTP requests."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        # Logged with every request, because logs from the start of an instance soon expire.
        log(logging.ERROR, "refused because of the settings", fields={"problems": self.problems})
        raise ServiceUnavailable(MESSAGE)


def make_refusing_app(title: str, error: ConfigurationError, max_seconds: float) -> FastAPI:
    """Makes the application of a function whose settings cannot work; its log lists every problem."""
    configure_logs("INFO")
    log(logging.ERROR, "this function refuses to start because of its settings", fields={"problems": error.problems})
    return FastAPI(
        title=title,
        openapi_url=None,
        middleware=[
            Middleware(RequestMiddleware, max_seconds=max_seconds),
            Middleware(RefuseRequests, problems=error.problems),
        ],
    )


class RefuseForeignDatabase:
    """Refuses every request of a deployment whose database belongs to production, with 503.

    It asks the database before the first answer of an instance: one call for each instance, and none for each request.
    While the database does not answer, it refuses every request, because the database may be that of production. It
    asks again after 30 seconds at the earliest.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises ServiceUnavailable for requests and WebSockets."""
        known = registration()
        if scope["type"] != "lifespan" and known.owner is None:
            await known.attempt()
        if scope["type"] != "lifespan" and (known.owner is None or known.is_refused):
            raise ServiceUnavailable(MESSAGE)
        await self.app(scope, receive, send)


def guards() -> list[Middleware]:
    """Returns the middleware of previews; an empty list in production and elsewhere."""
    return [Middleware(RefuseForeignDatabase)] if stage_of(os.environ) is Stage.PREVIEW else []
