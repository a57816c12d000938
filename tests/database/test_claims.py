"""Tests the resolution of claims (domain §6): sixteen examples, and thousands of cases against a model."""

import os
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.database.claim_model import ALL, GLOBAL, Claim, Entry, Level, Override, Product, Status, resolve
from tests.database.office import refused
from tests.support.sql import Database
from tests.tenancy.scene import acting, build_scene

START = datetime(2026, 1, 1, tzinfo=UTC)
CASES = int(os.environ.get("CLAIM_CASES", "1000"))


class Shelf:
    """A master claim brand with products and ingredients, and claims under small numbers instead of ids."""

    def __init__(self, database: Database, products: list[Product]) -> None:
        self.database = database
        self.prefix = uuid4().hex
        self.subjects: dict[str, UUID] = {}
        self.claims: dict[int, UUID] = {}
        for brand in sorted({product.brand for product in products}):
            self.subjects[brand] = self._insert("master_claim_brands", name=f"{brand} {self.prefix}")
        for ingredient in sorted({name for product in products for name in product.ingredients}):
            self.subjects[ingredient] = self._insert("ingredients", name=f"{ingredient} {self.prefix}")
        for product in products:
            brand = self.subjects[product.brand]
            self.subjects[product.name] = self._insert("products", name=product.name, master_claim_brand_id=brand)
            for ingredient in product.ingredients:
                database.run(
                    "insert into public.product_ingredients (product_id, ingredient_id) values (%s, %s)",
                    self.subjects[product.name],
                    self.subjects[ingredient],
                )

    def _insert(self, table: str, **columns: Any) -> UUID:
        marks = ", ".join("%s" for _ in columns)
        return self.database.value(
            f"insert into public.{table} ({', '.join(columns)}) values ({marks}) returning id", *columns.values()
        )

    def add(self, claim: Claim) -> None:
        # The order of ids is the order of numbers: it breaks full ties.
        claim_id = UUID(int=(random.Random(self.prefix).getrandbits(100) << 28 | claim.id) & (2**128 - 1))
        subjects = sorted(self.subjects[name] for name in claim.subjects)
        self.claims[claim.id] = self._insert(
            "claims",
            id=claim_id,
            text=Jsonb({"original": claim.text}),
            level=claim.level,
            status=claim.status,
            master_claim_brand_id=subjects[0] if claim.level == "brand" else None,
            countries=sorted(claim.countries),
            effective_from=START + timedelta(days=claim.start),
            effective_to=None if claim.end is None else START + timedelta(days=claim.end),
            approval=claim.approval,
            approval_position=1 if claim.approval == "pending" else None,
        )
        if claim.level != "brand":
            for subject in subjects:
                self._insert("claim_subjects", claim_id=claim_id, **{f"{claim.level}_id": subject})

    def rule(self, override: Override) -> UUID:
        return self._insert(
            "market_overrides",
            id=UUID(int=(uuid4().int >> 32 << 32) | override.id),
            master_claim_id=self.claims[override.master],
            market_country=override.market,
            product_id=self.subjects[override.product],
            is_blocked=override.is_blocked,
            replacement_claim_id=None if override.replacement is None else self.claims[override.replacement],
        )

    def resolved(self, product: str, market: str = "GB", at: int = 10) -> list[Entry]:
        numbers = {claim_id: number for number, claim_id in self.claims.items()}
        rows = self.database.rows(
            "select claim_text, status, scope, level::text, claim_id, override_id "
            "from private.resolve_product_claims(%s, %s, %s)",
            [self.subjects[product]],
            market,
            START + timedelta(days=at),
        )
        return [
            Entry(
                row["claim_text"],
                row["status"],
                row["scope"],
                row["level"],
                numbers[row["claim_id"]],
                None if row["override_id"] is None else row["override_id"].int & 0xFFFFFFFF,
            )
            for row in rows
        ]


SOAP = Product("Soap", "Brand", frozenset({"Oil", "Salt"}))


