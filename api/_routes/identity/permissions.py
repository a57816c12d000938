"""/api/v1/users/me/permissions: what the caller may do in each brand."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Page, PageRequest, page_of, page_request
from lib.core.http.routes import Route
from lib.identity import permissions
from lib.identity.permissions import BrandPermissions

router = APIRouter(route_class=Route, prefix="/api/v1/users/me/permissions", tags=["permissions"])

type Paging = Annotated[PageRequest, Depends(page_request)]


@router.get("", name="list", responses=documented(401, 403))
async def list_permissions(
    user: CurrentUser,
    page: Paging,
    brand_id: Annotated[
        UUID | None, Query(alias="brandId", description="Lists the permissions in this brand only.")
    ] = None,
) -> Page[BrandPermissions]:
    """Lists the brands in which you may do something, by name, with your role and all permissions that hold now.

    Platform admins hold every permission in every brand. An API key lists its own brand only, with the permissions
    that its scopes allow.
    """
    rows, total = await permissions.list_permissions(user, brand_id=brand_id, page=page)
    filters = {"brandId": str(brand_id) if brand_id else None}
    return page_of(rows, total, page, "/api/v1/users/me/permissions", filters)
