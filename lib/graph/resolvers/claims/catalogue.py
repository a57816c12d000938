"""Resolves claim brands, products and ingredients: lib/graph/schema/catalogue.graphql"""

from typing import Any
from uuid import UUID

from lib.claims import catalogue as service
from lib.claims import overrides, resolution, statements
from lib.claims.catalogue import (
    CatalogueReference,
    ClaimBrand,
    ClaimBrandQuery,
    Ingredient,
    IngredientQuery,
    Product,
    ProductQuery,
)
from lib.claims.fields import Language, Market
from lib.claims.overrides import MarketOverride, OverrideQuery
from lib.claims.resolution import StackedClaim
from lib.claims.statements import ApprovalStep, Claim, ClaimQuery
from lib.core.auth.principal import Principal
from lib.core.http.models import BrandReference
from lib.core.http.times import Instant
from lib.graph.engine.binding import Info
from lib.graph.engine.paging import Connection, Paging, connection_of
from lib.graph.resolvers import links
from lib.graph.resolvers.claims.bound import PAGES, bindings, paged

# More than nearly all products have, of the 200 that one may have: a page of products is not refused for the others.
_INGREDIENTS = 40

bindings.represents("ClaimBrand", ClaimBrand)
bindings.represents("Product", Product)
bindings.represents("Ingredient", Ingredient)
bindings.represents("ClaimBrandFilter", ClaimBrandQuery, omits=PAGES)
bindings.represents("ProductFilter", ProductQuery, omits=PAGES)
bindings.represents("IngredientFilter", IngredientQuery, omits=PAGES)
bindings.enum("CatalogueSort", NAME="name", CREATED_AT="createdAt", UPDATED_AT="updatedAt")


type SomeItem = CatalogueReference | ClaimBrand | Product | Ingredient


@bindings.node("ClaimBrand")
async def claim_brand_by_id(info: Info, claim_brand_id: UUID) -> ClaimBrand:
    """Finds a claim brand by its id."""
    return await info.context.once(links.read_item, model=ClaimBrand, item_id=claim_brand_id)


@bindings.whole("ClaimBrand")
async def whole_claim_brand(info: Info, part: Any) -> ClaimBrand:
    """Reads a claim brand to which another object refers by its name."""
    return await claim_brand_by_id(info, part.id)


@bindings.node("Product")
async def product_by_id(info: Info, product_id: UUID) -> Product:
    """Finds a product by its id."""
    return await info.context.once(links.read_item, model=Product, item_id=product_id)


@bindings.whole("Product")
async def whole_product(info: Info, part: Any) -> Product:
    """Reads a product to which another object refers by its name."""
    return await product_by_id(info, part.id)


@bindings.node("Ingredient")
async def ingredient_by_id(info: Info, ingredient_id: UUID) -> Ingredient:
    """Finds an ingredient by its id."""
    return await info.context.once(links.read_item, model=Ingredient, item_id=ingredient_id)


@bindings.whole("Ingredient")
async def whole_ingredient(info: Info, part: Any) -> Ingredient:
    """Reads an ingredient to which another object refers by its name."""
    return await ingredient_by_id(info, part.id)


@bindings.query(operation="claimBrands.get")
async def claim_brand(info: Info, *, id: UUID) -> ClaimBrand:
    """Reads a claim brand."""
    return await claim_brand_by_id(info, id)


@bindings.query(operation="products.get")
async def product(info: Info, *, id: UUID) -> Product:
    """Reads a product."""
    return await product_by_id(info, id)


@bindings.query(operation="ingredients.get")
async def ingredient(info: Info, *, id: UUID) -> Ingredient:
    """Reads an ingredient."""
    return await ingredient_by_id(info, id)


async def _claim_brands(info: Info, query: ClaimBrandQuery, paging: Paging) -> Connection[ClaimBrand]:
    items, total = await service.list_claim_brands(info.context.principal, query=query)
    return connection_of(items, paging, total=total)


async def _products(info: Info, query: ProductQuery, paging: Paging) -> Connection[Product]:
    items, total = await service.list_products(info.context.principal, query=query)
    return connection_of(items, paging, total=total)


async def _claims(info: Info, query: ClaimQuery, paging: Paging) -> Connection[Claim]:
    items, total = await statements.list_claims(info.context.principal, query=query)
    return connection_of(items, paging, total=total)


@bindings.query(operation="claimBrands.list")
async def claim_brands(info: Info, *, paging: Paging, filter: ClaimBrandQuery | None = None) -> Connection[ClaimBrand]:
    """Lists claim brands."""
    return await _claim_brands(info, paged(filter or ClaimBrandQuery(), paging), paging)


@bindings.query(operation="products.list")
async def products(info: Info, *, paging: Paging, filter: ProductQuery | None = None) -> Connection[Product]:
    """Lists products."""
    return await _products(info, paged(filter or ProductQuery(), paging), paging)


