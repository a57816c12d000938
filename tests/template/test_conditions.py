"""Tests that conditions of forms and workflows compare times as instants, dates as dates and numbers as numbers."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.stack.settings import ROOT

CASES: list[dict[str, Any]] = json.loads((ROOT / "tests/cases/conditions.json").read_text())
# The names of operators in workflows, which have no others.
NAMES = {
    "eq": "equals", "ne": "not_equals", "gt": "greater_than", "lt": "less_than", "contains": "contains", "in": "in",
    "not_empty": "exists",
}  # fmt: skip


def is_met(database: psycopg.Connection, field: dict[str, Any], value: Any, operator: str, asked: Any) -> bool:
    row = database.execute(
        "select private.condition_is_met(%s, %s, private.field_kind(%s))",
        (
            None if value is None else json.dumps(value),
            json.dumps({"operator": operator, "value": asked}),
            json.dumps(field),
        ),
    ).fetchone()
    assert row
    return row[0]


def holds(database: psycopg.Connection, field: dict[str, Any], value: Any, operator: str, asked: Any) -> bool:
    """Asks as a workflow does of a content that has a template, in a transaction that is undone."""
    form = json.dumps([{"id": "a", "name": "A"} | field])
    with database.transaction(force_rollback=True):
        database.execute("set local session_replication_role = replica")
        brand = database.execute(
            "insert into public.brands (name, slug) values ('C', 'c-' || gen_random_uuid()) returning id"
        ).fetchone()
        assert brand
        template = database.execute(
            "insert into public.templates (brand_id, name, content_type, input_fields, output_fields) "
            """values (%s, 'C', 'article', %s, '[{"id": "o", "name": "O"}]') returning id""",
            (brand[0], form),
        ).fetchone()
        assert template
        row = database.execute(
            "select private.condition_holds(jsonb_populate_record(null::public.contents, %s), %s)",
            (
                json.dumps({
                    "brand_id": str(brand[0]), "template_id": str(template[0]), "template_version": 1,
                    "fields": {"a": value},
                }),
                json.dumps({"field": "fields.a", "operator": operator, "value": asked}),
            ),
        ).fetchone()  # fmt: skip
        assert row
        return row[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_a_case(database: psycopg.Connection, case: dict[str, Any]) -> None:
    arguments = (case["field"], case["value"], case["operator"], case["asked"])
    assert is_met(database, *arguments) == case["isMet"]
    field, value, operator, asked = arguments
    if operator in NAMES:
        assert holds(database, field, value, NAMES[operator], asked) == case["isMet"], "as a workflow asks"


def moment(seconds: int, micros: int, minutes: int) -> datetime:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=micros)
    return at.astimezone(timezone(timedelta(minutes=minutes)))


MOMENTS = st.builds(moment, st.integers(-10, 10), st.sampled_from((0, 1, 500_000)), st.integers(-1439, 1439))


@given(MOMENTS, MOMENTS)
@settings(max_examples=150, deadline=None)
def test_any_two_moments(database: psycopg.Connection, own: datetime, asked: datetime) -> None:
    row = database.execute(
        "select array_agg(private.condition_is_met(to_jsonb(%s::text), "
        "jsonb_build_object('operator', operator, 'value', %s::text), 'time') order by place) "
        "from unnest('{gt,gte,lt,lte,eq,ne}'::text[]) with ordinality as asked (operator, place)",
        (own.isoformat(), asked.isoformat()),
    ).fetchone()
    assert row
    assert row[0] == [own > asked, own >= asked, own < asked, own <= asked, own == asked, own != asked]
