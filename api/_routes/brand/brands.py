"""/api/v1/brands/*"""

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Header, Query, Request, Response

from lib import brand
from lib.brand import (
    Agency,
    AgencyChanges,
    Brand,
    BrandChanges,
    BrandListed,
    BrandMembership,
    BrandRead,
    Delivery,
    DeliveryRequest,
    Member,
    MemberAssignment,
    NewAgency,
    NewBrand,
    WorkflowAssignments,
)
from lib.core.auth.principal import Credentials, CurrentUser, Principal, authenticate
from lib.core.data.cache import Entry
from lib.core.http.app import documented
from lib.core.http.conditional import expected_version, is_unchanged, version_tag
from lib.core.http.envelope import Page, PageRequest, Success, page_of, page_request
from lib.core.http.models import SearchText

router = APIRouter(prefix="/api/v1/brands", tags=["brands"])

type Paging = Annotated[PageRequest, Depends(page_request)]

# A browser shows what it has and asks behind it (reference §4.3), and shows it to no other account.
READING: Final = {"Cache-Control": "private, max-age=0, stale-while-revalidate=60", "Vary": "Authorization"}


async def reader(request: Request, credentials: Credentials, brand_id: UUID) -> tuple[Principal, Entry | None]:
    """Who reads the brand, and what the caches hold of it: both by the one round trip to KV."""
    return await authenticate(request, credentials, partial(brand.cached_brand, brand_id))


def _changed(tasks: BackgroundTasks, response: Response, item: Brand) -> Success[Brand]:
    """The entry in the caches is of the past. Who reads asks for the version anyway, so this need not be waited for."""
    tasks.add_task(brand.forget_brand, item.id)
    response.headers["ETag"] = version_tag(item.version)
    return Success(data=item)


@router.get("", responses=documented(401))
async def list_brands(
    user: CurrentUser,
    page: Paging,
    q: Annotated[SearchText | None, Query(examples=["aurora"])] = None,
    parent_id: Annotated[UUID | None, Query(alias="parentBrandId")] = None,
) -> Page[BrandListed]:
    """The brands that the caller belongs to, by name, each with what it holds."""
    brands, total = await brand.list_brands(user, query=q, parent_id=parent_id, page=page)
    filters = {"q": q, "parentBrandId": str(parent_id) if parent_id else None}
    return page_of(brands, total, page, "/api/v1/brands", filters)


