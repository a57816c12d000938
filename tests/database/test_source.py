"""Checks that schemas, policies and migrations agree, and that each object is defined once."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.scratch import empty_database, scratch_database
from tools.database.catalogue import catalogue_of, differences, read_catalogue
from tools.database.landed import BASELINE, changed_migrations
from tools.database.migration import plan_difference
from tools.database.reference_data import data_differences, read_reference_data
from tools.database.source import MIGRATIONS, SourceError, apply_source, data_files, source_files

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def migrated(stack: RunningStack) -> Iterator[str]:
    with scratch_database(stack.database_url) as url:
        yield url


@pytest.fixture(scope="module")
def built(stack: RunningStack) -> Iterator[str]:
    with empty_database(stack.database_url) as url:
        apply_source(url)
        yield url


def test_no_difference_to_the_planner(migrated: str, built: str) -> None:
    assert plan_difference(migrated, built) == "", "run `make migration NAME=…`"


def test_no_difference_to_our_own_comparison(migrated: str, built: str) -> None:
    catalogue = catalogue_of(built)
    assert len(catalogue) > 4000
    found = [*map(str, differences(catalogue_of(migrated), catalogue))]
    found += data_differences(read_reference_data(migrated), read_reference_data(built))
    assert found == [], "run `make migration NAME=…`"


# A change of each kind that a comparison must report, and the kind that it reports.
CHANGES = {
    "function": "alter function private.refuse_change() security definer",
    "policy": 'drop policy "Contents may be read by members of their brand" on public.contents',
    "grant": "grant select on public.contents to anon",
    "column": "alter table public.brands alter column name drop not null",
    # The same definition, but the partitions lack it.
    "index": "drop index public.contents_brand_title_idx; create index contents_brand_title_idx "
    "on only public.contents (brand_id, title, id) where deleted_at is null",
    "trigger": "alter table public.contents disable trigger stamp_content",
    "constraint": "alter table public.brands drop constraint brands_slug_check",
    "comment": "comment on table public.brands is 'other'",
    "type": "alter type public.brand_role add value 'owner'",
    "relation": "alter table public.brands disable row level security",
    "default privileges": "alter default privileges in schema public grant select on tables to anon",
}


@pytest.mark.parametrize("kind", CHANGES)
def test_the_comparison_notices(built: str, kind: str) -> None:
    with psycopg.connect(built) as connection:
        before = read_catalogue(connection)
        connection.execute(CHANGES[kind].encode())
        found = differences(before, read_catalogue(connection))
        connection.rollback()
    assert kind in {difference.kind for difference in found}


def test_reference_data_is_compared(built: str) -> None:
    before = read_reference_data(built)
    assert {"private.permissions", "public.countries", "public.plans", "storage.buckets"} <= before.keys()
    changed = before | {"public.plans": frozenset(['{"name": "free"}'])}
    assert '+ public.plans {"name": "free"}' in data_differences(before, changed)


def test_reference_data_applied_again_changes_nothing(built: str) -> None:
    """Not one row is written: every row keeps its place and its transaction."""

    def rows(connection: psycopg.Connection) -> dict[str, Any]:
        return {
            table: connection.execute(f"select ctid, xmin from {table} order by ctid".encode()).fetchall()
            for table in read_reference_data(built)
        }

    with psycopg.connect(built, autocommit=True) as connection:
        before = rows(connection)
        for path in data_files():
            connection.execute(path.read_text().encode())
        assert rows(connection) == before


def test_each_function_is_created_once() -> None:
    pattern = re.compile(r"^create function (\w+\.\w+)", re.MULTILINE)
    created = Counter(name for path in source_files() for name in pattern.findall(path.read_text()))
    assert len(created) > 400
    assert {name: count for name, count in created.items() if count > 1} == {}
    replaced = [path.name for path in source_files() if "create or replace" in path.read_text().lower()]
    assert replaced == [], "the source says what is, not what changes"


def test_every_function_that_is_called_exists_and_every_helper_is_called() -> None:
    """Bodies are not checked at creation: without this test, only the first call would find a renamed function."""
    text = "\n".join(path.read_text() for path in source_files())
    created = set(re.findall(r"^create function (\w+\.\w+)", text, re.MULTILINE))
    relations = set(re.findall(r"^create (?:table|materialized view|type|domain) (\w+\.\w+)", text, re.MULTILINE))
    called = set(re.findall(r"\b((?:public|private)\.\w+)(?=\()", text))
    assert sorted(called - created - relations) == []

    helpers = {name for name in created if name.startswith("private.")}
    statements = r"(?:create function|comment on function|grant execute on function) "
    uses = Counter(re.findall(r"\bprivate\.\w+", re.sub(statements + r"private\.\w+", "", text)))
    assert sorted(name for name in helpers if not uses[name]) == []


def whole_table_changes(text: str) -> list[str]:
    """Finds updates and deletes without their own condition; one in a subquery, string or comment does not count."""
    code = re.sub(r"--[^\n]*|'(?:[^']|'')*'", " ", text.lower())
    tokens = re.findall(r'[a-z_][\w.]*|"[^"]*"|\(|\)|;', code)
    found: list[str] = []
    for at, token in enumerate(tokens):
        follows = tokens[at + 1] if at + 1 < len(tokens) else ""
        before = tokens[at - 1] if at else ""
        is_update = token == "update" and before not in ("for", "key", "do", "or", "before", "after", "insert", "of")
        is_delete = token == "delete" and follows == "from"
        if not (is_update and re.match(r"[a-z_]\w*\.\w+|only", follows)) and not is_delete:
            continue
        depth = 0
        has_condition = False
        for later in tokens[at + 1 :]:
            depth += {"(": 1, ")": -1}.get(later, 0)
            if depth < 0 or later == ";":
                break
            has_condition = has_condition or (depth == 0 and later == "where")
        if not has_condition:
            found.append(" ".join(tokens[at : at + 4]))
    return found


def test_no_statement_changes_a_whole_table() -> None:
    """The hosted data API loads safeupdate: updates and deletes without a condition are refused, also in functions."""
    texts = {path.name: path.read_text() for path in source_files()}
    assert {name: found for name, text in texts.items() if (found := whole_table_changes(text))} == {}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("update private.alert_scans set scanned_until = now();", 1),
        ("delete from auth.sessions;", 1),
        ("update public.a set b = (select c from d where e);", 1),
        ("update public.a set b = 1 from d join e on e.id = d.id; select 1 where true;", 1),
        ("with gone as (delete from public.a returning 1) select 1 from gone where true;", 1),
        ("update public.a set b = 1 -- where\n;", 1),
        ("update public.a set b = ' where ' ;", 1),
        ("update public.a set b = 1 where c;", 0),
        ("with gone as (delete from public.a where c returning 1) select 1 from gone;", 0),
        ("insert into public.a values (1) on conflict do update set b = 1;", 0),
        ("select 1 from public.a for update; select 1 for no key update;", 0),
    ],
)
def test_a_change_of_a_whole_table_is_found(text: str, count: int) -> None:
    assert len(whole_table_changes(text)) == count


def test_each_file_can_be_read_in_one_sitting() -> None:
    long = {str(path): lines for path in source_files() if (lines := path.read_text().count("\n")) > 320}
    assert long == {}


def test_a_file_outside_the_order_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "schemas" / "brand").mkdir(parents=True)
    (tmp_path / "config.toml").write_text('[db.migrations]\nschema_paths = ["./schemas/brand/tables.sql"]\n')
    monkeypatch.setattr("tools.database.source.SUPABASE", tmp_path)
    with pytest.raises(SourceError, match=r"names \./schemas/brand/tables\.sql"):
        source_files()
    for name in ("tables.sql", "views.sql"):
        (tmp_path / "schemas" / "brand" / name).write_text("select 1;")
    with pytest.raises(SourceError, match=r"brand/views\.sql is in no path"):
        source_files()


def test_every_migration_is_named_by_its_time() -> None:
    names = [path.name for path in MIGRATIONS.iterdir()]
    times: list[str] = []
    for name in names:
        found = re.fullmatch(r"(\d{14})_[a-z][a-z0-9_]*\.sql", name)
        assert found, f"{name} is not <time>_<what it changes>.sql"
        times.append(found[1])
        assert datetime.strptime(found[1], "%Y%m%d%H%M%S").year >= 2026  # noqa: DTZ007 - a name, not an instant
    assert len(set(times)) == len(times)


def test_a_change_of_a_committed_migration_is_noticed(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=test", "-c", "user.email=test@people.test"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    first, second = folder / BASELINE, folder / "20991231000000_two.sql"
    first.write_text("select 1;\n")
    git("init")
    git("add", ".")
    git("commit", "-m", "one")
    second.write_text("select 2;\n")
    git("add", ".")
    git("commit", "-m", "two")
    assert changed_migrations(tmp_path) == []

    first.write_text("select 3;\n")
    assert changed_migrations(tmp_path) == [f"supabase/migrations/{BASELINE}"]
    git("commit", "-a", "-m", "edit")
    second.unlink()
    both = [f"supabase/migrations/{BASELINE}", "supabase/migrations/20991231000000_two.sql"]
    assert changed_migrations(tmp_path) == both
    first.rename(folder / "20260101000000_baseline.sql")
    assert changed_migrations(tmp_path) == [f"supabase/migrations/{BASELINE}"]
    git("add", ".")
    git("commit", "-m", "rename")
    assert changed_migrations(tmp_path) == [f"supabase/migrations/{BASELINE}"]
