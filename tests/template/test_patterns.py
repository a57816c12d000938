"""Tests that patterns of templates are matched in bounded time, and that Python and SQL accept the same ones."""

import json
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.template.patterns import pattern_problem
from tests.support.errors import assert_problem
from tests.support.world import World

ACCEPTED = [
    "[A-Z]{2}[0-9]{4}", "^abc$", "(ab|cd)+x", r"\d{2}\.\d", "(foo|bar(baz)?)", "(foo|(bar|x)y)+", "|a", "(|a)*", "é{2}",
    "\n", r"[^\]]+", "()", r"(ab){3}-\d{2,4}", "a{0}", "a{5,}", r"[\w\s.-]*", "(?:ab)?", "((a+)b?)",
]  # fmt: skip
REFUSED = [
    "(a+)+", "((a|b)*c)*", "((((a?){9}){9}){9}){9}", "a**", "a+?", "a{99}{2}", r"(a)\1", "(?=a)b", "(?i)a", "a{1000}",
    "(", ")", "((((a))))+", "a^b", "[[:alpha:]]", r"\y", "[]a]", "*a", "(*a)", "(a|*)", "a]", "a}", "{", "\\",
    ".*" * 31, "a{99}" * 4, f"({'a' * 50}){{7}}", "a" * 201,
]  # fmt: skip
# The slowest that are left: they take most for the engine to compile, or to match.
SLOWEST = [
    ".*a.{99}.*a.{99}.*b.{50}",
    "[ab]{0,99}" * 2 + "[ab]{0,90}",
    ".*" * 30,
    "(a|b|ab)*" * 20,
    "a{0,99}b{0,99}a{0,99}",
]
PIECES = [
    "a", "é", ".", r"\d", r"\y", r"\1", r"\.", "[a-z]", "[^b]", "[", "]", "(", "(?:", "(?=", ")", "|", "^", "$", "*",
    "+", "?", "{3}", "{2,9}", "{0,99}", "{1,}", "{100}", "{", "}", "\\", "\n", "-",
]  # fmt: skip


def problem_in_sql(database: psycopg.Connection, pattern: str) -> str | None:
    row = database.execute("select private.pattern_form_problem(%s)", (pattern,)).fetchone()
    assert row
    return row[0]


@pytest.mark.parametrize("pattern", ACCEPTED + SLOWEST)
def test_accepted(database: psycopg.Connection, pattern: str) -> None:
    assert pattern_problem(pattern) is None
    assert problem_in_sql(database, pattern) is None
    assert database.execute("select private.pattern_problem(%s)", (pattern,)).fetchone() == (None,)


@pytest.mark.parametrize("pattern", REFUSED)
def test_refused(database: psycopg.Connection, pattern: str) -> None:
    assert pattern_problem(pattern)
    assert problem_in_sql(database, pattern)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
@example("")
def test_python_and_sql_agree(database: psycopg.Connection, pattern: str) -> None:
    here, there = pattern_problem(pattern), problem_in_sql(database, pattern)
    assert (here is None) == (there is None), (here, there)


def milliseconds(database: psycopg.Connection, pattern: str, text: str) -> float:
    """Returns the time to match a text, the first time in this session, as the engine compiles the pattern then."""
    statement = "explain (analyze, timing off, format json) select private.text_problem(%s, %s, 'value')"
    # A group of its own each time, so that no compiled pattern is found.
    field = json.dumps({"type": "plain_text", "validation": {"pattern": f"{pattern}(?:{uuid4().hex[:6]})?"}})
    row = database.execute(statement, (field, json.dumps(text))).fetchone()
    assert row
    return row[0][0]["Execution Time"]


@pytest.mark.parametrize("pattern", SLOWEST)
def test_the_slowest_patterns(database: psycopg.Connection, pattern: str) -> None:
    """Compares with a pattern of a few characters, so that a busy machine changes nothing."""
    texts = ["ab" * 500, "a" * 1000, "".join("ab"[hash((n, 7)) % 2] for n in range(1000))]
    usual = min(milliseconds(database, "[a-z]+", "a" * 1000) for _ in range(5))
    for text in texts:
        assert min(milliseconds(database, pattern, text) for _ in range(5)) < usual * 100


@pytest.mark.parametrize("pattern", ["((((((a?){9}){9}){9}){9})*)*b", "(a+)+$"])
async def test_patterns_of_older_templates_are_not_run(world: World, pattern: str) -> None:
    """They are kept, and refused at the next change of the fields."""
    brand = await world.brand()
    inputs: list[dict[str, Any]] = [{"id": "a", "name": "A", "type": "short_text", "validation": {"pattern": "a+"}}]
    outputs = [{"id": "b", "name": "B", "type": "plain_text"}]
    wished = {
        "brandId": brand.id,
        "name": "T",
        "contentType": "article",
        "inputFields": inputs,
        "outputFields": outputs,
    }
    template = (await brand.admin.post("/templates", wished)).json()["data"]
    inputs[0]["validation"]["pattern"] = pattern
    for table in ("templates", "template_versions"):
        world.rows(f"alter table public.{table} disable trigger user")
        place = "id" if table == "templates" else "template_id"
        world.rows(
            f"update public.{table} set input_fields = %s where {place} = %s", json.dumps(inputs), template["id"]
        )
        world.rows(f"alter table public.{table} enable trigger user")
    assert (await brand.admin.get(f"/templates/{template['id']}")).json()["data"]["inputFields"][0]["validation"]
    draft = {"brandId": brand.id, "templateId": template["id"], "title": "x", "fields": {"a": "a" * 200 + "!"}}
    created = await brand.editor.post("/contents", draft)
    assert created.status_code == 201, created.text
    path = f"/templates/{template['id']}"
    renamed = await brand.admin.patch(path, template["version"], {"name": "Another"})
    assert renamed.status_code == 200, renamed.text
    refused = await brand.admin.patch(path, renamed.json()["data"]["version"], {"inputFields": inputs})
    problem = assert_problem(refused, 400, "VALIDATION_ERROR")
    assert problem["details"][0]["field"] == "inputFields.0.validation.pattern"
