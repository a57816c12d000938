"""Measures lists of contents in every shape that users request: each sort × each filter, counted and by cursor.

Planning and execution are separated by ``pg_stat_statements``, which includes the statements inside functions. The
first query of a connection is measured on new connections, whose caches are empty.
"""

import json
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import psycopg

from bench.database_data import Tenant

SORTS: Final = ("updated_at", "created_at", "title", "status", "score", "due_at", "scheduled_for")
ASCENDING: Final = ("title", "due_at", "scheduled_for")
COUNTED_MS: Final = 15.0
CURSOR_MS: Final = 5.0
FIRST_MS: Final = 30.0
WARM_UP: Final = 3
STATEMENTS: Final = """
  select coalesce(sum(total_plan_time), 0), coalesce(sum(total_exec_time), 0) from extensions.pg_stat_statements
  where not toplevel
"""


type Sample = dict[str, Any]
"""One content of the brand: template_id, created_by, created_at."""


def _month(name: str, sample: Sample) -> dict[str, str]:
    start = sample["created_at"]
    return {f"{name}_from": start.isoformat(), f"{name}_to": (start + timedelta(days=30)).isoformat()}


# The filters of the API, alone and in the combinations of a screen.
FILTERS: Final[dict[str, Callable[[random.Random, Sample], dict[str, Any]]]] = {
    "all": lambda _, __: {},
    "one status": lambda choice, _: {"status": [choice.choice(["draft", "published", "archived"])]},
    "two statuses": lambda _, __: {"status": ["pending_review", "in_review"]},
    "type": lambda _, __: {"type": ["article"]},
    "tag": lambda choice, _: {"tag": [f"t{choice.randrange(20)}"]},
    "category": lambda choice, _: {"category": [f"c{choice.randrange(10)}"]},
    "template": lambda _, sample: {"template_id": sample["template_id"]},
    "creator": lambda _, sample: {"created_by": sample["created_by"]},
    "assignee": lambda _, sample: {"assignee": sample["created_by"]},
    "created in a month": lambda _, sample: _month("created", sample),
    "changed in a month": lambda _, sample: _month("updated", sample),
    "due in a month": lambda _, sample: _month("due", sample),
    "score from 80": lambda _, __: {"score_from": 80},
    "own drafts with a tag": lambda choice, sample: {
        "created_by": sample["created_by"],
        "status": ["draft"],
        "tag": [f"t{choice.randrange(20)}"],
    },
}


@dataclass(frozen=True)
class Data:
    url: str
    owner: psycopg.Connection
    """A connection that bypasses the policies and reads the statistics."""
    tenants: list[Tenant]


@dataclass
class Times:
    total: list[float] = field(default_factory=list)
    planning: list[float] = field(default_factory=list)
    execution: list[float] = field(default_factory=list)

    def p95(self) -> float:
        return statistics.quantiles(self.total, n=20)[-1] if len(self.total) > 1 else 0.0

    def line(self, limit: float) -> str:
        if not self.total:
            return f"{'nothing found':>32}      "
        p95 = self.p95()
        return (
            f"{statistics.median(self.total):8.2f}{p95:8.2f}{statistics.median(self.planning):8.2f}"
            f"{statistics.median(self.execution):8.2f}{'  over' if p95 > limit else '      '}"
        )


def _act_as(connection: psycopg.Connection, tenant: Tenant) -> None:
    claims = json.dumps({"sub": str(tenant.admin), "session_id": str(tenant.admin)})
    connection.execute(
        "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', %s, true), "
        "set_config('request.jwt.claim.sub', %s, true)",
        [claims, str(tenant.admin)],
    )


def _ask(connection: psycopg.Connection, tenant: Tenant, arguments: dict[str, Any]) -> tuple[dict[str, Any], float]:
    """Returns the list and its milliseconds, requested as by the data API."""
    names = ", ".join(f"{name} => %({name})s" for name in arguments)
    values = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in arguments.items()}
    with connection.transaction():
        _act_as(connection, tenant)
        begun = time.perf_counter()
        row = connection.execute(f"select public.list_contents({names})".encode(), values).fetchone()
        elapsed = (time.perf_counter() - begun) * 1000
    assert row is not None
    return row[0], elapsed


