"""Declarations that the routers of workflows and reviews share."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Path

from lib.core.http.conditional import seen_version
from lib.core.http.envelope import PageRequest, page_request

type Paging = Annotated[PageRequest, Depends(page_request)]
type WorkflowId = Annotated[UUID, Path(description="The id of the workflow.")]
type ContentId = Annotated[UUID, Path(description="The id of the content.")]
type ExpectedVersion = Annotated[int | None, Depends(seen_version)]
type IfNoneMatch = Annotated[
    str | None, Header(alias="If-None-Match", description="The ETag that you have: 304 while it is the newest.")
]
