"""/api/v1/countries, /api/v1/languages and /api/v1/content-types: lists to choose from."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api._routes.brand.shared import READING, IfNoneMatch
from lib.brand import catalogue
from lib.brand.catalogue import ContentTypeListed, CountryListed, LanguageListed
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import is_unchanged
from lib.core.http.envelope import Success
from lib.core.http.models import ResponseModel
from lib.core.http.routes import Route
from lib.core.limits.requests import LimitedInPublic

router = APIRouter(route_class=Route, prefix="/api/v1")

# The same for everybody, and changed by deployments only.
STATIC: Final = {"Cache-Control": "public, max-age=86400, stale-while-revalidate=604800"}
SLOW: Final = {"Cache-Control": "private, max-age=3600", "Vary": "Authorization"}


def _answer[T: ResponseModel](
    items: Sequence[T], response: Response, headers: dict[str, str], if_none_match: str | None
) -> Success[Sequence[T]] | Response:
    text = "\n".join(item.model_dump_json() for item in items)
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    if is_unchanged(if_none_match, tag):
        return Response(status_code=304, headers=headers | {"ETag": tag})
    response.headers.update(headers | {"ETag": tag})
    return Success(data=items)


@router.get(
    "/countries",
    name="list",
    tags=["countries"],
    response_model=Success[list[CountryListed]],
    responses={304: {}, **documented(401)},
)
async def list_countries(
    user: CurrentUser, response: Response, if_none_match: IfNoneMatch = None
) -> Success[Sequence[CountryListed]] | Response:
    """Lists the countries of ISO 3166-1 that are in use as markets, by name. May be cached for an hour."""
    return _answer(await catalogue.list_countries(user), response, SLOW, if_none_match)


@router.get(
    "/languages",
    name="list",
    tags=["languages"],
    response_model=Success[list[LanguageListed]],
    responses={304: {}, **documented()},
)
async def list_languages(
    _: LimitedInPublic, response: Response, if_none_match: IfNoneMatch = None
) -> Success[Sequence[LanguageListed]] | Response:
    """Lists the languages of ISO 639-1 by their English name. Needs no sign-in and may be cached for a day."""
    return _answer(catalogue.list_languages(), response, STATIC, if_none_match)


@router.get(
    "/content-types",
    name="list",
    tags=["contentTypes"],
    response_model=Success[list[ContentTypeListed]],
    responses={304: {}, **documented(401, 404)},
)
async def list_content_types(
    user: CurrentUser,
    response: Response,
    brand_id: Annotated[
        UUID | None, Query(alias="brandId", description="Lists what this brand allows; without it, any of your brands.")
    ] = None,
    if_none_match: IfNoneMatch = None,
) -> Success[Sequence[ContentTypeListed]] | Response:
    """Lists the types of content that a brand allows, with their templates and workflow: standard types first."""
    items = await catalogue.list_content_types(user, brand_id=brand_id)
    return _answer(items, response, READING, if_none_match)
