"""The sixteen worked examples of domain §6, over HTTP."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.claims.office import ALL, GLOBAL, Shelf, made, open_shelf
from tests.support.world import World

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Claimed:
    level: str
    status: str
    countries: tuple[str, ...] = (GLOBAL,)
    text: str = "X"
    subject: str | None = None


@dataclass(frozen=True)
class Rule:
    """A rule for the first claim of the example."""

    market: str
    is_blocked: bool = True
    replacement: int | None = None
    """The index of the claim that takes its place."""


BRAND = Claimed("brand", "allowed")
Y = Claimed("product", "allowed", ("GB",), "Y", "Other")
BLOCK, REPLACE = Rule("GB"), Rule("GB", replacement=1)

# Number in domain §6: claims, overrides, and the answer in each market as {text: (status, source)}.
EXAMPLES: dict[int, tuple[list[Claimed], list[Rule], dict[str, dict[str, tuple[str, str]]]]] = {
    1: ([BRAND], [], {"GB": {"X": ("allowed", "brand")}}),
    2: ([BRAND, Claimed("product", "disallowed")], [], {"GB": {"X": ("disallowed", "product")}}),
    3: (
        [Claimed("brand", "disallowed", ("GB",)), Claimed("product", "allowed")],
        [],
        {"GB": {"X": ("disallowed", "brand")}},
    ),
    4: (
        [Claimed("brand", "disallowed", ("GB",)), Claimed("product", "allowed", ("GB",))],
        [],
        {"GB": {"X": ("allowed", "product")}},
    ),
    5: (
        [Claimed("brand", "disallowed"), Claimed("ingredient", "allowed")],
        [],
        {"GB": {"X": ("allowed", "ingredient")}},
    ),
    6: ([BRAND], [BLOCK], {"GB": {"X": ("none", "override")}, "FR": {"X": ("allowed", "brand")}}),
    7: ([BRAND, Y], [REPLACE], {"GB": {"Y": ("allowed", "override")}, "FR": {"X": ("allowed", "brand")}}),
    8: (
        [BRAND, Y],
        [Rule(ALL), REPLACE],
        {"GB": {"Y": ("allowed", "override")}, "FR": {"X": ("none", "override")}},
    ),
    9: (
        [BRAND],
        [Rule(ALL), Rule("GB", is_blocked=False)],
        {"GB": {"X": ("allowed", "brand")}, "FR": {"X": ("none", "override")}},
    ),
    10: ([BRAND, Claimed("product", "allowed", ("GB",))], [BLOCK], {"GB": {"X": ("none", "override")}}),
    11: (
        [BRAND, Y, Claimed("product", "allowed", ("GB",))],
        [REPLACE],
        {"GB": {"Y": ("allowed", "override"), "X": ("allowed", "product")}},
    ),
    12: (
        [Claimed("brand", "allowed", (GLOBAL, "GB")), Y],
        [REPLACE],
        {"GB": {"Y": ("allowed", "override"), "X": ("allowed", "brand")}},
    ),
    13: ([Claimed("product", "allowed", subject="Other")], [BLOCK], {"GB": {"X": ("none", "override")}}),
    14: ([Claimed("product", "allowed", ("FR",))], [], {"GB": {}}),
    15: (
        [Claimed("ingredient", "allowed", ("GB",)), Claimed("ingredient", "disallowed", ("GB",), subject="Salt")],
        [],
        {"GB": {"X": ("disallowed", "ingredient")}},
    ),
    16: (
        [BRAND, Y, Claimed("product", "disallowed", ("GB",), "Y")],
        [REPLACE],
        {"GB": {"Y": ("allowed", "override")}},
    ),
}

# The rule that the answer names for X in GB, and how what it holds over lost.
REASONS: dict[int, tuple[str, list[str]]] = {
    1: ("only", []),
    2: ("level", ["level"]),
    3: ("scope", ["scope"]),
    4: ("level", ["level"]),
    5: ("level", ["level"]),
    6: ("override", ["override"]),
    9: ("only", []),
    10: ("override", ["override", "override"]),
    13: ("override", []),
    15: ("status", ["status"]),
}


async def prepared(shelf: Shelf, number: int) -> None:
    claims, rules, _ = EXAMPLES[number]
    await shelf.product("Soap", "Oil", "Salt")
    await shelf.product("Other")
    ids = [
        (await shelf.claim(each.level, each.status, *each.countries, text=each.text, subject=each.subject))["id"]
        for each in claims
    ]
    for rule in rules:
        body: dict[str, Any] = {
            "masterClaimId": ids[0],
            "productId": shelf.products["Soap"]["id"],
            "market": rule.market,
            "isBlocked": rule.is_blocked,
            "replacementClaimId": None if rule.replacement is None else ids[rule.replacement],
            "force": True,
        }
        await made(shelf.brand.admin, "/market-overrides", body)


@pytest.mark.parametrize("number", sorted(EXAMPLES))
async def test_example(world: World, number: int) -> None:
    shelf = await open_shelf(world)
    await prepared(shelf, number)
    expected = EXAMPLES[number][2]
    for market, texts in expected.items():
        stacked = await shelf.stacked(market=market)
        assert {row["text"]: (row["status"], row["source"]) for row in stacked} == texts
        if market == "GB" and number in REASONS:
            reason = stacked[0]["reason"]
            assert (reason["rule"], [each["lostBy"] for each in reason["over"]]) == REASONS[number]
            assert reason["sentence"].endswith(".")
    # The matrix says the same, in the row of the original text.
    response = await shelf.brand.viewer.get(
        f"/products/{shelf.products['Soap']['id']}/claim-matrix", market=list(expected)
    )
    page = response.json()
    cells = {
        (row["text"], column["market"]): cell["status"]
        for row in page["data"]
        for column, cell in zip(page["columns"], row["cells"], strict=True)
    }
    for market in expected:
        for row in await shelf.stacked(market=market):
            # The strongest of several claims is shown in the row of a replaced one.
            if number not in (11, 12):
                assert cells[row["originalText"], market] == row["status"]
