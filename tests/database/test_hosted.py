"""Checks that the database equals a hosted project, and that our schema works there (docs/hosted.md)."""

import ast
import re
import tomllib
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from lib.core.http.client import PATIENT_SECONDS
from local.stack.client import RunningStack
from local.stack.scratch import empty_database, migration_files
from local.stack.settings import ROOT
from tests.support.sql import Database
from tools.database.source import SUPABASE, source_files

pytestmark = pytest.mark.timeout(120)

API_ROLES = ("anon", "authenticated", "service_role")
TIME_LIMITS = SUPABASE / "schemas" / "foundation" / "time_limits.sql"
SERVICES = "('auth', 'storage', 'realtime')"


@pytest.fixture
def owner(stack: RunningStack) -> Iterator[Database]:
    """Runs as the role that migrates, in a transaction that is undone."""
    with psycopg.connect(stack.database_url) as connection:
        yield Database(connection)
        connection.rollback()


def test_the_owner_is_no_superuser_and_owns_nothing_of_the_services(owner: Database) -> None:
    role = owner.row("select * from pg_roles where rolname = current_user")
    assert (role["rolname"], role["rolsuper"], role["rolbypassrls"]) == ("postgres", False, True)
    owned = owner.rows(
        "select relnamespace::regnamespace::text, relname from pg_class "
        f"where relnamespace::regnamespace::text in {SERVICES} and relowner = 'postgres'::regrole"
    )
    assert owned == []


@pytest.mark.parametrize(
    "statement",
    [
        "create table auth.mine (id int)",
        "alter table auth.users add column mine int",
        "create index on auth.users (created_at)",
        "create table storage.mine (id int)",
        "alter table storage.objects add column mine int",
        "delete from storage.objects where false",
        "alter table realtime.messages enable row level security",
        "drop table realtime.messages",
        "create function realtime.mine() returns int language sql as 'select 1'",
        "create role mine superuser",
        "create extension file_fdw",
        "set session_preload_libraries = 'pg_trgm'",
    ],
)
def test_the_owner_is_refused_as_on_the_platform(owner: Database, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.run(statement)


def test_the_owner_may_write_policies_and_triggers_for_the_services(owner: Database) -> None:
    for table in ("auth.users", "storage.objects", "realtime.messages"):
        owner.run(f"create policy mine on {table} for select to authenticated using (false)")
        owner.run(f"drop policy mine on {table}")
    for table in ("auth.users", "storage.objects"):
        owner.run(f"create trigger mine after insert on {table} for each row execute function private.refuse_change()")
        owner.run(f"drop trigger mine on {table}")


def test_nothing_new_is_granted_to_anybody(owner: Database) -> None:
    owner.run("create table public.mine (id serial)")
    owner.run("create function public.mine() returns int language sql as 'select 1'")
    for role in API_ROLES:
        granted = owner.row(
            "select has_table_privilege(%(role)s, 'public.mine', 'select, insert, update, delete, truncate, trigger') "
            "  or has_sequence_privilege(%(role)s, 'public.mine_id_seq', 'usage, select, update') as of_tables, "
            "has_function_privilege(%(role)s, 'public.mine()', 'execute') as of_functions".replace(
                "%(role)s", f"'{role}'"
            )
        )
        assert granted == {"of_tables": False, "of_functions": False}, role


def test_the_roles_have_their_time_limits(owner: Database) -> None:
    settings = {
        row["rolname"]: set(row["rolconfig"] or ())
        for row in owner.rows("select rolname, rolconfig from pg_roles where rolname ~ '^[a-z]'")
    }
    limits = {setting for setting in settings["authenticator"] if "timeout" in setting}
    assert limits == {"statement_timeout=8s", "lock_timeout=5s", "idle_in_transaction_session_timeout=30s"}
    assert settings["anon"] == {"statement_timeout=3s"}
    assert settings["authenticated"] == settings["service_role"] == {"statement_timeout=8s"}
    assert owner.value("show statement_timeout") == "2min"


def test_a_migration_sets_the_time_limits() -> None:
    """Settings that a project had before do not matter, nor do those of the local roles."""
    limits = TIME_LIMITS.read_text()
    assert [name for name, text in migration_files() if limits in text]


def test_the_time_limits_are_those_of_the_source(owner: Database) -> None:
    """Applied over other settings, the source sets all of them again."""
    for role in ("anon", "authenticated", "service_role", "authenticator"):
        owner.run(f"alter role {role} reset all")
    owner.run("alter role anon set statement_timeout = '1h'")
    owner.run(TIME_LIMITS.read_text())
    test_the_roles_have_their_time_limits(owner)


def _patient_functions() -> set[str]:
    """Lists the functions for which Python waits longer than the time limits of the roles allow."""
    names: set[str] = set()
    for path in (path for folder in ("lib", "api") for path in (ROOT / folder).rglob("*.py")):
        for scope in ast.walk(ast.parse(path.read_text())):
            if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) and "PATIENT_SECONDS" in ast.unparse(scope):
                names |= {
                    name for _, name in re.findall(r"\b(call|command|command_once)\([^'\"]*'(\w+)'", ast.unparse(scope))
                }
    scheduled = {
        name for path in (ROOT / "lib").glob("*/*.py") for name in re.findall(r'\bsql_task\("(\w+)"', path.read_text())
    }
    assert {"import_contents", "publish_due_contents", "end_stolen_sessions"} <= names
    assert len(scheduled) >= 8
    return names | scheduled | {"run_patient_command"}


