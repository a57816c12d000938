"""/api/v1/brands/{brandId}/audit-log and /api/v1/audit-log: who did what."""

from typing import Annotated

from fastapi import APIRouter, Query

from api._routes.brand.shared import BrandId
from lib import audit
from lib.audit import AuditEntry, AuditQuery
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import CursorPage, cursor_page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, tags=["auditLog"])


@router.get("/api/v1/brands/{brand_id}/audit-log", name="list", responses=documented(401, 403, 404))
async def list_brand_entries(
    user: CurrentUser,
    brand_id: BrandId,
    query: Annotated[AuditQuery, Query()],
) -> CursorPage[AuditEntry]:
    """Lists the audit log of a brand, newest first, by cursor. Requires the permission `audit.read` in the brand."""
    entries, following = await audit.list_entries(user, brand_id=brand_id, query=query)
    path = f"/api/v1/brands/{brand_id}/audit-log"
    return cursor_page_of(entries, query.page_size, path, query, cursor=query.cursor, next_cursor=following)


@router.get("/api/v1/audit-log", name="list_platform", responses=documented(401, 403))
async def list_platform_entries(user: CurrentUser, query: Annotated[AuditQuery, Query()]) -> CursorPage[AuditEntry]:
    """Lists the entries of the audit log that belong to no brand, such as sign-ins, newest first, by cursor.

    Requires a platform admin.
    """
    entries, following = await audit.list_entries(user, brand_id=None, query=query)
    return cursor_page_of(
        entries, query.page_size, "/api/v1/audit-log", query, cursor=query.cursor, next_cursor=following
    )
