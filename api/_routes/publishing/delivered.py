"""Parameters and headers that the routes of delivery share."""

from typing import Annotated, Any, Final

from fastapi import Header, Path, Response

from lib.core.http.app import documented
from lib.core.http.conditional import is_unchanged
from lib.core.http.middleware import EDGE_CONTROL
from lib.publishing.delivery import Delivery, Document

PREFIX: Final = "/api/v1/delivery"

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
    Header(
        alias="X-Delivery-Key",
        max_length=200,
        description="The delivery key of the brand. Required for brands with private delivery.",
    ),
]
type IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="The `ETag` you have. Answers 304 if it is current.")
]

DOCUMENTED: Final[dict[int | str, Any]] = {304: {}, 308: {}, **documented(404)}


def headers_of[T](given: Delivery[T], *, is_kept: bool = True) -> dict[str, str]:
    """Returns the headers of an answer. ``is_kept``: whether the edge may keep it, unless it is private."""
    headers = {"ETag": given.etag}
    if given.is_private:
        return headers | {"Cache-Control": "private, no-cache", "Vary": "X-Delivery-Key"}
    headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    if not is_kept or given.edge.fresh == 0:
        return headers
    stale = f", stale-while-revalidate={given.edge.stale}" if given.edge.stale else ""
    return headers | {
        EDGE_CONTROL: f"public, max-age={given.edge.fresh}{stale}",
        "Vercel-Cache-Tag": ",".join(given.cache_tags),
    }


def answer_with(given: Delivery[Document], headers: dict[str, str], if_none_match: str | None) -> Response:
    """Returns a response with a document, or 304 if the caller has it."""
    if is_unchanged(if_none_match, given.etag):
        return Response(status_code=304, headers=headers)
    return Response(given.data.content, media_type=given.data.media_type, headers=headers)
