"""/api/v1/auth/*: signing in, refreshing, signing out; sessions and remembered devices."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from api._routes.identity.shared import delivered, device_of
from lib.core.auth.cookies import (
    REFRESH_COOKIE,
    check_double_submit,
    check_origin,
    clear_session_cookies,
    csrf_token,
    set_session_cookies,
)
from lib.core.auth.principal import CurrentPerson, LimitedByAddress, PendingPerson, seen_address
from lib.core.http.alike import answers_alike
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.errors import Unauthorized
from lib.core.http.routes import Route
from lib.identity import sessions
from lib.identity.sessions import (
    CsrfToken,
    DeviceListed,
    LoginRequest,
    LogoutScope,
    Reauthentication,
    RefreshRequest,
    SessionListed,
    SessionState,
    SignedIn,
    Tokens,
)

router = APIRouter(route_class=Route, prefix="/api/v1/auth")


@router.post("/login", name="login", tags=["auth"], responses=documented(401, 403))
async def login(
    credentials: LoginRequest, _: LimitedByAddress, request: Request, response: Response
) -> Success[SignedIn]:
    """Signs you in with e-mail and password.

    `factor.state` tells whether you must still pass a second factor: until then the tokens read and change nothing.
    Five failures within 15 minutes lock the address for 30 minutes (429, `ACCOUNT_LOCKED`). All refusals take the same
    time and do not tell whether the address has an account.
    """
    if credentials.mode == "cookie":
        check_origin(request)
    device = device_of(request, name=credentials.device_name, token=credentials.device_token)
    signed_in = await sessions.login(credentials=credentials, device=device)
    return Success(data=delivered(response, signed_in, credentials.mode))


@router.post("/refresh", name="refresh", tags=["auth"], responses=documented(401, 403))
async def refresh(
    _: LimitedByAddress, request: Request, response: Response, body: RefreshRequest | None = None
) -> Success[Tokens]:
    """Exchanges a refresh token for new tokens. An access token lives for 15 minutes, an idle session for 8 hours.

    Refresh before the access token ends, or when you come back after a pause. Each refresh token is valid once. For 30
    seconds after its first use it gets the newest tokens of its session, because tabs may refresh at once and answers
    may be lost; using it later ends the session. Without a body, the cookie is read and the new tokens are set as
    cookies; this requires the header `X-CSRF-Token`. Answers 503 while another refresh of the session does not finish,
    and for at most 30 seconds while one is not recorded.
    """
    address = seen_address(request)
    if body is not None:
        tokens, _session = await sessions.refresh(refresh_token=body.refresh_token, address=address)
        return Success(data=tokens)
    cookie = request.cookies.get(REFRESH_COOKIE)
    if cookie is None:
        raise Unauthorized("a refresh token is required", code="INVALID_TOKEN")
    check_double_submit(request)
    tokens, session_id = await sessions.refresh(refresh_token=cookie, address=address)
    set_session_cookies(response, tokens, session_id)
    return Success(data=tokens.model_copy(update={"access_token": None, "refresh_token": None}))


@router.post("/logout", name="logout", tags=["auth"], status_code=204, responses=documented(401, 403))
async def logout(
    person: PendingPerson,
    scope: Annotated[
        LogoutScope, Query(description="`this` session, all `others`, or `all` sessions of yours.")
    ] = "this",
) -> Response:
    """Signs you out: ends this session, all others, or all.

    This API refuses their tokens from the next request on. The database refuses them at once: the data API shows and
    changes nothing, and no Realtime channel can be joined. Auth issues no new tokens. A Realtime channel that is open
    already is told by a message `SessionEnded` on `user:{id}`, and ends with its access token: within 15 minutes, or
    within five for a token from `POST /auth/realtime-token`. A session that has not passed its second factor may end
    only itself.
    """
    await sessions.logout(person, scope=scope)
    response = Response(status_code=204)
    if person.is_cookie and scope != "others":
        clear_session_cookies(response)
    return response


@router.post("/reauthenticate", name="reauthenticate", tags=["auth"], status_code=204, responses=documented(401, 403))
@answers_alike
async def reauthenticate(body: Reauthentication, person: CurrentPerson) -> Response:
    """Verifies your password again, for sensitive operations.

    They answer 403 `REAUTHENTICATION_REQUIRED` if you last authenticated more than 30 minutes ago. Passing a second
    factor counts as well.
    """
    await sessions.reauthenticate(person, password=body.password)
    return Response(status_code=204)


@router.get("/csrf", name="get_csrf_token", tags=["auth"], responses=documented(401, 403))
async def get_csrf_token(person: PendingPerson) -> Success[CsrfToken]:
    """Returns the CSRF token of your session in cookies, which every changing request must send."""
    return Success(data=CsrfToken(csrf_token=csrf_token(person.session_id)))


@router.get("/session", name="get_current", tags=["sessions"], responses=documented(401, 403))
async def get_current_session(person: PendingPerson) -> Success[SessionState]:
    """Returns your session: when it ends, and whether it must still pass a second factor."""
    return Success(data=await sessions.describe_session(person))


@router.post("/session/extend", name="extend", tags=["sessions"], responses=documented(401, 403))
async def extend_session(person: CurrentPerson) -> Success[SessionState]:
    """Extends your session to 8 hours from now, and at most 24 hours from sign-in."""
    return Success(data=await sessions.extend_session(person))


@router.get("/sessions", name="list", tags=["sessions"], responses=documented(401, 403))
async def list_sessions(person: CurrentPerson) -> Success[list[SessionListed]]:
    """Lists your open sessions with their devices, the latest first. You may have five at once."""
    return Success(data=await sessions.list_sessions(person))


@router.delete(
    "/sessions/{session_id}", name="end", tags=["sessions"], status_code=204, responses=documented(401, 403, 404)
)
async def end_session(
    session_id: Annotated[UUID, Path(description="Id of one of your sessions.")], person: CurrentPerson
) -> Response:
    """Ends one of your sessions at once, as `POST /auth/logout` does."""
    await sessions.end_session(person, session_id=session_id)
    return Response(status_code=204)


@router.get("/devices", name="list", tags=["devices"], responses=documented(401, 403))
async def list_devices(person: CurrentPerson) -> Success[list[DeviceListed]]:
    """Lists your remembered devices, which need no second factor for 30 days."""
    return Success(data=await sessions.list_devices(person))


@router.delete(
    "/devices/{device_id}", name="forget", tags=["devices"], status_code=204, responses=documented(401, 403, 404)
)
async def forget_device(
    device_id: Annotated[UUID, Path(description="Id of one of your remembered devices.")], person: CurrentPerson
) -> Response:
    """Forgets a remembered device: it needs the second factor at its next sign-in."""
    await sessions.forget_device(person, device_id=device_id)
    return Response(status_code=204)
