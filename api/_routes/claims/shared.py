"""Declarations that the routers of checks, evidence and impact share."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from lib.core.http.envelope import PageRequest, page_request

type Paging = Annotated[PageRequest, Depends(page_request)]
type ClaimId = Annotated[UUID, Path(description="The id of the claim.")]
type ContentId = Annotated[UUID, Path(description="The id of the content.")]
