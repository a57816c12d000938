"""Market overrides: rules of one market, or of all, for one product."""

from lib.claims.overrides.models import (
    MarketOverride,
    NewOverride,
    OverrideChanges,
    OverrideCreated,
    OverrideQuery,
    RuleMarket,
)
from lib.claims.overrides.service import (
    create_override,
    find_conflicts,
    get_override,
    list_conflicts,
    list_overrides,
    remove_override,
    update_override,
)

__all__ = [
    "MarketOverride",
    "NewOverride",
    "OverrideChanges",
    "OverrideCreated",
    "OverrideQuery",
    "RuleMarket",
    "create_override",
    "find_conflicts",
    "get_override",
    "list_conflicts",
    "list_overrides",
    "remove_override",
    "update_override",
]
