"""/api/v1/auth/{sso,saml,oidc}/*: signing in with the identity provider of a company, or another provider."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api._routes.identity.shared import device_of
from lib.core.auth.cookies import set_session_cookies
from lib.core.auth.principal import LimitedByAddress
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.queries import takes_any_query
from lib.core.http.routes import Route
from lib.identity import single_sign_on
from lib.identity.sessions import SignedIn
from lib.identity.single_sign_on import OIDC_COOKIE, STATE_COOKIE, BegunSignOn, Discovery, SsoDiscovery

router = APIRouter(route_class=Route, prefix="/api/v1/auth", tags=["singleSignOn"])

COOKIE_SECONDS = 600

type ReturnTo = Annotated[
    str,
    Query(
        alias="returnTo",
        min_length=1,
        max_length=500,
        examples=["/contents"],
        description="Path of the app to go to after signing in.",
    ),
]


def _redirect(begun: BegunSignOn, cookie: str) -> RedirectResponse:
    response = RedirectResponse(begun.url, status_code=303)
    # The response is posted by a page of another site: only with SameSite=None does the browser send the cookie.
    response.set_cookie(
        cookie, begun.browser_token, max_age=COOKIE_SECONDS, secure=True, httponly=True, samesite="none"
    )
    return response


def _landed(signed_in: SignedIn, path: str, cookie: str) -> RedirectResponse:
    """Redirects to the app with the tokens in cookies. The app asks `GET /auth/session` about a second factor."""
    response = RedirectResponse(path, status_code=303)
    set_session_cookies(response, signed_in, signed_in.session_id)
    response.delete_cookie(cookie, secure=True, httponly=True, samesite="none")
    return response


@router.post("/sso/discover", name="discover", responses=documented())
async def discover(discovery: SsoDiscovery, _: LimitedByAddress) -> Success[Discovery]:
    """Returns how to sign in with an address. It depends on the domain alone, and tells nothing about accounts."""
    return Success(data=await single_sign_on.discover(discovery=discovery))


@router.get(
    "/saml/metadata",
    name="get_saml_metadata",
    response_class=Response,
    responses=documented() | {200: {"content": {"application/samlmetadata+xml": {"schema": {"type": "string"}}}}},
)
async def get_saml_metadata(_: LimitedByAddress) -> Response:
    """Returns our SAML metadata, with which an identity provider is configured."""
    return Response(await single_sign_on.metadata(), media_type="application/samlmetadata+xml")


@router.get(
    "/saml/{connection_id}/login",
    name="begin_saml",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(404),
)
async def begin_saml(
    connection_id: Annotated[UUID, Path(description="Id of the SSO connection.")],
    _: LimitedByAddress,
    return_to: ReturnTo = "/",
) -> RedirectResponse:
    """Redirects the browser to the identity provider of an SSO connection. The sign-in must finish in ten minutes."""
    begun = await single_sign_on.begin(connection_id=connection_id, return_to=return_to)
    return _redirect(begun, STATE_COOKIE)


@router.post(
    "/saml/acs",
    name="finish_saml",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(401, 403, 404, 409),
)
async def finish_saml(
    _: LimitedByAddress,
    request: Request,
    response: Annotated[
        str,
        Form(
            alias="SAMLResponse",
            min_length=1,
            max_length=400_000,
            examples=["PHNhbWxwOlJlc3BvbnNl…"],
            description="SAML response of the identity provider, in base64.",
        ),
    ],
    relay_state: Annotated[
        str,
        Form(
            alias="RelayState",
            min_length=1,
            max_length=200,
            examples=["8rA1bK0vY2m7o1xq"],
            description="RelayState of our request, as the identity provider returns it.",
        ),
    ],
) -> RedirectResponse:
    """Signs you in by the response of the identity provider, which the browser posts, and redirects to the app.

    Accepts the response once, and only from the browser that began the sign-in. The tokens are set as cookies.
    """
    signed_in, path = await single_sign_on.consume(
        response=response,
        relay_state=relay_state,
        browser_token=request.cookies.get(STATE_COOKIE),
        device=device_of(request),
    )
    return _landed(signed_in, path, STATE_COOKIE)


@router.get(
    "/oidc/callback",
    name="finish_oidc",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(401, 403, 404),
)
@takes_any_query
async def finish_oidc(
    _: LimitedByAddress,
    request: Request,
    code: Annotated[str, Query(min_length=1, max_length=500, examples=["0193…"], description="Code of Supabase Auth.")],
) -> RedirectResponse:
    """Signs you in by the code with which Supabase Auth redirects the browser back, and redirects to the app.

    Accepts the code only from the browser that began the sign-in. The tokens are set as cookies. Answers 403 unless the
    provider calls your address verified, to platform admins, and to people whose company has an identity provider of
    its own.
    """
    signed_in, path = await single_sign_on.consume_oidc(
        code=code, browser_token=request.cookies.get(OIDC_COOKIE), device=device_of(request)
    )
    return _landed(signed_in, path, OIDC_COOKIE)


@router.get(
    "/oidc/{provider}/login",
    name="begin_oidc",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(),
)
async def begin_oidc(
    _: LimitedByAddress,
    provider: Annotated[
        str,
        Path(
            pattern=r"^[a-z0-9_]{2,30}$",
            examples=["google"],
            description="Name of a provider that Supabase Auth is configured with.",
        ),
    ],
    return_to: ReturnTo = "/",
) -> RedirectResponse:
    """Redirects the browser to an OIDC provider of Supabase Auth. The sign-in must finish in ten minutes.

    Signs in only people who were invited.
    """
    begun = await single_sign_on.begin_oidc(provider=provider, return_to=return_to)
    return _redirect(begun, OIDC_COOKIE)