@pytest.fixture
def shelf(database: psycopg.Connection) -> Iterator[Shelf]:
    with database.transaction(force_rollback=True):
        yield Shelf(Database(database), [SOAP])


def claim(
    number: int, level: Level, country: str, status: Status, text: str = "X", *, subject: str | None = None
) -> Claim:
    about = subject or {"product": "Soap", "ingredient": "Oil", "brand": "Brand"}[level]
    return Claim(number, text, level, status, frozenset(country.split("+")), frozenset({about}))


BRAND_GLOBAL = claim(1, "brand", GLOBAL, "allowed")
Y_GB, Y_GLOBAL = (
    claim(9, "product", "GB", "allowed", "Y", subject="Other"),
    claim(9, "product", GLOBAL, "allowed", "Y", subject="Other"),
)
BLOCK_GB, REPLACE_GB = Override(1, 1, "GB", "Soap"), Override(1, 1, "GB", "Soap", replacement=9)
OTHER = Product("Other", "Brand", frozenset())

# Number in domain §6: claims, overrides, and the result in each market as {text: (status, source)}.
EXAMPLES: dict[int, tuple[list[Claim], list[Override], dict[str, dict[str, tuple[str, str]]]]] = {
    1: ([BRAND_GLOBAL], [], {"GB": {"X": ("allowed", "brand")}}),
    2: ([BRAND_GLOBAL, claim(2, "product", GLOBAL, "disallowed")], [], {"GB": {"X": ("disallowed", "product")}}),
    3: (
        [claim(1, "brand", "GB", "disallowed"), claim(2, "product", GLOBAL, "allowed")],
        [],
        {"GB": {"X": ("disallowed", "brand")}},
    ),
    4: (
        [claim(1, "brand", "GB", "disallowed"), claim(2, "product", "GB", "allowed")],
        [],
        {"GB": {"X": ("allowed", "product")}},
    ),
    5: (
        [claim(1, "brand", GLOBAL, "disallowed"), claim(2, "ingredient", GLOBAL, "allowed")],
        [],
        {"GB": {"X": ("allowed", "ingredient")}},
    ),
    6: ([BRAND_GLOBAL], [BLOCK_GB], {"GB": {"X": ("none", "override")}, "FR": {"X": ("allowed", "brand")}}),
    7: ([BRAND_GLOBAL, Y_GB], [REPLACE_GB], {"GB": {"Y": ("allowed", "override")}, "FR": {"X": ("allowed", "brand")}}),
    8: (
        [BRAND_GLOBAL, Y_GB],
        [replace(BLOCK_GB, id=2, market=ALL), REPLACE_GB],
        {"GB": {"Y": ("allowed", "override")}, "FR": {"X": ("none", "override")}},
    ),
    9: (
        [BRAND_GLOBAL],
        [replace(BLOCK_GB, market=ALL), replace(BLOCK_GB, id=2, is_blocked=False)],
        {"GB": {"X": ("allowed", "brand")}, "FR": {"X": ("none", "override")}},
    ),
    10: (
        [BRAND_GLOBAL, claim(2, "product", "GB", "allowed")],
        [BLOCK_GB],
        {"GB": {"X": ("none", "override")}},
    ),
    11: (
        [BRAND_GLOBAL, claim(2, "product", "GB", "allowed"), Y_GB],
        [REPLACE_GB],
        {"GB": {"Y": ("allowed", "override"), "X": ("allowed", "product")}},
    ),
    12: (
        [claim(1, "brand", f"{GLOBAL}+GB", "allowed"), Y_GB],
        [REPLACE_GB],
        {"GB": {"Y": ("allowed", "override"), "X": ("allowed", "brand")}},
    ),
    # The master belongs to another product, so it is never gathered for this one.
    13: ([claim(1, "product", GLOBAL, "allowed", subject="Other")], [BLOCK_GB], {"GB": {"X": ("none", "override")}}),
    14: ([claim(1, "product", "FR", "allowed")], [], {"GB": {}}),
    15: (
        [
            claim(1, "ingredient", "GB", "allowed", subject="Oil"),
            claim(2, "ingredient", "GB", "disallowed", subject="Salt"),
        ],
        [],
        {"GB": {"X": ("disallowed", "ingredient")}},
    ),
    16: (
        [BRAND_GLOBAL, Y_GB, claim(2, "product", "GB", "disallowed", "Y")],
        [REPLACE_GB],
        {"GB": {"Y": ("allowed", "override")}},
    ),
}


