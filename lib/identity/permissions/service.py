"""Lists the caller's own permissions."""

from uuid import UUID

from lib.core.auth.principal import Principal
from lib.core.data.reading import read_rows
from lib.core.http.envelope import PageRequest
from lib.identity.permissions import repository
from lib.identity.permissions.models import BrandPermissions


async def list_permissions(
    principal: Principal, *, brand_id: UUID | None, page: PageRequest
) -> tuple[list[BrandPermissions], int]:
    """Lists what the caller may do in each of their brands, by name, and how many brands there are.

    The database decides with the same rules as its policies (domain §2).
    """
    rows, total = await repository.fetch_permissions(principal.db, brand_id=brand_id, page=page)
    return read_rows(BrandPermissions, rows), total
