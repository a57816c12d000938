"""Leads from objects to those of other contexts, which are null where the caller may not read them."""

from typing import Any
from uuid import UUID

from lib import brand, content
from lib.brand import BrandRead
from lib.content import Content
from lib.core.auth.principal import Principal
from lib.core.http.errors import ErrorDetail, ValidationFailed
from lib.graph.engine.binding import Info, loaded
from lib.graph.engine.paging import Paging
from lib.workflow import definitions
from lib.workflow.definitions import Workflow


async def read_brand(principal: Principal, *, brand_id: UUID) -> BrandRead:
    """Reads a brand, for `Bindings.link`."""
    return (await brand.get_brand(principal, brand_id=brand_id, cached=None))[0]


async def read_content(principal: Principal, *, content_id: UUID) -> Content:
    """Reads a content, for `Bindings.link`."""
    return (await content.get_content(principal, content_id=content_id))[0]


def brand_id_of(parent: Any) -> dict[str, Any] | None:
    """Returns the brand that an object names as `brandId`, for `Bindings.link`."""
    return {"brand_id": parent.brand_id} if parent.brand_id else None


def content_id_of(parent: Any) -> dict[str, Any] | None:
    """Returns the content that an object names as `contentId`, for `Bindings.link`."""
    return {"content_id": parent.content_id} if parent.content_id else None


async def find_brand(info: Info, brand_id: UUID | None) -> BrandRead | None:
    """Returns a brand by its id."""
    return await loaded(info.context.once(read_brand, brand_id=brand_id)) if brand_id else None


async def find_content(info: Info, content_id: UUID | None) -> Content | None:
    """Returns a content by its id."""
    return await loaded(info.context.once(read_content, content_id=content_id)) if content_id else None


async def find_workflow(info: Info, workflow_id: UUID | None) -> Workflow | None:
    """Returns a workflow by its id."""
    if workflow_id is None:
        return None
    return await loaded(definitions.get_workflow(info.context.principal, workflow_id=workflow_id))


async def brand_of(parent: Any, info: Info) -> BrandRead | None:
    """Returns the brand of an object that has `brandId`."""
    return await find_brand(info, parent.brand_id)


async def referred_brand_of(parent: Any, info: Info) -> BrandRead | None:
    """Returns the brand of an object that names it as `brand`."""
    return await find_brand(info, parent.brand.id if parent.brand else None)


async def referred_brand_id_of(parent: Any, info: Info) -> str | None:
    """Returns the id of the brand of an object that names it as `brand`."""
    return str(parent.brand.id) if parent.brand else None


async def content_of(parent: Any, info: Info) -> Content | None:
    """Returns the content of an object that has `contentId`."""
    return await find_content(info, parent.content_id)


async def workflow_of(parent: Any, info: Info) -> Workflow | None:
    """Returns the workflow of an object that has `workflowId`."""
    return await find_workflow(info, parent.workflow_id)


def require_first_page(paging: Paging) -> None:
    """Raises ValidationFailed for a later page by number of a list that goes on by cursors only."""
    if (paging.number or 1) > 1:
        detail: ErrorDetail = {
            "field": "pagination.page",
            "code": "INVALID_FORMAT",
            "message": "must be 1: this list goes on by cursors",
        }
        raise ValidationFailed("the request is not valid", details=[detail])
