"""/api/v1/delivery/{brandSlug}/*: published contents for websites, without login"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response

from lib.core.http.app import documented
from lib.core.http.canonical import address_of, require_canonical
from lib.core.http.conditional import is_unchanged
from lib.core.http.envelope import CursorLinks, CursorPage, Success, cursor_page_of
from lib.core.http.middleware import EDGE_CONTROL
from lib.core.http.routes import Route
from lib.core.http.selection import selected, selection_of
from lib.core.limits.requests import ReadLimitedByAddress
from lib.publishing import delivery
from lib.publishing.delivery import EDGE_SECONDS, STALE_SECONDS, Delivered, DeliveredHead, Delivery, DeliveryQuery

router = APIRouter(route_class=Route, prefix="/api/v1/delivery/{brand_slug}", tags=["delivery"])

type BrandSlug = Annotated[
    str, Path(pattern=r"^[a-z0-9-]{1,100}$", examples=["aurora-skincare"], description="The slug of the brand.")
]
type ContentSlug = Annotated[
    str,
    Path(
        pattern=r"^[a-z0-9-]{1,200}$",
        examples=["what-cold-wind-does-to-skin"],
        description="The slug of the content, unique in the brand.",
    ),
]
type Key = Annotated[
    str | None,
    Header(alias="X-Delivery-Key", max_length=200, description="The delivery key of a brand that delivers privately."),
]
type IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="The `ETag` of the answer that you have.")
]

DOCUMENTED: Final[dict[int | str, Any]] = {304: {}, 308: {}, **documented(404)}


def _path(brand_slug: str) -> str:
    return f"/api/v1/delivery/{brand_slug}/contents"


async def canonical_query(
    request: Request, brand_slug: BrandSlug, query: Annotated[DeliveryQuery, Query()]
) -> DeliveryQuery:
    """Returns the query of a list whose address is canonical. Raises MovedPermanently for another address."""
    require_canonical(request, _path(brand_slug), query.parameters(cursor=query.cursor))
    return query


async def require_canonical_content(request: Request, brand_slug: BrandSlug, content_slug: ContentSlug) -> None:
    """Raises MovedPermanently unless the address of a content is canonical."""
    require_canonical(request, f"{_path(brand_slug)}/{content_slug}", [])


# Checked before the rate limit is charged.
type CanonicalQuery = Annotated[DeliveryQuery, Depends(canonical_query)]


def _headers[T](given: Delivery[T]) -> dict[str, str]:
    headers = {"ETag": given.etag}
    if given.is_private:
        return headers | {"Cache-Control": "private, no-cache", "Vary": "X-Delivery-Key"}
    return headers | {
        "Cache-Control": "public, max-age=0, must-revalidate",
        EDGE_CONTROL: f"public, max-age={EDGE_SECONDS}, stale-while-revalidate={STALE_SECONDS}",
        "Vercel-Cache-Tag": ",".join(given.cache_tags),
    }


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
    """Lists what a brand has published, newest first, without sign-in; from private brands, with their key.

    Lists have no texts unless `fields` names them. Answers 404 for brands that deliver nothing to you.
    """
    given, following = await delivery.deliver_list(brand_slug=brand_slug, key=key, query=query)
    headers = _headers(given)
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


@router.get(
    "/contents/{content_slug}",
    name="get",
    response_model=Success[Delivered],
    responses=DOCUMENTED,
    dependencies=[Depends(require_canonical_content)],
)
async def deliver_content(
    _: ReadLimitedByAddress,
    response: Response,
    brand_slug: BrandSlug,
    content_slug: ContentSlug,
    key: Key = None,
    if_none_match: IfNoneMatch = None,
) -> Success[Delivered] | Response:
    """Returns a published content with its texts, by its slug."""
    given = await delivery.deliver_one(brand_slug=brand_slug, content_slug=content_slug, key=key)
    headers = _headers(given)
    if is_unchanged(if_none_match, given.etag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return Success(data=given.data)
