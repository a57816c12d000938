"""Measures stacked claims and pages of the matrix, with 2,000 products and 100,000 claims.

``python -m bench.claims`` fills a scratch database twice, with ten claim brands and with one, and prints for each
question the CPU milliseconds of the backend and those of the clock (p50, p95), all in one session.
"""

import argparse
import json
import random
import statistics
import time
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from lib.core.security.signing import PROOF_HEADER, make_proof
from local.stack.client import running_stack
from local.stack.scratch import scratch_database
from local.stack.settings import SIGNING_SECRET

type Connection = psycopg.Connection[TupleRow]

PRODUCTS: Final = 2_000
INGREDIENTS: Final = 1_000
CLAIMS: Final = {"product": 75_000, "ingredient": 20_000, "brand": 5_000}
OVERRIDES: Final = 10_000
WARM_UP: Final = 12
GOALS: Final = {"stacked": 20.0, "matrix": 100.0, "markets": 100.0}

FILL: Final = (
    "insert into public.master_claim_brands (name) select 'Master ' || n from generate_series(1, %(masters)s) as n",
    "insert into public.ingredients (name) select 'Ingredient ' || n from generate_series(1, %(ingredients)s) as n",
    """
    insert into public.products (master_claim_brand_id, name)
    select masters.id, 'Product ' || lpad(n::text, 5, '0')
    from generate_series(1, %(products)s) as n
    inner join (select id, row_number() over (order by name) as nth from public.master_claim_brands) as masters
      on masters.nth = 1 + n %% %(masters)s
    """,
    """
    insert into public.product_ingredients (product_id, ingredient_id)
    select products.id, ingredients.id
    from (select id, row_number() over (order by name) as n from public.products) as products
    inner join (select id, row_number() over (order by name) as n from public.ingredients) as ingredients
      on (ingredients.n + products.n) %% 125 = 0
    """,
)
# A third of the texts are common words, which claims of several levels share and so compete for.
CLAIM: Final = """
    with made as (
      insert into public.claims (id, text, level, status, master_claim_brand_id, countries, notes)
      select
        private.uuid_v7(),
        jsonb_build_object(
          'original',
          case
            when n %% 3 = 0 then 'Kind to skin, as trial ' || (n * 7919 %% 997) || ' shows'
            else 'Proven {level} claim number ' || n
          end,
          'de', 'Behauptung ' || n
        ),
        '{level}', (array['allowed', 'allowed', 'disallowed', 'mandatory'])[1 + n %% 4]::public.claim_status,
        case when '{level}' = 'brand' then subject.id end,
        case when n %% 5 < 3 then '{{__GLOBAL__}}' when n %% 5 = 3 then '{{GB,FR}}' else '{{US}}' end::text[],
        subject.id::text
      from generate_series(1, %(count)s) as n
      inner join (select id, row_number() over (order by name) as nth from public.{table}) as subject
        on subject.nth = 1 + n %% %(subjects)s
      returning id, notes
    )
    insert into public.claim_subjects (claim_id, product_id, ingredient_id)
    select
      made.id, case when '{level}' = 'product' then made.notes::uuid end,
      case when '{level}' = 'ingredient' then made.notes::uuid end
    from made where '{level}' <> 'brand'
"""
RULES: Final = """
    insert into public.market_overrides (master_claim_id, market_country, product_id, replacement_claim_id)
    select
      claims.id, case when claims.n %% 7 = 0 then '__ALL_COUNTRIES__' else 'GB' end, products.id,
      case when claims.n %% 2 = 0 then replacement.id end
    from (
      select id, master_claim_brand_id, row_number() over (order by id) as n from public.claims
      where level = 'brand' and '__GLOBAL__' = any (countries)
    ) as claims
    inner join public.products on products.master_claim_brand_id = claims.master_claim_brand_id
    cross join lateral (
      select other.id from public.claims as other where 'GB' = any (other.countries) order by other.id limit 1
    ) as replacement
    order by md5(claims.id::text || products.id::text)
    limit %(count)s
"""
SETTINGS: Final = (
    "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', %s, true), "
    "set_config('request.headers', %s, true), set_config('request.method', 'GET', true)"
)
QUESTIONS: Final = {
    "stacked": "select public.list_stacked_claims(%(product)s, 'GB')",
    "stacked in German": "select public.list_stacked_claims(%(product)s, 'GB', language => 'de')",
    "matrix, 20 × 20": "select public.list_claim_matrix('GB', claim_brand_id => %(master)s, page_offset => %(offset)s)",
    "matrix, 50 × 50": (
        "select public.list_claim_matrix('GB', claim_brand_id => %(master)s, page_size => 50, column_size => 50)"
    ),
    "matrix, a word": "select public.list_claim_matrix('GB', claim_brand_id => %(master)s, query => 'trial')",
    "matrix, disallowed": (
        "select public.list_claim_matrix('GB', claim_brand_id => %(master)s, statuses => '{{disallowed}}')"
    )
    .replace("{{", "{")
    .replace("}}", "}"),
    "matrix of a brand": "select public.list_claim_matrix('GB', brand_id => %(brand)s)",
    "markets, 20 × 5": "select public.list_market_matrix(%(product)s, '{GB,FR,US,DE,IE}')",
}