@bindings.query(operation="ingredients.list")
async def ingredients(info: Info, *, paging: Paging, filter: IngredientQuery | None = None) -> Connection[Ingredient]:
    """Lists ingredients."""
    query = paged(filter or IngredientQuery(), paging)
    items, total = await service.list_ingredients(info.context.principal, query=query)
    return connection_of(items, paging, total=total)


@bindings.field("Brand", "claimBrands")
async def claim_brands_of_brand(
    parent: Any, info: Info, *, paging: Paging, filter: ClaimBrandQuery | None = None
) -> Connection[ClaimBrand]:
    """Lists the claim brands that a brand is linked to."""
    return await _claim_brands(info, paged(filter or ClaimBrandQuery(), paging, brand_id=parent.id), paging)


@bindings.field("ClaimBrand", "brands")
async def brands_of_claim_brand(parent: SomeItem, info: Info) -> list[BrandReference]:
    """Returns the brands that are linked to a claim brand."""
    found = parent if isinstance(parent, ClaimBrand) else await whole_claim_brand(info, parent)
    return found.brands


@bindings.field("ClaimBrand", "products")
async def products_of_claim_brand(
    parent: ClaimBrand, info: Info, *, paging: Paging, filter: ProductQuery | None = None
) -> Connection[Product]:
    """Lists the products of a claim brand."""
    return await _products(info, paged(filter or ProductQuery(), paging, claim_brand_id=parent.id), paging)


@bindings.field("ClaimBrand", "claims")
async def claims_of_claim_brand(
    parent: ClaimBrand, info: Info, *, paging: Paging, filter: ClaimQuery | None = None
) -> Connection[Claim]:
    """Lists the claims about a claim brand."""
    return await _claims(info, paged(filter or ClaimQuery(), paging, claim_brand_id=parent.id), paging)


@bindings.field("ClaimBrand", "approvalSteps", operation="claimApprovals.listSteps")
async def steps_of_claim_brand(parent: ClaimBrand, info: Info) -> list[ApprovalStep]:
    """Lists the approval steps of a claim brand."""
    steps, _ = await statements.list_steps(info.context.principal, claim_brand_id=parent.id)
    return steps


async def _claim_brand_of(principal: Principal, *, product_id: UUID) -> CatalogueReference:
    product = await links.read_item(principal, model=Product, item_id=product_id)
    return product.claim_brand


bindings.link("Product", "claimBrand", _claim_brand_of, links.argument("product_id", "id"), embedded="claim_brand")


@bindings.field("Product", "ingredients", many=_INGREDIENTS)
async def ingredients_of_product(parent: SomeItem, info: Info) -> list[CatalogueReference]:
    """Returns the ingredients of a product."""
    found = parent if isinstance(parent, Product) else await whole_product(info, parent)
    return found.ingredients


@bindings.field("Product", "claims")
async def claims_of_product(
    parent: Product, info: Info, *, paging: Paging, filter: ClaimQuery | None = None
) -> Connection[Claim]:
    """Lists the claims about a product."""
    return await _claims(info, paged(filter or ClaimQuery(), paging, product_id=parent.id), paging)


@bindings.field("Product", "overrides")
async def overrides_of_product(
    parent: Product, info: Info, *, paging: Paging, filter: OverrideQuery | None = None
) -> Connection[MarketOverride]:
    """Lists the market overrides of a product."""
    query = paged(filter or OverrideQuery(), paging, product_id=parent.id)
    items, total = await overrides.list_overrides(info.context.principal, query=query)
    return connection_of(items, paging, total=total)


@bindings.field("Product", "stackedClaims", operation="claims.listStacked", many=50)
async def stacked_claims_of_product(
    parent: Product, info: Info, *, market: Market, at: Instant | None = None, language: Language | None = None
) -> list[StackedClaim]:
    """Lists the claims that hold for a product."""
    return await resolution.list_stacked_claims(
        info.context.principal, product_id=parent.id, market=market, at=at, language=language
    )


@bindings.field("Ingredient", "products")
async def products_of_ingredient(
    parent: Ingredient, info: Info, *, paging: Paging, filter: ProductQuery | None = None
) -> Connection[Product]:
    """Lists the products with an ingredient."""
    return await _products(info, paged(filter or ProductQuery(), paging, ingredient_id=parent.id), paging)


@bindings.field("Ingredient", "claims")
async def claims_of_ingredient(
    parent: Ingredient, info: Info, *, paging: Paging, filter: ClaimQuery | None = None
) -> Connection[Claim]:
    """Lists the claims about an ingredient."""
    return await _claims(info, paged(filter or ClaimQuery(), paging, ingredient_id=parent.id), paging)