@pytest.mark.parametrize("number", sorted(EXAMPLES))
def test_example(database: psycopg.Connection, number: int) -> None:
    claims, overrides, expected = EXAMPLES[number]
    with database.transaction(force_rollback=True):
        shelf = Shelf(Database(database), [SOAP, OTHER])
        for one in claims:
            shelf.add(one)
        for override in overrides:
            shelf.rule(override)
        found = {
            market: {
                entry.text: (entry.status, "override" if entry.override is not None else entry.level)
                for entry in shelf.resolved("Soap", market)
            }
            for market in expected
        }
    assert found == expected


def generated(choice: random.Random, products: list[Product]) -> tuple[list[Claim], list[Override]]:
    """Generates a few claims over few words, so that they meet, and rules for some of the global ones."""
    claims: list[Claim] = []
    taken: set[tuple[str, str, str, str, str]] = set()
    for number in range(1, choice.randint(2, 9)):
        level = choice.choice(("product", "ingredient", "brand"))
        pool = {
            "product": [product.name for product in products],
            "ingredient": sorted({name for product in products for name in product.ingredients}),
            "brand": sorted({product.brand for product in products}),
        }[level]
        subjects = frozenset(choice.sample(pool, 1 if level == "brand" else choice.randint(1, min(2, len(pool)))))
        countries = frozenset(choice.choice(([GLOBAL], ["GB"], ["FR"], [GLOBAL, "GB"], ["GB", "FR"])))
        one = Claim(
            id=number,
            text=choice.choice(("Soft", "soft ", "Kind", "Pure", "PURE")),
            level=level,
            status=choice.choice(("allowed", "disallowed", "mandatory")),
            countries=countries,
            subjects=subjects,
            start=choice.choice((0, 0, 0, 10, 11)),
            end=choice.choice((None, None, None, 10, 20)),
            approval=choice.choice((None, None, None, "approved", "pending", "rejected")),
        )
        if one.end is not None and one.end <= one.start:
            one = replace(one, end=None)
        keys = {
            (one.text.strip().lower(), level, subject, country, one.status)
            for subject in subjects
            for country in countries
        }
        if not keys & taken:
            taken |= keys
            claims.append(one)
    overrides: list[Override] = []
    for number in range(1, choice.randint(1, 6)):
        # Both claims are of the catalogue brand of the product.
        product = choice.choice(products)
        shared = [other for other in products if other.brand == product.brand]
        catalogue = {product.brand}.union(*({other.name, *other.ingredients} for other in shared))
        own = [one for one in claims if one.subjects & catalogue]
        masters = [one for one in own if GLOBAL in one.countries]
        if not masters:
            continue
        market = choice.choice(("GB", "FR", ALL))
        replacements = [one for one in own if (GLOBAL if market == ALL else market) in one.countries]
        master = choice.choice(masters)
        possible = [one.id for one in replacements if one.id != master.id]
        rule = Override(
            id=number,
            master=master.id,
            market=market,
            product=product.name,
            is_blocked=choice.random() < 0.6,
            replacement=choice.choice(possible) if possible and choice.random() < 0.5 else None,
        )
        if not any((rule.master, rule.market, rule.product) == (o.master, o.market, o.product) for o in overrides):
            overrides.append(rule)
    return claims, overrides


@contextmanager
def attempt(database: psycopg.Connection) -> Generator[None]:
    with database.transaction(force_rollback=True):
        yield