def test_patient_calls_have_the_time_that_python_waits(owner: Database) -> None:
    """Only a setting of the called function itself counts: the data API applies it to the whole request."""
    for name in _patient_functions():
        settings = owner.value(
            "select coalesce(proconfig, '{}') from pg_proc "
            "where proname = %s and pronamespace = 'public'::regnamespace",
            name,
        )
        limits = dict(setting.split("=", 1) for setting in settings)
        assert "statement_timeout" in limits, f"{name} is cut after eight seconds"
        assert int(limits["statement_timeout"].removesuffix("s")) >= PATIENT_SECONDS, name


def test_every_function_can_be_created_in_a_session_of_its_own(stack: RunningStack) -> None:
    """A session that has not loaded the library of an extension refuses its settings (42501)."""
    with psycopg.connect(stack.database_url) as connection:
        fresh = Database(connection)
        fresh.run("set check_function_bodies = off")
        texts = fresh.rows(
            "select pg_get_functiondef(oid) as text from pg_proc "
            "where pronamespace in ('public'::regnamespace, 'private'::regnamespace) and prokind = 'f'"
        )
        assert len(texts) > 400
        for row in texts:
            fresh.run(row["text"].replace("%", "%%"))
        connection.rollback()


# Names of Postgres 18 that hosted projects, which run 17, lack.
NEW_IN_18 = re.compile(
    r"\b(uuidv7|uuidv4|casefold|array_sort|array_reverse|crc32c?|l?gamma|pg_get_acl|pg_get_loaded_modules)\(|"
    r"\breturning\b[^;]*\b(old|new)\.|\bwith \((old|new) as|\bvirtual\b|\bwithout overlaps\b|\bnot enforced\b|"
    r"\bgenerated always as \((?:[^()]|\([^()]*\))*\)(?! *stored)|"
    r"\badd constraint \w+ not null\b|\bpg_unicode_fast\b|\breject_limit\b|json(b)?_strip_nulls\([^()]*, *true\)",
    re.IGNORECASE,
)


def test_nothing_needs_a_newer_postgres() -> None:
    texts = [(str(path), path.read_text()) for path in source_files()] + migration_files()
    for name, text in texts:
        code = re.sub(r"--.*|'[^']*'", "", text)
        found = NEW_IN_18.search(code)
        assert found is None, f"{name}: {found and found[0]}"
    assert NEW_IN_18.search("select uuidv7()")


def _bodies(owner: Database) -> dict[str, tuple[str, str]]:
    """Returns volatility and body of each of our functions, by name."""
    rows = owner.rows(
        "select format('%s.%s', pronamespace::regnamespace, proname) as name, provolatile, prosrc from pg_proc "
        "where pronamespace in ('public'::regnamespace, 'private'::regnamespace)"
    )
    return {row["name"]: (row["provolatile"], row["prosrc"]) for row in rows}


