"""/api/v1/brands/{brandId}/quota: the plan and its use."""

from fastapi import APIRouter

from api._routes.brand.shared import BrandId
from lib.brand import quotas
from lib.brand.quotas import BrandQuota
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/brands/{brand_id}/quota", tags=["quotas"])


@router.get("", name="get", responses=documented(401, 403, 404))
async def get_quota(user: CurrentUser, brand_id: BrandId) -> Success[BrandQuota]:
    """Returns the plan of the brand's account and whether AI may still be used in this month.

    With the permission `brand.update` it has each limit and its use; those count all brands of the account. Requires
    `brand.update` or `ai.use`.
    """
    return Success(data=await quotas.get_quota(user, brand_id=brand_id))
