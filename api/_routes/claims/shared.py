"""Declarations that the routers of claims share, and answers with a tag."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Path, Response

from lib.core.http.conditional import access_tag, expected_version, is_unchanged, seen_version, version_tag
from lib.core.http.envelope import PageRequest, Success, page_request
from lib.core.http.models import ResponseModel

type Paging = Annotated[PageRequest, Depends(page_request)]
type ClaimId = Annotated[UUID, Path(description="The id of the claim.")]
type ClaimBrandId = Annotated[UUID, Path(description="The id of the claim brand.")]
type BrandId = Annotated[UUID, Path(description="The id of the brand.")]
type ContentId = Annotated[UUID, Path(description="The id of the content.")]
type Version = Annotated[int, Depends(expected_version)]
type SeenVersion = Annotated[int | None, Depends(seen_version)]
type IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="The ETag of the answer that you have; 304 while it holds.")
]


def tagged[T: ResponseModel](response: Response, item: T, version: int) -> Success[T]:
    """Returns the answer of a command, with the version as its tag."""
    response.headers["ETag"] = version_tag(version)
    return Success(data=item)


def answered[T: ResponseModel](
    response: Response, item: T, version: int, if_none_match: str | None
) -> Success[T] | Response:
    """Returns an item with a tag, or 304 where the caller has it.

    The tag changes with everything that the answer says, also with parts that have no version: the names of subjects,
    the uses of a product, the actions of the caller. ``If-Match`` takes it like the version alone.
    """
    headers = {"ETag": access_tag(version, [item.model_dump_json()]), "Cache-Control": "private, no-cache"}
    if is_unchanged(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return Success(data=item)
