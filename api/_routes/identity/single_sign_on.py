"""/api/v1/auth/{sso,saml,oidc}/*: signing in where one's company, or another provider, knows who somebody is."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api._routes.identity.shared import device_of
from lib.core.auth.cookies import set_session_cookies
from lib.core.auth.principal import LimitedByAddress
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.identity import single_sign_on
from lib.identity.models import SignedIn
from lib.identity.single_sign_on import OIDC_COOKIE, STATE_COOKIE, Discovery, SsoDiscovery

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

type ReturnTo = Annotated[str, Query(alias="returnTo", min_length=1, max_length=500, examples=["/contents"])]


def _redirect(url: str, cookie: str, token: str) -> RedirectResponse:
    response = RedirectResponse(url, status_code=303)
    # The answer comes from another site's page: None is the only value by which a browser sends the cookie with it.
    response.set_cookie(cookie, token, max_age=600, secure=True, httponly=True, samesite="none")
    return response


def _landed(signed_in: SignedIn, path: str, cookie: str) -> RedirectResponse:
    """In the app, signed in by cookies; where a second factor is owed, the app finds out by /auth/session."""
    response = RedirectResponse(path, status_code=303)
    set_session_cookies(response, signed_in, signed_in.session_id)
    response.delete_cookie(cookie, secure=True, httponly=True, samesite="none")
    return response


@router.post("/sso/discover", responses=documented())
async def discover(wanted: SsoDiscovery, _: LimitedByAddress) -> Success[Discovery]:
    """How to sign in with this address: by its domain alone, so it tells nothing of who has an account."""
    return Success(data=await single_sign_on.discover(wanted))


@router.get(
    "/saml/metadata",
    response_class=Response,
    responses=documented() | {200: {"content": {"application/samlmetadata+xml": {"schema": {"type": "string"}}}}},
)
async def read_metadata(_: LimitedByAddress) -> Response:
    """What an identity provider is configured with."""
    return Response(single_sign_on.metadata(), media_type="application/samlmetadata+xml")


@router.get(
    "/saml/{connection_id}/login",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(404),
)
async def begin_saml(connection_id: UUID, _: LimitedByAddress, return_to: ReturnTo = "/") -> RedirectResponse:
    """Sends the browser to the identity provider with a request to authenticate."""
    started = await single_sign_on.begin(connection_id, return_to)
    return _redirect(started.url, STATE_COOKIE, started.browser_token)


@router.post("/saml/acs", status_code=303, response_class=RedirectResponse, responses=documented(401, 403, 404, 409))
async def consume_saml(
    _: LimitedByAddress,
    request: Request,
    response: Annotated[
        str, Form(alias="SAMLResponse", min_length=1, max_length=400_000, examples=["PHNhbWxwOlJlc3BvbnNl…"])
    ],
    relay_state: Annotated[str, Form(alias="RelayState", min_length=1, max_length=200, examples=["8rA1bK0vY2m7o1xq"])],
) -> RedirectResponse:
    """Takes the identity provider's answer, which the browser posts, and signs in."""
    signed_in, path = await single_sign_on.consume(
        response, relay_state, request.cookies.get(STATE_COOKIE), device_of(request)
    )
    return _landed(signed_in, path, STATE_COOKIE)


@router.get("/oidc/callback", status_code=303, response_class=RedirectResponse, responses=documented(401, 403, 404))
async def consume_oidc(
    _: LimitedByAddress, request: Request, code: Annotated[str, Query(min_length=1, max_length=500, examples=["0193…"])]
) -> RedirectResponse:
    """Takes the code with which Supabase Auth sends the browser back, and signs in."""
    signed_in, path = await single_sign_on.consume_oidc(code, request.cookies.get(OIDC_COOKIE), device_of(request))
    return _landed(signed_in, path, OIDC_COOKIE)


@router.get("/oidc/{provider}/login", status_code=303, response_class=RedirectResponse, responses=documented())
async def begin_oidc(
    _: LimitedByAddress,
    provider: Annotated[str, Path(pattern=r"^[a-z0-9_]{2,30}$", examples=["google"])],
    return_to: ReturnTo = "/",
) -> RedirectResponse:
    """Sends the browser to one of the providers that Supabase Auth is configured with."""
    url, token = await single_sign_on.begin_oidc(provider, return_to)
    return _redirect(url, OIDC_COOKIE, token)
