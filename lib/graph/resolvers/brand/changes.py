"""Resolves the mutations of brands, their agencies, workflows and delivery: lib/graph/schema/brand_changes.graphql"""

from typing import Any
from uuid import UUID

from lib import brand
from lib.brand import AgencyChanges, Brand, BrandChanges, DeliverySettingsRequest, NewAgency, NewBrand
from lib.brand import WorkflowAssignments as Assignments
from lib.graph.engine.binding import Info
from lib.graph.resolvers.brand.bound import bindings


def _forget(info: Info, brand_id: UUID) -> None:
    """Lets the caches of REST forget a brand after the answer. A stale entry costs a lookup, and is never served."""
    info.context.tasks.add_task(brand.forget_brand, brand_id=brand_id)


def _changed(info: Info, item: Brand) -> dict[str, Any]:
    _forget(info, item.id)
    return {"brand": item}


@bindings.mutation(operation="brands.create")
async def create_brand(info: Info, *, input: NewBrand) -> dict[str, Any]:
    """Creates a brand."""
    return {"brand": await brand.create_brand(info.context.principal, brand=input)}


@bindings.mutation(operation="brands.update")
async def update_brand(info: Info, *, id: UUID, input: BrandChanges, expected_version: int) -> dict[str, Any]:
    """Changes a brand."""
    item = await brand.update_brand(
        info.context.principal, brand_id=id, expected_version=expected_version, changes=input
    )
    return _changed(info, item)


@bindings.mutation(operation="brands.delete")
async def delete_brand(info: Info, *, id: UUID, cascade: bool = False) -> dict[str, Any]:
    """Deletes a brand."""
    await brand.delete_brand(info.context.principal, brand_id=id, is_cascade=cascade)
    _forget(info, id)
    return {"deletedId": id}


@bindings.mutation(operation="brands.setWorkflows")
async def set_brand_workflows(info: Info, *, brand_id: UUID, input: Assignments) -> dict[str, Any]:
    """Replaces the workflows of a brand."""
    return _changed(info, await brand.set_workflows(info.context.principal, brand_id=brand_id, assignments=input))


async def _link(info: Info, brand_id: UUID, master_id: UUID, *, is_linked: bool) -> dict[str, Any]:
    item = await brand.link_master_claim_brand(
        info.context.principal, brand_id=brand_id, master_id=master_id, is_linked=is_linked
    )
    return _changed(info, item)


@bindings.mutation(operation="brands.linkMasterClaimBrand")
async def link_master_claim_brand(info: Info, *, brand_id: UUID, master_claim_brand_id: UUID) -> dict[str, Any]:
    """Links a master claim brand."""
    return await _link(info, brand_id, master_claim_brand_id, is_linked=True)


@bindings.mutation(operation="brands.unlinkMasterClaimBrand")
async def unlink_master_claim_brand(info: Info, *, brand_id: UUID, master_claim_brand_id: UUID) -> dict[str, Any]:
    """Removes the link to a master claim brand."""
    return await _link(info, brand_id, master_claim_brand_id, is_linked=False)


@bindings.mutation(operation="brands.setDelivery")
async def set_brand_delivery(info: Info, *, brand_id: UUID, input: DeliverySettingsRequest) -> dict[str, Any]:
    """Sets who may read what a brand published."""
    settings = await brand.set_delivery(info.context.principal, brand_id=brand_id, request=input)
    return {"settings": settings, "key": settings.key}


@bindings.mutation(operation="agencies.create")
async def create_agency(info: Info, *, brand_id: UUID, input: NewAgency) -> dict[str, Any]:
    """Adds an agency to a brand."""
    agency = await brand.add_agency(info.context.principal, brand_id=brand_id, agency=input)
    _forget(info, brand_id)
    return {"agency": agency}


@bindings.mutation(operation="agencies.update")
async def update_agency(info: Info, *, brand_id: UUID, id: UUID, input: AgencyChanges) -> dict[str, Any]:
    """Changes an agency."""
    agency = await brand.change_agency(info.context.principal, brand_id=brand_id, agency_id=id, changes=input)
    _forget(info, brand_id)
    return {"agency": agency}


@bindings.mutation(operation="agencies.delete")
async def delete_agency(info: Info, *, brand_id: UUID, id: UUID) -> dict[str, Any]:
    """Removes an agency."""
    await brand.remove_agency(info.context.principal, brand_id=brand_id, agency_id=id)
    _forget(info, brand_id)
    return {"deletedId": id}
