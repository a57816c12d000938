"""Declarations that the routes of brands share."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import BackgroundTasks, Depends, Header, Path, Response

from lib import brand
from lib.brand import Brand
from lib.core.http.conditional import version_tag
from lib.core.http.envelope import PageRequest, Success, page_request

# A browser shows what it has and asks behind it (reference §4.3), and shows it to no other account.
READING: Final = {"Cache-Control": "private, max-age=0, stale-while-revalidate=60", "Vary": "Authorization"}

type Paging = Annotated[PageRequest, Depends(page_request)]
type BrandId = Annotated[UUID, Path(description="The id of the brand.")]
type IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="The ETag that you have: 304 while it is the newest.")
]


def changed(tasks: BackgroundTasks, response: Response, item: Brand) -> Success[Brand]:
    """Answers a changed brand. Readers ask for the version anyway, so nothing waits for the caches to forget it."""
    tasks.add_task(brand.forget_brand, brand_id=item.id)
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)
