"""Plants rows past every constraint, as a superuser: readers must survive them whatever the database refuses.

The constraints are dropped for the time and come back as ``not valid``: rows that are planted stay as they are, and a
statement that changes one of them is refused like any other.
"""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row

from tests.tenancy.poison.samples import SAMPLES
from tests.tenancy.poison.values import Poison, mutated, values_of

# Larger values only make a reader slow, and the planting too.
MOST_BYTES: Final = 20_000
# Their rows are not copied: they hang on a user or a pair of ids, or are chained. They are changed in place.
_IN_PLACE: Final = frozenset({"profiles"})


@dataclass
class Planted:
    """The keys of the bad rows by table, each with the column and the value that is wrong in it."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    skipped: int = 0
    """Values that the type itself refuses, or that a unique index does."""

    @property
    def count(self) -> int:
        return sum(len(rows) for rows in self.rows.values())


@contextmanager
def without_checks(connection: psycopg.Connection, tables: list[str]) -> Generator[None]:
    """Suspends the check constraints and triggers of these tables of ``public``. ``connection``: of a superuser."""
    names = [f"public.{table}" for table in tables]
    found = connection.execute(
        "select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint "
        "where contype = 'c' and conparentid = 0 and conislocal and conrelid = any (%s::regclass[]) order by 1, 2",
        [names],
    ).fetchall()
    for table, name, _ in found:
        connection.execute(f"alter table {table} drop constraint {name}".encode())
    connection.execute("set session_replication_role = replica")
    try:
        yield
    finally:
        connection.execute("reset session_replication_role")
        for table, name, definition in found:
            text = definition.removesuffix(" NOT VALID")
            connection.execute(f"alter table {table} add constraint {name} {text} not valid".encode())


def columns_of(connection: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    """Lists name and type of the columns that have hostile values."""
    rows = connection.execute(
        "select attname, format_type(case typtype when 'd' then typbasetype else atttypid end, null) "
        "from pg_attribute join pg_type on pg_type.oid = atttypid "
        "where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum",
        [f"public.{table}"],
    ).fetchall()
    return [(name, type_name) for name, type_name in rows if values_of(type_name)]


def poisons_of(table: str, column: str, type_name: str, most: int | None = None) -> list[Poison]:
    """Lists the hostile values of a column: those of its type, and mutations of its documented structure."""
    found = list(values_of(type_name))
    sample = SAMPLES.get((table, column))
    if sample is not None:
        texts = dict.fromkeys(json.dumps(changed) for changed in mutated(sample))
        found += [Poison(f"mutation {number}: {text[:80]}", text, False) for number, text in enumerate(texts)]
    return found[:most]


def corrupt(connection: psycopg.Connection, table: str, key: dict[str, Any], values: dict[str, str]) -> None:
    """Changes columns of one row in place, past every constraint. ``values``: JSON texts by column."""
    with without_checks(connection, [table]):
        _change(connection, table, key, values)


def _change(connection: psycopg.Connection, table: str, key: dict[str, Any], values: dict[str, str]) -> None:
    listed = ", ".join(f"{name} = changed.{name}" for name in values)
    where = " and ".join(f"old.{name} = %s" for name in key)
    connection.execute(
        f"update public.{table} as old set {listed} from jsonb_populate_record(null::public.{table}, %s) as changed "
        f"where {where}".encode(),
        [as_object(values), *key.values()],
    )


def as_object(values: dict[str, str]) -> str:
    return "{" + ", ".join(f"{json.dumps(name)}: {text}" for name, text in values.items()) + "}"


class Source:
    """Copies of one row, with a value changed and everything unique renewed."""

    def __init__(self, connection: psycopg.Connection, table: str, row: dict[str, Any]) -> None:
        self.connection, self.table, self.row = connection, table, row
        self.unique = [
            (names, is_primary)
            for names, is_primary in connection.execute(
                "select array_agg(attname::text order by attnum), bool_or(indisprimary) from pg_index "
                "join pg_attribute on attrelid = indrelid and (attnum = any (indkey) or pg_get_indexdef(indexrelid) "
                "~ ('(?:lower|private.name_key)\\(' || attname || '\\)')) "
                "where indisunique and indrelid = %s::regclass group by indexrelid",
                [f"public.{table}"],
            ).fetchall()
        ]
        self.keys: list[str] = next((names for names, is_primary in self.unique if is_primary), [])

    @property
    def is_copied(self) -> bool:
        return "id" in self.row and self.table not in _IN_PLACE

    def renewed(self, column: str) -> dict[str, str]:
        """Returns new values for the unique columns of the row, except this one, as JSON texts."""
        changed: dict[str, str] = {"is_default": "false"} if "is_default" in self.row else {}
        for names, is_primary in self.unique:
            if is_primary:
                continue
            texts = [name for name in names if isinstance(self.row[name], str) and name != column]
            numbers = [name for name in names if isinstance(self.row[name], int) and name != column]
            if texts:
                changed[texts[-1]] = json.dumps(_renewed(str(self.row[texts[-1]])))
            elif numbers and not isinstance(self.row[numbers[-1]], bool):
                changed[numbers[-1]] = str(uuid4().int % 1_000_000_000)
        return changed

    def copy(self, column: str, text: str) -> dict[str, Any]:
        """Inserts a copy of the row with the value, and returns its key."""
        changed = self.renewed(column)
        # Sorts as the row that it copies, so that it is in the partition and on the page of that row.
        found = self.connection.execute("select private.uuid_v7(clock_timestamp())").fetchone()
        changed["id"] = json.dumps(str(found[0] if found else uuid4()))
        changed[column] = text
        names = ", ".join(f"(changed).{name}" for name in self._columns())
        listed = ", ".join(self._columns())
        with self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(
                f"insert into public.{self.table} ({listed}) select {names} "
                f"from (select jsonb_populate_record(old, %s) as changed from public.{self.table} as old "
                f"where {self._where()}) as copied returning {', '.join(self.keys)}".encode(),
                [as_object(changed), *(self.row[key] for key in self.keys)],
            )
            return cursor.fetchall()[0]

    def change(self, column: str, text: str) -> dict[str, Any]:
        """Writes the value into the row itself, and returns its key."""
        key = {name: self.row[name] for name in self.keys}
        _change(self.connection, self.table, key, {column: text})
        return key

    def _columns(self) -> list[str]:
        found = self.connection.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped "
            "and attgenerated = ''",
            [f"public.{self.table}"],
        ).fetchall()
        return [name for (name,) in found]

    def _where(self) -> str:
        return " and ".join(f"old.{key} = %s" for key in self.keys)


def poison_rows(
    connection: psycopg.Connection,
    rows: dict[str, dict[str, Any]],
    tables: list[str] | None = None,
    *,
    most_values: int | None = None,
) -> Planted:
    """Plants copies of these rows, each with one hostile value; rows that cannot be copied are changed in place.

    ``connection``: of a superuser, in autocommit. ``rows``: a row for each table, as in ``Scene.rows`` or
    ``Tenant.rows``. ``most_values``: at most so many values for each column. A copied brand has the members of the
    brand that it copies.
    """
    planted = Planted()
    chosen = [table for table in (tables or rows) if table in rows]
    with without_checks(connection, chosen):
        for table in chosen:
            _plant(connection, table, rows[table], planted, most_values)
    return planted


def _plant(
    connection: psycopg.Connection, table: str, row: dict[str, Any], planted: Planted, most_values: int | None
) -> None:
    source = Source(connection, table, row)
    keys = planted.rows.setdefault(table, [])
    reasons = planted.reasons.setdefault(table, [])
    for column, type_name in columns_of(connection, table):
        if not source.is_copied and column in source.keys:
            continue
        for poison in poisons_of(table, column, type_name, most_values):
            if len(poison.text) > MOST_BYTES:
                continue
            try:
                key, is_copy = _write(source, column, poison.text)
            except psycopg.DatabaseError:
                planted.skipped += 1
                continue
            keys.append(key)
            reasons.append(f"{column}: {poison.name}")
            if not is_copy:
                break  # the next value would only replace this one


def _write(source: Source, column: str, text: str) -> tuple[dict[str, Any], bool]:
    """Copies the row or, where a unique index allows no second one, changes it; tells which."""
    if source.is_copied:
        try:
            with source.connection.transaction():
                key = source.copy(column, text)
                if source.table == "brands":
                    _copy_members(source.connection, source.row["id"], key["id"])
                return key, True
        except psycopg.errors.UniqueViolation:
            pass
    with source.connection.transaction():
        return source.change(column, text), False


def _renewed(text: str) -> str:
    """Returns another text of the same form: a hash stays a hash."""
    if len(text) > 64 and text.startswith("v1."):
        return f"v1.{uuid4().hex}{uuid4().hex}"
    return uuid4().hex * 2 if len(text) == 64 else f"{text[:60]}{uuid4().hex[:12]}"


def _copy_members(connection: psycopg.Connection, brand_id: Any, copy_id: Any) -> None:
    connection.execute(
        "insert into public.brand_members (user_id, brand_id, role) "
        "select user_id, %s, role from public.brand_members where brand_id = %s",
        [copy_id, brand_id],
    )
