"""/api/v1/claim-brands, /api/v1/products, /api/v1/ingredients: what claims are about."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api._routes.claims.shared import IfNoneMatch, SeenVersion, Version, answered, tagged
from lib.claims import catalogue
from lib.claims.catalogue import (
    CatalogueArchiving,
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
    ProductIngredients,
    ProductQuery,
)
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.conditional import version_tag
from lib.core.http.envelope import Page, Success, page_of
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1")

type ItemId = Annotated[UUID, Path(description="The id.")]


@router.get("/claim-brands", name="list", tags=["claimBrands"], responses=documented(401, 404))
async def list_claim_brands(user: CurrentUser, query: Annotated[ClaimBrandQuery, Query()]) -> Page[ClaimBrand]:
    """Lists the claim brands that you may read, by name unless another order is asked for."""
    items, total = await catalogue.list_claim_brands(user, query=query)
    return page_of(items, total, query.place, "/api/v1/claim-brands", query)


@router.post(
    "/claim-brands", status_code=201, name="create", tags=["claimBrands"], responses=documented(401, 403, 409, 422)
)
async def create_claim_brand(user: CurrentUser, response: Response, body: NewClaimBrand) -> Success[ClaimBrand]:
    """Creates a claim brand. Requires a platform admin."""
    item = await catalogue.create_claim_brand(user, claim_brand=body)
    response.headers.update({"Location": f"/api/v1/claim-brands/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get(
    "/claim-brands/{claim_brand_id}",
    name="get",
    tags=["claimBrands"],
    response_model=Success[ClaimBrand],
    responses={304: {}, **documented(401, 404, 422)},
)
async def get_claim_brand(
    user: CurrentUser, response: Response, claim_brand_id: ItemId, if_none_match: IfNoneMatch = None
) -> Success[ClaimBrand] | Response:
    """Returns a claim brand with its uses, also one that is archived."""
    item = await catalogue.get_item(user, ClaimBrand, item_id=claim_brand_id)
    return answered(response, item, item.version, if_none_match)


@router.patch(
    "/claim-brands/{claim_brand_id}",
    name="update",
    tags=["claimBrands"],
    responses=documented(401, 403, 404, 409, 412, 428),
)
async def update_claim_brand(
    user: CurrentUser, response: Response, claim_brand_id: ItemId, version: Version, body: ClaimBrandChanges
) -> Success[ClaimBrand]:
    """Changes a claim brand.

    Requires `If-Match` with the version you read, and a platform admin.
    """
    item = await catalogue.update_item(user, ClaimBrand, item_id=claim_brand_id, expected_version=version, changes=body)
    return tagged(response, item, item.version)


@router.post(
    "/claim-brands/{claim_brand_id}/archive",
    name="archive",
    tags=["claimBrands"],
    responses=documented(401, 403, 404, 409, 412),
)
async def archive_claim_brand(
    user: CurrentUser,
    response: Response,
    claim_brand_id: ItemId,
    version: SeenVersion,
    body: CatalogueArchiving | None = None,
) -> Success[ClaimBrand]:
    """Archives a claim brand: its claims resolve no more, and it cannot be chosen.

    Answers 409 with its uses, unless you send `force`. With `If-Match`, only the version that you read. Requires a
    platform admin.
    """
    is_forced = body is not None and body.force
    item = await catalogue.archive_item(
        user, ClaimBrand, item_id=claim_brand_id, is_archived=True, is_forced=is_forced, expected_version=version
    )
    return tagged(response, item, item.version)


@router.post(
    "/claim-brands/{claim_brand_id}/restore",
    name="restore",
    tags=["claimBrands"],
    responses=documented(401, 403, 404, 412),
)
async def restore_claim_brand(
    user: CurrentUser, response: Response, claim_brand_id: ItemId, version: SeenVersion
) -> Success[ClaimBrand]:
    """Takes a claim brand out of the archive. With `If-Match`, only the version that you read. Requires a
    platform admin."""
    item = await catalogue.archive_item(
        user, ClaimBrand, item_id=claim_brand_id, is_archived=False, expected_version=version
    )
    return tagged(response, item, item.version)


@router.put(
    "/claim-brands/{claim_brand_id}/brands/{brand_id}",
    status_code=204,
    name="link",
    tags=["claimBrands"],
    responses=documented(401, 403, 404),
)
async def link_brand(user: CurrentUser, claim_brand_id: ItemId, brand_id: ItemId) -> Response:
    """Links a brand to a claim brand: its members read the claims and products. Requires a platform admin."""
    await catalogue.link_brand(user, claim_brand_id=claim_brand_id, brand_id=brand_id, is_linked=True)
    return Response(status_code=204)


@router.delete(
    "/claim-brands/{claim_brand_id}/brands/{brand_id}",
    status_code=204,
    name="unlink",
    tags=["claimBrands"],
    responses=documented(401, 403, 404),
)
async def unlink_brand(user: CurrentUser, claim_brand_id: ItemId, brand_id: ItemId) -> Response:
    """Removes the link of a brand to a claim brand. Requires a platform admin."""
    await catalogue.link_brand(user, claim_brand_id=claim_brand_id, brand_id=brand_id, is_linked=False)
    return Response(status_code=204)


@router.get("/products", name="list", tags=["products"], responses=documented(401, 404))
async def list_products(user: CurrentUser, query: Annotated[ProductQuery, Query()]) -> Page[Product]:
    """Lists the products that you may read, by name unless another order is asked for."""
    items, total = await catalogue.list_products(user, query=query)
    return page_of(items, total, query.place, "/api/v1/products", query)


@router.post("/products", status_code=201, name="create", tags=["products"], responses=documented(401, 403, 409, 422))
async def create_product(user: CurrentUser, response: Response, body: NewProduct) -> Success[Product]:
    """Creates a product. Requires a platform admin."""
    item = await catalogue.create_product(user, product=body)
    response.headers.update({"Location": f"/api/v1/products/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get(
    "/products/{product_id}",
    name="get",
    tags=["products"],
    response_model=Success[Product],
    responses={304: {}, **documented(401, 404, 422)},
)
async def get_product(
    user: CurrentUser, response: Response, product_id: ItemId, if_none_match: IfNoneMatch = None
) -> Success[Product] | Response:
    """Returns a product with its uses, also one that is archived."""
    item = await catalogue.get_item(user, Product, item_id=product_id)
    return answered(response, item, item.version, if_none_match)


@router.patch(
    "/products/{product_id}", name="update", tags=["products"], responses=documented(401, 403, 404, 409, 412, 428)
)
async def update_product(
    user: CurrentUser, response: Response, product_id: ItemId, version: Version, body: ItemChanges
) -> Success[Product]:
    """Changes a product.

    Requires `If-Match` with the version you read, and a platform admin.
    """
    item = await catalogue.update_item(user, Product, item_id=product_id, expected_version=version, changes=body)
    return tagged(response, item, item.version)


@router.post(
    "/products/{product_id}/archive", name="archive", tags=["products"], responses=documented(401, 403, 404, 409, 412)
)
async def archive_product(
    user: CurrentUser,
    response: Response,
    product_id: ItemId,
    version: SeenVersion,
    body: CatalogueArchiving | None = None,
) -> Success[Product]:
    """Archives a product: its claims resolve no more, and it cannot be chosen.

    Answers 409 with its uses, unless you send `force`. With `If-Match`, only the version that you read. Requires a
    platform admin.
    """
    is_forced = body is not None and body.force
    item = await catalogue.archive_item(
        user, Product, item_id=product_id, is_archived=True, is_forced=is_forced, expected_version=version
    )
    return tagged(response, item, item.version)


@router.post(
    "/products/{product_id}/restore", name="restore", tags=["products"], responses=documented(401, 403, 404, 412)
)
async def restore_product(
    user: CurrentUser, response: Response, product_id: ItemId, version: SeenVersion
) -> Success[Product]:
    """Takes a product out of the archive. With `If-Match`, only the version that you read. Requires a
    platform admin."""
    item = await catalogue.archive_item(user, Product, item_id=product_id, is_archived=False, expected_version=version)
    return tagged(response, item, item.version)


@router.put(
    "/products/{product_id}/ingredients",
    name="set_ingredients",
    tags=["products"],
    responses=documented(401, 403, 404, 412, 428),
)
async def set_ingredients(
    user: CurrentUser, response: Response, product_id: ItemId, version: Version, body: ProductIngredients
) -> Success[Product]:
    """Replaces the ingredients of a product; those that are not listed are removed.

    Requires `If-Match` with the version of the product that you read, and a platform admin.
    """
    item = await catalogue.set_ingredients(
        user, product_id=product_id, expected_version=version, ingredient_ids=body.ingredient_ids
    )
    return tagged(response, item, item.version)


@router.get("/ingredients", name="list", tags=["ingredients"], responses=documented(401, 404))
async def list_ingredients(user: CurrentUser, query: Annotated[IngredientQuery, Query()]) -> Page[Ingredient]:
    """Lists the ingredients that you may read, by name unless another order is asked for."""
    items, total = await catalogue.list_ingredients(user, query=query)
    return page_of(items, total, query.place, "/api/v1/ingredients", query)


@router.post(
    "/ingredients", status_code=201, name="create", tags=["ingredients"], responses=documented(401, 403, 409, 422)
)
async def create_ingredient(user: CurrentUser, response: Response, body: NewIngredient) -> Success[Ingredient]:
    """Creates an ingredient. Requires a platform admin."""
    item = await catalogue.create_ingredient(user, ingredient=body)
    response.headers.update({"Location": f"/api/v1/ingredients/{item.id}", "ETag": version_tag(item.version)})
    return Success(data=item)


@router.get(
    "/ingredients/{ingredient_id}",
    name="get",
    tags=["ingredients"],
    response_model=Success[Ingredient],
    responses={304: {}, **documented(401, 404, 422)},
)
async def get_ingredient(
    user: CurrentUser, response: Response, ingredient_id: ItemId, if_none_match: IfNoneMatch = None
) -> Success[Ingredient] | Response:
    """Returns an ingredient with its uses, also one that is archived."""
    item = await catalogue.get_item(user, Ingredient, item_id=ingredient_id)
    return answered(response, item, item.version, if_none_match)


@router.patch(
    "/ingredients/{ingredient_id}",
    name="update",
    tags=["ingredients"],
    responses=documented(401, 403, 404, 409, 412, 428),
)
async def update_ingredient(
    user: CurrentUser, response: Response, ingredient_id: ItemId, version: Version, body: ItemChanges
) -> Success[Ingredient]:
    """Changes an ingredient.

    Requires `If-Match` with the version you read, and a platform admin.
    """
    item = await catalogue.update_item(user, Ingredient, item_id=ingredient_id, expected_version=version, changes=body)
    return tagged(response, item, item.version)


@router.post(
    "/ingredients/{ingredient_id}/archive",
    name="archive",
    tags=["ingredients"],
    responses=documented(401, 403, 404, 409, 412),
)
async def archive_ingredient(
    user: CurrentUser,
    response: Response,
    ingredient_id: ItemId,
    version: SeenVersion,
    body: CatalogueArchiving | None = None,
) -> Success[Ingredient]:
    """Archives an ingredient: its claims resolve no more, and it cannot be chosen.

    Answers 409 with its uses, unless you send `force`. With `If-Match`, only the version that you read. Requires a
    platform admin.
    """
    is_forced = body is not None and body.force
    item = await catalogue.archive_item(
        user, Ingredient, item_id=ingredient_id, is_archived=True, is_forced=is_forced, expected_version=version
    )
    return tagged(response, item, item.version)


@router.post(
    "/ingredients/{ingredient_id}/restore",
    name="restore",
    tags=["ingredients"],
    responses=documented(401, 403, 404, 412),
)
async def restore_ingredient(
    user: CurrentUser, response: Response, ingredient_id: ItemId, version: SeenVersion
) -> Success[Ingredient]:
    """Takes an ingredient out of the archive. With `If-Match`, only the version that you read. Requires a
    platform admin."""
    item = await catalogue.archive_item(
        user, Ingredient, item_id=ingredient_id, is_archived=False, expected_version=version
    )
    return tagged(response, item, item.version)
