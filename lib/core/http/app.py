"""Makes the application of one function: every file of api/ calls this once."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic.alias_generators import to_camel
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response

from lib.core.auth.denials import record_denial
from lib.core.config import ConfigurationError, check_settings
from lib.core.http.cors import cors_middleware
from lib.core.http.envelope import Failure
from lib.core.http.errors import (
    BY_STATUS,
    ApiError,
    ErrorDetail,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    ValidationFailed,
    item_code,
)
from lib.core.http.middleware import JSON, RequestMiddleware, error_response
from lib.core.http.refusal import guards, make_refusing_app
from lib.core.limits.rules import LimitRules
from lib.core.telemetry.context import current_context
from lib.core.telemetry.logs import configure_logs
from lib.core.telemetry.reports import configure_telemetry

# A body can be wrong in a hundred thousand places; the first few help, and all would be a larger answer
# than the platform sends.
MAX_DETAILS: Final = 20


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route, for its OpenAPI; those of the shell are always among them."""
    return {status: {"model": Failure} for status in sorted({400, 405, 413, 415, 429, 500, 503, 504, *statuses})}


async def _on_api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    context = current_context()
    response = error_response(error, context)
    if error.afterwards is not None:
        response.background = BackgroundTask(error.afterwards)
    elif error.status == 403 and context.user_id and context.access_token:
        # After the answer has gone out: nobody waits for the record of what they may not.
        response.background = BackgroundTask(
            record_denial, context.user_id, context.access_token, request.method, request.url.path, error.code
        )
    return response


async def _on_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        problem: ApiError = NotFound("there is nothing at this path")
    elif error.status_code == 405:
        problem = MethodNotAllowed("this path does not take this method")
    elif error.status_code == 413:
        problem = PayloadTooLarge("the body is too large")
    else:
        problem = BY_STATUS.get(error.status_code, ValidationFailed)("the request cannot be read")
    response = error_response(problem, current_context())
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _field_name(location: Sequence[int | str]) -> str:
    where, *path = location
    return ".".join(str(part) for part in path) or str(where)


async def _on_validation_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    details: list[ErrorDetail] = []
    for item in error.errors()[:MAX_DETAILS]:
        code = item_code(item["type"])
        message = "the body is not valid JSON" if item["type"] == "json_invalid" else item["msg"]
        details.append({"field": _field_name(item["loc"]), "code": code, "message": message})
    problem = ValidationFailed("the request is not valid", details=details)
    return error_response(problem, current_context())


def operation_id(route: APIRoute) -> str:
    """Returns the name of an operation in clients, such as ``contents.requestChanges``: its tag, then the route's name.

    A route is named by ``name=`` in its decorator, else by its function. An id that was published never changes.
    """
    return f"{route.tags[0]}.{to_camel(route.name)}"


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
) -> FastAPI:
    """Makes the application of one function. OpenAPI is built by `make openapi` and served as a file.

    ``media_types``: the types that a body may have; ``max_seconds``: the function's `maxDuration` in vercel.json;
    ``limits``: the rate limits of the contexts that it serves; ``is_public``: whether pages of any origin may read it.
    """
    try:
        settings = check_settings()
    except ConfigurationError as error:
        return make_refusing_app(title, error, max_seconds)
    configure_logs(settings.log_level)
    configure_telemetry()
    # CORS is outermost, so that a browser may read the refusals of the shell too.
    middleware = [
        *cors_middleware(settings.cors_allowed_origins, is_public=is_public),
        Middleware(RequestMiddleware, max_seconds=max_seconds, media_types=media_types),
        *guards(),
    ]
    app = FastAPI(
        title=title,
        openapi_url=None,
        middleware=middleware,
        exception_handlers={
            ApiError: _on_api_error,
            HTTPException: _on_http_exception,
            RequestValidationError: _on_validation_error,
        },
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
    )
    app.state.limits = limits
    for router in routers:
        app.include_router(router)
    return app
