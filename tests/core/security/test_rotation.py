"""Tests key rotation, killed at random rows while others write, with its own database and data API."""

import base64
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from lib.core.security.crypto import read_ring
from local.stack.client import RunningStack
from local.stack.parts import supabase
from local.stack.scratch import scratch_database
from local.stack.settings import LOGS, ROOT, load_settings
from tests.support.servers import free_port
from tests.support.sql import Database
from tests.tenancy.scene import make_person

KEYS = [f"v{version}:{base64.b64encode(os.urandom(32)).decode()}" for version in (1, 2)]
OLD, BOTH, NEWEST = read_ring(KEYS[0]), read_ring(",".join(KEYS)), read_ring(KEYS[1])
KILLS = int(os.environ.get("ROTATION_KILLS", "6"))
# More rows than any run processes before it is killed.
PEOPLE = 6 * KILLS


@pytest.fixture(scope="module")
def database(stack: RunningStack) -> Iterator[Database]:
    with scratch_database(stack.database_url) as url, psycopg.connect(url, autocommit=True) as connection:
        yield Database(connection)


@pytest.fixture(scope="module")
def environment(stack: RunningStack, database: Database) -> Iterator[dict[str, str]]:
    """Settings of the command, for its own data API."""
    process, port = supabase(load_settings()), free_port()
    url = database.connection.info
    settings = process.environment | {
        "SUPABASE_PORT": str(port),
        "SUPABASE_DB_URL": f"postgres://{url.user}:{url.password}@{url.host}:{url.port}/{url.dbname}",
    }
    with (LOGS / "rotation.log").open("wb") as output:
        server = subprocess.Popen([str(part) for part in process.command], env=settings, stdout=output, stderr=output)
        try:
            for _ in range(200):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/healthz")
                    break
                except httpx.TransportError:
                    assert server.poll() is None, "the data API did not start"
                    time.sleep(0.05)
            yield stack.environment | {
                "PATH": os.environ["PATH"],
                "SUPABASE_URL": f"http://127.0.0.1:{port}",
                "ENCRYPTION_KEYS": ",".join(KEYS),
            }
        finally:
            server.terminate()
            server.wait()


class Rows:
    """Returns the encrypted values by table, column and key, and their plain text."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.texts: dict[tuple[str, str, str], str] = {}
        brand = database.value("insert into public.brands (name, slug) values ('R', 'r') returning id")
        for number in range(PEOPLE):
            person = make_person(database, f"p{number}")
            self._put("public.profiles", "phone", str(person.user_id), f"+44 {number}")
            self._put("public.user_sessions", "address", str(person.session_id), f"203.0.113.{number}")
            factor = uuid4()
            database.run(
                "insert into public.mfa_factors (id, user_id, kind, secret) values (%s, %s, 'totp', %s)",
                factor,
                person.user_id,
                OLD.encrypt("x", f"public.mfa_factors.secret:{factor}"),
            )
            self._put("public.mfa_factors", "secret", str(factor), f"SECRET{number}")
            invitation, email = uuid4(), f"p{number}@invited.test"
            database.run(
                "insert into public.invitations (id, brand_id, email, email_index, role, token_hash) "
                "values (%s, %s, %s, %s, 'viewer', %s)",
                invitation,
                brand,
                OLD.encrypt(email, f"public.invitations.email:{invitation}"),
                OLD.blind_indexes(email, "email")[0],
                uuid4().hex * 2,
            )
            self.texts["public.invitations", "email", str(invitation)] = email

    def _put(self, table: str, column: str, key: str, text: str, ring: Any = OLD) -> None:
        sealed = ring.encrypt(text, f"{table}.{column}:{key}")
        self.database.run(f"update {table} set {column} = %s where id = %s", sealed, key)
        self.texts[table, column, key] = text

    def write_somewhere(self) -> None:
        """Writes as the platform does meanwhile: under the newest key."""
        table, column, key = random.choice([place for place in self.texts if place[0] != "public.invitations"])
        self._put(table, column, key, f"rewritten {uuid4().hex}", BOTH)

    def kept(self) -> dict[tuple[str, str, str], str]:
        return {
            place: self.database.value(f"select {place[1]} from {place[0]} where id = %s", place[2])
            for place in self.texts
        }

    def readable(self, ring: Any) -> bool:
        kept = self.kept()
        return all(
            ring.decrypt(kept[place], f"{place[0]}.{place[1]}:{place[2]}") == text for place, text in self.texts.items()
        )


def command(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tools.rotate_keys", "--verbose", "--batch", "7"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_killed_many_times_and_nothing_is_lost(database: Database, environment: dict[str, str]) -> None:
    rows = Rows(database)
    assert rows.readable(OLD)
    for _ in range(KILLS):
        with command(environment) as running:
            assert running.stdout
            for _row in range(random.randint(1, 12)):
                running.stdout.readline()
            rows.write_somewhere()
            running.kill()
        assert rows.readable(BOTH)
    versions = {sealed.split(".")[0] for sealed in rows.kept().values()}
    assert versions == {"v1", "v2"}, "twenty kills left nothing to do, or did nothing"
    with command(environment) as running:
        output, problems = running.communicate(timeout=60)
    assert running.returncode == 0, problems
    assert rows.readable(NEWEST)
    assert f'"public.profiles.phone": {{"2": {PEOPLE}}}' in output
    # A lookup by the newest index alone finds the user.
    for (table, _, key), text in rows.texts.items():
        if table == "public.invitations":
            index = database.value("select email_index from public.invitations where id = %s", key)
            assert index == NEWEST.blind_indexes(text, "email")[0]
    people = database.rows("select profiles.id, email, email_index from public.profiles join auth.users using (id)")
    assert all(row["email_index"] == NEWEST.blind_indexes(row["email"], "email")[0] for row in people)
    # A second run finds nothing to do.
    before = rows.kept()
    with command(environment) as running:
        assert "0 values and 0 indexes" in running.communicate(timeout=60)[0]
    assert rows.kept() == before


def test_values_that_no_key_decrypts_are_named_and_stop_nothing(
    database: Database, environment: dict[str, str]
) -> None:
    lost, kept = make_person(database, "lost"), make_person(database, "kept")
    stranger = read_ring(f"v1:{base64.b64encode(os.urandom(32)).decode()}")
    for person, ring in ((lost, stranger), (kept, OLD)):
        sealed = ring.encrypt("+44", f"public.profiles.phone:{person.user_id}")
        database.run("update public.profiles set phone = %s where id = %s", sealed, person.user_id)
    with command(environment) as running:
        _, problems = running.communicate(timeout=60)
    assert running.returncode == 1
    assert f"no key of the ring decrypts public.profiles.phone:{lost.user_id}" in problems
    assert database.value("select phone from public.profiles where id = %s", kept.user_id).startswith("v2.")


def test_every_encrypted_column_is_rotated(database: Database) -> None:
    """Reads the catalogue: a column that is added later must be listed."""
    found = database.rows(
        "select relnamespace::regnamespace || '.' || relname as place, attname from pg_attribute "
        "join pg_class on pg_class.oid = attrelid where atttypid = 'private.ciphertext'::regtype and relkind = 'r' "
        "and not attisdropped"
    )
    named = database.rows("select table_name as place, column_name as attname from private.encrypted_columns()")
    # The audit log keeps no address any more (decision 12); old entries are part of its hash chain.
    expected = {(row["place"], row["attname"]) for row in found} - {("public.audit_log", "address")}
    assert {(row["place"], row["attname"]) for row in named} == expected
