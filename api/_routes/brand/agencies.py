"""/api/v1/brands/{brandId}/agencies: regulators and watchdogs of a brand"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Path, Response

from api._routes.brand.shared import BrandId
from lib import brand
from lib.brand import Agency, AgencyChanges, NewAgency
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/brands/{brand_id}/agencies", tags=["agencies"])

type AgencyId = Annotated[UUID, Path(description="The id of the agency.")]


@router.post("", status_code=201, name="create", responses=documented(401, 403, 404, 409, 422))
async def add_agency(user: CurrentUser, tasks: BackgroundTasks, brand_id: BrandId, body: NewAgency) -> Success[Agency]:
    """Adds a regulator or watchdog to the brand. Requires the permission `brand.update`."""
    agency = await brand.add_agency(user, brand_id=brand_id, agency=body)
    tasks.add_task(brand.forget_brand, brand_id=brand_id)
    return Success(data=agency)


@router.patch("/{agency_id}", name="update", responses=documented(401, 403, 404, 409))
async def change_agency(
    user: CurrentUser, tasks: BackgroundTasks, brand_id: BrandId, agency_id: AgencyId, body: AgencyChanges
) -> Success[Agency]:
    """Changes the given properties of an agency, such as the status of one that AI suggested.

    Requires the permission `brand.update`.
    """
    agency = await brand.change_agency(user, brand_id=brand_id, agency_id=agency_id, changes=body)
    tasks.add_task(brand.forget_brand, brand_id=brand_id)
    return Success(data=agency)


@router.delete("/{agency_id}", status_code=204, name="delete", responses=documented(401, 403, 404))
async def remove_agency(user: CurrentUser, tasks: BackgroundTasks, brand_id: BrandId, agency_id: AgencyId) -> Response:
    """Removes an agency from the brand. Requires the permission `brand.update`."""
    await brand.remove_agency(user, brand_id=brand_id, agency_id=agency_id)
    tasks.add_task(brand.forget_brand, brand_id=brand_id)
    return Response(status_code=204, background=tasks)