def test_no_difference_to_the_model(
    database: psycopg.Connection, record_property: Callable[[str, object], None]
) -> None:
    products = [
        Product("Soap", "Brand", frozenset({"Oil", "Salt"})),
        Product("Cream", "Brand", frozenset({"Oil"})),
        Product("Foam", "Rival", frozenset({"Salt"})),
    ]
    seed = int(os.environ.get("CLAIM_SEED", "20261123"))
    choice = random.Random(seed)
    cases = 0
    sizes: set[int] = set()
    shelf = Shelf(Database(database), products)
    while cases < CASES:
        claims, overrides = generated(choice, products)
        with attempt(database):
            shelf.claims.clear()
            for one in claims:
                shelf.add(one)
            for rule in overrides:
                shelf.rule(rule)
            for product in products:
                for market in ("GB", "FR", "DE"):
                    expected = resolve(product, market, 10, claims, overrides)
                    found = shelf.resolved(product.name, market)
                    assert found == expected, f"seed {seed}, case {cases}: {product}, {market}, {claims}, {overrides}"
                    sizes.add(len(found))
                    cases += 1
    assert sizes >= {0, 1, 2, 3}, "the cases are too much alike"
    record_property("figure", f"{cases} cases of claim resolution, no difference to the model")


def test_the_matrix_keeps_a_replaced_claim_in_its_masters_row(database: psycopg.Connection) -> None:
    with database.transaction(force_rollback=True):
        scene = build_scene(database)
        data = Database(database)
        master, product = scene.rows["master_claim_brands"]["id"], scene.rows["products"]["id"]
        original = scene.rows["claims"]["text"]["original"]
        with acting(data, scene.tenant.people["admin"]):
            other = data.value(
                "insert into public.products (master_claim_brand_id, name) values (%s, 'Another') returning id", master
            )
            replacement = data.value(
                "select public.create_claim(%s, 'product', 'mandatory', %s, %s) ->> 'id'",
                Jsonb({"original": "Instead"}),
                [other],
                ["GB"],
            )
            # The rule of the scene, which blocks the claim in this market.
            data.run(
                "select public.update_market_override(%s, 1, %s)",
                scene.rows["market_overrides"]["id"],
                Jsonb({"replacement_claim_id": replacement}),
            )
            page = data.value("select public.list_claim_matrix('GB', claim_brand_id => %s)", master)
        columns = [UUID(column["product_id"]) for column in page["columns"]]
        cells = {
            (row["text"], column): (cell["status"], cell.get("source"))
            for row in page["items"]
            for column, cell in zip(columns, row["cells"], strict=True)
        }
        assert cells[original, product] == ("mandatory", "override")
        assert cells[original, other] == ("none", None)
        assert cells["Instead", other] == ("mandatory", "product")
        with acting(data, scene.tenant.people["viewer"]), refused("PT400"), database.transaction():
            data.run("select public.list_claim_matrix('__ALL_COUNTRIES__', claim_brand_id => %s)", master)


def test_a_claim_is_there_once(shelf: Shelf) -> None:
    shelf.add(claim(1, "brand", f"{GLOBAL}+GB", "allowed", "Soft"))
    with refused("23505"), shelf.database.connection.transaction():
        shelf.add(claim(2, "brand", "GB", "allowed", " SOFT "))
    shelf.add(claim(3, "brand", "GB", "disallowed", "Soft"))
    shelf.add(claim(4, "brand", "FR", "allowed", "Soft"))


