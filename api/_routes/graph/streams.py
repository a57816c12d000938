"""/api/v1/graphql/stream: subscriptions of GraphQL over server-sent events"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic_core import from_json, to_json

from api._routes.graph.shared import REQUEST, STREAM, TAKEN
from lib.core.auth.principal import CurrentUser, Presented, read_presented
from lib.core.http.app import documented
from lib.core.http.errors import ApiError, ValidationFailed
from lib.core.http.routes import Route
from lib.graph.engine.execution import NotValid
from lib.graph.subscriptions import transport_sse
from lib.graph.subscriptions.running import failed, open_operation
from lib.graph.subscriptions.transport_sse import EVENT_STREAM, TOKEN_HEADER

router = APIRouter(route_class=Route, prefix="/api/v1/graphql/stream", tags=["graphql"])

_AT_ONCE: Final = {"X-Accel-Buffering": "no"}
type TokenHeader = Annotated[str | None, Header(alias=TOKEN_HEADER, description="The token of a single connection.")]
type TokenQuery = Annotated[str | None, Query(description="The token, for browsers, which send no headers here.")]


def _refusal(error: ApiError | NotValid) -> Response:
    status = error.status if isinstance(error, ApiError) else 400
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if isinstance(error, ApiError) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    return Response(to_json(failed(error)), status, headers, "application/json")


async def stream_operation(request: Request, presented: Presented, body: Any) -> Response:
    """Answers one operation as a stream of its own."""
    try:
        opened = await open_operation(request, presented, body)
        events = await transport_sse.stream_one(opened)
    except (ApiError, NotValid) as error:
        return _refusal(error)
    return StreamingResponse(events, media_type=EVENT_STREAM, headers=_AT_ONCE)


@router.put("", name="reserveStream", status_code=201, response_class=PlainTextResponse, responses=documented(401, 403))
async def reserve_stream(user: CurrentUser) -> PlainTextResponse:
    """Reserves a single connection, and answers with its token. Open it within 30 seconds by GET."""
    return PlainTextResponse(transport_sse.reserve(user), 201)


@router.get("", name="openStream", response_class=StreamingResponse, responses=STREAM | documented(401, 403, 404, 409))
async def open_stream(user: CurrentUser, header: TokenHeader = None, token: TokenQuery = None) -> StreamingResponse:
    """Opens a single connection, over which all operations that are given to it by POST are answered."""
    events = await transport_sse.stream_all(user, header or token)
    return StreamingResponse(events, media_type=EVENT_STREAM, headers=_AT_ONCE)


@router.post(
    "",
    name="streamOperation",
    response_class=StreamingResponse,
    responses=STREAM | TAKEN | documented(401, 403, 404, 409),
    openapi_extra=REQUEST,
)
async def add_operation(request: Request, header: TokenHeader = None, token: TokenQuery = None) -> Response:
    """Gives a single connection an operation, or answers one as a stream of its own where no token is sent.

    The body is that of an operation, with an id of the client's own in `extensions.operationId`.
    """
    presented = await read_presented(request)
    try:
        body: Any = from_json(await request.body())
    except ValueError:
        return _refusal(ValidationFailed("the body is not valid JSON"))
    if not (header or token):
        return await stream_operation(request, presented, body)
    try:
        opened = await open_operation(request, presented, body)
        operation_id = (body.get("extensions") or {}).get("operationId")
        await transport_sse.add_operation(opened, header or token, operation_id)
    except (ApiError, NotValid) as error:
        return _refusal(error)
    return Response(status_code=202)


@router.delete("", name="endOperation", status_code=200, response_class=Response, responses=documented(401, 403, 404))
async def end_operation(
    user: CurrentUser,
    operation_id: Annotated[str, Query(alias="operationId", description="The operation to end.")],
    header: TokenHeader = None,
    token: TokenQuery = None,
) -> Response:
    """Ends an operation of a single connection."""
    await transport_sse.end_operation(user, header or token, operation_id)
    return Response(status_code=200)
