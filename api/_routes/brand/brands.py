"""/api/v1/brands: brands, their workflows, master claim brands and delivery"""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Path, Query, Request, Response

from api._routes.brand.shared import READING, BrandId, IfNoneMatch, Paging, changed
from lib import brand
from lib.brand import (
    Brand,
    BrandChanges,
    BrandListed,
    BrandRead,
    DeliverySettings,
    DeliverySettingsRead,
    DeliverySettingsRequest,
    NewBrand,
    WorkflowAssignments,
)
from lib.core.auth.principal import Credentials, CurrentUser, Principal, authenticate
from lib.core.data.cache import Entry
from lib.core.http.app import documented
from lib.core.http.conditional import access_tag, expected_version, is_unchanged, version_tag
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.models import SearchText
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/brands", tags=["brands"])

type MasterClaimBrandId = Annotated[UUID, Path(description="The id of the master claim brand.")]


async def reader(request: Request, credentials: Credentials, brand_id: BrandId) -> tuple[Principal, Entry | None]:
    """Authenticates the caller, and reads what the caches hold of the brand: one round trip to KV for both."""
    return await authenticate(request, credentials, partial(brand.cached_brand, brand_id=brand_id))


@router.get("", name="list", responses=documented(401))
async def list_brands(
    user: CurrentUser,
    page: Paging,
    q: Annotated[
        SearchText | None, Query(description="Lists brands with this text in their name.", examples=["aurora"])
    ] = None,
    parent_id: Annotated[
        UUID | None, Query(alias="parentBrandId", description="Lists the brands directly below this one.")
    ] = None,
) -> Page[BrandListed]:
    """Lists your brands by name, each with how much it holds and what you may do."""
    brands, total = await brand.list_brands(user, query=q, parent_id=parent_id, page=page)
    filters = {"q": q, "parentBrandId": str(parent_id) if parent_id else None}
    return page_of(brands, total, page, "/api/v1/brands", filters)


@router.post("", status_code=201, name="create", responses=documented(401, 403, 409, 422))
async def create_brand(user: CurrentUser, response: Response, body: NewBrand) -> Success[Brand]:
    """Creates a brand, which is a tenant of its own. Requires a platform admin."""
    item = await brand.create_brand(user, brand=body)
    response.headers.update({"Location": f"/api/v1/brands/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get("/{brand_id}", name="get", response_model=Success[BrandRead], responses={304: {}, **documented(401, 404)})
async def get_brand(
    read: Annotated[tuple[Principal, Entry | None], Depends(reader)],
    tasks: BackgroundTasks,
    response: Response,
    brand_id: BrandId,
    if_none_match: IfNoneMatch = None,
) -> Success[BrandRead] | Response:
    """Returns a brand: its profile, agencies, workflows, linked master claim brands, and what you may do.

    The ETag changes with the brand and with your permissions.
    """
    user, cached = read
    item, fresh = await brand.get_brand(user, brand_id=brand_id, cached=cached)
    if fresh is not None:
        tasks.add_task(brand.remember_brand, brand_id=brand_id, entry=fresh)
    tag = access_tag(item.version, [*item.allowed_actions, item.delivery_mode, str(item.has_published)])
    headers = READING | {"ETag": tag}
    if is_unchanged(if_none_match, tag):
        return Response(status_code=304, headers=headers, background=tasks)
    response.headers.update(headers)
    return Success(data=item)


@router.patch("/{brand_id}", name="update", responses=documented(401, 403, 404, 409, 412, 428))
async def update_brand(
    user: CurrentUser,
    tasks: BackgroundTasks,
    response: Response,
    brand_id: BrandId,
    version: Annotated[int, Depends(expected_version)],
    body: BrandChanges,
) -> Success[Brand]:
    """Changes the given properties of a brand; null removes a value.

    Requires `If-Match` with the version you read, and the permission `brand.update`. Name, slug, parent and account
    are changed by platform admins only.
    """
    item = await brand.update_brand(user, brand_id=brand_id, expected_version=version, changes=body)
    return changed(tasks, response, item)


@router.delete("/{brand_id}", status_code=204, name="delete", responses=documented(401, 403, 404, 409))
async def delete_brand(
    user: CurrentUser,
    tasks: BackgroundTasks,
    brand_id: BrandId,
    is_cascade: Annotated[
        bool, Query(alias="cascade", description="Whether contents and workflows disappear with the brand.")
    ] = False,
) -> Response:
    """Deletes a brand. Requires a platform admin.

    Answers 409 with both counts while the brand has contents or workflows, unless `cascade` is true.
    """
    await brand.delete_brand(user, brand_id=brand_id, is_cascade=is_cascade)
    tasks.add_task(brand.forget_brand, brand_id=brand_id)
    return Response(status_code=204, background=tasks)


@router.put("/{brand_id}/workflows", name="set_workflows", responses=documented(401, 403, 404, 409))
async def set_workflows(
    user: CurrentUser, tasks: BackgroundTasks, response: Response, brand_id: BrandId, body: WorkflowAssignments
) -> Success[Brand]:
    """Replaces the workflows that review the brand's contents; assignments that are not listed are removed.

    Requires the permission `workflow.write`.
    """
    return changed(tasks, response, await brand.set_workflows(user, brand_id=brand_id, assignments=body))


@router.put(
    "/{brand_id}/master-claim-brands/{master_id}",
    name="link_master_claim_brand",
    responses=documented(401, 403, 404),
)
async def link_master_claim_brand(
    user: CurrentUser, tasks: BackgroundTasks, response: Response, brand_id: BrandId, master_id: MasterClaimBrandId
) -> Success[Brand]:
    """Links a master claim brand: the brand reads its claims and products from then on. Requires a platform admin."""
    item = await brand.link_master_claim_brand(user, brand_id=brand_id, master_id=master_id, is_linked=True)
    return changed(tasks, response, item)


@router.delete(
    "/{brand_id}/master-claim-brands/{master_id}",
    name="unlink_master_claim_brand",
    responses=documented(401, 403, 404),
)
async def unlink_master_claim_brand(
    user: CurrentUser, tasks: BackgroundTasks, response: Response, brand_id: BrandId, master_id: MasterClaimBrandId
) -> Success[Brand]:
    """Removes the link to a master claim brand. Requires a platform admin."""
    item = await brand.link_master_claim_brand(user, brand_id=brand_id, master_id=master_id, is_linked=False)
    return changed(tasks, response, item)


@router.get("/{brand_id}/delivery", name="get_delivery", responses=documented(401, 403, 404))
async def get_delivery(user: CurrentUser, brand_id: BrandId) -> Success[DeliverySettingsRead]:
    """Returns who may read what the brand published, and how it is presented."""
    return Success(data=await brand.get_delivery(user, brand_id=brand_id))


@router.put("/{brand_id}/delivery", name="set_delivery", responses=documented(401, 403, 404))
async def set_delivery(
    user: CurrentUser, brand_id: BrandId, body: DeliverySettingsRequest
) -> Success[DeliverySettings]:
    """Sets who may read what the brand published: everyone, holders of the key, or nobody; and its addresses.

    A new key is shown this once, and the former one stops working. Requires the permission `brand.update`.
    """
    return Success(data=await brand.set_delivery(user, brand_id=brand_id, request=body))
