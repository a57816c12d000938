"""Makes the application of one function: every file of api/ calls this once."""

import gc
import warnings
from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute

from lib.core.config import ConfigurationError, check_settings
from lib.core.http.client import connected
from lib.core.http.cors import cors_middleware
from lib.core.http.direct import DirectRoutes
from lib.core.http.envelope import Failure
from lib.core.http.handlers import EXCEPTION_HANDLERS
from lib.core.http.headers import JSON
from lib.core.http.middleware import RequestMiddleware
from lib.core.http.refusal import guards, make_refusing_app
from lib.core.http.routes import Route
from lib.core.limits.rules import LimitRules
from lib.core.telemetry.logs import configure_logs
from lib.core.telemetry.reports import configure_telemetry


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Returns the ``responses`` of a route: these failures, and those that any route may answer with."""
    return {status: {"model": Failure} for status in sorted({400, 405, 413, 415, 422, 429, 500, 503, 504, *statuses})}


# The `maxDuration` of vercel.json for functions that it does not name.
MAX_SECONDS: Final = 10
NO_RULES: Final = LimitRules()


def create_app(
    title: str,
    *routers: APIRouter,
    media_types: tuple[str, ...] = (JSON,),
    max_seconds: float = MAX_SECONDS,
    limits: LimitRules = NO_RULES,
    is_public: bool = False,
    public_path: str = "",
    web_sockets: Sequence[WebSocketRoute] = (),
) -> FastAPI:
    """Makes the application of one function. OpenAPI is built by `make openapi` and served as a file.

    ``media_types``: the types that a body may have; ``max_seconds``: the function's `maxDuration` in vercel.json;
    ``limits``: the rate limits of the contexts that it serves; ``is_public``: whether pages of any origin may read it;
    ``public_path``: the one path that they may read of a function that is not public;
    ``web_sockets``: routes that take no request but a WebSocket, and do by themselves what the shell does for requests.
    """
    try:
        settings = check_settings()
    except ConfigurationError as error:
        return make_refusing_app(title, error, max_seconds)
    # FastAPI ignores this warning while it makes a field. Fields of our models are built later.
    warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
    configure_logs(settings.log_level)
    configure_telemetry()
    routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
    if len(routes) < sum(len(router.routes) for router in routers):
        raise TypeError("a router holds routes of our class only, and no other router")
    # CORS is outermost, so that a browser may read the refusals of the shell too.
    middleware = [
        *cors_middleware(settings.cors_allowed_origins, is_public=is_public, public_path=public_path),
        Middleware(RequestMiddleware, max_seconds=max_seconds, media_types=media_types),
        *guards(),
        Middleware(DirectRoutes, routes=routes, handlers=EXCEPTION_HANDLERS),
    ]
    app = FastAPI(
        title=title,
        openapi_url=None,
        lifespan=connected,
        middleware=middleware,
        exception_handlers=EXCEPTION_HANDLERS,
        redirect_slashes=False,
    )
    app.state.limits = limits
    app.state.routes = routes
    # FastAPI's `include_router` would describe each route once more at the first path that is unknown.
    app.router.routes.extend(routes)
    app.router.routes.extend(web_sockets)
    # Imported objects live as long as the instance: looking through them for garbage would delay a request now and then
    # by 50 ms.
    gc.freeze()
    return app
