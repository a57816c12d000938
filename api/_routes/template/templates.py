"""/api/v1/templates/*"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import StringConstraints

from lib import template
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, is_unchanged, version_tag
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.models import SearchText
from lib.template import NewTemplate, Template, TemplateChanges, TemplateRead, TemplateVersion

router = APIRouter(prefix="/api/v1/templates", tags=["templates"])

type Paging = Annotated[PageRequest, Depends(page_request)]
type TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]


@router.get("", responses=documented(401, 422))
async def list_templates(
    user: CurrentUser,
    page: Paging,
    brand_id: Annotated[UUID | None, Query(alias="brandId")] = None,
    content_type: Annotated[TypeName | None, Query(alias="contentType")] = None,
    category: Annotated[SearchText | None, Query()] = None,
    q: Annotated[SearchText | None, Query()] = None,
    is_active: Annotated[bool, Query(alias="active")] = True,
) -> Page[TemplateRead]:
    """The global templates and those of the caller's brands, or of one brand, with how often those used each."""
    filters: dict[str, Any] = {
        "brand_id": str(brand_id) if brand_id else None,
        "content_type": content_type,
        "category": category,
        "query": q,
        "is_active": is_active,
    }
    templates, total = await template.list_templates(user, filters=filters, page=page)
    asked = {"brandId": filters["brand_id"], "contentType": content_type, "category": category, "q": q}
    return page_of(templates, total, page, "/api/v1/templates", asked | {"active": str(is_active).lower()})


@router.post("", status_code=201, responses=documented(401, 403, 404, 409, 422))
async def create_template(user: CurrentUser, response: Response, body: NewTemplate) -> Success[Template]:
    """A new template of a brand, by its admins, or without a brand a global one, by platform admins."""
    item = await template.create_template(user, template=body)
    response.headers.update({"Location": f"/api/v1/templates/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get("/{template_id}", response_model=Success[TemplateRead], responses={304: {}, **documented(401, 404, 422)})
async def get_template(
    user: CurrentUser,
    response: Response,
    template_id: UUID,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Success[TemplateRead] | Response:
    item = await template.get_template(user, template_id=template_id)
    headers = {"ETag": version_tag(item.version), "Cache-Control": "private, no-cache"}
    if is_unchanged(if_none_match, version_tag(item.version)):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return Success(data=item)


@router.patch("/{template_id}", responses=documented(401, 403, 404, 409, 412, 428))
async def update_template(
    user: CurrentUser,
    response: Response,
    template_id: UUID,
    version: Annotated[int, Depends(expected_version)],
    body: TemplateChanges,
) -> Success[Template]:
    """Changes what is named, also whether it is active; contents keep to the version that they were made from."""
    item = await template.update_template(user, template_id=template_id, expected_version=version, changes=body)
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.delete("/{template_id}", status_code=204, responses=documented(401, 403, 404, 409))
async def delete_template(user: CurrentUser, template_id: UUID) -> Response:
    """Takes a template away that nothing uses, by platform admins; 409 with the count of contents otherwise."""
    await template.delete_template(user, template_id=template_id)
    return Response(status_code=204)


@router.get("/{template_id}/versions", responses=documented(401, 404, 422))
async def list_template_versions(user: CurrentUser, page: Paging, template_id: UUID) -> Page[TemplateVersion]:
    """The template as it was after each change, newest first."""
    versions, total = await template.list_versions(user, template_id=template_id, page=page)
    return page_of(versions, total, page, f"/api/v1/templates/{template_id}/versions", {})


@router.get("/{template_id}/versions/{version}", responses=documented(401, 404, 422))
async def get_template_version(
    user: CurrentUser, template_id: UUID, version: Annotated[int, Path(ge=1, le=2_147_483_647)]
) -> Success[TemplateVersion]:
    """The form of contents that were made from this version."""
    return Success(data=await template.get_version(user, template_id=template_id, version=version))
