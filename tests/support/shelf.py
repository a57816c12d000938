"""A catalogue of claims that is linked to the brand of a test."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb

from tests.support.world import Brand, World


@dataclass(frozen=True)
class ClaimShelf:
    """A master claim brand with one product, linked to a brand."""

    world: World
    brand: Brand
    master_id: str
    product_id: str

    @classmethod
    def of(cls, world: World, brand: Brand) -> "ClaimShelf":
        """Makes a catalogue and links it to a brand."""
        master = world.rows(
            "insert into public.master_claim_brands (name) values (%s) returning id::text", f"Master {uuid4().hex}"
        )[0]["id"]
        world.rows("insert into public.brand_master_claim_brands values (%s, %s)", brand.id, master)
        product = world.rows(
            "insert into public.products (master_claim_brand_id, name) values (%s, 'Cream') returning id::text", master
        )[0]["id"]
        return cls(world, brand, master, product)

    def claim(
        self, text: str, status: str = "allowed", countries: tuple[str, ...] = ("__GLOBAL__",), **columns: Any
    ) -> str:
        """Adds a claim of the product."""
        made = {
            "text": Jsonb({"original": text}),
            "level": "product",
            "status": status,
            "countries": list(countries),
            **columns,
        }
        marks = ", ".join("%s" for _ in made)
        with self.world.database.transaction():
            claim_id = self.world.rows(
                f"insert into public.claims ({', '.join(made)}) values ({marks}) returning id::text", *made.values()
            )[0]["id"]
            self.world.rows(
                "insert into public.claim_subjects (claim_id, product_id) values (%s, %s)", claim_id, self.product_id
            )
        return claim_id

    def claim_of_brand(self, text: str, status: str = "allowed") -> str:
        """Adds a claim of the catalogue brand."""
        return self.world.rows(
            "insert into public.claims (text, level, status, master_claim_brand_id) "
            "values (jsonb_build_object('original', %s::text), 'brand', %s, %s) returning id::text",
            text,
            status,
            self.master_id,
        )[0]["id"]

    def add_product(self, name: str) -> str:
        """Adds another product."""
        return self.world.rows(
            "insert into public.products (master_claim_brand_id, name) values (%s, %s) returning id::text",
            self.master_id,
            name,
        )[0]["id"]

    def override(self, master: str, market: str, replacement: str | None = None) -> str:
        """Blocks a claim of the product in a market, or replaces it there."""
        return self.world.rows(
            "insert into public.market_overrides (master_claim_id, market_country, product_id, replacement_claim_id) "
            "values (%s, %s, %s, %s) returning id::text",
            master,
            market,
            self.product_id,
            replacement,
        )[0]["id"]

    def reviewer(self, user_id: str, role: str = "legal") -> None:
        """Gives a member of the brand a reviewer role."""
        self.world.rows(
            "insert into public.claim_reviewers (brand_id, user_id, reviewer_role) values (%s, %s, %s)",
            self.brand.id,
            user_id,
            role,
        )
