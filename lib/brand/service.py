from uuid import UUID

from lib.brand import repository
from lib.brand.models import Brand
from lib.core.envelope import PageRequest
from lib.core.errors import NotFound
from lib.core.principal import Principal


async def get_brand(principal: Principal, *, brand_id: UUID) -> Brand:
    row = await repository.fetch_brand(principal.db, brand_id=brand_id)
    if row is None:
        raise NotFound("brand not found")
    return Brand.model_validate(row)


async def list_brands(principal: Principal, *, page: PageRequest) -> tuple[list[Brand], int]:
    rows, total = await repository.fetch_brands(principal.db, page=page)
    return [Brand.model_validate(row) for row in rows], total
