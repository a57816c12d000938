"""Tests that documents are refused by their shape, in time that is linear in their text."""

from contextlib import suppress

import pytest
from graphql import build_schema, get_introspection_query, parse, validate
from hypothesis import given
from hypothesis import strategies as st

from lib.core.http.errors import ValidationFailed
from lib.graph.engine.limits import (
    MAX_ALIASES,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_DIRECTIVES,
    MAX_FIELDS,
    MAX_FRAGMENTS,
    MAX_TOKENS,
    check_document,
    check_text,
)

SCHEMA = build_schema("type Query { a(x: Int): Query  b: Query  c: Int  fields: Query }")


def nested(levels: int) -> str:
    return "{a" * levels + "{c" + "}" * (levels + 1)


def refusal_of(text: str) -> ValidationFailed:
    with pytest.raises(ValidationFailed) as refusal:
        check_text(text)
    assert refusal.value.status == 400
    return refusal.value


@pytest.mark.parametrize(
    "text",
    [
        "{ c }",
        nested(MAX_DEPTH - 1),
        "{ " + " ".join(f"a{n}: c" for n in range(MAX_ALIASES)) + " }",
        "{ " + "c " * (MAX_TOKENS - 4) + "}",
        "{ c }" + "#" * (MAX_CHARACTERS - 5),
        "{ " + " ".join(f"...F{n}" for n in range(MAX_FRAGMENTS)) + " }"
        + " ".join(f"fragment F{n} on Query {{ c }}" for n in range(MAX_FRAGMENTS)),
        "{ " + "c @skip(if: false) " * MAX_DIRECTIVES + "}",
        # A field of this name is a list of introspection only below ``__schema`` and ``__type``.
        "{ fields { fields { c } } }",
        # A level is one of fields, not of braces.
        "{" + "...{" * 20 + nested(MAX_DEPTH - 1) [1:] + "}" * 20,
        "subscription { c }",
        '{ first: __schema { description } second: __type(name: "Query") { name } }',
        get_introspection_query(),
        get_introspection_query(
            specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
        ),
    ],
)  # fmt: skip
def test_accepted(text: str) -> None:
    document = check_text(text)
    assert check_document(document) in document.definitions


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_VALIDATION_FAILED"),
        ('{ a(x: "\ud800") }', "GRAPHQL_VALIDATION_FAILED"),
        ("type A { b: Int }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ c } extend type Query { d: Int }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { c }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F } fragment F on Query { c } fragment F on Query { c }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ...F } fragment F on Query { ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ c } fragment F on Query { a { ... { ...G } } } fragment G on Query { ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { c } query B { c }", "DOCUMENT_TOO_COMPLEX"),
        ("{ c }" + "#" * (MAX_CHARACTERS - 4), "DOCUMENT_TOO_COMPLEX"),
        ("{ " + "c " * (MAX_TOKENS - 1) + "}", "DOCUMENT_TOO_COMPLEX"),
        ("#\n" * (MAX_TOKENS + 1) + "{ c }", "DOCUMENT_TOO_COMPLEX"),
        (nested(MAX_DEPTH), "DOCUMENT_TOO_COMPLEX"),
        (nested(600), "DOCUMENT_TOO_COMPLEX"),
        ("{ a(x: " + "[" * 900 + "]" * 900 + ") }", "DOCUMENT_TOO_COMPLEX"),
        ("{" + "...{" * 31 + "c" + "}" * 32, "DOCUMENT_TOO_COMPLEX"),
        ("{ " + " ".join(f"a{n}: c" for n in range(MAX_ALIASES + 1)) + " }", "DOCUMENT_TOO_COMPLEX"),
        ("{ a { ...F } b { ...F } } fragment F on Query { " + "d: c " * 8 + "}", "DOCUMENT_TOO_COMPLEX"),
        ("{ " + "c @skip(if: false) " * (MAX_DIRECTIVES + 1) + "}", "DOCUMENT_TOO_COMPLEX"),
        ("query Q " + "@x " * (MAX_DIRECTIVES + 1) + "{ c }", "DOCUMENT_TOO_COMPLEX"),
        (
            " ".join(f"fragment F{n} on Query {{ c }}" for n in range(MAX_FRAGMENTS + 1)) + "{ c }",
            "DOCUMENT_TOO_COMPLEX",
        ),
        # Introspection that multiplies: each field of each field of each type.
        ("{ __schema { types { fields { type { fields { name } } } } } }", "DOCUMENT_TOO_COMPLEX"),
        (
            '{ __type(name: "A") { ...F } } fragment F on __Type { interfaces { possibleTypes { name } } }',
            "DOCUMENT_TOO_COMPLEX",
        ),
        ("{ __schema { types { a: fields { name } b: fields { name } } } }", "DOCUMENT_TOO_COMPLEX"),
        ('{ __type(name: "A") { ...F } } fragment F on __Type { a: name }', "DOCUMENT_TOO_COMPLEX"),
        ("{ __schema { queryType " + "{ ofType" * 16 + "{ name }" + "}" * 18, "DOCUMENT_TOO_COMPLEX"),
    ],
)  # fmt: skip
def test_refused(text: str, code: str) -> None:
    assert refusal_of(text).code == code


