"""The calls of the data API about market overrides, each as the caller."""

from typing import Any
from uuid import UUID

from lib.claims.overrides.models import NewOverride, OverrideChanges
from lib.claims.unique_fields import UNIQUE_FIELDS
from lib.core.data.db import Db, Row, call, command, fetch_listing
from lib.core.data.unique_fields import register_unique_fields

register_unique_fields(UNIQUE_FIELDS)


async def fetch_overrides(db: Db, *, arguments: dict[str, Any]) -> tuple[list[Row], int]:
    """Reads a page of rules, and how many match."""
    return await fetch_listing(call(db, "list_market_overrides", arguments))


async def fetch_override(db: Db, *, override_id: UUID) -> Row | None:
    """Reads a rule."""
    rows, _ = await fetch_listing(call(db, "list_market_overrides", {"override_id": str(override_id)}))
    return rows[0] if rows else None


async def fetch_conflicts(db: Db, *, arguments: dict[str, Any]) -> list[Row]:
    """Reads the rules that a rule, or one that is yet to be made, stands beside."""
    rows, _ = await fetch_listing(call(db, "list_override_conflicts", arguments))
    return rows


async def create(db: Db, *, override: NewOverride) -> list[Row]:
    """Creates a rule and returns it."""
    values = override.model_dump(mode="json")
    values["market_country"], values["is_forced"] = values.pop("market"), values.pop("force")
    return await command(db, "create_market_override", values)


async def update(db: Db, *, override_id: UUID, expected_version: int, changes: OverrideChanges) -> list[Row]:
    """Changes a rule and returns it."""
    arguments = {
        "override_id": str(override_id),
        "expected_version": expected_version,
        "changes": changes.model_dump(mode="json", exclude_unset=True),
    }
    return await command(db, "update_market_override", arguments)


async def remove(db: Db, *, override_id: UUID) -> None:
    """Deletes a rule."""
    await command(db, "remove_market_override", {"override_id": str(override_id)})
