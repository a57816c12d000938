"""/api/v1/templates/*"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from lib import template
from lib.core.app import create_app, documented
from lib.core.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.principal import CurrentUser
from lib.template import NewTemplate, Template

router = APIRouter(prefix="/api/v1/templates", tags=["templates"])


@router.get("", responses=documented(401))
async def list_templates(
    user: CurrentUser,
    page: Annotated[PageRequest, Depends(page_request)],
    brand_id: Annotated[UUID | None, Query(alias="brandId")] = None,
) -> Page[Template]:
    """Active templates: the global ones and those of the caller's brands, or of one brand."""
    templates, total = await template.list_templates(user, brand_id=brand_id, page=page)
    filters = {"brandId": str(brand_id) if brand_id else None}
    return page_of(templates, total, page, "/api/v1/templates", filters)


@router.post("", status_code=201, responses=documented(401, 403, 409))
async def create_template(user: CurrentUser, body: NewTemplate) -> Success[Template]:
    """A new template of a brand, by an admin of the brand."""
    return Success(data=await template.create_template(user, template=body))


@router.get("/{template_id}", responses=documented(401, 404, 422))
async def get_template(user: CurrentUser, template_id: UUID) -> Success[Template]:
    return Success(data=await template.get_template(user, template_id=template_id))


app = create_app("MixerAI templates", router)
