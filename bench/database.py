"""Measures the cost of row-level security: queries of the product as a tenant and as the owner of the tables.

``python -m bench.database --rows 1000000`` fills a scratch database (200 brands, 2,000 people in 1 to 50 brands) and
prints lists in every sort and filter; for each other operation p50 and p95 in milliseconds on both sides, and the ratio
of the medians (goal: at most 1.15); whether plans use indexes and call the helper once; and how many jobs and events
two workers process per second.
"""

import argparse
import json
import random
import statistics
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import psycopg

from bench.database_data import YEARS, Tenant, fill
from bench.database_lists import print_lists
from lib.core.security.signing import PROOF_HEADER, make_proof
from lib.events.catalogue import EVENT_TYPES
from local.stack.client import running_stack
from local.stack.scratch import scratch_database
from local.stack.settings import SIGNING_SECRET

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


@contextmanager
def undone(connection: psycopg.Connection) -> Generator[None]:
    with connection.transaction(force_rollback=True):
        yield


def become(connection: psycopg.Connection, role: str, tenant: Tenant) -> None:
    claims = {"role": role, "sub": str(tenant.admin), "session_id": str(tenant.admin)}
    proof = {PROOF_HEADER.lower(): make_proof(claims, SIGNING_SECRET)}
    connection.execute(
        "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true), "
        "set_config('request.jwt.claim.sub', %s, true), set_config('request.headers', %s, true)",
        [role, json.dumps(claims), str(tenant.admin), json.dumps(proof)],
    )


def measure(
    sides: tuple[psycopg.Connection, psycopg.Connection], tenants: list[Tenant], operation: Operation, rounds: int
) -> tuple[list[float], list[float]]:
    """Returns milliseconds by round, as a tenant and as the owner of the tables, in alternation on the same data.

    Each side has its own connection, because a prepared plan belongs to one role.
    """
    as_tenant: list[float] = []
    as_owner: list[float] = []
    for number in range(rounds + WARM_UP):
        tenant = choices.next(sides[1], tenants)
        turns = [
            (sides[0], as_tenant, operation.tenant, "service_role" if operation.name in SERVICE else "authenticated"),
            (sides[1], as_owner, operation.owner, "postgres"),
        ]
        for connection, times, run, role in turns if number % 2 else reversed(turns):
            with undone(connection):
                become(connection, role, tenant)
                elapsed = run(connection, tenant)
            if number >= WARM_UP:
                times.append(elapsed)
    return as_tenant, as_owner


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def explain(connection: psycopg.Connection, tenant: Tenant, text: str, arguments: list[Any]) -> str:
    """Reports how the plan reaches the contents, and how often it calls the helper."""
    with undone(connection):
        become(connection, "authenticated", tenant)
        plan = connection.execute(f"explain (analyze, format json) {text}".encode(), arguments).fetchone()
    assert plan is not None
    nodes: list[dict[str, Any]] = []

    def walk(node: dict[str, Any]) -> None:
        nodes.append(node)
        for child in node.get("Plans", []):
            walk(child)

    walk(plan[0][0]["Plan"])
    scans = sorted({node["Node Type"] for node in nodes if node.get("Relation Name", "").startswith("contents")})
    helper = [node["Actual Loops"] for node in nodes if node.get("Parent Relationship") == "InitPlan"]
    return f"{', '.join(scans)}; the policy's helpers were asked {max(helper, default=0)} time for the statement"


def drain(url: str, name: str, work: Callable[[psycopg.Connection, str], int]) -> str:
    """Runs two workers until no work is left. ``work`` returns the size of the batch that it processed."""
    done = [0, 0]

    def worker(number: int) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("set role service_role")
            while batch := work(connection, f"w{number}"):
                done[number] += batch

    begun = time.perf_counter()
    threads = [threading.Thread(target=worker, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return f"{name}: {sum(done)} by two workers, {sum(done) / (time.perf_counter() - begun):,.0f} a second"


def do_jobs(connection: psycopg.Connection, worker: str) -> int:
    claimed = connection.execute("select id from public.claim_jobs('bench', %s, 100)", [worker])
    ids = [row[0] for row in claimed.fetchall()]
    if ids:
        connection.execute("select public.complete_jobs(%s, %s)", [ids, worker])
    return len(ids)


def read_events(connection: psycopg.Connection, worker: str) -> int:
    """Takes events to the queue of a consumer of all types, and from there, as the dispatcher does."""
    connection.execute("select public.queue_events('drain', %s, 1000)", [list(EVENT_TYPES)])
    claimed = connection.execute("select id from public.claim_jobs('drain', %s, 200)", [worker])
    ids = [row[0] for row in claimed.fetchall()]
    if ids:
        connection.execute("select public.complete_jobs(%s, %s)", [ids, worker])
    return len(ids)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="how many contents")
    parser.add_argument("--rounds", type=int, default=100, help="how often each operation is measured")
    parser.add_argument("--lists", action="store_true", help="measure the lists only")
    options = parser.parse_args()
    with running_stack() as stack, scratch_database(stack.database_url) as url:
        begun = time.perf_counter()
        with psycopg.connect(url) as loader:
            tenants = fill(loader, options.rows)
        print(f"{options.rows:,} contents of {YEARS} years in {len(tenants)} brands", end="")
        print(f", loaded in {time.perf_counter() - begun:.0f} s\n")
        print_lists(url, tenants, options.rounds)
        if options.lists:
            return
        print()
        with (
            psycopg.connect(url, autocommit=True) as tenant_side,
            psycopg.connect(url, autocommit=True) as connection,
        ):
            connection.execute("select public.register_signing_key(%s)", [SIGNING_SECRET])
            print(f"{'milliseconds':28}{'tenant p50':>11}{'p95':>9}{'owner p50':>11}{'p95':>9}{'ratio':>8}")
            for operation in OPERATIONS:
                tenant, owner = measure((tenant_side, connection), tenants, operation, options.rounds)
                ratio = statistics.median(tenant) / statistics.median(owner)
                slow = operation.limit_ms is not None and p95(tenant) > operation.limit_ms
                print(
                    f"{operation.name:28}{statistics.median(tenant):11.2f}{p95(tenant):9.2f}"
                    f"{statistics.median(owner):11.2f}{p95(owner):9.2f}{ratio:8.2f}"
                    + (f"  over {operation.limit_ms:.0f} ms" if slow else "")
                )
            one = choices.next(connection, tenants)
            print("\nlist:", explain(connection, one, PAGE, [one.brand_id]))
            print("get:", explain(connection, one, BY_ID, [choices.values["id"]]))
            print("list of all brands of the caller:", explain(connection, one, EVERYWHERE, []))
        print(drain(url, "\njobs", do_jobs))
        print(drain(url, "events", read_events))


if __name__ == "__main__":
    main()
