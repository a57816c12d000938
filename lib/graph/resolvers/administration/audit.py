"""Resolves the audit log of a brand and that of the platform."""

from uuid import UUID

from lib import audit
from lib.audit import AuditEntry, AuditQuery
from lib.brand import BrandRead
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, cursor_behind, cursor_connection
from lib.graph.resolvers.administration.bound import PAGE, bindings

bindings.represents("AuditEntry", AuditEntry)
bindings.represents("AuditFilter", AuditQuery, omits={"pageSize": PAGE, "cursor": PAGE})


async def _entries(
    info: Info, brand_id: UUID | None, paging: Paging, given: AuditQuery | None
) -> Connection[AuditEntry]:
    paging.require_first()
    query = (given or AuditQuery()).model_copy(update={"page_size": paging.page_size, "cursor": paging.cursor})
    entries, following = await audit.list_entries(info.context.principal, brand_id=brand_id, query=query)
    return cursor_connection(
        entries, paging, next_cursor=following, cursor_of=cursor_behind(audit.ORDER, value="occurred_at")
    )


@bindings.query(operation="auditLog.list")
async def audit_log(
    info: Info, *, brand_id: UUID, paging: Paging, filter: AuditQuery | None = None
) -> Connection[AuditEntry]:
    """Lists the audit log of a brand."""
    return await _entries(info, brand_id, paging, filter)


@bindings.field("Brand", "auditLog", operation="auditLog.list")
async def audit_log_of(
    parent: BrandRead, info: Info, *, paging: Paging, filter: AuditQuery | None = None
) -> Connection[AuditEntry]:
    """Lists the audit log of a brand."""
    return await _entries(info, parent.id, paging, filter)


@bindings.query(operation="auditLog.listPlatform")
async def platform_audit_log(info: Info, *, paging: Paging, filter: AuditQuery | None = None) -> Connection[AuditEntry]:
    """Lists the entries that belong to no brand."""
    return await _entries(info, None, paging, filter)
