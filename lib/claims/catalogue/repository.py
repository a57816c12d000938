"""The calls of the data API about the catalogue, each as the caller."""

from typing import Any, Final, Literal
from uuid import UUID

from lib.claims.unique_fields import UNIQUE_FIELDS
from lib.core.data.db import Db, Row, call, command, fetch_listing
from lib.core.data.unique_fields import register_unique_fields
from lib.core.http.client import PATIENT_SECONDS

register_unique_fields(UNIQUE_FIELDS)

type Kind = Literal["claim_brand", "product", "ingredient"]

_LISTS: Final[dict[Kind, str]] = {
    "claim_brand": "list_claim_brands",
    "product": "list_products",
    "ingredient": "list_ingredients",
}


async def fetch_page(db: Db, kind: Kind, *, arguments: dict[str, Any]) -> tuple[list[Row], int]:
    """Reads a page of a part of the catalogue, and how many items match."""
    return await fetch_listing(call(db, _LISTS[kind], arguments))


async def fetch_item(db: Db, kind: Kind, *, item_id: UUID) -> Row | None:
    """Reads an item, also one that is archived."""
    arguments = {f"{kind}_id": str(item_id), "is_archived": None, "page_size": 1}
    rows, _ = await fetch_listing(call(db, _LISTS[kind], arguments))
    return rows[0] if rows else None


async def create(db: Db, kind: Kind, *, details: dict[str, Any], claim_brand_id: UUID | None = None) -> list[Row]:
    """Adds an item to the catalogue and returns it."""
    place = {"claim_brand_id": str(claim_brand_id)} if claim_brand_id else {}
    return await command(db, f"create_{kind}", place | {"details": details})


async def update(db: Db, kind: Kind, *, item_id: UUID, expected_version: int, changes: dict[str, Any]) -> list[Row]:
    """Changes an item and returns it."""
    arguments = {f"{kind}_id": str(item_id), "expected_version": expected_version, "changes": changes}
    return await command(db, f"update_{kind}", arguments)


async def archive(
    db: Db, kind: Kind, *, item_id: UUID, is_archived: bool, is_forced: bool, expected_version: int | None
) -> list[Row]:
    """Archives or restores an item and returns it."""
    arguments = {f"{kind}_id": str(item_id), "is_archived": is_archived, "is_forced": is_forced}
    return await command(db, f"archive_{kind}", arguments | {"expected_version": expected_version})


async def set_ingredients(db: Db, *, product_id: UUID, expected_version: int, ingredient_ids: list[UUID]) -> list[Row]:
    """Replaces the ingredients of a product and returns it."""
    arguments = {
        "product_id": str(product_id),
        "expected_version": expected_version,
        "ingredient_ids": [str(each) for each in ingredient_ids],
    }
    return await command(db, "set_product_ingredients", arguments)


async def link(db: Db, *, claim_brand_id: UUID, brand_id: UUID, is_linked: bool) -> None:
    """Links a brand to a claim brand, or removes the link."""
    arguments = {
        "brand_id": str(brand_id),
        "master_claim_brand_id": str(claim_brand_id),
        "is_linked": is_linked,
    }
    await command(db, "link_master_claim_brand", arguments)


async def import_lines(db: Db, kind: Kind, *, lines: list[Row], is_dry_run: bool, is_whole: bool) -> Row:
    """Adds the items of lines {line, item}; returns {made, linked, duplicates, problems, is_written}."""
    arguments = {"kind": kind, "lines": lines, "is_dry_run": is_dry_run, "is_whole": is_whole}
    return (await command(db, "import_catalogue", arguments, seconds=PATIENT_SECONDS))[0]
