"""/api/v1/hooks/supabase: changes of rows that Supabase reports."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request, Response

from lib import webhooks
from lib.core.auth.principal import LimitedByAddress
from lib.core.http.app import documented
from lib.core.http.errors import PayloadTooLarge
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/hooks", tags=["hooks"])

# A row of the log has at most half of this size.
MAX_BYTES: Final = 1_000_000
EVENT: Final[dict[str, Any]] = {
    "type": "INSERT",
    "table": "domain_events",
    "schema": "public",
    "record": {"id": "0192f3aa-5b1c-7d1e-8f00-000000000001"},
    "old_record": None,
}


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BYTES:
            raise PayloadTooLarge(f"the body may have at most {MAX_BYTES} bytes")
    return bytes(body)


@router.post(
    "/supabase",
    status_code=204,
    name="takeSupabaseEvent",
    responses=documented(401),
    openapi_extra={
        "requestBody": {
            "description": "The change of a row, as a database webhook of Supabase sends it.",
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}, "example": EVENT}},
        }
    },
)
async def take_supabase_event(
    request: Request,
    _: LimitedByAddress,
    secret: Annotated[
        str | None, Header(alias="X-Hook-Secret", description="`SUPABASE_HOOK_SECRET` of the deployment.")
    ] = None,
) -> Response:
    """Receives a database webhook of Supabase and dispatches new events.

    Create the webhook for inserts into `domain_events`, with the header `X-Hook-Secret`. It dispatches events at once
    that no API request wrote, such as those of an administrator's SQL statement. The body has at most 1,000,000 bytes.
    """
    webhooks.require_supabase_secret(secret)
    webhooks.take_supabase_event(await _body(request))
    return Response(status_code=204)
