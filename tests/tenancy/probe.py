"""Tries what a caller could do, as the data API would execute it, and undoes it.

PostgREST switches to the role of the token, sets its claims and the headers of the request, and so does this. Access
counts as denied if PostgreSQL reports "insufficient privilege", if one of our functions answers 401, 403 or 404, or if
no row is touched. A violated constraint does not count as denied: the caller got that far.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import psycopg
from psycopg.rows import dict_row

from tests.tenancy.scene import Caller

type Verb = Literal["select", "insert", "update", "delete"]
VERBS: tuple[Verb, ...] = ("select", "insert", "update", "delete")
WALLS = ("42501", "PT401", "PT403", "PT404")
CONSTRAINTS = ("23502", "23503", "23505", "23514", "PT400", "PT409", "PT412", "PT422")


class Probe:
    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection
        self._keys: dict[str, list[str]] = {}
        self._columns: dict[tuple[str, str, str], list[str]] = {}

    @contextmanager
    def acting(self, caller: Caller) -> Iterator[psycopg.Cursor[dict[str, Any]]]:
        """Opens a transaction of this caller that is rolled back at the end."""
        with self.connection.transaction(force_rollback=True), self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(
                "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true), "
                "set_config('request.jwt.claim.sub', %s, true), set_config('request.headers', %s, true)",
                [caller.role, *caller.settings],
            )
            yield cursor

    def keys(self, table: str) -> list[str]:
        if table not in self._keys:
            self._keys[table] = [
                name
                for (name,) in self.connection.execute(
                    "select a.attname from pg_index i "
                    "join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) "
                    "where i.indisprimary and i.indrelid = %s::regclass order by a.attnum",
                    [table],
                ).fetchall()
            ]
        return self._keys[table]

    def columns(self, table: str, role: str, privilege: str) -> list[str]:
        """Lists the columns for which the role holds the privilege."""
        key = (table, role, privilege)
        if key not in self._columns:
            self._columns[key] = [
                name
                for (name,) in self.connection.execute(
                    "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not "
                    "attisdropped "
                    "and attgenerated = '' and has_column_privilege(%s, attrelid, attnum, %s) order by attnum",
                    [table, role, privilege],
                ).fetchall()
            ]
        return self._columns[key]

    def allows(self, caller: Caller, verb: Verb, table: str, row: dict[str, Any]) -> bool:
        if self._succeeds(caller, verb, table, row):
            return True
        return verb in ("update", "delete") and self._touched_blindly(caller, verb, table, row)

    def _succeeds(self, caller: Caller, verb: Verb, table: str, row: dict[str, Any]) -> bool:
        statement, arguments = self._statement(caller, verb, table, row)
        try:
            with self.acting(caller) as cursor:
                cursor.execute(statement.encode(), arguments)
                return bool(cursor.fetchall()) if verb == "select" else cursor.rowcount > 0
        except psycopg.DatabaseError as error:
            if error.sqlstate in WALLS:
                return False
            if error.sqlstate in CONSTRAINTS:
                return True
            raise

    def _touched_blindly(self, caller: Caller, verb: Verb, table: str, row: dict[str, Any]) -> bool:
        """Tells whether a statement that names no row reaches this row.

        It reads nothing, so the policies for reading do not apply before those for writing.
        """
        where, these = self._where(table, row)
        find = f"select ctid::text as place from {table} where {where}".encode()
        if verb == "delete":
            statement, arguments = f"delete from {table}", []
        else:
            column = self._writable(caller, table)
            value = f"(select {column} from jsonb_populate_record(null::{table}, %s))"
            statement, arguments = f"update {table} set {column} = {value}", [json.dumps(row, default=str)]
        try:
            with self.acting(caller) as cursor:
                cursor.execute("reset role")
                before = cursor.execute(find, these).fetchall()
                cursor.execute("select set_config('role', %s, true)", [caller.role])
                cursor.execute(statement.encode(), arguments)
                cursor.execute("reset role")
                return cursor.execute(find, these).fetchall() != before
        except psycopg.DatabaseError as error:
            # A constraint on some other row, perhaps the caller's own: it says nothing about this one.
            if error.sqlstate in (*WALLS, *CONSTRAINTS):
                return False
            raise

    def _where(self, table: str, row: dict[str, Any]) -> tuple[str, list[Any]]:
        keys = self.keys(table)
        return " and ".join(f"{key} = %s" for key in keys), [row[key] for key in keys]

    def _writable(self, caller: Caller, table: str) -> str:
        """Returns a column that the role may change, or otherwise one that it may not."""
        return (self.columns(table, caller.role, "update") or self.keys(table))[-1]

    def _statement(self, caller: Caller, verb: Verb, table: str, row: dict[str, Any]) -> tuple[str, list[Any]]:
        where, these = self._where(table, row)
        match verb:
            case "select":
                return f"select {self.keys(table)[0]} from {table} where {where}", these
            case "delete":
                return f"delete from {table} where {where}", these
            case "update":
                column = self._writable(caller, table)
                return f"update {table} set {column} = {column} where {where}", these
            case "insert":
                # Inserts an equal row: only its uniqueness, or a rule on its values, may refuse it.
                names = self.columns(table, caller.role, "insert") or list(row)
                listed = ", ".join(names)
                copied = f"select {listed} from jsonb_populate_record(null::{table}, %s)"
                return f"insert into {table} ({listed}) {copied}", [json.dumps(row, default=str)]

    def calls(self, caller: Caller, call: str, arguments: list[Any]) -> tuple[bool, int]:
        """Tells whether a function lets the caller through, and how many rows it returns."""
        try:
            with self.acting(caller) as cursor:
                cursor.execute(f"select * from {call}".encode(), arguments)
                return True, len(cursor.fetchall())
        except psycopg.DatabaseError as error:
            if error.sqlstate in WALLS:
                return False, 0
            if error.sqlstate in CONSTRAINTS:
                return True, 0
            raise
