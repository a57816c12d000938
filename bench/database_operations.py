"""The operations of the database benchmark, as a tenant and as the owner of the tables: see bench/database.py."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import psycopg

from bench.database_data import Tenant

COLUMNS = "id, brand_id, type, status, title, fields, metadata, tags, version, created_by, created_at, updated_at"
# Statements are prepared, as by the data API. The first executions plan, and fill caches.
WARM_UP = 12
type Run = Callable[[psycopg.Connection, Tenant], float]
_numbers = count()


@dataclass(frozen=True)
class Operation:
    name: str
    tenant: Run
    owner: Run
    limit_ms: float | None = None
    """The p95 limit in milliseconds, as a tenant."""


def query(text: str, *names: str) -> Run:
    """Runs a prepared statement with the tenant's brand and the values that ``Choices`` picked for this round.

    It is prepared in SQL: the driver forgets its own statements at each rollback, and the data API keeps them.
    """
    name = f"q{next(_numbers)}"
    numbered = text
    for position in range(1, len(names) + 1):
        numbered = numbered.replace("%s", f"${position}", 1)
    marks = f"({', '.join('%s' for _ in names)})" if names else ""

    def run(connection: psycopg.Connection, _: Tenant) -> float:
        cursor = psycopg.ClientCursor(connection)
        known = cursor.execute("select 1 from pg_prepared_statements where name = %s", [name]).fetchone()
        if not known:
            cursor.execute(f"prepare {name} as {numbered.replace('%%', '%')}".encode())
        values = [choices.values[each] for each in names]
        begun = time.perf_counter()
        cursor.execute(f"execute {name}{marks}".encode(), values).fetchall()
        return (time.perf_counter() - begun) * 1000

    return run


class Choices:
    """The values for this round: the same for both sides."""

    def __init__(self) -> None:
        self.random = random.Random(42)
        self.values: dict[str, Any] = {}

    def next(self, owner: psycopg.Connection, tenants: list[Tenant]) -> Tenant:
        tenant = self.random.choice(tenants)
        drafts = "from public.contents where brand_id = %s and status = 'draft' and deleted_at is null"
        how_many = owner.execute(f"select count(*) {drafts}".encode(), [tenant.brand_id]).fetchone()
        row = owner.execute(
            f"select id, title, version, updated_at {drafts} order by updated_at desc, id offset %s limit 1".encode(),
            [tenant.brand_id, int(how_many[0] * self.random.random())] if how_many else [],
        ).fetchone()
        assert row is not None
        words = row[1].split()
        typo = max(words, key=len)
        self.values = {
            "brand": tenant.brand_id,
            "id": row[0],
            "version": row[2],
            "before": row[3],
            "of_brand": json.dumps({"brand_id": str(tenant.brand_id)}),
            "drafts": json.dumps({"brand_id": str(tenant.brand_id), "status": ["draft"]}),
            "cursor": json.dumps({"value": row[3].isoformat(), "id": str(row[0])}),
            "typed": words[0][: self.random.randint(2, len(words[0]))],
            "word": words[0],
            "words": " ".join(words[:2]),
            "typo": typo[:2] + typo[3:] + " " + words[0],
            "embedding": json.dumps([self.random.random() - 0.5 for _ in range(512)]),
            "product": owner.execute(
                "select products.id from public.products inner join public.brand_master_claim_brands as link "
                "using (master_claim_brand_id) where link.brand_id = %s limit 1",
                [tenant.brand_id],
            ).fetchone()[0],  # pyright: ignore[reportOptionalSubscript] - every brand has products
        }
        return tenant


choices = Choices()

LIST = f"select {COLUMNS} from public.contents where brand_id = %s and status = 'draft' and deleted_at is null "
PAGE = f"{LIST} order by updated_at desc, id limit 20"
BY_ID = f"select {COLUMNS} from public.contents where id = %s"
EVERYWHERE = f"select {COLUMNS} from public.contents where status = 'draft' order by updated_at desc limit 20"
CURSOR = f"{LIST} and updated_at < %s order by updated_at desc, id limit 20"
WORDS = """
  select search.content_id, search.title, search.status, found.score
  from (
    select content_id, ts_rank('{0.1, 0.3, 0.6, 1.0}', words, terms) as score
    from private.content_search,
      cast(websearch_to_tsquery('simple', %s) as tsquery) as terms,
      cast(quote_literal('brand:' || %s::uuid) as tsquery) as of_brand
    where words @@ (terms && of_brand)
    order by score desc, content_id limit 20
  ) as found
  inner join private.content_search as search on search.content_id = found.content_id
  order by found.score desc
