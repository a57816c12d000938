"""What the routers of contents have in common."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response

from lib.content import Content
from lib.core.http.conditional import seen_version, version_tag
from lib.core.http.envelope import PageRequest, Success, page_request

type Paging = Annotated[PageRequest, Depends(page_request)]
type SeenVersion = Annotated[int | None, Depends(seen_version)]


def with_tag(response: Response, item: Content) -> Success[Content]:
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


def created(response: Response, item: Content) -> Success[Content]:
    response.headers["Location"] = path_of(item.id)
    return with_tag(response, item)


def path_of(content_id: UUID) -> str:
    return f"/api/v1/contents/{content_id}"
