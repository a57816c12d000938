"""Plans the next migration: the difference between supabase/migrations and supabase/schemas with policies.

``python -m tools.database.migration NAME`` writes supabase/migrations/<time>_NAME.sql. Two scratch databases are built,
one from the migrations and one from the source. ``pgdelta`` plans the difference; the plan is applied to the first, and
``tools.database.catalogue`` compares both. If there are no migrations, the source itself becomes the first one.
Comments in the file name the parts that must be written by hand: backfills, renames, deleted rows.
"""

import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from local.stack.client import running_stack
from local.stack.scratch import empty_database, scratch_database
from tools.database.catalogue import catalogue_of, differences
from tools.database.reference_data import data_differences, read_reference_data
from tools.database.source import MIGRATIONS, SourceError, apply_source, data_files, source_text

PGDELTA: Final = MIGRATIONS.parents[1] / "local" / "node_modules" / ".bin" / "pgdelta"
NO_ACTIONS: Final = 3
HEADER: Final = """\
-- {title}
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;
"""


class PlanError(Exception):
    """Raised if pgdelta cannot plan the difference; the message gives the reason."""


def _pgdelta(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PGDELTA, *arguments], capture_output=True, text=True, check=False)


def plan_difference(migrated_url: str, source_url: str) -> str:
    """Plans the statements that change the schema of the first database into that of the second.

    Returns an empty list if the schemas are equal. Raises PlanError if pgdelta fails or if a statement cannot run in a
    transaction.
    """
    with tempfile.TemporaryDirectory() as folder:
        plan, base = Path(folder) / "plan.json", Path(folder) / "plan.sql"
        planned = _pgdelta("plan", "--source", migrated_url, "--desired", source_url, "--renames", "off", "--out", plan)
        if planned.returncode != 0:
            raise PlanError(f"pgdelta plan failed:\n{planned.stderr[-2000:]}")
        rendered = _pgdelta("render", "--plan", plan, "--out", base, "--allow-drops")
        if rendered.returncode == NO_ACTIONS:
            return ""
        if rendered.returncode != 0:
            raise PlanError(f"pgdelta render failed:\n{rendered.stderr[-2000:]}")
        if not base.exists():
            raise PlanError("the difference needs statements that cannot run in one transaction: write it by hand")
        statements = base.read_text().replace("set local check_function_bodies = off;\n", "").strip()
        # pgdelta writes the index of a partitioned table as the catalogue has it, which leaves the partitions without
        # one.
        return re.sub(r"^(CREATE (?:UNIQUE )?INDEX \S+ ON) ONLY ", r"\1 ", statements, flags=re.MULTILINE)


def remaining_differences(migrated_url: str, source_url: str) -> list[str]:
    """Lists the differences between both databases, by our own comparison of catalogues and reference data."""
    schema = differences(catalogue_of(migrated_url), catalogue_of(source_url))
    data = data_differences(read_reference_data(migrated_url), read_reference_data(source_url))
    return [*map(str, schema), *data]


def _changed_data(migrated_url: str, source_url: str) -> list[str]:
    """Returns the files of rows of which a table differs, whole: their statements are idempotent."""
    lines = data_differences(read_reference_data(migrated_url), read_reference_data(source_url))
    tables = {line.split(" ", 2)[1] for line in lines}
    texts = [path.read_text().strip() for path in data_files()]
    return [text for text in texts if any(re.search(rf"\binto {re.escape(table)}\b", text) for table in tables)]


def plan_migration(server_url: str) -> tuple[str, list[str]]:
    """Plans the statements of the next migration and the notes on parts that must be written by hand.

    Both are empty if migrations and source agree. Written by hand are deleted rows of reference data, and changes that
    existing rows prevent.
    """
    if not any(MIGRATIONS.glob("*.sql")):
        return source_text(), []
    with scratch_database(server_url) as migrated_url, empty_database(server_url) as source_url:
        apply_source(source_url)
        parts = [plan_difference(migrated_url, source_url), *_changed_data(migrated_url, source_url)]
        statements = "\n\n".join(filter(None, parts))
        try:
            with psycopg.connect(migrated_url) as connection:
                connection.execute(f"set check_function_bodies = off;\n{statements}".encode())
        except psycopg.Error as error:
            return statements, [f"These statements fail: {error}"]
        remaining = remaining_differences(migrated_url, source_url)
        if again := plan_difference(migrated_url, source_url):
            remaining.append(f"pgdelta would go on with:\n{again}")
        return statements, remaining


def main() -> int:
    if len(sys.argv) != 2 or not re.fullmatch(r"[a-z][a-z0-9_]*", sys.argv[1]):
        print("usage: make migration NAME=what_it_changes", file=sys.stderr)
        return 2
    name = sys.argv[1]
    try:
        with running_stack() as stack:
            statements, remaining = plan_migration(stack.database_url)
    except (PlanError, SourceError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if not statements:
        print("supabase/migrations and the source agree: the file is for what you write by hand")
    path = MIGRATIONS / f"{datetime.now(UTC):%Y%m%d%H%M%S}_{name}.sql"
    title = name.replace("_", " ").capitalize()
    left = "\n".join(f"-- TO DO BY HAND: {line}" for entry in remaining for line in entry.splitlines())
    path.write_text("\n\n".join(filter(None, [HEADER.format(title=title).strip(), statements, left])) + "\n")
    print(f"wrote {path.relative_to(MIGRATIONS.parents[1])}: read it, add backfills by hand, and run the tests")
    if remaining:
        print("error: the statements do not close the difference; comments in the file name the rest", file=sys.stderr)
    return 1 if remaining else 0


if __name__ == "__main__":
    sys.exit(main())
