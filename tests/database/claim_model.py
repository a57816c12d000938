"""Resolves claims independently of the SQL: written from domain §6 alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

type Status = Literal["allowed", "disallowed", "mandatory"]
type Level = Literal["product", "ingredient", "brand"]

GLOBAL = "__GLOBAL__"
ALL = "__ALL_COUNTRIES__"
LEVELS: tuple[Level, ...] = ("product", "ingredient", "brand")
STRENGTH = ("none", "disallowed", "mandatory", "allowed")


@dataclass(frozen=True)
class Claim:
    id: int
    text: str
    level: Level
    status: Status
    countries: frozenset[str]
    subjects: frozenset[str]
    """Names of the subjects: products, ingredients, or one master claim brand."""
    start: int = 0
    end: int | None = None
    approval: str | None = None

    def is_active(self, at: int) -> bool:
        in_time = self.start <= at and (self.end is None or at < self.end)
        return in_time and self.approval in (None, "approved")


@dataclass(frozen=True)
class Override:
    id: int
    master: int
    market: str
    product: str
    is_blocked: bool = True
    replacement: int | None = None


@dataclass(frozen=True)
class Product:
    name: str
    brand: str
    ingredients: frozenset[str]


@dataclass(frozen=True)
class Entry:
    text: str
    status: str
    scope: int
    level: Level
    claim: int
    override: int | None

    @property
    def rank(self) -> tuple[int, int, int, int, int]:
        return (self.scope, LEVELS.index(self.level), STRENGTH.index(self.status), self.claim, self.override or 0)


def same(text: str) -> str:
    return text.strip(" \t\n\r").lower()


def gather(product: Product, market: str, at: int, claims: Iterable[Claim]) -> dict[int, int]:
    """1. Lists claims on the product, its ingredients and its own brand: claim and scope, 2 market, 3 all."""
    about = {product.name, product.brand, *product.ingredients}
    spoken = [claim for claim in claims if claim.subjects & about and claim.is_active(at)]
    scopes = {claim.id: 3 for claim in spoken if GLOBAL in claim.countries}
    return scopes | {claim.id: 2 for claim in spoken if market in claim.countries}


def pick(product: Product, market: str, overrides: Iterable[Override]) -> list[Override]:
    """2. Picks one rule for each master, the country's own before the general one; ignores rules without effect."""
    rules: dict[int, Override] = {}
    for rule in sorted(overrides, key=lambda rule: rule.market == ALL, reverse=True):
        if rule.product == product.name and rule.market in (market, ALL):
            rules[rule.master] = rule
    return [rule for rule in rules.values() if rule.is_blocked or rule.replacement is not None]


def overridden(rule: Override, at: int, by_id: dict[int, Claim]) -> Entry:
    master = by_id[rule.master]
    replacement = by_id.get(rule.replacement) if rule.replacement is not None else None
    if replacement is not None and replacement.is_active(at):
        return Entry(replacement.text, replacement.status, 1, master.level, replacement.id, rule.id)
    return Entry(master.text, "none", 1, master.level, master.id, rule.id)


def resolve(
    product: Product, market: str, at: int, claims: Iterable[Claim], overrides: Iterable[Override]
) -> list[Entry]:
    """Orders the winners: scope, level, text."""
    by_id = {claim.id: claim for claim in claims}
    gathered = gather(product, market, at, by_id.values())
    rules = pick(product, market, overrides)
    entries = [overridden(rule, at, by_id) for rule in rules]

    # 3. A rule replaces a global claim; a claim of the market stays beside it.
    silenced = {rule.master for rule in rules if gathered.get(rule.master) == 3}
    for claim_id, scope in gathered.items():
        if claim_id not in silenced:
            claim = by_id[claim_id]
            entries.append(Entry(claim.text, claim.status, scope, claim.level, claim.id, None))

    # 4. One for each text, the strongest. 5. In order.
    winners: dict[str, Entry] = {}
    for entry in entries:
        key = same(entry.text)
        if key not in winners or entry.rank < winners[key].rank:
            winners[key] = entry
    return sorted(winners.values(), key=lambda entry: (entry.scope, LEVELS.index(entry.level), entry.text, entry.claim))
