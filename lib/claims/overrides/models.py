"""Market overrides: rules that block, replace or exempt a master claim for a product in a market (domain §6)."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, computed_field

from lib.claims.catalogue.models import CatalogueReference
from lib.claims.fields import ALL_COUNTRIES, ClaimStatus, Direction, Level, ListQuery, sorting
from lib.core.http.models import Changes, PersonReference, RequestModel, ResponseModel
from lib.core.http.times import Instant

type RuleMarket = Annotated[
    str, StringConstraints(pattern=rf"^([A-Z]{{2}}|{ALL_COUNTRIES})$"), Field(examples=["GB", ALL_COUNTRIES])
]
_COLUMNS: Final = {
    "updatedAt": "updated_at",
    "createdAt": "created_at",
    "product": "product",
    "market": "market",
}


class OverrideQuery(ListQuery):
    """A list of market overrides; all filters that are given must hold."""

    brand_id: UUID | None = None
    """Rules for products of the claim brands that this brand is linked to."""
    claim_brand_id: UUID | None = None
    """Rules for products of this claim brand."""
    product_id: UUID | None = None
    """Rules for this product."""
    claim_id: UUID | None = None
    """Rules that override this claim, or put it in the place of another."""
    market: RuleMarket | None = None
    """Rules for this country, or with `__ALL_COUNTRIES__` those for all."""
    sort: Literal["updatedAt", "createdAt", "product", "market"] = "updatedAt"
    """The sort key."""
    direction: Direction | None = None
    """The direction. Without it: times descending, all others ascending."""

    def arguments(self, **renamed: str) -> dict[str, Any]:
        """Returns the arguments of the SQL function."""
        order = sorting(_COLUMNS, self.sort, self.direction, falling=frozenset({"updatedAt", "createdAt"}))
        return super().arguments(**renamed) | order


class NewOverride(RequestModel):
    """A rule to create."""

    master_claim_id: UUID
    """The claim that it overrides: a global one."""
    product_id: UUID
    """The product that it is for."""
    market: RuleMarket
    """The country that it is for, or `__ALL_COUNTRIES__`."""
    is_blocked: bool = True
    """Whether the claim must not be made. False without a replacement exempts the country from a rule for all."""
    replacement_claim_id: UUID | None = None
    """The claim that takes its place: one of the same market, and for all countries a global one. Null: none."""
    force: bool = False
    """Whether to create the rule beside those that it is in conflict with."""


class OverrideChanges(Changes):
    """Changes of a rule. Its claim, product and market never change."""

    is_blocked: bool | None = None
    """Whether the claim must not be made."""
    replacement_claim_id: UUID | None = None
    """The claim that takes its place; null: none."""

    @classmethod
    def never_null(cls) -> frozenset[str]:
        """Returns the fields that cannot be null."""
        return frozenset({"is_blocked"})


class OverrideClaim(ResponseModel):
    """A claim by its id and text."""

    id: UUID
    """The id of the claim."""
    text: str = Field(examples=["Kind to skin"])
    """The original text."""
    status: ClaimStatus
    """Whether the statement may, must not or must be made."""
    level: Level
    """Its subject."""


class MarketOverride(ResponseModel):
    """A rule that blocks, replaces or exempts a master claim for a product in a market."""

    id: UUID
    """The id of the rule."""
    master_claim: OverrideClaim
    """The claim that it overrides."""
    product: CatalogueReference
    """The product that it is for."""
    market: str = Field(examples=["GB"])
    """The country that it is for, or `__ALL_COUNTRIES__`. A rule for the country beats one for all."""
    countries: list[str] | None = Field(examples=[["FR", "GB"]])
    """The countries that a rule for all countries affects; null for others."""
    is_blocked: bool
    """Whether the claim must not be made."""
    replacement_claim: OverrideClaim | None
    """The claim that takes its place; null for none."""
    effect: Literal["blocks", "replaces", "exempts"]
    """The effect of the rule. One that exempts takes its country out of a rule for all countries."""
    allowed_actions: list[str] = Field(examples=[["delete", "read", "update"]])
    """The actions that you may take: `read`, `update`, `delete`."""
    version: int = Field(ge=1)
    """Counts the changes; send it as `If-Match` with a change."""
    created_by: PersonReference | None
    """The person who created it; null if you may not know them."""
    created_at: Instant
    """When it was created."""
    updated_by: PersonReference | None
    """The person who changed it last; null if you may not know them."""
    updated_at: Instant
    """When it was last changed."""

    @computed_field(alias="_links")
    @property
    def links(self) -> dict[str, str]:
        """Paths of what belongs to the rule."""
        path = f"/api/v1/market-overrides/{self.id}"
        return {
            "self": path,
            "conflicts": f"{path}/conflicts",
            "masterClaim": f"/api/v1/claims/{self.master_claim.id}",
            "product": f"/api/v1/products/{self.product.id}",
        }


class OverrideCreated(MarketOverride):
    """A new rule, with the rules that it stands beside."""

    warnings: list[MarketOverride]
    """The rules that it is in conflict with, where it was forced; otherwise empty."""