WRITES = re.compile(r"\b(insert into|update (?!skip)\w+\.|delete from|realtime\.send|nextval|for (no key )?update)\b")


def test_functions_called_for_reading_write_nothing(owner: Database) -> None:
    """The data API runs stable functions, and everything that they call, in read-only transactions."""
    bodies = _bodies(owner)

    def writers(name: str, seen: frozenset[str]) -> list[str]:
        if name in seen or name not in bodies:
            return []
        body = re.sub(r"--.*", "", bodies[name][1])
        found = [name] if WRITES.search(body) else []
        for called in set(re.findall(r"\b(?:public|private)\.\w+(?=\()", body)):
            found += writers(called, seen | {name})
        return found

    reading = [name for name, (volatility, _) in bodies.items() if volatility != "v" and name.startswith("public.")]
    assert len(reading) > 20
    assert {name: found for name in reading if (found := writers(name, frozenset()))} == {}


def test_names_sort_as_on_a_hosted_project(owner: Database) -> None:
    database = owner.row("select datlocprovider, datlocale from pg_database where datname = current_database()")
    assert database == {"datlocprovider": "i", "datlocale": "en-US"}
    words = "('Zoe'), ('anna'), ('Émile'), ('Bo'), ('émil')"
    ordered = [row["name"] for row in owner.rows(f"select name from (values {words}) as entry (name) order by name")]
    assert ordered == ["anna", "Bo", "émil", "Émile", "Zoe"]


def test_a_broadcast_that_cannot_be_stored_is_lost_without_an_error(stack: RunningStack) -> None:
    url = stack.database_url.replace("postgres:postgres@", "supabase_admin:postgres@")
    with psycopg.connect(url) as connection:
        superuser = Database(connection)
        topic = f"brand:{uuid4()}"
        count = "select count(*) from realtime.messages where topic = %s"
        superuser.run("select realtime.send('{}', 'Test', %s, true)", topic)
        assert superuser.value(count, topic) == 1
        today = superuser.value("select to_char(current_date, 'YYYY_MM_DD')")
        superuser.run(f"drop table realtime.messages_{today}")
        superuser.run("select realtime.send('{}', 'Test', %s, true)", topic)
        superuser.run("select realtime.send('[]', 'Test', %s, true)", topic)
        assert superuser.value(count, topic) == 0
        connection.rollback()


def test_the_seed_is_off_and_refuses_a_database_that_is_not_local(stack: RunningStack) -> None:
    configuration = tomllib.loads((SUPABASE / "config.toml").read_text())
    assert configuration["db"]["seed"]["enabled"] is False
    seed = (SUPABASE / "seed.sql").read_bytes()
    with empty_database(stack.database_url) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set mixerai.environment = 'production'")
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="local databases only"):
            connection.execute(seed)
        people = connection.execute("select count(*) from auth.users").fetchone()
    assert people == (0,)


# Auth reads these columns into values that cannot be null: with one null, every sign-in of the user fails.
NEVER_NULL = {
    "users": (
        *("aud", "role", "confirmation_token", "recovery_token", "email_change_token_new", "email_change"),
        *("created_at", "updated_at"),
    ),
    "identities": ("created_at", "updated_at"),
}


@pytest.mark.parametrize("table", NEVER_NULL)
def test_auth_can_read_everyone_of_the_seed(owner: Database, table: str) -> None:
    known = {
        row["column_name"]
        for row in owner.rows(
            "select column_name from information_schema.columns where table_schema = 'auth' and table_name = %s", table
        )
    }
    person = "id" if table == "users" else "user_id"
    seeded = f"{person}::text like '00000000-0000-7000-8000-%%'"
    assert owner.value(f"select count(*) from auth.{table} where {seeded}") >= 7
    for column in NEVER_NULL[table]:
        assert column in known, f"the local auth.{table} has no {column}"
        assert owner.value(f"select count(*) from auth.{table} where {seeded} and {column} is null") == 0, column
