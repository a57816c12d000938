"""States of contents from before there were kinds of texts and provenance: each of their texts was sanitised HTML."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.database.office import Office

OLD: Final = "Tom &amp; Jerry <strong>x</strong>"
LATER: Final = ["provenance", "plain_texts"]


@pytest.fixture
def office(database: psycopg.Connection) -> Iterator[Office]:
    with Office.open(database) as opened:
        yield opened


def old_content(office: Office) -> UUID:
    """Returns a content whose first version is older than the columns, and whose second has texts as typed."""
    content = office.draft(fields={"a": OLD}, excerpt="R &amp; D")
    run = office.database.run
    run("update public.contents set plain_texts = '{}' where id = %s", content)
    version = office.database.value("select version from public.contents where id = %s", content)
    rich = Jsonb({"texts": {"a": {"is_markup": False}}})
    changes = Jsonb({"fields": {"a": "1 < 2"}, "excerpt": "a & b"})
    arguments: dict[str, Any] = {"content_id": content, "expected_version": version, "changes": changes, "rich": rich}
    [changed] = office.call("editor", "update_content", **arguments)
    assert changed["plain_texts"] == ["excerpt", "fields.a"]
    run("update public.contents set provenance = '{}' where id = %s", content)
    run("alter table public.content_versions disable trigger user")
    run(
        "update public.content_versions set snapshot = snapshot - %s::text[] where content_id = %s and version <= %s",
        LATER, content, version,
    )  # fmt: skip
    run("alter table public.content_versions enable trigger user")
    return content


def test_an_old_version_has_no_texts_as_typed(office: Office) -> None:
    content = old_content(office)
    read = "select fields, excerpt, plain_texts, provenance from private.content_at_version(%s, %s)"
    old = {"fields": {"a": OLD}, "excerpt": "R &amp; D", "plain_texts": [], "provenance": {}}
    assert office.database.row(read, content, 1) == old
    version = office.database.value("select version from public.contents where id = %s", content)
    present = office.database.row(read, content, version)
    assert present == {
        "fields": {"a": "1 < 2"}, "excerpt": "a & b", "plain_texts": ["excerpt", "fields.a"], "provenance": {}
    }  # fmt: skip
    # A version that has them keeps them.
    office.edit(content, title="Other")
    assert office.database.row(read, content, version) == present


def test_old_events_name_no_texts_as_typed(office: Office) -> None:
    content = office.draft(fields={"a": "x"})
    run = office.database.run
    run("alter table public.domain_events disable trigger user")
    run(
        "update public.domain_events "
        "set payload = jsonb_set(payload, '{changes}', (payload -> 'changes') - %s::text[]) where aggregate_id = %s",
        [*LATER, "markup_version"], content,
    )  # fmt: skip
    run("alter table public.domain_events enable trigger user")
    rebuilt = office.database.row(
        "select fields, plain_texts, provenance, markup_version from private.rebuild_content(%s)", content
    )
    assert rebuilt == {"fields": {"a": "x"}, "plain_texts": [], "provenance": {}, "markup_version": 0}
