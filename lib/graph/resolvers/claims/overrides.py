"""Resolves market overrides: lib/graph/schema/market_overrides.graphql"""

from typing import Any
from uuid import UUID

from lib.claims import overrides as service
from lib.claims.catalogue import Product
from lib.claims.overrides import (
    MarketOverride,
    NewOverride,
    OverrideChanges,
    OverrideCreated,
    OverrideQuery,
    RuleMarket,
)
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.claims.bound import PAGES, bindings, paged

bindings.represents(
    "MarketOverride",
    MarketOverride,
    OverrideCreated,
    omits={"warnings": "the payload of the mutation has them"},
)
bindings.represents("MarketOverrideFilter", OverrideQuery, omits=PAGES)
bindings.link("MarketOverride", "product", links.read_item, links.item_of(Product, "product"), embedded="product")
bindings.link("OverrideClaim", "claim", links.read_claim, links.argument("claim_id", "id"))
bindings.enum("OverrideSort", UPDATED_AT="updatedAt", CREATED_AT="createdAt", PRODUCT="product", MARKET="market")


@bindings.node("MarketOverride")
async def override_by_id(info: Info, override_id: UUID) -> MarketOverride:
    """Finds an override by its id."""
    return await service.get_override(info.context.principal, override_id=override_id)


@bindings.query(operation="marketOverrides.get")
async def market_override(info: Info, *, id: UUID) -> MarketOverride:
    """Reads an override."""
    return await override_by_id(info, id)


@bindings.query(operation="marketOverrides.list")
async def market_overrides(
    info: Info, *, paging: Paging, filter: OverrideQuery | None = None
) -> Connection[MarketOverride]:
    """Lists overrides."""
    items, total = await service.list_overrides(info.context.principal, query=paged(filter or OverrideQuery(), paging))
    return connection_of(items, paging, total=total)


@bindings.query(operation="marketOverrides.findConflicts")
async def override_conflicts(
    info: Info, *, master_claim_id: UUID, product_id: UUID, market: RuleMarket
) -> list[MarketOverride]:
    """Lists the rules that a new rule would be in conflict with."""
    return await service.find_conflicts(
        info.context.principal, master_claim_id=master_claim_id, product_id=product_id, market=market
    )


@bindings.field("MarketOverride", "conflicts", operation="marketOverrides.listConflicts")
async def conflicts_of_override(parent: MarketOverride, info: Info) -> list[MarketOverride]:
    """Lists the rules that an override is in conflict with."""
    return await service.list_conflicts(info.context.principal, override_id=parent.id)


@bindings.mutation(operation="marketOverrides.create")
async def create_market_override(info: Info, *, input: NewOverride) -> dict[str, Any]:
    """Creates an override."""
    created = await service.create_override(info.context.principal, override=input)
    return {"override": created, "warnings": created.warnings}


@bindings.mutation(operation="marketOverrides.update")
async def update_market_override(
    info: Info, *, id: UUID, input: OverrideChanges, expected_version: int
) -> dict[str, Any]:
    """Changes an override."""
    changed = await service.update_override(
        info.context.principal, override_id=id, expected_version=expected_version, changes=input
    )
    return {"override": changed, "warnings": None}


@bindings.mutation(operation="marketOverrides.delete")
async def delete_market_override(info: Info, *, id: UUID) -> dict[str, Any]:
    """Deletes an override."""
    await service.remove_override(info.context.principal, override_id=id)
    return {"deletedId": id}
