"""/api/v1/delivery/{brandSlug}/*: published contents for websites, without login"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import StringConstraints

from lib.content import delivery
from lib.content.delivery import Delivered, DeliveredHead, Delivery
from lib.core.auth.principal import LimitedByAddress
from lib.core.http.app import documented
from lib.core.http.conditional import is_unchanged
from lib.core.http.envelope import CursorPage, Success, cursor_page_of
from lib.core.http.models import StorableText

router = APIRouter(prefix="/api/v1/delivery/{brand_slug}", tags=["delivery"])

type BrandSlug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,100}$", examples=["aurora-skincare"])]
type ContentSlug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,200}$", examples=["what-cold-wind-does-to-skin"])]
type Key = Annotated[str | None, Header(alias="X-Delivery-Key", max_length=200)]
type IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]
type DeliveredTag = Annotated[StorableText, StringConstraints(min_length=1, max_length=50)]

# How long the edge keeps an answer, and for how long after that it may give the old one while it asks for the new one.
# What is published or archived is taken out of it by its tags (lib/publishing/edge_cache.py).
EDGE_SECONDS: Final = 300
STALE_SECONDS: Final = 86_400
DOCUMENTED: Final[dict[int | str, Any]] = {304: {}, **documented(404)}


def _headers[T](given: Delivery[T]) -> dict[str, str]:
    headers = {"ETag": given.etag}
    if given.is_private:
        return headers | {"Cache-Control": "private, no-cache", "Vary": "X-Delivery-Key"}
    return headers | {
        "Cache-Control": "public, max-age=0, must-revalidate",
        "Vercel-CDN-Cache-Control": f"public, max-age={EDGE_SECONDS}, stale-while-revalidate={STALE_SECONDS}",
        "Vercel-Cache-Tag": ",".join(given.cache_tags),
    }


@router.get("/contents", response_model=CursorPage[DeliveredHead], responses=DOCUMENTED)
async def deliver_contents(
    _: LimitedByAddress,
    response: Response,
    brand_slug: BrandSlug,
    key: Key = None,
    if_none_match: IfNoneMatch = None,
    content_type: Annotated[str | None, Query(alias="type", pattern=r"^[a-z_]{1,50}$")] = None,
    tag: Annotated[DeliveredTag | None, Query()] = None,
    cursor: Annotated[str | None, Query(min_length=1, max_length=2000)] = None,
    page_size: Annotated[int, Query(alias="pageSize", ge=1, le=100)] = 20,
) -> CursorPage[DeliveredHead] | Response:
    """What a brand has published, newest first; where the brand wants it private, with its key."""
    given, following = await delivery.deliver_list(
        brand_slug=brand_slug, key=key, content_type=content_type, tag=tag, cursor=cursor, page_size=page_size
    )
    headers = _headers(given)
    if is_unchanged(if_none_match, given.etag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    path = f"/api/v1/delivery/{brand_slug}/contents"
    filters = {"type": content_type, "tag": tag}
    return cursor_page_of(given.data, page_size, path, filters, cursor=cursor, next_cursor=following)


@router.get("/contents/{content_slug}", response_model=Success[Delivered], responses=DOCUMENTED)
async def deliver_content(
    _: LimitedByAddress,
    response: Response,
    brand_slug: BrandSlug,
    content_slug: ContentSlug,
    key: Key = None,
    if_none_match: IfNoneMatch = None,
) -> Success[Delivered] | Response:
    """A published content, whole, by its slug."""
    given = await delivery.deliver_one(brand_slug=brand_slug, content_slug=content_slug, key=key)
    headers = _headers(given)
    if is_unchanged(if_none_match, given.etag):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return Success(data=given.data)
