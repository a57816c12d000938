"""Resolves changes of the catalogue: lib/graph/schema/catalogue_changes.graphql"""

from typing import Any
from uuid import UUID

from lib.claims import catalogue as service
from lib.claims.catalogue import (
    CatalogueArchiving,
    ClaimBrand,
    ClaimBrandChanges,
    Ingredient,
    ItemChanges,
    NewClaimBrand,
    NewIngredient,
    NewProduct,
    Product,
    ProductIngredients,
)
from lib.graph.engine.binding import Info
from lib.graph.resolvers.claims.bound import bindings


async def _update[T: (ClaimBrand, Product, Ingredient)](
    info: Info, model: type[T], item_id: UUID, version: int, changes: ClaimBrandChanges | ItemChanges
) -> T:
    return await service.update_item(
        info.context.principal, model, item_id=item_id, expected_version=version, changes=changes
    )


async def _archive[T: (ClaimBrand, Product, Ingredient)](
    info: Info, model: type[T], item_id: UUID, version: int | None, request: CatalogueArchiving | None
) -> T:
    is_forced = request is not None and request.force
    return await service.archive_item(
        info.context.principal, model, item_id=item_id, is_archived=True, is_forced=is_forced, expected_version=version
    )


async def _restore[T: (ClaimBrand, Product, Ingredient)](
    info: Info, model: type[T], item_id: UUID, version: int | None
) -> T:
    return await service.archive_item(
        info.context.principal, model, item_id=item_id, is_archived=False, expected_version=version
    )


@bindings.mutation(operation="claimBrands.create")
async def create_claim_brand(info: Info, *, input: NewClaimBrand) -> dict[str, Any]:
    """Creates a claim brand."""
    return {"claimBrand": await service.create_claim_brand(info.context.principal, claim_brand=input)}


@bindings.mutation(operation="claimBrands.update")
async def update_claim_brand(
    info: Info, *, id: UUID, input: ClaimBrandChanges, expected_version: int
) -> dict[str, Any]:
    """Changes a claim brand."""
    return {"claimBrand": await _update(info, ClaimBrand, id, expected_version, input)}


@bindings.mutation(operation="claimBrands.archive")
async def archive_claim_brand(
    info: Info, *, id: UUID, input: CatalogueArchiving | None = None, expected_version: int | None = None
) -> dict[str, Any]:
    """Archives a claim brand."""
    return {"claimBrand": await _archive(info, ClaimBrand, id, expected_version, input)}


@bindings.mutation(operation="claimBrands.restore")
async def restore_claim_brand(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Takes a claim brand out of the archive."""
    return {"claimBrand": await _restore(info, ClaimBrand, id, expected_version)}


@bindings.mutation(operation="products.create")
async def create_product(info: Info, *, input: NewProduct) -> dict[str, Any]:
    """Creates a product."""
    return {"product": await service.create_product(info.context.principal, product=input)}


@bindings.mutation(operation="products.update")
async def update_product(info: Info, *, id: UUID, input: ItemChanges, expected_version: int) -> dict[str, Any]:
    """Changes a product."""
    return {"product": await _update(info, Product, id, expected_version, input)}


@bindings.mutation(operation="products.archive")
async def archive_product(
    info: Info, *, id: UUID, input: CatalogueArchiving | None = None, expected_version: int | None = None
) -> dict[str, Any]:
    """Archives a product."""
    return {"product": await _archive(info, Product, id, expected_version, input)}


@bindings.mutation(operation="products.restore")
async def restore_product(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Takes a product out of the archive."""
    return {"product": await _restore(info, Product, id, expected_version)}


@bindings.mutation(operation="ingredients.create")
async def create_ingredient(info: Info, *, input: NewIngredient) -> dict[str, Any]:
    """Creates an ingredient."""
    return {"ingredient": await service.create_ingredient(info.context.principal, ingredient=input)}


@bindings.mutation(operation="ingredients.update")
async def update_ingredient(info: Info, *, id: UUID, input: ItemChanges, expected_version: int) -> dict[str, Any]:
    """Changes an ingredient."""
    return {"ingredient": await _update(info, Ingredient, id, expected_version, input)}


@bindings.mutation(operation="ingredients.archive")
async def archive_ingredient(
    info: Info, *, id: UUID, input: CatalogueArchiving | None = None, expected_version: int | None = None
) -> dict[str, Any]:
    """Archives an ingredient."""
    return {"ingredient": await _archive(info, Ingredient, id, expected_version, input)}


@bindings.mutation(operation="ingredients.restore")
async def restore_ingredient(info: Info, *, id: UUID, expected_version: int | None = None) -> dict[str, Any]:
    """Takes an ingredient out of the archive."""
    return {"ingredient": await _restore(info, Ingredient, id, expected_version)}


@bindings.mutation(operation="claimBrands.link")
async def link_claim_brand(info: Info, *, claim_brand_id: UUID, brand_id: UUID) -> dict[str, Any]:
    """Links a brand to a claim brand."""
    return {"claimBrand": await _link(info, claim_brand_id, brand_id, is_linked=True)}


@bindings.mutation(operation="claimBrands.unlink")
async def unlink_claim_brand(info: Info, *, claim_brand_id: UUID, brand_id: UUID) -> dict[str, Any]:
    """Removes the link of a brand to a claim brand."""
    return {"claimBrand": await _link(info, claim_brand_id, brand_id, is_linked=False)}


async def _link(info: Info, claim_brand_id: UUID, brand_id: UUID, *, is_linked: bool) -> ClaimBrand:
    principal = info.context.principal
    await service.link_brand(principal, claim_brand_id=claim_brand_id, brand_id=brand_id, is_linked=is_linked)
    return await service.get_item(principal, ClaimBrand, item_id=claim_brand_id)


@bindings.mutation(operation="products.setIngredients")
async def set_product_ingredients(
    info: Info, *, id: UUID, input: ProductIngredients, expected_version: int
) -> dict[str, Any]:
    """Replaces the ingredients of a product."""
    changed = await service.set_ingredients(
        info.context.principal, product_id=id, expected_version=expected_version, ingredient_ids=input.ingredient_ids
    )
    return {"product": changed}
