"""Measures what lists of tasks and figures of reviews cost Postgres.

``python -m bench.reviews --rows 1000000`` fills a scratch database with contents, each with a run of a workflow of two
steps and its tasks: a tenth of them in one large brand, two of a hundred still open. For each shape of question it
prints the CPU milliseconds of the backend (begin, claims, statement and commit) and the wall-clock milliseconds, both
the median and the slowest of many, and says which are over the goal.
"""

import argparse
import json
import statistics
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from bench.database_data import take_indexes
from bench.reads import Caller, Side
from local.stack.client import running_stack
from local.stack.scratch import scratch_database
from local.stack.settings import SIGNING_SECRET

BRANDS: Final = 200
REVIEWERS: Final = 3
"""For each brand; every one is a reviewer of one brand, but the first of all, who is one in all brands."""
YEARS: Final = 3
GOAL_MS: Final = 15.0
FIGURES_GOAL_MS: Final = 1000.0
REQUESTS: Final = 15
LIST: Final = (
    "select public.list_tasks(filters => %(filters)s, state => %(state)s, sort => %(sort)s, "
    "is_descending => %(is_descending)s, page_offset => %(page_offset)s)"
)
FIGURES: Final = (
    "select public.read_review_figures(from_time => now() - %(span)s::interval, to_time => now(), "
    "brand => %(brand)s, granularity => %(granularity)s)"
)
LARGE: Final = "(select id from brand_list where n = 1)"
PEOPLE: Final = """
insert into auth.users (id, email)
select gen_random_uuid(), 'u' || n || '@bench.test' from generate_series(0, %(people)s) as n;
insert into public.profiles (id, first_name, last_name) select id, 'Given', 'Family' from auth.users;
create temporary table person_list as
select row_number() over (order by length(email), email) - 1 as n, id from auth.users;
insert into public.brand_members (user_id, brand_id, role)
select person_list.id, brand_list.id,
  case when person_list.n %% %(reviewers)s = 1 then 'admin' else 'viewer' end::public.brand_role
from person_list
inner join brand_list on brand_list.n = 1 + (person_list.n - 1) / %(reviewers)s or person_list.n = 0;
insert into public.user_sessions (id, user_id, last_seen_at)
select id, id, now() + interval '1 day' from public.profiles;
insert into public.workflows (brand_id, name) select id, 'Review' from brand_list;
"""
ROWS: Final = """
create temporary table made as
select
  n, private.uuid_v7(moment) as content_id, private.uuid_v7(moment + interval '1 second') as run_id,
  private.uuid_v7(moment + interval '2 seconds') as step_id, moment as at, n %% 50 = 0 as is_open,
  case when n %% 10 = 0 then 1 else 1 + n / 7 %% %(brands)s end as brand, random() as luck
from (
  select n, case when n %% 50 = 0 then now() - random() * interval '5 days'
    else now() - interval '5 days' - random() * %(years)s * interval '300 days' end as moment
  from generate_series(1, %(rows)s) as n
) as drawn;
create temporary table located as
select made.*, brand_list.id as brand_id, workflows.id as workflow_id, reviewer.id as reviewer, author.id as author
from made
inner join brand_list on brand_list.n = made.brand
inner join public.workflows on workflows.brand_id = brand_list.id
inner join person_list as reviewer
  on reviewer.n = case
    when made.n / 50 %% 20 = 0 then 0 else (made.brand - 1) * %(reviewers)s + 1 + made.n %% %(reviewers)s
  end
inner join person_list as author
  on author.n = (made.brand - 1) * %(reviewers)s + 1 + (made.n + 1) %% %(reviewers)s;
insert into public.contents (id, brand_id, type, status, title, slug, body, excerpt, created_by, created_at, updated_at)
select content_id, brand_id, case n %% 4 when 0 then 'social_media' else 'article' end,
  case when is_open then 'in_review' else 'approved' end, 'What cold wind ' || n || ' does to skin', '',
  '<p>' || repeat('Cold air holds little water. ', 20) || '</p>', '', author, at, at
from located;
insert into public.workflow_instances (
  id, workflow_id, brand_id, content_id, status, outcome, started_by, started_at, completed_at, workflow_name
)
select run_id, workflow_id, brand_id, content_id,
  case when is_open then 'active' else 'completed' end::public.workflow_status,
  case when not is_open then case when luck < 0.8 then 'approved' else 'rejected' end end, author, at,
  case when not is_open then at + interval '2 hours' + luck * interval '3 days' end, 'Review'
from located;
insert into public.workflow_step_runs (
  id, instance_id, content_id, brand_id, position, name, definition, status, round, opened_at, due_at, closed_at
)
select step_id, run_id, content_id, brand_id, 1, 'Legal',
  jsonb_build_object(
    'type', 'approval', 'instructions', 'Check every claim.', 'actions', '["approve", "reject"]'::jsonb,
    'assignees', jsonb_build_array(reviewer)
  ),
  case when is_open then 'active' else 'approved' end::public.step_status, case when n %% 9 = 0 then 2 else 1 end, at,
  at + interval '2 days', case when not is_open then at + interval '1 hour' + luck * interval '3 days' end
from located;
insert into public.workflow_step_runs (
  instance_id, content_id, brand_id, position, name, definition, status, opened_at, closed_at
)
select run_id, content_id, brand_id, 2, 'Executive', '{"type": "approval", "assignees": []}',
  case when is_open then 'waiting' else 'approved' end::public.step_status,
  case when not is_open then at + interval '1 hour' + luck * interval '3 days' end,
  case when not is_open then at + interval '2 hours' + luck * interval '3 days' end
from located;
insert into public.workflow_tasks (
  instance_id, brand_id, content_id, assignee_id, status, decision, due_at, decided_at, step_run_id, round, created_at
)
select run_id, brand_id, content_id, reviewer,
  case when is_open then 'pending' else 'completed' end::public.task_status,
  case when not is_open then 'approve' end, at + interval '2 days',
  case when not is_open then at + interval '1 hour' + luck * interval '3 days' end, step_id,
  case when n %% 9 = 0 then 2 else 1 end, at
from located;
insert into public.workflow_actions (
  brand_id, content_id, instance_id, step_run_id, action, actor_id, comment, created_at
)
select brand_id, content_id, run_id, step_id, 'approve', reviewer, 'Reads well', at + interval '1 hour' from located
where n %% 2 = 0
"""
TABLES: Final = (
    "public.workflow_instances", "public.workflow_step_runs", "public.workflow_tasks", "public.workflow_actions",
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """A question, who asks it, and the goal in milliseconds."""

    name: str
    caller: str
    statement: str
    values: dict[str, Any]
    goal: float = GOAL_MS


def listed(name: str, caller: str, *, state: str = "open", sort: str = "due", page: int = 0, **filters: Any) -> Shape:
    values = {
        "filters": json.dumps(filters),
        "state": state,
        "sort": sort,
        "is_descending": sort == "decided",
        "page_offset": page * 20,
    }
    return Shape(name, caller, LIST, values)


def measured(name: str, caller: str, span: str, brand: str | None, granularity: str = "day") -> Shape:
    values = {"span": span, "brand": brand, "granularity": granularity}
    return Shape(name, caller, FIGURES, values, FIGURES_GOAL_MS)


def shapes(large: str, small: str) -> list[Shape]:
    """Lists every order and filter: of a reviewer, of one in 200 brands, and of admins."""
    found: list[Shape] = [
        Shape("counts", who, "select public.read_task_counts()", {}) for who in ("reviewer", "in all")
    ]
    for who in ("small", "reviewer", "in all"):
        found += [listed(f"mine by {sort}", who, sort=sort) for sort in ("due", "created", "priority")]
        found += [
            listed("mine, overdue", who, state="overdue"),
            listed("mine, done", who, state="done", sort="decided"),
            listed("mine, done, page 40", who, state="done", sort="decided", page=40),
            listed("mine of a type", who, type=["social_media"]),
            listed("mine with a word", who, q="wind 1"),
            listed("mine of a step", who, step="Legal"),
            listed("mine in a window", who, due_from="2026-01-01", due_to="2090-01-01"),
        ]
    for who, brand in (("admin", large), ("small admin", small)):
        of: dict[str, Any] = {"scope": "brand", "brand_id": brand}
        found += [listed(f"brand by {sort}", who, sort=sort, **of) for sort in ("due", "created", "priority")]
        found += [
            listed("brand, overdue", who, state="overdue", **of),
            listed("brand, done", who, state="done", sort="decided", **of),
            listed("brand, done by due date", who, state="done", sort="due", **of),
            listed("brand, done, page 400", who, state="done", sort="decided", page=400, **of),
            listed("brand, done with a word", who, state="done", sort="decided", q="wind 1", **of),
            listed("brand of a type", who, type=["social_media"], **of),
            listed("brand with a rare word", who, q="wind 77777", **of),
        ]
    return [
        *found,
        measured("figures, a month", "admin", "30 days", large),
        measured("figures, a year by week", "admin", "365 days", large, "week"),
        measured("figures, 3 years by month", "admin", "1095 days", large, "month"),
        measured("figures, a month of a small brand", "small admin", "30 days", small),
        measured("figures, a month of all brands", "in all", "30 days", None),
    ]


def fill(connection: psycopg.Connection[Any], rows: int) -> None:
    """Loads contents and reviews with triggers and constraints off, then builds the indexes."""
    run = connection.execute
    run("select setseed(0.42)")
    run("set session_replication_role = replica")
    run("set statement_timeout = 0")
    run("set maintenance_work_mem = '512MB'")
    run(
        "select private.ensure_partitions('contents', (current_date - %s * interval '1 year')::date, %s)",
        [YEARS, YEARS + 2],
    )
    run(
        "insert into public.brands (id, name, slug, country, language) select private.uuid_v7(), 'Brand ' || n, "
        "'brand-' || n, 'GB', 'en' from generate_series(1, %s) as n",
        [BRANDS],
    )
    run("create temporary table brand_list as select row_number() over (order by id) as n, id from public.brands")
    numbers = {
        "people": BRANDS * REVIEWERS, "reviewers": REVIEWERS, "brands": BRANDS, "years": YEARS, "rows": rows,
    }  # fmt: skip
    # The lists of contents are not measured here: their indexes are left out.
    take_indexes(connection, ("public.contents",))
    definitions = take_indexes(connection, TABLES)
    for statement in [*PEOPLE.split(";\n"), *ROWS.split(";\n")]:
        if statement.strip():
            _run_with(connection, statement, numbers)
    for definition in definitions:
        run(definition.encode())
    run("set session_replication_role = origin")


def _run_with(connection: psycopg.Connection[Any], statement: str, numbers: dict[str, int]) -> None:
    with psycopg.ClientCursor(connection) as cursor:
        cursor.execute(statement.encode(), numbers)


def callers(connection: psycopg.Connection[Any]) -> tuple[dict[str, Caller], str, str]:
    """Returns the people who ask, the large brand, and a small one."""
    large, small = (
        str(row[0]) for row in connection.execute("select id from public.brands order by id limit 2").fetchall()
    )

    def member(brand: str, role: str) -> Caller:
        found = connection.execute(
            "select member.user_id from public.brand_members as member where member.brand_id = %s and member.role = %s "
            "and 1 = (select count(*) from public.brand_members as other where other.user_id = member.user_id) "
            "order by member.user_id limit 1",
            [brand, role],
        ).fetchone()
        assert found is not None
        return _caller(found[0], brand)

    widest = connection.execute(
        "select user_id from public.brand_members group by user_id order by count(*) desc limit 1"
    ).fetchone()
    assert widest is not None
    people = {
        "small": member(small, "viewer"),
        "reviewer": member(large, "viewer"),
        "in all": _caller(widest[0], large),
        "admin": member(large, "admin"),
        "small admin": member(small, "admin"),
    }
    return people, large, small


def _caller(person: Any, brand: str) -> Caller:
    return Caller({"role": "authenticated", "sub": str(person), "session_id": str(person)}, brand, [])


def _ask(side: Side, caller: Caller, shape: Shape) -> tuple[float, float]:
    """Returns the milliseconds of CPU time and of the clock that one request takes."""
    spent, started = side.nanoseconds(), time.perf_counter()
    side.ask(caller, shape.statement, shape.values)
    return (side.nanoseconds() - spent) / 1e6, (time.perf_counter() - started) * 1e3


@contextmanager
def _database(given: str | None, rows: int) -> Generator[str]:
    if given:
        yield given
        return
    with running_stack() as stack, scratch_database(stack.database_url) as url:
        with psycopg.connect(url, autocommit=True) as loader:
            started = time.perf_counter()
            fill(loader, rows)
            loader.execute("vacuum analyze")
            print(f"{rows:,} contents loaded in {time.perf_counter() - started:.0f} s", flush=True)
        yield url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="contents, each with a review")
    parser.add_argument("--only", default="", help="shapes whose name has this word")
    parser.add_argument("--url", help="a database that was filled before")
    given = parser.parse_args()
    with _database(given.url, given.rows) as url, psycopg.connect(url, autocommit=True) as owner:
        owner.execute("select public.register_signing_key(%s)", [SIGNING_SECRET])
        people, large, small = callers(owner)
        print(f"{'':52}{'CPU ms':>8}{'slowest':>9}{'clock':>8}{'slowest':>9}", flush=True)
        for shape in shapes(large, small):
            name = f"{shape.name}, {shape.caller}"
            if given.only not in name:
                continue
            side = Side(url)
            taken = [_ask(side, people[shape.caller], shape) for _ in range(REQUESTS + 5)][5:]
            side.connection.close()
            cpu, clock = [each[0] for each in taken], [each[1] for each in taken]
            late = "" if statistics.median(cpu) <= shape.goal else f"  over {shape.goal:.0f}"
            print(
                f"{name:52}{statistics.median(cpu):8.2f}{max(cpu):9.2f}{statistics.median(clock):8.2f}"
                f"{max(clock):9.2f}{late}",
                flush=True,
            )


if __name__ == "__main__":
    main()
