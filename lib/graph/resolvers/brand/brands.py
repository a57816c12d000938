"""Resolves brands and the lists that forms offer: lib/graph/schema/brand.graphql and brand_types.graphql"""

from typing import Any
from uuid import UUID

from lib import brand
from lib.brand import BrandCounts, BrandListed, BrandRead, DeliverySettingsRead, catalogue, quotas
from lib.brand.catalogue import ContentTypeListed, CountryListed, LanguageListed
from lib.brand.quotas import BrandQuota
from lib.content import ContentHead
from lib.content.queries import ContentFilters
from lib.core.http.models import BrandReference, RequestModel, SearchText
from lib.graph.engine.binding import Info, loaded
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.brand.bound import bindings
from lib.graph.resolvers.content.contents import list_contents
from lib.workflow import definitions

# The most that a list has which is given as a whole, for the cost of its items.
_COUNTRIES, _LANGUAGES, _TYPES, _SUB_BRANDS = 250, 200, 100, 40

bindings.represents("Brand", BrandRead, BrandListed, BrandReference)
bindings.represents("BrandCounts", BrandCounts)
bindings.represents("BrandQuota", BrandQuota)
bindings.represents("DeliverySettings", DeliverySettingsRead)
bindings.enum("AgencyPriority", HIGH="High", MEDIUM="Medium", LOW="Low")
bindings.represents("Country", CountryListed)
bindings.represents("Language", LanguageListed)
bindings.represents("ContentType", ContentTypeListed)
bindings.link("BrandWorkflow", "workflow", definitions.get_workflow, lambda item: {"workflow_id": item.workflow_id})


class BrandFilter(RequestModel):
    """Which brands a list has."""

    q: SearchText | None = None
    """Brands with this text in their name."""
    parent_brand_id: UUID | None = None
    """The brands directly below this one."""


@bindings.whole("Brand")
async def whole_brand(info: Info, part: Any) -> BrandRead:
    """Reads a brand of which a list or a reference shows a part."""
    return await info.context.once(links.read_brand, brand_id=part.id)


@bindings.node("Brand")
@bindings.query("brand", operation="brands.get")
async def find_brand(info: Info, id: UUID) -> BrandRead:
    """Finds a brand by its id."""
    return await info.context.once(links.read_brand, brand_id=id)


@bindings.query("brands", operation="brands.list")
async def list_brands(info: Info, *, paging: Paging, filter: BrandFilter | None = None) -> Connection[BrandListed]:
    """Lists the caller's brands."""
    asked = filter or BrandFilter()
    items, total = await brand.list_brands(
        info.context.principal, query=asked.q, parent_id=asked.parent_brand_id, page=paging.request
    )
    return connection_of(items, paging, total=total)


@bindings.field("Brand", "subBrands", many=_SUB_BRANDS, is_given=True)
async def sub_brands_of(parent: Any, info: Info) -> list[Any]:
    """Returns the brands directly below a brand, which lists and references lack."""
    return (await whole_brand(info, parent)).sub_brands


@bindings.field("Brand", "counts", is_given=True)
async def counts_of(parent: Any, info: Info) -> BrandCounts | None:
    """Counts what a brand holds."""
    return await loaded(info.context.once(brand.get_counts, brand_id=parent.id))


@bindings.field("Brand", "quota", operation="quotas.get")
async def quota_of(parent: Any, info: Info) -> BrandQuota | None:
    """Reads the plan of a brand's account."""
    return await loaded(info.context.once(quotas.get_quota, brand_id=parent.id))


@bindings.field("Brand", "delivery", operation="brands.getDelivery")
async def delivery_of(parent: Any, info: Info) -> DeliverySettingsRead | None:
    """Reads how a brand delivers its contents."""
    return await loaded(info.context.once(brand.get_delivery, brand_id=parent.id))


@bindings.field("Brand", "contents")
async def contents_of(
    parent: Any, info: Info, *, paging: Paging, filter: ContentFilters | None = None
) -> Connection[ContentHead]:
    """Lists the contents of a brand."""
    own = (filter or ContentFilters()).model_copy(update={"brand_id": parent.id})
    own.model_fields_set.add("brand_id")
    return await list_contents(info, paging=paging, filter=own)


@bindings.field("Brand", "contentTypes", many=_TYPES)
async def types_of(parent: Any, info: Info) -> list[ContentTypeListed]:
    """Lists the types of content that a brand allows."""
    return await info.context.once(catalogue.list_content_types, brand_id=parent.id)


@bindings.query("contentTypes", operation="contentTypes.list", many=_TYPES)
async def content_types(info: Info, *, brand_id: UUID | None = None) -> list[ContentTypeListed]:
    """Lists the types of content that brands allow."""
    return await info.context.once(catalogue.list_content_types, brand_id=brand_id)


@bindings.query(operation="countries.list", many=_COUNTRIES)
async def countries(info: Info) -> list[CountryListed]:
    """Lists the countries in use as markets."""
    return await catalogue.list_countries(info.context.principal)


@bindings.query(operation="languages.list", many=_LANGUAGES)
async def languages(info: Info) -> list[LanguageListed]:
    """Lists the languages."""
    return list(catalogue.list_languages())
