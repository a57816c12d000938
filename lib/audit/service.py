"""Reads the audit log of a brand or of the platform."""

from typing import Final
from uuid import UUID

from lib.audit import repository
from lib.audit.models import AuditEntry, AuditQuery
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_rows
from lib.core.http.cursor import cut_page, decode_cursor

ORDER: Final = "-occurred_at"


async def list_entries(
    principal: Principal, *, brand_id: UUID | None, query: AuditQuery
) -> tuple[list[AuditEntry], str | None]:
    """Lists the audit log of a brand, or of the platform, newest first, with the cursor of the next page (domain §12).

    Raises NotFound for strangers to the brand, Forbidden without `audit.read` or, for the platform, for everybody but
    platform admins, and ValidationFailed for a cursor of another list.
    """
    after = decode_cursor(query.cursor, ORDER) if query.cursor else None
    rows = await repository.fetch_entries(principal.db, brand_id=brand_id, query=query, after=after)
    page, following = cut_page(rows, query.page_size, ORDER, value="occurred_at")
    return read_rows(AuditEntry, page), following