@pytest.mark.parametrize(
    ("change", "sqlstate"),
    [
        ({"countries": ["ZZ"]}, "PT400"),
        ({"countries": [ALL]}, "PT400"),
        ({"text": Jsonb({"original": " "})}, "23514"),
        ({"text": Jsonb({"original": "x" * 501})}, "23514"),
        ({"text": Jsonb({"de": "x"})}, "23514"),
        ({"status": "conditional"}, "22P02"),
        ({"level": "product"}, "PT409"),
        ({"effective_to": START - timedelta(days=1)}, "23514"),
    ],
)
def test_invalid_claims_are_refused(shelf: Shelf, change: dict[str, Any], sqlstate: str) -> None:
    shelf.add(BRAND_GLOBAL)
    ((column, value),) = change.items()
    with refused(sqlstate), shelf.database.connection.transaction():
        shelf.database.run(f"update public.claims set {column} = %s where id = %s", value, shelf.claims[1])


def test_a_claim_is_about_something_of_one_kind(shelf: Shelf) -> None:
    with refused("PT400"), shelf.database.connection.transaction():
        shelf.add(replace(claim(1, "product", GLOBAL, "allowed"), subjects=frozenset()))
        shelf.database.run("set constraints all immediate")


@pytest.mark.parametrize(
    "wrong",
    [
        Override(1, 2, "GB", "Soap"),  # not a global claim
        Override(1, 1, "ZZ", "Soap"),
        Override(1, 1, "FR", "Soap", replacement=2),  # a claim of another market
        Override(1, 1, ALL, "Soap", replacement=2),
    ],
)
def test_an_override_that_makes_no_sense_is_refused(shelf: Shelf, wrong: Override) -> None:
    shelf.add(BRAND_GLOBAL)
    shelf.add(claim(2, "product", "GB", "allowed", "Y"))
    with refused("PT400"), shelf.database.connection.transaction():
        shelf.rule(wrong)


def test_the_author_of_a_claim_may_only_edit_it(database: psycopg.Connection) -> None:
    with database.transaction(force_rollback=True):
        scene = build_scene(database)
        data = Database(database)
        author, other = scene.tenant.people["admin"], scene.tenant.people["second_admin"]
        decided = data.row(
            "select claim_id, claim_version from public.claim_approvals where claim_id in "
            "(select id from public.claims where created_by = %s)",
            author.user_id,
        )["claim_id"]
        edit = "select public.update_claim(%s, (select version from public.claims where id = %s), %s) ->> 'approval'"
        with acting(data, other), refused("PT403"), database.transaction():
            data.run("select public.decide_claim(%s, 'approve')", scene.tenant.contents["pending_claim"])
        with acting(data, author):
            assert data.value(edit, decided, decided, Jsonb({"notes": "the same text"})) == "approved"
            assert data.value(edit, decided, decided, Jsonb({"text": {"original": "Another text"}})) == "pending"
        # An older version than the decision that was made.
        with acting(data, other), refused("PT409"), database.transaction():
            data.run("select public.decide_claim(%s, 'approve', expected_version => 1)", decided)
        data.run("update public.brand_members set role = 'viewer' where user_id = %s", author.user_id)
        with acting(data, author), refused("PT403"), database.transaction():
            data.run("select public.delete_claim(%s)", decided)
        data.run("update public.brand_members set restrictions = '{claim.write}' where user_id = %s", author.user_id)
        with acting(data, author), refused("PT403"), database.transaction():
            data.run(edit, decided, decided, Jsonb({"notes": "x"}))


def test_a_replacement_in_use_stays(shelf: Shelf) -> None:
    shelf.add(BRAND_GLOBAL)
    shelf.add(claim(2, "product", "GB", "allowed", "Y"))
    shelf.rule(Override(1, 1, "GB", "Soap", is_blocked=False, replacement=2))
    with refused("23001"), shelf.database.connection.transaction():
        shelf.database.run("delete from public.claims where id = %s", shelf.claims[2])


def test_a_time_that_is_not_given_is_now(database: psycopg.Connection) -> None:
    with database.transaction(force_rollback=True):
        scene = build_scene(database)
        data = Database(database)
        with acting(data, scene.tenant.people["viewer"]):
            assert data.rows("select * from public.resolve_claims(%s, 'GB', null)", scene.rows["products"]["id"])
