"""Tests that each column of each table has its bounds: constraints refuse the hostile values of its type."""

from collections.abc import Callable
from typing import Final

import psycopg
import pytest

from tests.tenancy.poison.values import values_of
from tests.tenancy.probe import Probe

# Columns without bounds of their own, each with the reason.
EXCEPTIONS: Final = {
    "private.content_rules": "reference data, which migrations write",
    "private.content_status_transitions": "reference data, which migrations write",
    "private.permissions": "reference data, which migrations write",
    "private.scope_permissions": "reference data, which migrations write",
    "private.claim_rules": "reference data, which migrations write",
    "private.ai_tools": "reference data, which migrations write",
    "private.idempotency_keys.access": "marks of the access of a credential, which private.access_marks makes",
    "private.idempotency_keys.answer": "the answer of a command, which is made of rows with bounds",
    "private.content_search.plain": "the text of a content, which has bounds",
    "private.setbacks.next_attempt_at": "infinity means never; only private.set_back writes it",
    "private.signing_keys": "written by the deployment",
}
COLUMNS: Final = """
select format('%I.%I', nspname, relname), attname,
  format_type(case typtype when 'd' then typbasetype else atttypid end, null),
  exists (
    select from pg_constraint where conrelid = relation.oid and contype = 'f' and attnum = any (conkey)
  ),
  array(
    select pg_get_expr(conbin, conrelid) from pg_constraint
    where conrelid = relation.oid and contype = 'c' and conkey = array[attnum] and convalidated
  )
from pg_class as relation
join pg_namespace on pg_namespace.oid = relnamespace
join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped and attgenerated = ''
join pg_type on pg_type.oid = atttypid
where nspname in ('public', 'private') and relkind in ('r', 'p') and not relispartition
order by 1, attnum
"""


def is_refused(connection: psycopg.Connection, table: str, column: str, checks: list[str], text: str) -> bool:
    """Tells whether the type or one of the checks refuses a value; the other columns of the row are null."""
    try:
        with connection.transaction():
            passed = " and ".join(f"({check}) is not false" for check in checks) or "true"
            found = connection.execute(
                f"select {passed} from jsonb_populate_record(null::{table}, jsonb_build_object(%s::text, %s::jsonb))"
                f" as {table.split('.')[1]}".encode(),
                [column, text],
            ).fetchone()
    except (psycopg.DataError, psycopg.errors.CheckViolation):  # of the type, and of a domain
        return True
    except psycopg.OperationalError as error:
        return error.sqlstate in ("54000", "54001")
    return found == (False,)


def columns(connection: psycopg.Connection) -> list[tuple[str, str, str, bool, list[str]]]:
    return connection.execute(COLUMNS).fetchall()


@pytest.mark.timeout(600)
def test_each_column_refuses_what_readers_cannot_read(
    probe: Probe, record_property: Callable[[str, object], None]
) -> None:
    accepted: list[str] = []
    values = bounded = 0
    for table, column, type_name, is_reference, checks in columns(probe.connection):
        hostile = [poison for poison in values_of(type_name) if poison.is_refused]
        if not hostile or is_reference or {table, f"{table}.{column}"} & EXCEPTIONS.keys():
            continue
        bounded += 1
        for poison in hostile:
            values += 1
            if not is_refused(probe.connection, table, column, checks, poison.text):
                accepted.append(f"{table}.{column}: {poison.name}")
    record_property("figure", f"{bounded} columns refuse {values} hostile values")
    assert accepted == []
    assert bounded > 300


def test_no_exception_is_left_over(probe: Probe) -> None:
    known = {name for table, column, *_ in columns(probe.connection) for name in (table, f"{table}.{column}")}
    assert [name for name in EXCEPTIONS if name not in known] == []


@pytest.mark.parametrize("depth", [2_000, 6_000])
def test_the_depth_of_json_is_found_without_recursion(probe: Probe, depth: int) -> None:
    found = probe.connection.execute(
        "select private.is_sound_json(%s, 1000000)", ["[" * depth + "]" * depth]
    ).fetchone()
    assert found == (False,)


def test_constraints_reach_each_partition(probe: Probe) -> None:
    missing = probe.connection.execute(
        "select inhrelid::regclass::text, parent.conname from pg_inherits "
        "join pg_constraint as parent on parent.conrelid = inhparent and parent.contype = 'c' "
        "where not exists (select from pg_constraint as own where own.conrelid = inhrelid "
        "and own.conname = parent.conname and own.convalidated)"
    ).fetchall()
    assert missing == []
