"""Compares the reference data of two databases: the rows that the product ships with (permissions, plans …)."""

from typing import Final

import psycopg
from psycopg import sql

# Our schemas, and the one table of the platform to which supabase/schemas/files/data.sql adds rows.
_TABLES: Final = """
  select format('%I.%I', schemaname, tablename) from pg_tables
  where schemaname in ('public', 'private') or (schemaname, tablename) = ('storage', 'buckets')
"""
# Timestamps are ignored: they differ between databases.
_TIMES: Final = """
  select attname from pg_attribute
  where attrelid = %s::regclass and attnum > 0 and atttypid in ('timestamptz'::regtype, 'timestamp'::regtype)
"""

type ReferenceData = dict[str, frozenset[str]]
"""Rows as JSON by table."""


def read_reference_data(database_url: str) -> ReferenceData:
    """Reads the rows of each table that is not empty, without their timestamps."""
    found: ReferenceData = {}
    with psycopg.connect(database_url) as connection:
        for (table,) in connection.execute(_TABLES).fetchall():
            times = [name for (name,) in connection.execute(_TIMES, [table]).fetchall()]
            query = sql.SQL("select (to_jsonb(entry) - %s::text[])::text from {} as entry").format(
                sql.Identifier(*table.replace('"', "").split("."))
            )
            if rows := connection.execute(query, [times]).fetchall():
                found[table] = frozenset(row for (row,) in rows)
    return found


def data_differences(left: ReferenceData, right: ReferenceData) -> list[str]:
    """Lists each row that only one side has: ``- table row`` or ``+ table row``."""
    lines: list[str] = []
    for table in sorted(left.keys() | right.keys()):
        one, other = left.get(table, frozenset()), right.get(table, frozenset())
        lines += [f"- {table} {row}" for row in sorted(one - other)]
        lines += [f"+ {table} {row}" for row in sorted(other - one)]
    return lines
