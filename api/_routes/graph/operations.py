"""/api/v1/graphql: queries and mutations"""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic_core import from_json

from api._routes.graph.shared import ANSWERS, REQUEST
from api._routes.graph.streams import stream_operation
from lib.core.auth.principal import read_presented
from lib.core.http.errors import PayloadTooLarge, ValidationFailed
from lib.core.http.routes import Route
from lib.graph.engine.execution import Answered, answer
from lib.graph.engine.problems import failure_before
from lib.graph.subscriptions.transport_sse import EVENT_STREAM

router = APIRouter(route_class=Route, prefix="/api/v1/graphql", tags=["graphql"])

GRAPHQL_JSON: Final = "application/graphql-response+json"
_JSON: Final = "application/json"


def respond(request: Request, answered: Answered) -> Response:
    """Returns an answer in the media type that the caller prefers.

    In `application/json` a document that cannot be executed is answered with 200, as older clients expect.
    """
    try:
        content = answered.encoded()
    except PayloadTooLarge as error:
        answered = replace(answered, body={"errors": [failure_before(error)]}, status=error.status)
        content = answered.encoded()
    is_own_type = GRAPHQL_JSON in request.headers.get("accept", "")
    is_told_by_status = is_own_type or answered.status != 400 or answered.is_malformed
    status = answered.status if is_told_by_status else 200
    headers = {} if answered.retry_after is None else {"Retry-After": str(answered.retry_after)}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    media_type = f"{GRAPHQL_JSON if is_own_type else _JSON}; charset=utf-8"
    return Response(content, status, headers, media_type, background=answered.tasks)


@router.post("", name="run", response_class=Response, responses=ANSWERS, openapi_extra=REQUEST)
async def run_operation(request: Request) -> Response:
    """Runs a query or a mutation of GraphQL, or follows a subscription where `text/event-stream` is accepted.

    The body is an object with `query` (a document) or `id` (the SHA-256 of one), `variables` and `operationName`.
    """
    presented = await read_presented(request)
    try:
        body: Any = from_json(await request.body())
    except ValueError:
        error = ValidationFailed("the body is not valid JSON")
        return respond(request, Answered({"errors": [failure_before(error)]}, 400, is_malformed=True))
    if EVENT_STREAM in request.headers.get("accept", ""):
        return await stream_operation(request, presented, body)
    return respond(request, await answer(request, presented, body))
