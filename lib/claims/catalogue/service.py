"""The use cases of the catalogue. Platform admins write it; a brand reads what it is linked to."""

from typing import Any, Final
from uuid import UUID

from lib.claims.catalogue import repository
from lib.claims.catalogue.models import (
    ClaimBrand,
    ClaimBrandChanges,
    ClaimBrandQuery,
    Ingredient,
    IngredientQuery,
    ItemChanges,
    NewClaimBrand,
    NewIngredient,
    NewProduct,
    Product,
    ProductQuery,
)
from lib.claims.catalogue.repository import Kind
from lib.core.auth.principal import Principal
from lib.core.data.reading import read_row, read_rows
from lib.core.http.errors import NotFound

_KINDS: Final[dict[type[Any], Kind]] = {ClaimBrand: "claim_brand", Product: "product", Ingredient: "ingredient"}
_NAMES: Final = {"claim_brand": "claim brand", "product": "product", "ingredient": "ingredient"}


async def list_claim_brands(principal: Principal, *, query: ClaimBrandQuery) -> tuple[list[ClaimBrand], int]:
    """Lists the claim brands that the caller may read, and how many there are. Raises NotFound for a foreign brand."""
    rows, total = await repository.fetch_page(principal.db, "claim_brand", arguments=query.arguments())
    return read_rows(ClaimBrand, rows), total


async def list_products(principal: Principal, *, query: ProductQuery) -> tuple[list[Product], int]:
    """Lists the products that the caller may read, and how many there are. Raises NotFound for a foreign brand."""
    rows, total = await repository.fetch_page(principal.db, "product", arguments=query.arguments())
    return read_rows(Product, rows), total


async def list_ingredients(principal: Principal, *, query: IngredientQuery) -> tuple[list[Ingredient], int]:
    """Lists the ingredients that the caller may read, and how many there are."""
    rows, total = await repository.fetch_page(principal.db, "ingredient", arguments=query.arguments())
    return read_rows(Ingredient, rows), total


async def get_item[T: (ClaimBrand, Product, Ingredient)](principal: Principal, model: type[T], *, item_id: UUID) -> T:
    """Returns an item of the catalogue, also one that is archived. Raises NotFound."""
    kind = _KINDS[model]
    row = await repository.fetch_item(principal.db, kind, item_id=item_id)
    if row is None:
        raise NotFound(f"{_NAMES[kind]} not found")
    return read_row(model, row)


async def create_claim_brand(principal: Principal, *, claim_brand: NewClaimBrand) -> ClaimBrand:
    """Creates a claim brand. Raises Forbidden for other than platform admins, Conflict where the name is taken."""
    rows = await repository.create(principal.db, "claim_brand", details=claim_brand.model_dump(mode="json"))
    return read_row(ClaimBrand, rows[0])


async def create_product(principal: Principal, *, product: NewProduct) -> Product:
    """Creates a product. Raises ValidationFailed for an unknown or archived claim brand, and as create_claim_brand."""
    details = product.model_dump(mode="json", exclude={"claim_brand_id"})
    rows = await repository.create(principal.db, "product", details=details, claim_brand_id=product.claim_brand_id)
    return read_row(Product, rows[0])


async def create_ingredient(principal: Principal, *, ingredient: NewIngredient) -> Ingredient:
    """Creates an ingredient. Raises what create_claim_brand raises."""
    rows = await repository.create(principal.db, "ingredient", details=ingredient.model_dump(mode="json"))
    return read_row(Ingredient, rows[0])


async def update_item[T: (ClaimBrand, Product, Ingredient)](
    principal: Principal,
    model: type[T],
    *,
    item_id: UUID,
    expected_version: int,
    changes: ClaimBrandChanges | ItemChanges,
) -> T:
    """Changes an item. Raises Forbidden for other than platform admins, PreconditionFailed for a stale version."""
    rows = await repository.update(
        principal.db,
        _KINDS[model],
        item_id=item_id,
        expected_version=expected_version,
        changes=changes.model_dump(mode="json", exclude_unset=True),
    )
    return read_row(model, rows[0])


async def archive_item[T: (ClaimBrand, Product, Ingredient)](
    principal: Principal,
    model: type[T],
    *,
    item_id: UUID,
    is_archived: bool,
    is_forced: bool = False,
    expected_version: int | None = None,
) -> T:
    """Archives or restores an item. Raises Conflict with its uses, unless it is forced, and PreconditionFailed."""
    rows = await repository.archive(
        principal.db,
        _KINDS[model],
        item_id=item_id,
        is_archived=is_archived,
        is_forced=is_forced,
        expected_version=expected_version,
    )
    return read_row(model, rows[0])


async def set_ingredients(
    principal: Principal, *, product_id: UUID, expected_version: int, ingredient_ids: list[UUID]
) -> Product:
    """Replaces the ingredients of a product. Raises ValidationFailed for unknown ones, and as update_item."""
    rows = await repository.set_ingredients(
        principal.db, product_id=product_id, expected_version=expected_version, ingredient_ids=ingredient_ids
    )
    return read_row(Product, rows[0])


async def link_brand(principal: Principal, *, claim_brand_id: UUID, brand_id: UUID, is_linked: bool) -> None:
    """Links a brand to a claim brand, or removes the link. Raises NotFound, and Forbidden for other than platform
    admins."""
    await repository.link(principal.db, claim_brand_id=claim_brand_id, brand_id=brand_id, is_linked=is_linked)
