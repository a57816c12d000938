"""/api/v1/mail/*: sender settings of the mails of brands, and unsubscribing by a link."""

from html import escape
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import HTMLResponse

from lib.core.auth.principal import CurrentUser, LimitedByAddress
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, version_tag
from lib.core.http.envelope import Success
from lib.core.http.routes import Route
from lib.notify.mail.addressing import MailSettings, NewMailSettings, get_mail_settings, replace_mail_settings
from lib.notify.mail.unsubscribing import MAX_TOKEN, read_token, unsubscribe

router = APIRouter(route_class=Route, prefix="/api/v1/mail", tags=["mail"])

type BrandId = Annotated[UUID, Path(description="The id of the brand.")]
type Token = Annotated[
    str,
    Query(
        min_length=1,
        max_length=MAX_TOKEN,
        examples=["Y0hxR2t3VGpSbXBhUQ"],
        description="Token of the unsubscribe link.",
    ),
]
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Unsubscribe</title>
<meta name="viewport" content="width=device-width"></head><body><h1>Unsubscribe</h1>
<p>No more mails of this kind: {category}.</p>
<form method="post" action="/api/v1/mail/unsubscribe?token={token}">
<input type="hidden" name="List-Unsubscribe" value="One-Click"><button>Unsubscribe</button></form></body></html>"""
HTML: dict[int | str, Any] = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}


@router.get("/settings/{brand_id}", name="get_settings", responses=documented(401, 403, 404))
async def get_settings(user: CurrentUser, response: Response, brand_id: BrandId) -> Success[MailSettings]:
    """Returns the sender settings of a brand's mails. Requires `brand.update`."""
    settings = await get_mail_settings(user, brand_id=brand_id)
    response.headers["ETag"] = version_tag(settings.version)
    return Success(data=settings)


@router.put("/settings/{brand_id}", name="replace_settings", responses=documented(401, 403, 404, 412, 428))
async def replace_settings(
    user: CurrentUser,
    response: Response,
    brand_id: BrandId,
    version: Annotated[int, Depends(expected_version)],
    body: NewMailSettings,
) -> Success[MailSettings]:
    """Replaces the sender settings of a brand's mails.

    Requires `brand.update`, and `If-Match` with the version you read. The address of the sender is always that of the
    platform; only its display name changes.
    """
    settings = await replace_mail_settings(user, brand_id=brand_id, settings=body, expected_version=version)
    response.headers["ETag"] = version_tag(settings.version)
    return Success(data=settings)


@router.get(
    "/unsubscribe",
    name="show_unsubscribe",
    response_class=HTMLResponse,
    responses=documented(404) | HTML,
)
async def show_unsubscribe(token: Token, _: LimitedByAddress) -> HTMLResponse:
    """Returns a page with an unsubscribe button. The request itself changes nothing, since mail scanners open links."""
    category = read_token(token)[1]
    return HTMLResponse(PAGE.format(category=escape(category), token=escape(token)))


@router.post(
    "/unsubscribe",
    name="unsubscribe",
    status_code=200,
    response_class=Response,
    responses=documented(404) | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    openapi_extra={
        "requestBody": {
            "description": "The form that mail clients send (RFC 8058). Its content is ignored.",
            "required": False,
            "content": {
                kind: {"schema": {"type": "string"}, "example": "List-Unsubscribe=One-Click"}
                for kind in ("application/x-www-form-urlencoded", "multipart/form-data")
            },
        }
    },
)
async def unsubscribe_by_link(token: Token, _: LimitedByAddress) -> Response:
    """Unsubscribes the owner of the link from one category of mails, with one click and no session (RFC 8058).

    Repeating the request has no effect.
    """
    await unsubscribe(token=token)
    return Response("You will get no more mails of this kind.", media_type="text/plain")
