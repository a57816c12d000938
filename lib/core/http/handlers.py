"""Responds to exceptions: our own errors, those of the framework, and requests that are not valid."""

from typing import Any, Final
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import Response

from lib.core.auth.denials import record_denial
from lib.core.http.canonical import MovedPermanently, on_moved
from lib.core.http.errors import (
    BY_STATUS,
    ApiError,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    ValidationFailed,
)
from lib.core.http.methods import allowed_methods
from lib.core.http.middleware import error_response
from lib.core.http.queries import own_query
from lib.core.http.validation import details_of
from lib.core.telemetry.context import current_context


async def _on_api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    context = current_context()
    response = error_response(error, context)
    if error.afterwards is not None:
        response.background = BackgroundTask(error.afterwards)
    elif error.status == 403 and context.user_id and context.access_token:
        # After the answer has gone out, so that the caller does not wait for the record of the refusal.
        response.background = BackgroundTask(
            record_denial, context.access_token, request.method, request.url.path, error.code
        )
    return response


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return _on_other_method(request)
    if error.status_code == 404:
        location = _without_slash(request)
        if location is not None:
            return Response(status_code=308, headers={"Location": location})
        problem: ApiError = NotFound("there is nothing at this path")
    elif error.status_code == 413:
        # `detail` is ours: no library raises this status.
        problem = PayloadTooLarge(error.detail if error.detail.startswith("the body") else "the body is too large")
    else:
        problem = BY_STATUS.get(error.status_code, ValidationFailed)("the request cannot be read")
    response = error_response(problem, current_context())
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _without_slash(request: Request) -> str | None:
    """Returns the address of a request without the slashes at its end, if something is there: each has one address."""
    path: str = request.scope["path"]
    if not path.endswith("/") or not allowed_methods(request.app.state.routes, path.rstrip("/")):
        return None
    query = own_query(path, request.scope["query_string"].decode("latin-1"))
    return quote(path.rstrip("/")) + (f"?{query}" if query else "")


def _on_other_method(request: Request) -> Response:
    """Lists the methods of the path: responds to OPTIONS with 204, to other methods with 405."""
    allow = {"Allow": ", ".join(allowed_methods(request.app.state.routes, request.url.path))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    response = error_response(MethodNotAllowed("this path does not take this method"), current_context())
    response.headers.update(allow)
    return response


async def _on_validation_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problem = ValidationFailed("the request is not valid", details=details_of(error.errors(), error.body))
    return error_response(problem, current_context())


EXCEPTION_HANDLERS: Final[dict[Any, Any]] = {
    ApiError: _on_api_error,
    HTTPException: _on_http_exception,
    MovedPermanently: on_moved,
    RequestValidationError: _on_validation_error,
}
