"""/api/v1/delivery/{brandSlug}/*: published contents for websites, without login"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from api._routes.publishing.delivered import (
    DOCUMENTED,
    PREFIX,
    BrandSlug,
    ContentSlug,
    IfNoneMatch,
    Key,
    answer_with,
    headers_of,
)
from lib.core.http.canonical import address_of, require_canonical
from lib.core.http.conditional import is_unchanged
from lib.core.http.envelope import CursorLinks, CursorPage, Success, cursor_page_of
from lib.core.http.errors import NotFound
from lib.core.http.headers import JSON
from lib.core.http.negotiation import preferred_media_type
from lib.core.http.routes import Route
from lib.core.http.selection import selected, selection_of
from lib.core.limits.requests import ReadLimitedByAddress
from lib.publishing import delivery
from lib.publishing.delivery import DOCUMENT_TYPES, JSON_LD, MARKDOWN, Delivered, DeliveredHead, DeliveryQuery

router = APIRouter(route_class=Route, prefix="/api/v1/delivery/{brand_slug}", tags=["delivery"])

type Accept = Annotated[
    str, Header(description="`application/ld+json`, `text/markdown`, or `application/json` (default).")
]
type Suffix = Annotated[
    str,
    Path(examples=["md"], json_schema_extra={"enum": list(DOCUMENT_TYPES)}, description="The format of the document."),
]


def _path(brand_slug: str) -> str:
    return f"{PREFIX}/{brand_slug}/contents"


async def canonical_query(
    request: Request, brand_slug: BrandSlug, query: Annotated[DeliveryQuery, Query()]
) -> DeliveryQuery:
    """Returns the query of a list whose address is canonical. Raises MovedPermanently for another address."""
    require_canonical(request, _path(brand_slug), query.parameters(cursor=query.cursor))
    return query


async def require_canonical_content(request: Request, brand_slug: BrandSlug, content_slug: ContentSlug) -> None:
    """Raises MovedPermanently unless the address of a content is canonical."""
    require_canonical(request, f"{_path(brand_slug)}/{content_slug}", [])


async def require_canonical_document(
    request: Request, brand_slug: BrandSlug, content_slug: ContentSlug, suffix: Suffix
) -> None:
    """Raises MovedPermanently unless the address of a document is canonical, and NotFound for another form."""
    if suffix not in DOCUMENT_TYPES:
        raise NotFound("there is nothing at this path")
    require_canonical(request, f"{_path(brand_slug)}/{content_slug}.{suffix}", [])


# Checked before the rate limit is charged.
type CanonicalQuery = Annotated[DeliveryQuery, Depends(canonical_query)]


def _link(brand_slug: str, query: DeliveryQuery, cursor: str | None) -> str:
    return address_of(_path(brand_slug), query.parameters(cursor=cursor))


@router.get("/contents", name="list", response_model=CursorPage[DeliveredHead], responses=DOCUMENTED)
async def deliver_contents(
    query: CanonicalQuery,
    _: ReadLimitedByAddress,
    response: Response,
    brand_slug: BrandSlug,
    key: Key = None,
    if_none_match: IfNoneMatch = None,
) -> CursorPage[DeliveredHead] | Response:
    """Lists the published contents of a brand, newest first. Requires no sign-in; brands with private delivery require
    their key.

    Texts are returned only if `fields` names them. Answers 404 if the brand does not deliver to you.
    """
    given, following = await delivery.deliver_list(brand_slug=brand_slug, key=key, query=query)
    headers = headers_of(given)
    if is_unchanged(if_none_match, given.etag):
        return Response(status_code=304, headers=headers)
    page = cursor_page_of(
        given.data, query.page_size, _path(brand_slug), {}, cursor=query.cursor, next_cursor=following
    )
    page.links = CursorLinks(
        self=_link(brand_slug, query, query.cursor),
        next=_link(brand_slug, query, following) if following else None,
        prev=None,
        first=_link(brand_slug, query, None),
        last=None,
    )
    selection = selection_of(Delivered, query.fields)
    if selection is not None:
        return selected(page, selection, headers)
    response.headers.update(headers)
    return page


_TYPES: Final = (JSON, *DOCUMENT_TYPES.values())
# Nearly every website sends one of these, and nothing has to be compared for them.
_ANY: Final = ("*/*", JSON)
_EXAMPLE: Final = {"@context": "https://schema.org", "@type": "Article", "headline": "What cold wind does to skin"}
_AS_DOCUMENT: Final[dict[str, Any]] = {
    "content": {
        JSON_LD: {"schema": {"type": "object", "additionalProperties": True}, "example": _EXAMPLE},
        MARKDOWN: {"schema": {"type": "string"}},
    }
}


@router.get(
    "/contents/{content_slug}.{suffix}",
    name="get_document",
    response_class=Response,
    responses={200: _AS_DOCUMENT, **DOCUMENTED},
    dependencies=[Depends(require_canonical_document)],
)
async def deliver_document(
    _: ReadLimitedByAddress,
    brand_slug: BrandSlug,
    content_slug: ContentSlug,
    suffix: Suffix,
    key: Key = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Returns a published content as Markdown with front matter (`.md`) or as JSON-LD of schema.org (`.jsonld`)."""
    given, about = await delivery.deliver_document(
        brand_slug=brand_slug, content_slug=content_slug, key=key, media_type=DOCUMENT_TYPES[suffix]
    )
    return answer_with(given, headers_of(given) | about, if_none_match)


@router.get(
    "/contents/{content_slug}",
    name="get",
    response_model=Success[Delivered],
    responses={200: _AS_DOCUMENT, **DOCUMENTED},
    dependencies=[Depends(require_canonical_content)],
)
async def deliver_content(
    _: ReadLimitedByAddress,
    response: Response,
    brand_slug: BrandSlug,
    content_slug: ContentSlug,
    accept: Accept = JSON,
    key: Key = None,
    if_none_match: IfNoneMatch = None,
) -> Success[Delivered] | Response:
    """Returns a published content with its texts, by its slug. `Accept` selects JSON, JSON-LD or Markdown.

    Caches that ignore `Vary` may return JSON regardless of `Accept`: use the paths with `.jsonld` and `.md` instead.
    """
    media_type = JSON if accept in _ANY else preferred_media_type(accept, _TYPES)
    if media_type not in (None, JSON):
        document, about = await delivery.deliver_document(
            brand_slug=brand_slug, content_slug=content_slug, key=key, media_type=media_type
        )
        # Not kept: a cache that ignores Vary would give it to those who want JSON.
        headers = _varying(headers_of(document, is_kept=False)) | about
        return answer_with(document, headers, if_none_match)
    given, about = await delivery.deliver_one(brand_slug=brand_slug, content_slug=content_slug, key=key)
    headers = _varying(headers_of(given)) | about
    if is_unchanged(if_none_match, given.etag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return Success(data=given.data)


def _varying(headers: dict[str, str]) -> dict[str, str]:
    return headers | {"Vary": ", ".join(filter(None, ("Accept", headers.get("Vary"))))}
