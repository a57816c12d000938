"""/api/v1/auth/realtime-token: what a page needs to read at Supabase."""

from fastapi import APIRouter

from lib.core.auth.principal import CurrentPerson
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.routes import Route
from lib.identity import realtime_tokens
from lib.identity.realtime_tokens import RealtimeToken

router = APIRouter(route_class=Route, prefix="/api/v1/auth", tags=["auth"])


@router.post("/realtime-token", status_code=201, name="create_realtime_token", responses=documented(401, 403))
async def create_realtime_token(person: CurrentPerson) -> Success[RealtimeToken]:
    """Issues a token of five minutes for Supabase Realtime and Storage.

    It reads what your session may read and changes nothing; this API refuses it. It stops working when your session
    ends. API keys get none (403).
    """
    return Success(data=realtime_tokens.create_realtime_token(person))
