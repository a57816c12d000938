"""/api/v1/auth/{sso,saml,oidc}/*: signing in with the identity provider of a company, or another provider."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from api._routes.identity.shared import device_of
from lib.core.auth.cookies import clear_session_cookies, set_session_cookies
from lib.core.auth.principal import LimitedByAddress, PendingPerson
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.errors import ApiError, ErrorDetail, ValidationFailed
from lib.core.http.queries import takes_any_query
from lib.core.http.routes import Route
from lib.identity import single_sign_on
from lib.identity.sessions import SignedIn
from lib.identity.single_sign_on import (
    OIDC_COOKIE,
    STATE_COOKIE,
    BegunSignOn,
    Discovery,
    ProviderSignOut,
    Reason,
    SsoDiscovery,
)

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


def _failed(request: Request, error: ApiError, cookie: str, *, path: str | None = None) -> RedirectResponse:
    """Redirects a browser to the app, with the reason for programs. Raises the error for any other client.

    ``path`` is where in the app the sign-in began. Nothing else of the request decides where the browser goes.
    """
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    return _failed_because(single_sign_on.reason_of(error), cookie, path=path)


def _failed_because(reason: Reason, cookie: str, *, path: str | None = None) -> RedirectResponse:
    response = RedirectResponse(single_sign_on.failure_path(reason, path), status_code=303)
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
        str | None,
        Form(
            alias="RelayState",
            max_length=500,
            examples=["8rA1bK0vY2m7o1xq"],
            description="RelayState of our request, as the identity provider returns it. Where the provider began the "
            "sign-in: a path of the app to go to.",
        ),
    ] = None,
) -> RedirectResponse:
    """Signs you in by the response of the identity provider, which the browser posts, and redirects to the app.

    Accepts the response once, and only from the browser that began the sign-in; a response to no request only if the
    connection allows that. The tokens are set as cookies. If signing in fails, a browser (`Accept: text/html`) is
    redirected to the app with the reason in `signInError`.
    """
    try:
        signed_in, path = await single_sign_on.consume(
            response=response,
            relay_state=relay_state or None,
            browser_token=request.cookies.get(STATE_COOKIE),
            device=device_of(request),
        )
    except ApiError as error:
        return _failed(request, error, STATE_COOKIE)
    return _landed(signed_in, path, STATE_COOKIE)


@router.post("/saml/logout", name="sign_out_saml", responses=documented(401, 403))
async def sign_out_saml(
    person: PendingPerson, response: Response, return_to: ReturnTo = "/"
) -> Success[ProviderSignOut]:
    """Signs you out here, and returns the address at which your identity provider signs you out as well.

    Ends this session, as `POST /auth/logout` does. Send the browser to `url`; the provider sends it back to `returnTo`.
    `url` is null for sessions that no SAML provider opened, and for providers without single logout.
    """
    signed_out = await single_sign_on.sign_out(person, return_to=return_to)
    if person.is_cookie:
        clear_session_cookies(response)
    return Success(data=signed_out)


@router.get(
    "/saml/slo",
    name="take_saml_logout",
    status_code=303,
    response_class=RedirectResponse,
    responses=documented(401),
)
@takes_any_query
async def take_saml_logout(_: LimitedByAddress, request: Request) -> RedirectResponse:
    """Takes a message of an identity provider about single logout (SAML, HTTP-Redirect binding), which must be signed.

    `SAMLRequest` ends the sessions that the provider opened for a person, or those that it names, and redirects back
    with our answer. `SAMLResponse` answers a sign-out that began here, and redirects to the app.
    """
    query = request.scope["query_string"].decode("latin-1")
    return RedirectResponse(await single_sign_on.take_message(query), status_code=303)


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
    code: Annotated[
        str | None, Query(min_length=1, max_length=500, examples=["0193…"], description="Code of Supabase Auth.")
    ] = None,
    error: Annotated[
        str | None,
        Query(max_length=500, examples=["access_denied"], description="Why Supabase Auth or the provider refused."),
    ] = None,
    error_code: Annotated[
        str | None, Query(max_length=500, examples=["signup_disabled"], description="Error code of Supabase Auth.")
    ] = None,
) -> RedirectResponse:
    """Signs you in by the code with which Supabase Auth redirects the browser back, and redirects to the app.

    Accepts the code only from the browser that began the sign-in. The tokens are set as cookies. Answers 403 unless the
    provider calls your address verified, to platform admins, and to people whose company has an identity provider of
    its own. After `error`, and for any failure of a browser (`Accept: text/html`), redirects to the app with the reason
    in `signInError`, such as `access_denied` for a sign-in that you cancelled.
    """
    browser_token = request.cookies.get(OIDC_COOKIE)
    if error is not None:
        reason, began = await single_sign_on.take_oidc_failure(
            error=error, code=error_code, browser_token=browser_token
        )
        return _failed_because(reason, OIDC_COOKIE, path=began)
    if code is None:
        details: list[ErrorDetail] = [{"field": "code", "code": "REQUIRED_FIELD_MISSING", "message": "is required"}]
        raise ValidationFailed("the request is not valid", details=details)
    try:
        signed_in, path = await single_sign_on.consume_oidc(
            code=code, browser_token=browser_token, device=device_of(request)
        )
    except ApiError as problem:
        return _failed(request, problem, OIDC_COOKIE)
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
