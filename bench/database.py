"""Measures the cost of row-level security: queries of the product as a tenant and as the owner of the tables.

``python -m bench.database --rows 1000000`` fills a scratch database (200 brands, 2,000 people in 1 to 50 brands) and
prints lists in every sort and filter; for each other operation p50 and p95 in milliseconds on both sides, and the ratio
of the medians (goal: at most 1.15); whether plans use indexes and call the helper once; and how many jobs and events
two workers process per second.
"""

import argparse
import json
import statistics
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import psycopg

from bench.database_data import YEARS, Tenant, fill
from bench.database_lists import print_lists
from bench.database_operations import BY_ID, EVERYWHERE, OPERATIONS, PAGE, SERVICE, WARM_UP, Operation, choices
from lib.core.security.signing import PROOF_HEADER, make_proof
from lib.events.catalogue import EVENT_TYPES
from local.stack.client import running_stack
from local.stack.scratch import scratch_database
from local.stack.settings import SIGNING_SECRET


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
