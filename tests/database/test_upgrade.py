"""The migrations over a database that is in use: what people made before is still there, and whole."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.scratch import apply_migrations, migration_files, scratch_database
from local.stack.settings import ROOT
from tests.support.sql import Database

pytestmark = pytest.mark.alone

# The last migration of the first release.
FIRST_RELEASE = "20261123100900_policies.sql"
CONTENTS = "select id, title, status::text, version, fields, updated_at from public.contents order by id"
EDITOR = "00000000-0000-7000-8000-0000000000a2"
VIEWER = "00000000-0000-7000-8000-0000000000a3"


@contextmanager
def first_release(stack: RunningStack) -> Iterator[str]:
    with scratch_database(stack.database_url, until=FIRST_RELEASE) as url:
        yield url


def test_what_was_made_before_is_whole_afterwards(stack: RunningStack) -> None:
    with first_release(stack) as url, psycopg.connect(url, autocommit=True) as connection:
        database = Database(connection)
        connection.execute((ROOT / "supabase" / "seed.sql").read_text().encode())
        of_aurora = "select id from public.contents where brand_id::text like '%0a'"
        contents = [row["id"] for row in database.rows(of_aurora)]
        database.run('update public.contents set fields = fields || \'{"headline": "H", "body": "B"}\'')
        database.run(f"select set_config('request.jwt.claim.sub', '{EDITOR}', false)")
        for content in contents:
            database.run("select public.submit_content(%s)", content)
        database.run(f"select set_config('request.jwt.claim.sub', '{VIEWER}', false)")
        database.run("select public.approve_content(%s)", contents[0])
        before = database.rows(CONTENTS)

        apply_migrations(url, after=FIRST_RELEASE)

        assert database.rows(CONTENTS) == before
        slugs = [row["slug"] for row in database.rows("select slug from public.contents")]
        assert len(set(slugs)) == len(slugs)
        assert all(slugs)
        found = database.rows("select count(*) from private.content_search join public.contents on id = content_id")
        assert found == [{"count": len(before)}]
        # Who was signed in signs in again: sessions come from our own sign-in only.
        session = "00000000-0000-7000-8000-00000000ffff"
        database.run("insert into public.user_sessions (id, user_id) values (%s, %s)", session, VIEWER)
        claims = f'{{"sub": "{VIEWER}", "session_id": "{session}"}}'
        database.run("select set_config('request.jwt.claims', %s, false)", claims)
        # The review that was open goes on: the same reviewer decides the same step.
        open_step = "select status::text from public.workflow_step_runs where content_id = %s"
        assert database.value(open_step, contents[1]) == "active"
        approved = database.row("select status::text, slug from public.approve_content(%s)", contents[1])
        assert approved["status"] == "approved"


def test_every_migration_is_named_by_its_time(stack: RunningStack) -> None:
    assert stack
    names = [name for name, _ in migration_files()]
    assert names == sorted(names)
    assert len({name.split("_")[0] for name in names}) == len(names)
    assert names[-1].endswith("_policies.sql"), "the policies are rendered last: `make policies`"
