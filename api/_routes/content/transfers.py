"""/api/v1/contents/{bulk,stream,import,export}: what moves many contents at once, and takes its time"""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lib.content import transfer
from lib.content.transfer import BulkOutcome, BulkRequest, ExportQuery, ImportReport, ImportRequest
from lib.core.auth.principal import CurrentUser
from lib.core.files.options import MEDIA_TYPES as TABLE_TYPES
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.headers import JSON, NDJSON
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/contents", tags=["transfers"])


MEDIA_TYPES: Final = {"ndjson": NDJSON, "json": JSON, **TABLE_TYPES}
LINES: Final[dict[str, Any]] = {NDJSON: {"schema": {"type": "string"}}}
STREAM_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            NDJSON: {
                "schema": {"type": "string", "description": "A content to create in each line."},
                "example": '{"brandId":"01a20dcb-7194-7b81-a325-e45b26eae744","title":"What cold wind does to skin"}\n',
            }
        },
    }
}


class TwoWayResponse(StreamingResponse):
    """Streams while the request is still coming in. The base class would read the request to notice a disconnect."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.stream_response(send)


@router.post("/bulk", name="bulk", responses=documented(401, 409, 422))
async def change_many(user: CurrentUser, body: BulkRequest) -> Success[BulkOutcome]:
    """Runs one operation on up to 100 contents, with a result for each: some may fail and others succeed.

    Each content needs the same right as the request for it alone.
    """
    return Success(data=await transfer.change_many(user, request=body))


@router.post(
    "/stream",
    name="stream",
    response_class=StreamingResponse,
    responses={200: {"content": LINES}, **documented(401)},
    openapi_extra=STREAM_BODY,
)
async def create_stream(user: CurrentUser, request: Request) -> StreamingResponse:
    """Creates thousands of contents from a stream: NDJSON in, and NDJSON out while they are created.

    Answers with a `result` for each line, with the HTTP status that it would have had alone, with `progress` in
    between, and with a `summary` at the end. At most 20,000 lines of 1 MB each. A stream that breaks off is sent again
    under the same `Idempotency-Key`: lines that are done are reported, not repeated.
    """
    results = transfer.create_stream(user, body=request.stream())

    async def lines() -> AsyncIterator[bytes]:
        async for result in results:
            yield json.dumps(result, ensure_ascii=False).encode() + b"\n"

    return TwoWayResponse(lines(), media_type=NDJSON, headers={"X-Accel-Buffering": "no"})


@router.post("/import", name="import", responses=documented(401, 409, 422))
async def import_contents(user: CurrentUser, body: ImportRequest) -> Success[ImportReport]:
    """Imports a file of at most 1,000 rows (JSON, NDJSON, CSV, XLSX): a content for each or, where any is wrong, none.

    With `dryRun`, nothing is created and the answer lists the problems.
    """
    return Success(data=await transfer.import_contents(user, request=body))


@router.get(
    "/export",
    name="export",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {
                media_type: {
                    "schema": {"type": "array", "items": {"type": "object"}}
                    if media_type == JSON
                    else {"type": "string"}
                }
                for media_type in MEDIA_TYPES.values()
            }
        },
        **documented(401, 403, 404, 422),
    },
)
async def export_contents(user: CurrentUser, query: Annotated[ExportQuery, Query()]) -> StreamingResponse:
    """Exports contents of a brand as a file, which is streamed. For admins of the brand.

    For Excel, export `xlsx`, or CSV with `bom` and the `delimiter` that your Excel expects.

    Exports are written into the audit log; those of more than 1,000 contents raise an alert.
    """
    pieces = await transfer.export_contents(user, query=query)
    name = f"contents.{query.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Accel-Buffering": "no"}
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[query.format], headers=headers)
