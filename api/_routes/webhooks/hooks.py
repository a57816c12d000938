"""/api/v1/hooks/supabase: changes of rows that Supabase tells."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from lib import webhooks
from lib.core.http.app import documented
from lib.core.http.routes import Route
from lib.webhooks import SupabaseEvent

router = APIRouter(route_class=Route, prefix="/api/v1/hooks", tags=["hooks"])


@router.post("/supabase", status_code=204, name="takeSupabaseEvent", responses=documented(401))
async def take_supabase_event(
    body: SupabaseEvent,
    secret: Annotated[
        str | None, Header(alias="X-Hook-Secret", description="`SUPABASE_HOOK_SECRET` of the deployment.")
    ] = None,
) -> Response:
    """Takes a database webhook of Supabase and has new events handed to their consumers.

    Set one up for inserts into `domain_events`, with the header `X-Hook-Secret`. Events that no request
    of ours caused, such as those of a statement of an administrator, are handed over before the schedule comes to them.
    """
    await webhooks.take_supabase_event(body, offered=secret)
    return Response(status_code=204)