def _fill(connection: Connection, masters: int) -> None:
    connection.execute("set session_replication_role = replica")
    connection.execute("set statement_timeout = 0")
    sizes = {"masters": masters, "ingredients": INGREDIENTS, "products": PRODUCTS}
    for statement in FILL:
        connection.execute(statement.encode(), sizes)
    tables = {"product": "products", "ingredient": "ingredients", "brand": "master_claim_brands"}
    subjects = {"product": PRODUCTS, "ingredient": INGREDIENTS, "brand": masters}
    for level, count in CLAIMS.items():
        text = CLAIM.format(level=level, table=tables[level])
        connection.execute(text.encode(), {"count": count, "subjects": subjects[level]})
    connection.execute(
        """
        insert into private.claim_scopes (
          subject_id, country, text_key, level, status, claim_id, effective_from, effective_to, is_approved
        )
        select
          coalesce(claims.master_claim_brand_id, subject.product_id, subject.ingredient_id), country,
          private.claim_text_key(claims.text), claims.level, claims.status, claims.id, claims.effective_from, null, true
        from public.claims
        left join public.claim_subjects as subject on subject.claim_id = claims.id
        cross join unnest(claims.countries) as country
        on conflict do nothing
        """
    )
    connection.execute(RULES, {"count": OVERRIDES})


def _member(connection: Connection) -> tuple[UUID, UUID]:
    """Returns a viewer and their brand, which is linked to half of the claim brands."""
    brand, user = (
        connection.execute(statement).fetchone()
        for statement in (
            """
            insert into public.brands (name, slug, country, language) values ('Bench', 'bench', 'GB', 'en') returning id
            """,
            "insert into auth.users (id, email) values (gen_random_uuid(), 'u@bench.test') returning id",
        )
    )
    assert brand is not None
    assert user is not None
    for statement in (
        "insert into public.profiles (id, first_name) values (%(user)s, 'U') on conflict do nothing",
        "insert into public.brand_members (user_id, brand_id, role) values (%(user)s, %(brand)s, 'viewer')",
        "insert into public.user_sessions (id, user_id, expires_at) values (%(user)s, %(user)s, now() + '8 hours')",
        """
        insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id)
        select %(brand)s, id from public.master_claim_brands
        """,
    ):
        connection.execute(statement, {"user": user[0], "brand": brand[0]})
    return user[0], brand[0]


def _ask(connection: Connection, user: UUID, statement: str, values: dict[str, Any]) -> Any:
    claims = {"role": "authenticated", "sub": str(user), "session_id": str(user)}
    proof = {PROOF_HEADER.lower(): make_proof(claims, SIGNING_SECRET)}
    with connection.transaction():
        connection.execute(SETTINGS, [json.dumps(claims), json.dumps(proof)])
        row = connection.execute(statement.encode(), values).fetchone()
    assert row is not None
    return row[0]


def _measure(url: str, masters: int, rounds: int, only: str) -> None:
    with psycopg.connect(url) as loader:
        _fill(loader, masters)
        user, brand = _member(loader)
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("vacuum analyze")
        products = owner.execute("select id, master_claim_brand_id from public.products order by id").fetchall()
    print(f"\n{masters} claim brand(s): {PRODUCTS:,} products, {sum(CLAIMS.values()):,} claims, {OVERRIDES:,} rules")
    print(f"{'question':<24}{'items':>8}{'kB':>8}{'CPU p50':>10}{'p95':>8}{'clock p50':>11}{'p95':>8}   ms")
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
        spent = Path(f"/proc/{connection.info.backend_pid}/schedstat")
        for name, statement in QUESTIONS.items():
            if only not in name:
                continue
            choice = random.Random(7)
            processor: list[float] = []
            clock: list[float] = []
            answer: Any = {}
            for number in range(rounds + WARM_UP):
                product, master = choice.choice(products)
                values = {"product": product, "master": master, "brand": brand, "offset": choice.randrange(0, 400, 20)}
                before, began = int(spent.read_text().split()[0]), time.perf_counter()
                answer = _ask(connection, user, statement, values)
                if number >= WARM_UP:
                    clock.append((time.perf_counter() - began) * 1e3)
                    processor.append((int(spent.read_text().split()[0]) - before) / 1e6)
            goal = GOALS[name.split(",")[0].split()[0]]
            late = "  over the goal" if statistics.quantiles(processor, n=20)[18] > goal else ""
            figures = [
                statistics.median(processor),
                statistics.quantiles(processor, n=20)[18],
                statistics.median(clock),
                statistics.quantiles(clock, n=20)[18],
            ]
            print(
                f"{name:<24}{answer['total']:>8}{len(json.dumps(answer)) / 1e3:>8.0f}"
                f"{figures[0]:>10.1f}{figures[1]:>8.1f}{figures[2]:>11.1f}{figures[3]:>8.1f}   goal {goal:.0f}{late}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--masters", type=int, nargs="*", default=[10, 1])
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    with running_stack() as stack:
        for masters in options.masters:
            with scratch_database(stack.database_url) as url:
                _measure(url, masters, options.rounds, options.only)


if __name__ == "__main__":
    main()
