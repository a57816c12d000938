"""SQL as the owner of a database: rows as dictionaries, one statement at a time."""

from typing import Any

import psycopg
from psycopg.rows import dict_row


class Database:
    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def rows(self, query: str, *arguments: Any) -> list[dict[str, Any]]:
        with self.connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(query.encode(), arguments or None)
            return cursor.fetchall() if cursor.description else []

    def run(self, query: str, *arguments: Any) -> None:
        self.rows(query, *arguments)

    def row(self, query: str, *arguments: Any) -> dict[str, Any]:
        """Returns the first row; raises if there is none."""
        found = self.rows(query, *arguments)
        assert found, f"no row: {query}"
        return found[0]

    def value(self, query: str, *arguments: Any) -> Any:
        return next(iter(self.row(query, *arguments).values()))
