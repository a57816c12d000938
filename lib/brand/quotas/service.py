"""Reads the plan of a brand's account and the use of its limits."""

from uuid import UUID

from lib.brand.quotas import repository
from lib.brand.quotas.models import BrandQuota
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row


async def get_quota(principal: Principal, *, brand_id: UUID) -> BrandQuota:
    """Returns the plan of a brand's account, and the use of its limits (domain §11).

    Figures are for callers with `brand.update`. Raises NotFound for strangers to the brand, and Forbidden for members
    with neither `brand.update` nor `ai.use`.
    """
    return read_row(BrandQuota, await repository.fetch_quota(principal.db, brand_id=brand_id))