"""
LIKENESS = """
  select search.content_id, search.title, found.score
  from (
    select content_id, extensions.word_similarity(%s, title) as score
    from private.content_search
    where brand_id = %s and %s operator(extensions.<%%) title
    order by score desc, content_id limit 20
  ) as found
  inner join private.content_search as search on search.content_id = found.content_id
"""
MEANING = """
  select search.content_id, search.title, found.distance
  from (
    select content_id, embedding operator(extensions.<=>) %s::extensions.halfvec as distance
    from private.content_search
    where brand_id = %s and embedding is not null
    order by distance limit 20
  ) as found
  inner join private.content_search as search on search.content_id = found.content_id
"""
TITLES = f"select {COLUMNS} from public.contents where brand_id = %s and deleted_at is null"
PREFIX = """
  select content_id, title from private.content_search
  where brand_id = %s and lower(title) like %s || '%%'
  order by updated_at desc limit 8
"""
OPERATIONS = (
    Operation(
        "list by status, page 1, counted",
        query("select public.list_contents(%s, is_counted => true)", "drafts"),
        query(PAGE, "brand"),
        limit_ms=20,
    ),
    Operation(
        "list by status, by cursor",
        query("select public.list_contents(%s, cursor_at => %s)", "drafts", "cursor"),
        query(CURSOR, "brand", "before"),
        limit_ms=20,
    ),
    Operation(
        "list by title, page 1",
        query("select public.list_contents(%s, 'title', false)", "of_brand"),
        query(f"{TITLES} order by title, id limit 20", "brand"),
        limit_ms=20,
    ),
    Operation(
        "list of all the caller's brands",
        query("select public.list_contents('{}')"),
        query(f"{TITLES} order by updated_at desc, id limit 20", "brand"),
        limit_ms=100,
    ),
    Operation(
        "get by id",
        query(BY_ID, "id"),
        query(f"{BY_ID} and brand_id = %s", "id", "brand"),
        limit_ms=10,
    ),
    Operation(
        "search, words",
        query("select public.search_contents(%s, %s)", "words", "of_brand"),
        query(WORDS, "words", "brand"),
        limit_ms=100,
    ),
    Operation(
        "search, typing error",
        query("select public.search_contents(%s, %s)", "typo", "of_brand"),
        query(LIKENESS, "typo", "brand", "typo"),
        limit_ms=100,
    ),
    Operation(
        "search, words and meaning",
        query("select public.search_contents(%s, %s, embedding => %s)", "words", "of_brand", "embedding"),
        query(MEANING, "embedding", "brand"),
        limit_ms=100,
    ),
    Operation(
        "search, one word, all brands",
        query("select public.search_contents(%s)", "word"),
        query(WORDS, "word", "brand"),
        limit_ms=100,
    ),
    Operation(
        "suggest",
        query("select * from public.suggest_contents(%s, %s)", "typed", "brand"),
        query(PREFIX, "brand", "typed"),
        limit_ms=100,
    ),
    Operation(
        "create",
        query("select id from public.create_content(brand_id => %s, title => 'Made by the benchmark')", "brand"),
        query(
            "insert into public.contents (brand_id, title, type) values (%s, 'Made by the benchmark', 'article') "
            "returning id",
            "brand",
        ),
    ),
    Operation(
        "update with version",
        query("""select id from public.update_content(%s, %s, '{"excerpt": "changed"}')""", "id", "version"),
        query(
            "update public.contents set excerpt = 'changed' where id = %s and version = %s and brand_id = %s "
            "returning id",
            "id",
            "version",
            "brand",
        ),
    ),
    Operation(
        "transition (archive)",
        query("select id from public.archive_content(%s)", "id"),
        query(
            "update public.contents set status = 'archived' where id = %s and brand_id = %s returning id", "id", "brand"
        ),
    ),
    Operation(
        "resolve claims",
        query("select * from public.resolve_claims(%s, 'GB')", "product"),
        query("select * from private.resolve_product_claims(array[%s]::uuid[], 'GB', now())", "product"),
    ),
    Operation(
        "claim 50 jobs",
        query("select id from public.claim_jobs('bench', 'w', 50)"),
        query(
            "update private.jobs set leased_by = 'w', lease_until = now() + interval '60 seconds', attempts = "
            "attempts + 1 "
            "where id in (select id from private.jobs where queue = 'bench' and run_at <= now() "
            "and (lease_until is null or lease_until < now()) order by priority desc, run_at, id limit 50 "
            "for update skip locked) returning id"
        ),
    ),
    Operation(
        "read 100 of the outbox",
        query("select public.queue_events('bench', '{Nothing}', 100)"),
        query(
            "select id, brand_id, type, payload from public.domain_events "
            "where transaction_id < pg_snapshot_xmin(pg_current_snapshot()) order by transaction_id, id limit 100"
        ),
    ),
)
SERVICE = ("claim 50 jobs", "read 100 of the outbox")
