"""Subjects of claims: claim brands, their products, and ingredients (domain §1, §6)."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, computed_field

from lib.claims.fields import Description, Direction, Ids, ItemName, ListQuery, sorting
from lib.core.http.models import BrandReference, Changes, RequestModel, ResponseModel, SearchText
from lib.core.http.times import Instant

type CatalogueSort = Literal["name", "createdAt", "updatedAt"]


class _CatalogueQuery(ListQuery):
    q: SearchText | None = None
    """A part of the name or of the description."""
    archived: bool = False
    """Whether to list what is archived instead."""
    sort: CatalogueSort = "name"
    """The sort key."""
    direction: Direction | None = None
    """The direction. Without it: names ascending, times descending."""

    def arguments(self, **renamed: str) -> dict[str, Any]:
        columns = {"name": "name", "createdAt": "created_at", "updatedAt": "updated_at"}
        order = sorting(columns, self.sort, self.direction, falling=frozenset({"createdAt", "updatedAt"}))
        return super().arguments(q="query", archived="is_archived", **renamed) | order


class ClaimBrandQuery(_CatalogueQuery):
    """A list of claim brands."""

    brand_id: UUID | None = None
    """Claim brands that this brand is linked to. Without it: all that you may read."""


class ProductQuery(_CatalogueQuery):
    """A list of products."""

    brand_id: UUID | None = None
    """Products of the claim brands that this brand is linked to."""
    claim_brand_id: UUID | None = None
    """Products of this claim brand."""
    ingredient_id: UUID | None = None
    """Products with this ingredient."""


class IngredientQuery(_CatalogueQuery):
    """A list of ingredients."""

    product_id: UUID | None = None
    """Ingredients of this product."""


class NewClaimBrand(RequestModel):
    """A claim brand to create."""

    name: ItemName
    """The name, at most 255 characters; unique in the catalogue."""


class ClaimBrandChanges(Changes):
    """Changes of a claim brand."""

    name: ItemName | None = None
    """The name, at most 255 characters."""


class NewProduct(RequestModel):
    """A product to create."""

    claim_brand_id: UUID
    """The claim brand that the product belongs to; it never changes."""
    name: ItemName
    """The name, at most 255 characters; unique in the claim brand."""
    description: Description = ""
    """A description, at most 5,000 characters."""


class NewIngredient(RequestModel):
    """An ingredient to create."""

    name: ItemName
    """The name, at most 255 characters; unique in the catalogue."""
    description: Description = ""
    """A description, at most 5,000 characters."""


class ItemChanges(Changes):
    """Changes of a product or an ingredient."""

    name: ItemName | None = None
    """The name, at most 255 characters."""
    description: Description | None = None
    """A description, at most 5,000 characters."""


class ProductIngredients(RequestModel):
    """All ingredients of a product."""

    ingredient_ids: Annotated[Ids, Field(max_length=200)]
    """The ids of the ingredients, at most 200; those that are not listed are removed."""


class CatalogueArchiving(RequestModel):
    """Whether to archive what is in use."""

    force: bool = False
    """Whether to archive it although something uses it."""


class CatalogueReference(ResponseModel):
    """Something by its id and name."""

    id: UUID
    """The id."""
    name: str = Field(examples=["Calm Cream"])
    """The name."""


class _CatalogueItem(CatalogueReference):
    archived_at: Instant | None
    """When it was archived; null: in use. An archived item resolves to no claim and cannot be chosen."""
    allowed_actions: list[str] = Field(examples=[["archive", "read", "update"]])
    """The actions that you may take: `read`, `update`, `archive`, `restore`."""
    version: int = Field(ge=1)
    """Counts the changes; send it as `If-Match` with a change."""
    created_at: Instant
    """When it was created."""
    updated_at: Instant
    """When it was last changed."""


class ClaimBrandUses(ResponseModel):
    """Uses of a claim brand."""

    products: int = Field(ge=0, examples=[12])
    """How many products it has, without archived ones."""
    claims: int = Field(ge=0, examples=[40])
    """How many claims of the level `brand` it has, without archived ones."""


class ClaimBrand(_CatalogueItem):
    """A brand as the regulatory catalogue knows it: it owns products, and claims of the level `brand`."""

    brands: list[BrandReference]
    """The brands that are linked to it and whose claims you may read."""
    uses: ClaimBrandUses
    """Its uses."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to it."""
        path = f"/api/v1/claim-brands/{self.id}"
        return {
            "self": path,
            "approvalSteps": f"{path}/approval-steps",
            "claims": f"/api/v1/claims?claimBrandId={self.id}",
            "products": f"/api/v1/products?claimBrandId={self.id}",
        }


class ProductUses(ResponseModel):
    """Uses of a product."""

    claims: int = Field(ge=0, examples=[8])
    """How many claims are about it, without archived ones."""
    overrides: int = Field(ge=0, examples=[2])
    """How many market overrides it has."""


class Product(_CatalogueItem):
    """A product of a claim brand."""

    description: str = Field(examples=["A cream for dry skin."])
    """The description."""
    claim_brand: CatalogueReference
    """The claim brand that it belongs to."""
    ingredients: list[CatalogueReference]
    """Its ingredients by name."""
    uses: ProductUses
    """Its uses."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to it."""
        path = f"/api/v1/products/{self.id}"
        return {
            "self": path,
            "claimBrand": f"/api/v1/claim-brands/{self.claim_brand.id}",
            "claims": f"/api/v1/claims?productId={self.id}",
            "overrides": f"/api/v1/market-overrides?productId={self.id}",
            "stackedClaims": f"{path}/stacked-claims",
        }


class IngredientUses(ResponseModel):
    """Uses of an ingredient."""

    products: int = Field(ge=0, examples=[3])
    """How many products that you may read have it, without archived ones."""
    claims: int = Field(ge=0, examples=[5])
    """How many claims are about it, without archived ones."""


class Ingredient(_CatalogueItem):
    """An ingredient, which products of any claim brand may have."""

    description: str = Field(examples=["Holds water."])
    """The description."""
    uses: IngredientUses
    """Its uses."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to it."""
        return {
            "self": f"/api/v1/ingredients/{self.id}",
            "claims": f"/api/v1/claims?ingredientId={self.id}",
            "products": f"/api/v1/products?ingredientId={self.id}",
        }
