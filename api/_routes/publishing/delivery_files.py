"""/api/v1/delivery/{brandSlug}/{feed,sitemap,llms}: published contents for feed readers, search and models"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from api._routes.publishing.delivered import (
    DOCUMENTED,
    PREFIX,
    BrandSlug,
    IfNoneMatch,
    Key,
    answer_with,
    headers_of,
)
from lib.core.http.canonical import require_canonical
from lib.core.http.routes import Route
from lib.core.limits.requests import ReadLimitedByAddress
from lib.publishing import delivery
from lib.publishing.delivery import FILE_TYPES, FileName

router = APIRouter(route_class=Route, prefix="/api/v1/delivery/{brand_slug}", tags=["delivery"])

# Without leading zeros: each page has one address.
type PageNumber = Annotated[
    str, Path(pattern=r"^[1-9][0-9]{0,4}$", examples=["1"], description="The page of the sitemap.")
]


JSON_FEED: Final = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Aurora Skincare",
    "home_page_url": "https://www.aurora.test/journal",
    "items": [{"id": "urn:uuid:01a20dcb-0000-7000-8000-000000000001", "title": "What cold wind does to your skin"}],
}


async def require_canonical_file(request: Request, brand_slug: BrandSlug) -> None:
    """Raises MovedPermanently unless the address of a file is canonical."""
    name = request.scope["path"].rsplit("/", 1)[1]
    if not name.isascii():
        return  # no name of ours, and none for a header: refused with the parameters
    require_canonical(request, f"{PREFIX}/{brand_slug}/{name}", [])


def _options(name: FileName) -> dict[str, Any]:
    # JSON Feed describes itself: https://www.jsonfeed.org/version/1.1/.
    content: dict[str, Any] = {FILE_TYPES[name]: {"schema": {"type": "string"}}}
    if name == "feed.json":
        content[FILE_TYPES[name]] = {"schema": {"type": "object"}, "example": JSON_FEED}
    return {
        "response_class": Response,
        "responses": {200: {"content": content}, **DOCUMENTED},
        # Checked before the rate limit is charged.
        "dependencies": [Depends(require_canonical_file)],
    }


async def _answer(name: FileName, brand_slug: str, key: str | None, if_none_match: str | None) -> Response:
    given = await delivery.deliver_file(brand_slug=brand_slug, key=key, name=name)
    return answer_with(given, headers_of(given), if_none_match)


@router.get("/llms.txt", name="get_llms_text", **_options("llms.txt"))
async def deliver_llms_text(
    _: ReadLimitedByAddress, brand_slug: BrandSlug, key: Key = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Lists the 100 latest contents for language models (llmstxt.org), with links to their Markdown."""
    return await _answer("llms.txt", brand_slug, key, if_none_match)


@router.get("/llms-full.txt", name="get_llms_full_text", **_options("llms-full.txt"))
async def deliver_llms_full_text(
    _: ReadLimitedByAddress, brand_slug: BrandSlug, key: Key = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Returns the texts of the latest contents as one Markdown document: at most 100 contents and about 2 MB."""
    return await _answer("llms-full.txt", brand_slug, key, if_none_match)


@router.get("/sitemap.xml", name="get_sitemap", **_options("sitemap.xml"))
async def deliver_sitemap(
    _: ReadLimitedByAddress, brand_slug: BrandSlug, key: Key = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Lists the URLs of all published contents, or the pages of the sitemap if there are more than 1,000 URLs."""
    return await _answer("sitemap.xml", brand_slug, key, if_none_match)


@router.get("/feed.rss", name="get_rss", **_options("feed.rss"))
async def deliver_rss(
    _: ReadLimitedByAddress, brand_slug: BrandSlug, key: Key = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Returns the 50 latest contents as RSS 2.0."""
    return await _answer("feed.rss", brand_slug, key, if_none_match)


@router.get("/feed.atom", name="get_atom", **_options("feed.atom"))
async def deliver_atom(
    _: ReadLimitedByAddress, brand_slug: BrandSlug, key: Key = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Returns the 50 latest contents as Atom."""
    return await _answer("feed.atom", brand_slug, key, if_none_match)


@router.get("/feed.json", name="get_json_feed", **_options("feed.json"))
async def deliver_json_feed(
    _: ReadLimitedByAddress, brand_slug: BrandSlug, key: Key = None, if_none_match: IfNoneMatch = None
) -> Response:
    """Returns the 50 latest contents as JSON Feed 1.1."""
    return await _answer("feed.json", brand_slug, key, if_none_match)


@router.get("/sitemap-{page}.xml", name="get_sitemap_page", **_options("sitemap.xml"))
async def deliver_sitemap_page(
    _: ReadLimitedByAddress,
    brand_slug: BrandSlug,
    page: PageNumber,
    key: Key = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Returns a page of at most 1,000 URLs, the oldest first. Answers 404 for an empty page."""
    given = await delivery.deliver_sitemap(brand_slug=brand_slug, key=key, page=int(page))
    return answer_with(given, headers_of(given), if_none_match)
