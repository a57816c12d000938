"""The resolution of claims, a second time and independently: written from the rules of domain §6, with no look at the SQL."""

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
    """Names of what it is about: products, ingredients, or one master claim brand."""
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


def resolve(
    product: Product, market: str, at: int, claims: Iterable[Claim], overrides: Iterable[Override]
) -> list[Entry]:
    """The winners, in order: scope, level, text."""
    by_id = {claim.id: claim for claim in claims}
    about = {product.name, product.brand, *product.ingredients}

    # 1. What is said of the product, its ingredients and its own brand, in this market or in all.
    gathered: dict[int, int] = {}
    for claim in by_id.values():
        if claim.subjects & about and claim.is_active(at):
            if market in claim.countries:
                gathered[claim.id] = 2
            elif GLOBAL in claim.countries:
                gathered[claim.id] = 3

    # 2. One rule for each master: the country's own before that for all.
    rules: dict[int, Override] = {}
    for rule in sorted(overrides, key=lambda rule: rule.market == ALL, reverse=True):
        if rule.product == product.name and rule.market in (market, ALL):
            rules[rule.master] = rule

    entries: list[Entry] = []
    silenced: set[int] = set()
    for rule in rules.values():
        if not rule.is_blocked and rule.replacement is None:
            continue
        master = by_id[rule.master]
        replacement = by_id.get(rule.replacement) if rule.replacement is not None else None
        if replacement is not None and replacement.is_active(at):
            entries.append(Entry(replacement.text, replacement.status, 1, master.level, replacement.id, rule.id))
        else:
            entries.append(Entry(master.text, "none", 1, master.level, master.id, rule.id))
        # 3. It stands in the place of the global claim; a claim of the market stays beside it.
        if gathered.get(rule.master) == 3:
            silenced.add(rule.master)

    for claim_id, scope in gathered.items():
        if claim_id not in silenced:
            claim = by_id[claim_id]
            entries.append(Entry(claim.text, claim.status, scope, claim.level, claim.id, None))

    # 4. One for each text, the strongest; 5. in order.
    winners: dict[str, Entry] = {}
    for entry in entries:
        key = same(entry.text)
        if key not in winners or entry.rank < winners[key].rank:
            winners[key] = entry
    return sorted(winners.values(), key=lambda entry: (entry.scope, LEVELS.index(entry.level), entry.text, entry.claim))
