"""/api/v1/brands/*"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from lib import brand
from lib.brand import Brand
from lib.core.app import create_app, documented
from lib.core.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.principal import CurrentUser

router = APIRouter(prefix="/api/v1/brands", tags=["brands"])


@router.get("", responses=documented(401))
async def list_brands(user: CurrentUser, page: Annotated[PageRequest, Depends(page_request)]) -> Page[Brand]:
    """The brands that the caller belongs to."""
    brands, total = await brand.list_brands(user, page=page)
    return page_of(brands, total, page, "/api/v1/brands", {})


@router.get("/{brand_id}", responses=documented(401, 404))
async def get_brand(user: CurrentUser, brand_id: UUID) -> Success[Brand]:
    return Success(data=await brand.get_brand(user, brand_id=brand_id))


app = create_app("MixerAI brands", router)
