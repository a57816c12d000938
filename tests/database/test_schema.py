"""Tests guarantees of the schema for every caller: ids, partitions, the event log, privileges."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.world import World
from tests.tenancy.scene import STATUSES

pytestmark = pytest.mark.anyio

INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2120, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive
SCHEMAS = "('public', 'private')"
FROM_FUNCTIONS = "Only our functions "  # decision 42


def value(database: psycopg.Connection, query: str, *arguments: Any) -> Any:
    row = database.execute(query, arguments).fetchone()
    assert row is not None
    return row[0]


def names(database: psycopg.Connection, query: str) -> list[str]:
    return [name for (name,) in database.execute(query).fetchall()]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=INSTANTS, step=st.integers(1, 10**9))
def test_ids_sort_by_time(database: psycopg.Connection, at: datetime, step: int) -> None:
    later = at + timedelta(microseconds=step)
    first, second, floor = database.execute(
        "select private.uuid_v7(%s), private.uuid_v7(%s), private.uuid_v7_floor(%s)", [at, later, at]
    ).fetchone() or (None, None, None)
    assert isinstance(first, UUID)
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    milliseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert first.int >> 80 == milliseconds
    assert floor <= first
    assert first.int >> 64 <= second.int >> 64  # above the random bits


def test_ids_are_unique_in_a_burst(database: psycopg.Connection) -> None:
    query = "select count(distinct private.uuid_v7()) from generate_series(1, 20000)"
    assert value(database, query) == 20000


PARTITIONED = ("contents", "content_versions", "domain_events", "ai_generations")


def test_partitions_exist_for_this_year_and_two_more_and_are_made_once(database: psycopg.Connection) -> None:
    for table in PARTITIONED:
        assert value(database, "select private.ensure_partitions(%s, current_date, 3)", table) == 0
        rows = value(database, f"select count(*) from only private.{table}_default")
        assert rows == 0, f"{table} has rows that belong into a year"


def test_the_schedule_makes_the_years_ahead_of_every_partitioned_table(database: psycopg.Connection) -> None:
    assert value(database, "select public.make_next_partitions()") == 0
    with database.transaction(force_rollback=True):
        assert value(database, "select public.make_next_partitions(years => 4)") == 2 * len(PARTITIONED)


async def test_rows_that_came_before_their_year_move_into_its_partition(database: psycopg.Connection) -> None:
    """Without the schedule for three years, rows of the fourth year are in the default partition until it runs."""
    late = datetime(datetime.now(UTC).year + 3, 5, 1, tzinfo=UTC)
    where = "select tableoid::regclass::text from public.domain_events where id = %s"
    with database.transaction(force_rollback=True):
        event = value(
            database,
            "insert into public.domain_events (id, brand_id, aggregate_type, aggregate_id, type) "
            "select private.uuid_v7(%s), id, 'brand', id, 'BrandUpdated' from public.brands limit 1 returning id",
            late,
        )
        assert value(database, where, event) == "private.domain_events_default"
        assert value(database, "select private.ensure_partitions('domain_events', %s, 2)", late.date()) == 2
        assert value(database, where, event) == f"private.domain_events_{late:%Y}"


async def test_a_row_lands_in_its_year(world: World) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    partition = world.rows("select tableoid::regclass::text as name from public.contents where id = %s", content["id"])
    assert partition[0]["name"] == f"private.contents_{datetime.now(UTC):%Y}"


@pytest.mark.parametrize(
    "statement",
    [
        "update public.domain_events set type = 'Other'",
        "delete from public.domain_events",
        "truncate public.domain_events",
    ],
)
def test_the_event_log_is_append_only_even_for_its_owner(database: psycopg.Connection, statement: str) -> None:
    before = value(database, "select count(*) from public.domain_events")
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        database.execute(statement)
    assert value(database, "select count(*) from public.domain_events") == before


async def test_the_status_machine_refuses_unknown_transitions(world: World) -> None:
    brand = await world.brand()
    statuses = STATUSES
    known = {
        (row["from_status"], row["to_status"])
        for row in world.rows("select from_status::text, to_status::text from private.content_status_transitions")
    }
    content = await world.draft(brand)
    for start in statuses:
        for end in statuses:
            with world.database.transaction(force_rollback=True):
                world.rows("alter table public.contents disable trigger stamp_content")
                world.rows(
                    "update public.contents set status = %s, scheduled_for = now() + interval '1 day', "
                    "published_at = now() where id = %s",
                    start,
                    content["id"],
                )
                world.rows("alter table public.contents enable trigger stamp_content")
                change = "update public.contents set status = %s where id = %s"
                if start == end or (start, end) in known:
                    world.rows(change, end, content["id"])
                else:
                    with pytest.raises(psycopg.DatabaseError, match="cannot go from"), world.database.transaction():
                        world.rows(change, end, content["id"])


def test_every_function_pins_its_search_path(database: psycopg.Connection) -> None:
    loose = names(
        database,
        f"select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
        f"where n.nspname in {SCHEMAS} and not coalesce(p.proconfig, '{{}}') @> array['search_path=\"\"']",
    )
    assert loose == []


def test_anonymous_callers_may_only_read_published_contents(database: psycopg.Connection) -> None:
    functions = names(
        database,
        f"select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace "
        f"where n.nspname in {SCHEMAS} and has_function_privilege('anon', p.oid, 'execute')",
    )
    tables = names(
        database,
        f"select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        f"where n.nspname in {SCHEMAS} and c.relkind in ('r', 'p', 'v', 'm') "
        f"and has_any_column_privilege('anon', c.oid, 'select, insert, update')",
    )
    assert sorted(functions) == [
        "deliver_content(text,text,text)",
        "deliver_contents(text,text,text,text,jsonb,integer,boolean)",
        "deliver_sitemap(text,text,integer,integer)",
        # Returns the holder of an API key, by a hash that is as hard to guess as the key.
        "find_api_key(text[])",
        # Asked before each request, and whether it comes from our functions. Both return nothing.
        "private.check_request()",
        "private.from_functions()",
        "private.require_functions()",
    ]
    assert tables == []


def test_every_table_has_row_level_security(database: psycopg.Connection) -> None:
    open_tables = names(
        database,
        f"select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        f"where n.nspname in {SCHEMAS} and c.relkind in ('r', 'p') and not c.relrowsecurity",
    )
    assert open_tables == []


def test_every_policy_names_its_role_and_asks_once_for_a_statement(database: psycopg.Connection) -> None:
    rows = database.execute(
        "select tablename, policyname, roles::text, coalesce(qual, '') || coalesce(with_check, '') "
        "from pg_policies where schemaname in ('public', 'realtime', 'storage')"
    ).fetchall()
    assert rows
    # Functions of the row itself, which must be called for each row.
    per_row = ("private.storage_folder_id(", "private.may_grant(")
    for table, name, roles, condition in rows:
        expected = "{anon,authenticated}" if name.startswith(FROM_FUNCTIONS) else "{authenticated}"
        assert roles == expected, f"{table}: {name}"
        helpers = re.findall(r"(?:SELECT )?(?:auth|private|realtime)\.[a-z_]+\(", condition)
        loose = [helper for helper in helpers if not helper.startswith("SELECT ") and helper not in per_row]
        assert loose == [], f"{table}: {name}: {condition}"


def test_every_policy_except_the_one_on_sessions_is_for_one_verb(database: psycopg.Connection) -> None:
    rows = database.execute(
        "select schemaname || '.' || tablename, policyname, permissive, cmd from pg_policies "
        "where schemaname in ('public', 'realtime', 'storage')"
    ).fetchall()
    guards = {table for table, name, _, _ in rows if name == "Only trusted sessions"}
    for table, name, permissive, command in rows:
        is_guard = name == "Only trusted sessions"
        is_restrictive = is_guard or name.startswith(FROM_FUNCTIONS)
        assert permissive == ("RESTRICTIVE" if is_restrictive else "PERMISSIVE"), f"{table}: {name}"
        assert (command == "ALL") == is_guard, f"{table}: {name}"
    tables = names(database, "select 'public.' || tablename from pg_tables where schemaname = 'public'")
    assert guards == {*tables, "realtime.messages", "storage.objects"}


def test_every_table_and_function_is_described(database: psycopg.Connection) -> None:
    undescribed = names(
        database,
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') "
        "and obj_description(c.oid) is null union all "
        "select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace "
        "and obj_description(p.oid) is null",
    )
    assert undescribed == []


def test_the_outbox_can_be_read_in_the_order_of_commits(database: psycopg.Connection, stack: Any) -> None:
    """An open transaction is invisible together with everything that began after it."""
    horizon = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    with psycopg.connect(stack.database_url) as late:
        mine = value(late, "select pg_current_xact_id()::text::bigint")
        value(database, "select pg_current_xact_id()::text::bigint")
        assert value(database, horizon) <= mine
        late.rollback()
    # Transactions of other databases of the server hold it back as well, for as long as they last.
    for _ in range(1200):
        if value(database, horizon) > mine:
            return
        time.sleep(0.05)
    raise AssertionError("what is closed still holds the horizon back")
