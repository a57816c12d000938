"""Counts the statements that the database runs inside one call of the data API: those of functions and of triggers.

``with caller(database_url, access_token, secret) as database: database.run(command, arguments)`` runs a command as the
data API does for our functions: as the caller, with the proof, under a key. ``database.ask(function, arguments)`` calls
a function that reads. Both return what the call answered and the nested statements with their calls and times, from
``pg_stat_statements``. A function call that PL/pgSQL evaluates without a query is none of them.
"""

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import jwt
import psycopg

from lib.core.security.signing import PROOF_HEADER, make_proof

# The time of a statement includes that of the statements nested in it.
READ_STATEMENTS = """
  select query, calls::integer, total_exec_time + total_plan_time
  from extensions.pg_stat_statements
  where dbid = (select oid from pg_database where datname = current_database()) and not toplevel
  order by calls desc, query
"""
FORGET_STATEMENTS = """
  select extensions.pg_stat_statements_reset(0, oid, 0) from pg_database where datname = current_database()
"""
ACT_AS = """
  select
    set_config('role', 'authenticated', true), set_config('request.jwt.claims', %s, true),
    set_config('request.jwt.claim.sub', %s, true), set_config('request.headers', %s, true)
"""
RUN_COMMAND = "select public.run_command(%s, %s, %s) -> 'rows'"


@dataclass(frozen=True)
class Statement:
    text: str
    calls: int
    milliseconds: float
    """The time of all its calls, with the statements that they ran."""


@dataclass(frozen=True)
class Answer:
    value: Any
    statements: list[Statement]

    @property
    def count(self) -> int:
        return sum(statement.calls for statement in self.statements)


class CallerDatabase:
    """Calls functions as one caller, over a connection of the owner of the database, who may read the statistics."""

    def __init__(self, connection: psycopg.Connection, claims: Mapping[str, Any], secret: str) -> None:
        self.connection = connection
        self.claims = claims
        self.secret = secret

    def run(self, command: str, arguments: dict[str, Any]) -> Answer:
        """Runs a command under a new key. The first runs of a connection also count what later ones find in caches."""
        return self._counted(RUN_COMMAND, [command, json.dumps(arguments), uuid4().hex])

    def ask(self, function: str, arguments: dict[str, Any]) -> Answer:
        """Calls a function of ``public`` that returns one value, with named arguments; objects are passed as JSON."""
        names = ", ".join(f"{name} => %s" for name in arguments)
        values = [json.dumps(value) if isinstance(value, dict) else value for value in arguments.values()]
        return self._counted(f"select public.{function}({names})", values)

    def act(self) -> None:
        """Takes the role, the claims and the proof of the caller until the end of the transaction."""
        headers = {PROOF_HEADER.lower(): make_proof(self.claims, self.secret)}
        self.connection.execute(ACT_AS, [json.dumps(self.claims), self.claims["sub"], json.dumps(headers)])

    def _counted(self, query: str, values: list[Any]) -> Answer:
        connection = self.connection
        connection.execute(FORGET_STATEMENTS)
        with connection.transaction():
            connection.execute("set local pg_stat_statements.track = 'all'")
            self.act()
            row = connection.execute(query.encode(), values).fetchone()
        assert row is not None
        found = connection.execute(READ_STATEMENTS).fetchall()
        return Answer(row[0], [Statement(*each) for each in found])


@contextmanager
def caller(database_url: str, access_token: str, secret: str) -> Generator[CallerDatabase]:
    """Yields the database for the caller of an access token. ``secret``: SIGNING_SECRET of the stack."""
    claims = jwt.decode(access_token, options={"verify_signature": False})
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield CallerDatabase(connection, claims, secret)
