"""/api/v1/claim-brands/import, /api/v1/products/import, /api/v1/ingredients/import: the catalogue from CSV."""

from fastapi import APIRouter

from lib.claims import catalogue
from lib.claims.catalogue import CatalogueImportReport, ClaimBrandImport, IngredientImport, ProductImport
from lib.core.auth.principal import CurrentUser
from lib.core.http.app import documented
from lib.core.http.envelope import Success
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1")


@router.post("/claim-brands/import", name="import", tags=["claimBrands"], responses=documented(401, 403))
async def import_claim_brands(user: CurrentUser, body: ClaimBrandImport) -> Success[CatalogueImportReport]:
    """Imports claim brands and their links to brands from CSV, at most 1,000 rows; by default reports what the import
    would do, and writes nothing.

    The report names the line, column and reason of each problem. Claim brands that exist, whatever the case of their
    names, get the links that they lack. Requires a platform admin.
    """
    return Success(data=await catalogue.import_items(user, request=body))


@router.post("/products/import", name="import", tags=["products"], responses=documented(401, 403))
async def import_products(user: CurrentUser, body: ProductImport) -> Success[CatalogueImportReport]:
    """Imports products and their ingredients from CSV, at most 1,000 rows; by default reports what the import would
    do, and writes nothing.

    The report names the line, column and reason of each problem. Products that exist in the claim brand, whatever the
    case of their names, get the ingredients that they lack. Requires a platform admin.
    """
    return Success(data=await catalogue.import_items(user, request=body))


@router.post("/ingredients/import", name="import", tags=["ingredients"], responses=documented(401, 403))
async def import_ingredients(user: CurrentUser, body: IngredientImport) -> Success[CatalogueImportReport]:
    """Imports ingredients from CSV, at most 1,000 rows; by default reports what the import would do, and writes
    nothing.

    The report names the line, column and reason of each problem. Ingredients that exist, whatever the case of their
    names, are left as they are. Requires a platform admin.
    """
    return Success(data=await catalogue.import_items(user, request=body))
