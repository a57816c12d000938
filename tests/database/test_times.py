"""Tests that SQL reads times and dates of texts as Python does, and casts no text to a time in another way."""

import re
from datetime import datetime
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from local.stack.settings import ROOT
from tests.database.office import refused
from tests.support.times import CASES, TIME_TEXTS, as_micros, day_of, model_instant

INSTANTS = """
    select (extract(epoch from private.as_instant(text)) * 1000000)::bigint, private.as_day(text)::text
    from unnest(%s::text[]) with ordinality as given (text, place) order by place
"""


def read(database: psycopg.Connection, texts: list[str]) -> list[tuple[int | None, str | None]]:
    return database.execute(INSTANTS, (texts,)).fetchall()


def test_the_cases(database: psycopg.Connection) -> None:
    cases = CASES["instants"]
    found = read(database, [case["text"] for case in cases])
    assert [(case["why"], micros) for case, (micros, _) in zip(cases, found, strict=True)] == [
        (case["why"], as_micros(datetime.fromisoformat(case["instant"])) if case["instant"] else None) for case in cases
    ]
    days = CASES["days"]
    found = read(database, [case["text"] for case in days])
    assert [(case["why"], day) for case, (_, day) in zip(days, found, strict=True)] == [
        (case["why"], case["text"] if case["isDay"] else None) for case in days
    ]


@given(st.lists(TIME_TEXTS.map(lambda text: text.replace("\x00", "")), min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_as_the_model_reads_it(database: psycopg.Connection, texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    for text, (micros, day) in zip(texts, read(database, texts), strict=True):
        assert micros == model_instant(text), text
        assert (day is not None) == (day_of(text) is not None), text


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/St_Johns"])
def test_the_time_zone_of_the_session_changes_nothing(database: psycopg.Connection, zone: str) -> None:
    text = "2026-11-24T09:00:00.5+02:00"
    with database.transaction(force_rollback=True):
        database.execute("select set_config('timezone', %s, true)", (zone,))
        assert read(database, [text]) == [(model_instant(text), None)]


@pytest.mark.parametrize("text", ["now", "infinity", "-infinity", "tomorrow", "allballs", "2027", "2026-11-24", ""])
def test_a_text_that_is_no_time_is_refused_for_its_field(database: psycopg.Connection, text: str) -> None:
    with database.transaction(force_rollback=True), refused("PT400") as caught:
        database.execute("select private.read_instant(%s, 'dueAt')", (text,))
    assert '"dueAt"' in str(caught.value.diag.message_detail)
    assert database.execute("select private.read_instant(null, 'dueAt')").fetchone() == (None,)


@pytest.mark.parametrize(
    ("given_values", "field"),
    [
        ({"effective_from": "now"}, "effectiveFrom"),
        ({"effective_to": "infinity", "effective_from": None}, "effectiveTo"),
        ({"issued_on": "today"}, "issuedOn"),
        ({"issued_on": "2026-11-24T00:00:00Z"}, "issuedOn"),
    ],
)
def test_times_of_records(database: psycopg.Connection, given_values: dict[str, Any], field: str) -> None:
    names = ["effective_from", "effective_to", "issued_on"]
    statement = "select private.require_times(%s, %s)"
    with database.transaction(force_rollback=True), refused("PT400") as caught:
        database.execute(statement, (Jsonb(given_values), names))
    assert f'"{field}"' in str(caught.value.diag.message_detail)
    whole = {"effective_from": "2026-11-24T09:00:00Z", "issued_on": "2026-11-24", "other": "now"}
    database.execute(statement, (Jsonb(whole), names))


# A text of JSON that is cast, or assigned to a variable of such a type.
CAST = re.compile(r"->>\s*'+\w+'+\s*\)?::(timestamptz|timestamp|date|time)\b|\w+_value::timestamptz")
ASSIGNED = re.compile(r"\b(timestamptz|timestamp|date)\s*(?:not null\s*)?:=\s*\(?\s*\w+\s*->>")
# Parts of the statements of lists, whose value private.read_list_request has checked.
CHECKED = {"content/functions/lists_kept.sql": 1}


def test_no_text_of_json_is_cast_to_a_time() -> None:
    found: dict[str, int] = {}
    for path in sorted((ROOT / "supabase/schemas").rglob("*.sql")):
        hits = len(CAST.findall(path.read_text())) + len(ASSIGNED.findall(path.read_text()))
        if hits:
            found[path.relative_to(ROOT / "supabase/schemas").as_posix()] = hits
    assert found == CHECKED, "use private.read_instant or private.as_instant"
