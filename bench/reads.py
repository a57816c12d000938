"""Measures what reads cost Postgres, beside the same rows read by the data API on a plain table with one policy.

``python -m bench.reads`` fills a scratch database (200,000 contents of three years in 50 brands) and copies the
contents to a table without partitions and triggers. For each shape it prints the CPU milliseconds of the backend on
both sides (begin, claims, statement and commit) and their ratio. ``--only`` takes the shapes whose name has the word.
"""

import argparse
import json
import random
import statistics
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg
from psycopg.rows import TupleRow

from bench import database_data
from bench.reads_shapes import PLAIN, Shape, shapes
from lib.core.security.signing import PROOF_HEADER, make_proof
from local.stack.client import running_stack
from local.stack.scratch import scratch_database
from local.stack.settings import SIGNING_SECRET

type Connection = psycopg.Connection[TupleRow]

BRANDS: Final = 50
YEARS: Final = 3
BATCH: Final = 12
WARM_UP: Final = 8
SETTINGS: Final = (
    "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', %s, true), "
    "set_config('request.headers', %s, true), set_config('request.method', 'GET', true)"
)


@dataclass(frozen=True)
class Caller:
    """A person, or an API key of theirs, with one of the brands that they may read."""

    claims: dict[str, Any]
    brand: str
    rows: list[dict[str, Any]]
    """Contents of the brand, from which filters take their values."""


class Side:
    """One connection, whose backend is asked for the CPU time that it used."""

    def __init__(self, url: str) -> None:
        self.connection: Connection = psycopg.connect(url, autocommit=True, prepare_threshold=1)
        self._statistics = Path(f"/proc/{self.connection.info.backend_pid}/schedstat")

    def nanoseconds(self) -> int:
        return int(self._statistics.read_text().split()[0])

    def ask(self, caller: Caller, statement: str, values: dict[str, Any]) -> Any:
        """Sends what the data API sends for one request."""
        proof = {PROOF_HEADER.lower(): make_proof(caller.claims, SIGNING_SECRET)}
        with self.connection.transaction():
            self.connection.execute(SETTINGS, [json.dumps(caller.claims), json.dumps(proof)])
            row = self.connection.execute(statement.encode(), values).fetchone()
        assert row is not None
        return row[-1]


def _make_plain(connection: Connection) -> None:
    for statement in PLAIN.split(";\n"):
        connection.execute(statement.encode())


def _callers(connection: Connection) -> dict[str, Caller]:
    """Returns members of 1, 3 and 50 brands, a platform admin and an API key."""
    found: dict[str, Caller] = {}
    members = "select user_id from public.brand_members where role <> 'viewer' group by user_id having count(*) %s"
    for name, count in (("1 brand", "= 1"), ("3 brands", "= 3"), ("50 brands", "> 30"), ("admin", "= 2")):
        text = members % count
        if name != "admin":
            text = text.replace("where role <> 'viewer'", "")
        user = connection.execute(f"{text} order by max(role) desc, user_id limit 1".encode()).fetchone()
        assert user is not None
        found[name] = _caller(connection, user[0])
    connection.execute(
        "insert into private.platform_admins (user_id) values (%s) on conflict do nothing",
        [found["admin"].claims["sub"]],
    )
    connection.execute(
        "update public.user_sessions set mfa_verified_at = now() where user_id = %s", [found["admin"].claims["sub"]]
    )
    member = found["3 brands"]
    key = connection.execute(
        "insert into public.api_keys (user_id, brand_id, name, prefix, key_hash, scopes) "
        "values (%s, %s, 'Bench', 'mix_live_bench', %s, '{content:read}') returning id",
        [member.claims["sub"], member.brand, uuid4().hex * 2],
    ).fetchone()
    assert key is not None
    found["API key"] = Caller(member.claims | {"api_key_id": str(key[0])}, member.brand, member.rows)
    return found


def _caller(connection: Connection, user: Any) -> Caller:
    brand = connection.execute(
        "select brand_id from public.brand_members where user_id = %s order by brand_id limit 1", [user]
    ).fetchone()
    assert brand is not None
    rows = connection.execute(
        "select jsonb_build_object('id', id, 'template_id', template_id, 'created_by', created_by, "
        "'created_at', created_at) from public.contents where brand_id = %s order by id",
        [brand[0]],
    ).fetchall()
    claims = {"role": "authenticated", "sub": str(user), "session_id": str(user)}
    return Caller(claims, str(brand[0]), [row[0] for row in rows])


@contextmanager
def _database(given: str | None) -> Generator[str]:
    if given:
        yield given
        return
    database_data.BRANDS, database_data.YEARS, database_data.USERS = BRANDS, YEARS, 500
    with running_stack() as stack, scratch_database(stack.database_url) as url:
        with psycopg.connect(url) as loader:
            database_data.fill(loader, 200_000)
        yield url


def _measure(sides: tuple[Side, Side], caller: Caller, shape: Shape, batches: int) -> list[float]:
    """Returns the CPU milliseconds of a request on the plain side and on ours: the median of batches in alternation."""
    choice = random.Random(7)
    questions = [shape.ask(choice, caller.brand, caller.rows) for _ in range(BATCH)]
    if shape.cursor:
        for plain, ours in questions:
            shape.cursor(plain, ours, sides[1].ask(caller, ours.text, ours.values))
    spent: tuple[list[float], list[float]] = ([], [])
    for number in range(batches + 1):
        for place, side in enumerate(sides):
            before = side.nanoseconds()
            for question in questions[: WARM_UP if number == 0 else BATCH]:
                side.ask(caller, question[place].text, question[place].values)
            if number:
                spent[place].append((side.nanoseconds() - before) / 1e6 / BATCH)
    return [statistics.median(times) for times in spent]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="shapes whose name has this word")
    parser.add_argument("--batches", type=int, default=5, help=f"of {BATCH} requests each")
    parser.add_argument("--url", help="a database that was filled before")
    parser.add_argument("--save", help="a file for the figures, JSON")
    given = parser.parse_args()
    figures: dict[str, list[float]] = {}
    with _database(given.url) as url, psycopg.connect(url, autocommit=True) as owner:
        owner.execute("select public.register_signing_key(%s)", [SIGNING_SECRET])
        if owner.execute("select to_regclass('public.plain_contents')").fetchone() == (None,):
            _make_plain(owner)
        callers = _callers(owner)
        print(f"{'CPU ms of Postgres':72}{'plain':>8}{'ours':>8}{'ratio':>8}", flush=True)
        for shape in shapes():
            name = f"{shape.name}, {shape.caller}"
            if given.only not in name:
                continue
            sides = (Side(url), Side(url))
            plain, ours = _measure(sides, callers[shape.caller], shape, given.batches)
            for side in sides:
                side.connection.close()
            figures[name] = [plain, ours]
            print(f"{name:72}{plain:8.2f}{ours:8.2f}{ours / plain:8.2f}", flush=True)
    if given.save:
        Path(given.save).write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