@router.post("", status_code=201, responses=documented(401, 403, 409, 422))
async def create_brand(user: CurrentUser, response: Response, body: NewBrand) -> Success[Brand]:
    """A new tenant, by a platform admin."""
    item = await brand.create_brand(user, brand=body)
    response.headers.update({"Location": f"/api/v1/brands/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get("/{brand_id}", response_model=Success[BrandRead], responses={304: {}, **documented(401, 404)})
async def get_brand(
    read: Annotated[tuple[Principal, Entry | None], Depends(reader)],
    tasks: BackgroundTasks,
    response: Response,
    brand_id: UUID,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Success[BrandRead] | Response:
    """The brand whole: who it is, how it speaks, its agencies, workflows and linked master claim brands."""
    user, cached = read
    item, fresh = await brand.get_brand(user, brand_id=brand_id, cached=cached)
    if fresh is not None:
        tasks.add_task(brand.remember_brand, brand_id, fresh)
    headers = READING | {"ETag": version_tag(item.version)}
    if is_unchanged(if_none_match, version_tag(item.version)):
        return Response(status_code=304, headers=headers, background=tasks)
    response.headers.update(headers)
    return Success(data=item)


@router.patch("/{brand_id}", responses=documented(401, 403, 404, 409, 412, 428))
async def update_brand(
    user: CurrentUser,
    tasks: BackgroundTasks,
    response: Response,
    brand_id: UUID,
    version: Annotated[int, Depends(expected_version)],
    body: BrandChanges,
) -> Success[Brand]:
    """Changes what is named, as an admin of the brand; name, slug, parent and account as a platform admin."""
    item = await brand.update_brand(user, brand_id=brand_id, expected_version=version, changes=body)
    return _changed(tasks, response, item)


@router.delete("/{brand_id}", status_code=204, responses=documented(401, 403, 404, 409))
async def delete_brand(
    user: CurrentUser,
    tasks: BackgroundTasks,
    brand_id: UUID,
    is_cascade: Annotated[bool, Query(alias="cascade")] = False,
) -> Response:
    """Takes a brand away, by a platform admin: 409 with counts while it has contents or workflows, unless cascading."""
    await brand.delete_brand(user, brand_id=brand_id, is_cascade=is_cascade)
    tasks.add_task(brand.forget_brand, brand_id)
    return Response(status_code=204, background=tasks)


@router.get("/{brand_id}/members", responses=documented(401, 404))
async def list_members(user: CurrentUser, page: Paging, brand_id: UUID) -> Page[Member]:
    """The people of a brand by name; roles, permissions and expiry for editors and admins."""
    members, total = await brand.list_members(user, brand_id=brand_id, page=page)
    return page_of(members, total, page, f"/api/v1/brands/{brand_id}/members", {})


@router.put("/{brand_id}/members/{user_id}", responses=documented(401, 403, 404, 409))
async def assign_member(
    user: CurrentUser, brand_id: UUID, user_id: UUID, body: MemberAssignment
) -> Success[BrandMembership]:
    """Gives a person a role in the brand, or changes it, as an admin; nobody their own, or above their own."""
    return Success(data=await brand.assign_member(user, brand_id=brand_id, user_id=user_id, assignment=body))


@router.delete("/{brand_id}/members/{user_id}", status_code=204, responses=documented(401, 403, 404))
async def remove_member(user: CurrentUser, brand_id: UUID, user_id: UUID) -> Response:
    """Ends a membership: open tasks go to others, what the person did stays theirs."""
    await brand.remove_member(user, brand_id=brand_id, user_id=user_id)
    return Response(status_code=204)


@router.put("/{brand_id}/workflows", responses=documented(401, 403, 404, 409))
async def set_workflows(
    user: CurrentUser, tasks: BackgroundTasks, response: Response, brand_id: UUID, body: WorkflowAssignments
) -> Success[Brand]:
    """Says which workflow reviews which type of content; ``*`` stands for every type without its own."""
    return _changed(tasks, response, await brand.set_workflows(user, brand_id=brand_id, assignments=body))


@router.put("/{brand_id}/master-claim-brands/{master_id}", responses=documented(401, 403, 404))
async def link_master_claim_brand(
    user: CurrentUser, tasks: BackgroundTasks, response: Response, brand_id: UUID, master_id: UUID
) -> Success[Brand]:
    """Links a master claim brand, whose claims and products the brand reads from then on; by a platform admin."""
    item = await brand.link_master_claim_brand(user, brand_id=brand_id, master_id=master_id, is_linked=True)
    return _changed(tasks, response, item)


@router.delete("/{brand_id}/master-claim-brands/{master_id}", responses=documented(401, 403, 404))
async def unlink_master_claim_brand(
    user: CurrentUser, tasks: BackgroundTasks, response: Response, brand_id: UUID, master_id: UUID
) -> Success[Brand]:
    """Takes the link away again, by a platform admin."""
    item = await brand.link_master_claim_brand(user, brand_id=brand_id, master_id=master_id, is_linked=False)
    return _changed(tasks, response, item)


@router.post("/{brand_id}/agencies", status_code=201, responses=documented(401, 403, 404, 409, 422))
async def add_agency(user: CurrentUser, tasks: BackgroundTasks, brand_id: UUID, body: NewAgency) -> Success[Agency]:
    """A regulator or watchdog that the brand listens to."""
    agency = await brand.add_agency(user, brand_id=brand_id, agency=body)
    tasks.add_task(brand.forget_brand, brand_id)
    return Success(data=agency)


@router.patch("/{brand_id}/agencies/{agency_id}", responses=documented(401, 403, 404, 409))
async def change_agency(
    user: CurrentUser, tasks: BackgroundTasks, brand_id: UUID, agency_id: UUID, body: AgencyChanges
) -> Success[Agency]:
    """Changes what is named of an agency, as verifying one that AI suggested."""
    agency = await brand.change_agency(user, brand_id=brand_id, agency_id=agency_id, changes=body)
    tasks.add_task(brand.forget_brand, brand_id)
    return Success(data=agency)


@router.delete("/{brand_id}/agencies/{agency_id}", status_code=204, responses=documented(401, 403, 404))
async def remove_agency(user: CurrentUser, tasks: BackgroundTasks, brand_id: UUID, agency_id: UUID) -> Response:
    """The brand listens to it no more."""
    await brand.remove_agency(user, brand_id=brand_id, agency_id=agency_id)
    tasks.add_task(brand.forget_brand, brand_id)
    return Response(status_code=204, background=tasks)


@router.put("/{brand_id}/delivery", responses=documented(401, 403, 404))
async def set_delivery(user: CurrentUser, brand_id: UUID, body: DeliveryRequest) -> Success[Delivery]:
    """Who may read what the brand published: everyone, who has the key, or nobody."""
    return Success(data=await brand.set_delivery(user, brand_id=brand_id, request=body))
