"""Tests that the migration makes bad rows sound that are older than the constraints, and changes no other."""

import json
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest

from local.stack.client import RunningStack
from local.stack.scratch import apply_migrations, migration_files, scratch_database
from local.stack.settings import SUPERUSER, with_role
from tests.support.sql import Database
from tests.tenancy.poison.values import DEEP, ID

THIS: Final = next(name for name, _ in migration_files() if name.endswith("_refuse_what_readers_cannot_read.sql"))
BEFORE: Final = max(name for name, _ in migration_files() if name < THIS)
DEEP_FIELDS: Final = '{"a": ' + "[" * DEEP + "]" * DEEP + ', "b": "kept"}'
FIELD: Final = {"id": "a", "name": "A", "type": "short_text"}


@pytest.fixture
def before(stack: RunningStack) -> Any:
    with (
        scratch_database(stack.database_url, until=BEFORE) as url,
        psycopg.connect(with_role(url, SUPERUSER), autocommit=True) as connection,
    ):
        # As rows of that time are, without the triggers and checks of today.
        connection.execute("set session_replication_role = replica")
        yield url, Database(connection)


def test_bad_rows_become_sound(before: tuple[str, Database]) -> None:
    url, rows = before
    brand: UUID = rows.value(
        "insert into public.brands (name, slug, key_messages, website_urls, colors, identity) values "
        "('B', 'b', array['ok', null], array['1', 'https://b.test'], '{\"primary\": null}', "
        '\'{"mission": [1], "vision": "kept"}\') returning id'
    )
    content = rows.row(
        "insert into public.contents (brand_id, type, title, fields, due_at, expires_at) "
        "values (%s, 'article', 'T', %s, 'infinity', '99999-01-01') returning id, version",
        brand,
        DEEP_FIELDS,
    )
    sound = rows.row(
        "insert into public.contents (brand_id, type, title, fields, due_at) "
        "values (%s, 'article', 'Sound', '{\"a\": 1.5}', '2030-01-01Z') returning *",
        brand,
    )
    template = rows.value(
        "insert into public.templates (brand_id, name, content_type, input_fields, output_fields) "
        "values (%s, 'T', 'article', %s, %s) returning id",
        brand,
        json.dumps([{"id": "half", "name": "Half"}, FIELD]),
        json.dumps([{"id": "out", "name": "Out", "maxLength": 50_000}]),
    )
    event = rows.value(
        "insert into public.domain_events (brand_id, aggregate_type, aggregate_id, type, payload) "
        "values (%s, 'content', %s, 'ContentCreated', %s) returning id",
        brand,
        content["id"],
        f'{{"changes": {{"fields": {DEEP_FIELDS}, "title": "T"}}, "major": 1}}',
    )
    comment = rows.value(
        "insert into public.comments (brand_id, content_id, body, attachments) "
        "values (%s, %s, 'x', '[1, {\"fileId\": \"" + ID + '", "name": "a.pdf"}]\') returning id',
        brand,
        content["id"],
    )
    rows.run(
        "insert into public.brand_members (user_id, brand_id, role, expires_at) values (%s, %s, 'viewer', 'infinity')",
        ID,
        brand,
    )

    apply_migrations(url, after=BEFORE, until=THIS)

    cleaned = rows.row("select * from public.brands where id = %s", brand)
    assert (cleaned["key_messages"], cleaned["website_urls"], cleaned["colors"]) == (["ok"], ["https://b.test"], {})
    assert cleaned["identity"] == {"vision": "kept"}
    now = rows.row("select * from public.contents where id = %s", content["id"])
    assert (now["fields"], now["due_at"].year, now["expires_at"].year) == ({"b": "kept"}, 2200, 2200)
    assert now["version"] == content["version"]
    assert rows.row("select * from public.contents where id = %s", sound["id"]) == sound
    fields = rows.row("select input_fields, output_fields from public.templates where id = %s", template)
    assert fields["input_fields"] == [{"id": "half", "name": "Half", "type": "short_text"}, FIELD]
    assert fields["output_fields"] == [{"id": "out", "name": "Out"}]
    payload = rows.value("select payload from public.domain_events where id = %s", event)
    assert payload == {"changes": {"title": "T"}, "major": 1}
    attachments = rows.value("select attachments from public.comments where id = %s", comment)
    assert attachments == [{"fileId": ID, "name": "a.pdf"}]
    assert rows.value("select expires_at from public.brand_members where brand_id = %s", brand).year == 2200
    unchecked = rows.rows("select conname from pg_constraint where contype = 'c' and not convalidated")
    assert unchecked == []