def _sample(connection: psycopg.Connection, tenant: Tenant, choice: random.Random) -> dict[str, Any]:
    row = connection.execute(
        "select template_id::text, created_by::text, created_at from public.contents where brand_id = %s "
        "order by id offset %s limit 1",
        [tenant.brand_id, choice.randrange(20)],
    ).fetchone()
    assert row is not None
    return {"template_id": row[0], "created_by": row[1], "created_at": row[2]}


def _statement_times(owner: psycopg.Connection) -> tuple[float, float]:
    row = owner.execute(STATEMENTS).fetchone()
    assert row is not None
    return float(row[0]), float(row[1])


def _measure(data: Data, shape: str, sort: str, rounds: int) -> tuple[Times, Times]:
    """Measures counted first pages, and pages after a cursor, of one shape. Each round uses another brand."""
    owner = data.owner
    choice = random.Random(7)
    counted, cursor = Times(), Times()
    with psycopg.connect(data.url, autocommit=True) as connection:
        connection.execute("set pg_stat_statements.track = 'all'")
        connection.execute("set pg_stat_statements.track_planning = on")
        for number in range(rounds + WARM_UP):
            tenant = choice.choice(data.tenants)
            filters = {"brand_id": str(tenant.brand_id)} | FILTERS[shape](choice, _sample(owner, tenant, choice))
            page = {"filters": filters, "sort": sort, "is_descending": sort not in ASCENDING}
            middle, _ = _ask(connection, tenant, page | {"page_offset": choice.randrange(40), "page_size": 1})
            questions = [(counted, page | {"is_counted": True})]
            questions += [
                (cursor, page | {"cursor_at": {"value": item[sort], "id": item["id"]}}) for item in middle["items"]
            ]
            for times, arguments in questions:
                before = _statement_times(owner)
                _, elapsed = _ask(connection, tenant, arguments)
                after = _statement_times(owner)
                if number >= WARM_UP:
                    times.total.append(elapsed)
                    times.planning.append(after[0] - before[0])
                    times.execution.append(after[1] - before[1])
    return counted, cursor


def _first_queries(data: Data, rounds: int) -> dict[str, Times]:
    """Measures counted lists by last change, each the first query of a connection."""
    choice = random.Random(11)
    found = {shape: Times() for shape in FILTERS}
    for _ in range(rounds):
        for shape, times in found.items():
            tenant = choice.choice(data.tenants)
            filters = {"brand_id": str(tenant.brand_id)} | FILTERS[shape](choice, _sample(data.owner, tenant, choice))
            with psycopg.connect(data.url, autocommit=True) as connection:
                times.total.append(_ask(connection, tenant, {"filters": filters, "is_counted": True})[1])
    return found


def print_lists(url: str, tenants: list[Tenant], rounds: int) -> None:
    """Prints a line for each sort × filter, and the ones above their limit."""
    columns = "".join(f"{name:>8}" for name in ("p50", "p95", "plan", "run"))
    print(f"\nlists of a brand, ms: counted (p95 at most {COUNTED_MS:.0f}), then by cursor (at most {CURSOR_MS:.0f})")
    print(f"{'':36}{columns}      {columns}")
    over = 0
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("create extension if not exists pg_stat_statements with schema extensions")
        data = Data(url, owner, tenants)
        for sort in SORTS:
            for shape in FILTERS:
                counted, cursor = _measure(data, shape, sort, rounds)
                print(f"{sort:12}{shape:24}{counted.line(COUNTED_MS)}{cursor.line(CURSOR_MS)}", flush=True)
                over += (counted.p95() > COUNTED_MS) + (cursor.p95() > CURSOR_MS)
        print(f"\nthe first query of a connection, ms (p95 at most {FIRST_MS:.0f})\n{'':36}{'p50':>8}{'p95':>8}")
        for shape, times in _first_queries(data, max(rounds // 3, 5)).items():
            is_over = times.p95() > FIRST_MS
            over += is_over
            print(f"{shape:36}{statistics.median(times.total):8.2f}{times.p95():8.2f}{'  over' if is_over else ''}")
    print(f"{over} over their limits")
