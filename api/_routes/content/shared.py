"""Declarations that the routers of contents share."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Path, Response

from lib.content import Content
from lib.core.http.app import documented
from lib.core.http.conditional import seen_version, version_tag
from lib.core.http.envelope import PageRequest, Success, page_request

type Paging = Annotated[PageRequest, Depends(page_request)]
type ExpectedVersion = Annotated[int | None, Depends(seen_version)]
type ContentId = Annotated[UUID, Path(description="The id of the content.")]

# The statuses with which an action on a content may be refused.
REFUSALS: Final[dict[int | str, dict[str, Any]]] = documented(401, 403, 404, 409, 412, 422)


def with_tag(response: Response, item: Content) -> Success[Content]:
    """Answers with a content and its version as the tag."""
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


def created(response: Response, item: Content) -> Success[Content]:
    """Answers with a new content and its address."""
    response.headers["Location"] = path_of(item.id)
    return with_tag(response, item)


def path_of(content_id: UUID) -> str:
    """Returns the address of a content."""
    return f"/api/v1/contents/{content_id}"
