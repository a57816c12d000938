"""/api/v1/auth/*: signing in, refreshing, signing out, and one's own sessions."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

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
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.errors import Unauthorized
from lib.identity import refreshing, sessions, sign_in
from lib.identity.models import (
    Credentials,
    CsrfToken,
    DeviceListed,
    Reauthentication,
    RefreshRequest,
    SessionListed,
    SessionState,
    SignedIn,
    Tokens,
)

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


@router.post("/login", responses=documented(401, 403))
async def login(
    credentials: Credentials, _: LimitedByAddress, request: Request, response: Response
) -> Success[SignedIn]:
    """Signs in with e-mail and password. ``factor.state`` says whether a second factor is still to be passed: until
    then the tokens see and do nothing."""
    if credentials.mode == "cookie":
        check_origin(request)
    device = device_of(request, name=credentials.device_name, token=credentials.device_token)
    return Success(data=delivered(response, await sign_in.login(credentials, device), credentials.mode))


@router.post("/refresh", responses=documented(401, 403))
async def refresh(
    _: LimitedByAddress, request: Request, response: Response, wanted: RefreshRequest | None = None
) -> Success[Tokens]:
    """Exchanges a refresh token, which is then spent, for new tokens; without a body, the one of the cookie. One that
    was spent before ends its session."""
    address = seen_address(request)
    if wanted is not None:
        tokens, _session = await refreshing.refresh(wanted.refresh_token, address=address)
        return Success(data=tokens)
    cookie = request.cookies.get(REFRESH_COOKIE)
    if cookie is None:
        raise Unauthorized("a refresh token is needed", code="INVALID_TOKEN")
    check_double_submit(request)
    tokens, session_id = await refreshing.refresh(cookie, address=address)
    set_session_cookies(response, tokens, session_id)
    return Success(data=tokens.model_copy(update={"access_token": None, "refresh_token": None}))


@router.post("/logout", status_code=204, responses=documented(401, 403))
async def logout(
    person: PendingPerson,
    scope: Annotated[Literal["this", "others", "all"], Query()] = "this",
) -> Response:
    """Ends this session, all others, or all: nothing answers their tokens from now on, neither here nor the data API
    nor Realtime."""
    await sign_in.logout(person, besides=person.session_id if scope == "others" else None, everywhere=scope == "all")
    response = Response(status_code=204)
    if person.is_cookie and scope != "others":
        clear_session_cookies(response)
    return response


@router.get("/session", responses=documented(401, 403))
async def describe_session(person: PendingPerson) -> Success[SessionState]:
    """Whether the session lives, until when, and what it still owes."""
    return Success(data=await sessions.describe_session(person))


@router.post("/session/extend", responses=documented(401, 403))
async def extend_session(person: CurrentPerson) -> Success[SessionState]:
    """Eight hours from now, up to the day that a session lasts at most."""
    await sessions.extend_session(person)
    return Success(data=await sessions.describe_session(person))


@router.post("/reauthenticate", status_code=204, responses=documented(401, 403))
async def reauthenticate(wanted: Reauthentication, person: CurrentPerson) -> Response:
    """Shows the password again: for half an hour what is sensitive may be done. A second factor that is passed does the
    same."""
    await sessions.reauthenticate(person, wanted.password)
    return Response(status_code=204)


@router.get("/csrf", responses=documented(401, 403))
async def read_csrf_token(person: PendingPerson) -> Success[CsrfToken]:
    """The token that goes with what changes something, for a session in cookies."""
    return Success(data=CsrfToken(csrf_token=csrf_token(person.session_id)))


@router.get("/sessions", responses=documented(401, 403))
async def list_sessions(person: CurrentPerson) -> Success[list[SessionListed]]:
    """One's own that live, the latest first, with their devices."""
    return Success(data=await sessions.list_sessions(person))


@router.delete("/sessions/{session_id}", status_code=204, responses=documented(401, 403, 404))
async def end_session(session_id: UUID, person: CurrentPerson) -> Response:
    """Ends one of one's own, at once."""
    await sign_in.end_session(person, session_id)
    return Response(status_code=204)


@router.get("/devices", responses=documented(401, 403))
async def list_devices(person: CurrentPerson) -> Success[list[DeviceListed]]:
    """Those that need no second factor for a while."""
    return Success(data=await sessions.list_devices(person))


@router.delete("/devices/{device_id}", status_code=204, responses=documented(401, 403, 404))
async def forget_device(device_id: UUID, person: CurrentPerson) -> Response:
    """It has to show the second factor again."""
    await sessions.forget_device(person, device_id)
    return Response(status_code=204)