def test_a_mistake_has_its_place() -> None:
    refusal = refusal_of("{ a\n  ( }")
    assert refusal.message.startswith("Syntax Error")
    assert refusal.__cause__.locations[0] == (2, 5)  # type: ignore[union-attr]


def bomb(levels: int, spreads: int) -> str:
    fragments = (f"fragment F{n} on Query {{ {f'...F{n + 1} ' * spreads} }}" for n in range(levels))
    return "{ ...F0 } " + " ".join(fragments) + f" fragment F{levels} on Query {{ c }}"


@pytest.mark.parametrize(("levels", "spreads"), [(5, 6), (20, 2), (45, 10), (49, 1)])
def test_fragments_that_multiply(levels: int, spreads: int) -> None:
    """A bomb of a thousand digits is told in the same words as one of a thousand fields."""
    if spreads == 1:
        check_text(bomb(levels, spreads))
    else:
        refusal = refusal_of(bomb(levels, spreads))
        assert refusal.code == "DOCUMENT_TOO_COMPLEX"
        assert f"at most {MAX_FIELDS:,}" in refusal.message
        assert len(refusal.message) < 120


@given(st.text(alphabet='{}()[]:!$@.|&="#, \nabF01-\\u', max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ValidationFailed):
        check_text(text)


REPEATED = {
    "fields": "{" + "c " * 1_900 + "}",
    "fields with arguments": "{" + "a(x: 1) { c } " * 210 + "}",
    "nested fields": "{" + "a { b { a { b { c } } } } " * 140 + "}",
    "inline fragments": "{" + "... { a { c } } " * 230 + "}",
    "fragments": "{" + " ".join(f"...F{n}" for n in range(50)) + "}"
    + " ".join(f"fragment F{n} on Query {{ a {{ b {{ a {{ b {{ c }} }} }} }} }}" for n in range(50)),
}  # fmt: skip


@pytest.mark.parametrize("name", REPEATED)
def test_validation_gives_up_on_fields_that_repeat(name: str) -> None:
    """It would compare each with each: see MAX_COMPARISONS."""
    errors = validate(SCHEMA, check_text(REPEATED[name]))
    assert [error.message for error in errors] == ["Validation aborted."]


def test_fragments_of_many_components_are_compared() -> None:
    fields = "a { a: b { c } b { c } } b { a { c b { c } } } c"
    text = "{" + " ".join(f"...F{n}" for n in range(12)) + "}"
    document = parse(text + " ".join(f"fragment F{n} on Query {{ {fields} }}" for n in range(12)))
    assert validate(SCHEMA, document) == []
