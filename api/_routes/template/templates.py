"""/api/v1/templates/*"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import StringConstraints

from lib import template
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import access_tag, expected_version, is_unchanged, version_tag
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.models import SearchText
from lib.core.http.routes import Route
from lib.template import NewTemplate, Template, TemplateChanges, TemplateFilters, TemplateRead, TemplateVersion

router = APIRouter(route_class=Route, prefix="/api/v1/templates", tags=["templates"])

type Paging = Annotated[PageRequest, Depends(page_request)]
type TypeName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,50}$")]
type TemplateId = Annotated[UUID, Path(description="The id of the template.")]


@router.get("", name="list", responses=documented(401, 422))
async def list_templates(
    user: CurrentUser,
    page: Paging,
    brand_id: Annotated[
        UUID | None, Query(alias="brandId", description="Lists the templates of this brand and the global ones.")
    ] = None,
    content_type: Annotated[
        TypeName | None, Query(alias="contentType", description="Lists templates for this type of content.")
    ] = None,
    category: Annotated[
        SearchText | None, Query(description="Lists templates of this category, in the same spelling.")
    ] = None,
    q: Annotated[
        SearchText | None, Query(description="Lists templates with this text in their name or description.")
    ] = None,
    is_active: Annotated[
        bool, Query(alias="active", description="Lists active templates, or those that are switched off.")
    ] = True,
) -> Page[TemplateRead]:
    """Lists the global templates and those of your brands by name, each with its use and what you may do."""
    filters = TemplateFilters(
        brand_id=brand_id, content_type=content_type, category=category, query=q, is_active=is_active
    )
    templates, total = await template.list_templates(user, filters=filters, page=page)
    asked = {
        "brandId": str(brand_id) if brand_id else None,
        "contentType": content_type,
        "category": category,
        "q": q,
        "active": str(is_active).lower(),
    }
    return page_of(templates, total, page, "/api/v1/templates", asked)


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409, 422))
async def create_template(user: CurrentUser, response: Response, body: NewTemplate) -> Success[Template]:
    """Creates a template.

    Requires the permission `template.write` in its brand, or a platform admin for a global one.
    """
    item = await template.create_template(user, template=body)
    response.headers.update({"Location": f"/api/v1/templates/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get(
    "/{template_id}",
    name="get",
    response_model=Success[TemplateRead],
    responses={304: {}, **documented(401, 404, 422)},
)
async def get_template(
    user: CurrentUser,
    response: Response,
    template_id: TemplateId,
    if_none_match: Annotated[
        str | None,
        Header(alias="If-None-Match", description="The ETag that you have: 304 while it is the newest."),
    ] = None,
) -> Success[TemplateRead] | Response:
    """Returns a template with its fields, its use and what you may do, also one that is not active.

    The ETag changes with the template and with your permissions.
    """
    item = await template.get_template(user, template_id=template_id)
    headers = {"ETag": access_tag(item.version, item.allowed_actions), "Cache-Control": "private, no-cache"}
    if is_unchanged(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return Success(data=item)


@router.patch("/{template_id}", name="update", responses=documented(401, 403, 404, 409, 412, 428))
async def update_template(
    user: CurrentUser,
    response: Response,
    template_id: TemplateId,
    version: Annotated[int, Depends(expected_version)],
    body: TemplateChanges,
) -> Success[Template]:
    """Changes the given properties of a template; contents keep to the version that they were made from.

    Requires `If-Match` with the version you read, and the permission `template.write` in its brand, or a platform admin
    for a global one.
    """
    item = await template.update_template(user, template_id=template_id, expected_version=version, changes=body)
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.delete("/{template_id}", status_code=204, name="delete", responses=documented(401, 403, 404, 409))
async def delete_template(user: CurrentUser, template_id: TemplateId) -> Response:
    """Deletes a template that no content uses; otherwise answers 409 with their number. Requires a platform admin."""
    await template.delete_template(user, template_id=template_id)
    return Response(status_code=204)


@router.get("/{template_id}/versions", name="list_versions", responses=documented(401, 404, 422))
async def list_template_versions(user: CurrentUser, page: Paging, template_id: TemplateId) -> Page[TemplateVersion]:
    """Lists the template as it was after each change, newest first."""
    versions, total = await template.list_versions(user, template_id=template_id, page=page)
    return page_of(versions, total, page, f"/api/v1/templates/{template_id}/versions", {})


@router.get("/{template_id}/versions/{version}", name="get_version", responses=documented(401, 404, 422))
async def get_template_version(
    user: CurrentUser,
    template_id: TemplateId,
    version: Annotated[int, Path(ge=1, le=2_147_483_647, description="The number of the version, counted from 1.")],
) -> Success[TemplateVersion]:
    """Returns the template as it was in one version: the form of contents that were made from it."""
    return Success(data=await template.get_version(user, template_id=template_id, version=version))
