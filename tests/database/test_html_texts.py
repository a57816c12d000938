"""The database reads HTML, counts words and judges what is filled as the functions do."""

import json
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from lib.ai.text.lengths import trim_html, trim_text
from lib.core.filled import html_shows_something, is_blank, seen_length, shows_something
from lib.core.html_text import count_words, on_one_line, text_of_html, text_of_value
from lib.core.security.html import sanitize_html
from tests.core.test_html_text import HOSTILE, PIECES
from tests.support.cases import cases

TEXTS, FILLED = cases("text_of_html"), cases("filled")
MANY = settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
# All that PostgreSQL can store.
CHARACTERS = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])


def answers(database: psycopg.Connection, function: str, values: list[Any]) -> list[Any]:
    """Returns what a function of the database answers for each of these arguments."""
    columns = ", ".join(f"given ->> {place}" for place in range(len(values[0])))
    query = f"""select private.{function}({columns}) from jsonb_array_elements(%s) with ordinality as t (given, place)
    order by place"""
    return [answer for (answer,) in database.execute(query.encode(), [Jsonb(values)]).fetchall()]


def test_texts(database: psycopg.Connection) -> None:
    found = answers(database, "text_of_html", [[case["html"]] for case in TEXTS["texts"]])
    assert [(case["html"], text) for case, text in zip(TEXTS["texts"], found, strict=True)] == [
        (case["html"], case["text"]) for case in TEXTS["texts"]
    ]


def test_values(database: psycopg.Connection) -> None:
    found = answers(database, "text_of_value", [[case["value"], case["kind"]] for case in TEXTS["values"]])
    assert found == [case["text"] for case in TEXTS["values"]]


def test_words(database: psycopg.Connection) -> None:
    found = answers(database, "word_count", [[case["text"]] for case in TEXTS["words"]])
    assert found == [case["words"] for case in TEXTS["words"]]


@pytest.mark.parametrize(
    ("function", "table", "argument", "answer"),
    [
        ("shows_something", "texts", "text", "shows"),
        ("html_shows_something", "html", "html", "shows"),
        ("seen_length", "lengths", "text", "length"),
    ],
)
def test_filled(database: psycopg.Connection, function: str, table: str, argument: str, answer: str) -> None:
    found = answers(database, function, [[case[argument]] for case in FILLED[table]])
    assert [(case[argument], each) for case, each in zip(FILLED[table], found, strict=True)] == [
        (case[argument], case[answer]) for case in FILLED[table]
    ]


def test_blank_values(database: psycopg.Connection) -> None:
    for case in FILLED["values"]:
        row = database.execute("select private.is_blank(%s, %s)", [Jsonb(case["value"]), case["kind"]]).fetchone()
        assert row == (case["blank"],), case


@MANY
@given(st.lists(st.lists(st.sampled_from([*PIECES, "=", "\u200b", "\u00a0"]), max_size=16).map("".join), min_size=1))
def test_any_html_reads_alike(database: psycopg.Connection, markups: list[str]) -> None:
    given_markups = [[markup] for markup in markups]
    assert answers(database, "text_of_html", given_markups) == [*map(text_of_html, markups)]
    assert answers(database, "html_shows_something", given_markups) == [*map(html_shows_something, markups)]


@MANY
@given(st.lists(st.text(CHARACTERS, max_size=30), min_size=1))
def test_any_text_reads_alike(database: psycopg.Connection, texts: list[str]) -> None:
    given_texts = [[text] for text in texts]
    for function, ours in (
        ("text_of_html", text_of_html),
        ("on_one_line", on_one_line),
        ("word_count", count_words),
        ("seen_length", seen_length),
        ("shows_something", shows_something),
        ("text_of_value", text_of_value),
    ):
        assert answers(database, function, given_texts) == [ours(text) for text in texts], function


VALUES = st.recursive(
    st.sampled_from([None, "", "a", "\u200b", "<p></p>", "<p>a</p>", "<img src=x>", "&nbsp;", 0, 1.5, True, False]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["entries", "question", "answerHtml", "id"]), inner, max_size=3),
    ),
    max_leaves=8,
)


@MANY
@given(VALUES, st.sampled_from([None, "html", "rich_text", "faq", "short_text", "tags"]))
def test_any_value_is_blank_alike(database: psycopg.Connection, value: Any, kind: str | None) -> None:
    row = database.execute("select private.is_blank(%s, %s)", [Jsonb(value), kind]).fetchone()
    assert row == (is_blank(value, kind),)


def test_every_character_shows_alike(database: psycopg.Connection) -> None:
    query = """select string_agg(point::text, ',' order by point) from generate_series(1, 1114111) as point
    where point not between 55296 and 57343 and not private.shows_something(chr(point))"""
    row = database.execute(query).fetchone()
    assert row is not None
    ours = [point for point in range(1, 0x110000) if not 0xD800 <= point < 0xE000 and not shows_something(chr(point))]
    assert [*map(int, row[0].split(","))] == ours


def test_every_reference_reads_alike(database: psycopg.Connection) -> None:
    names = json.loads(json.dumps((database.execute("select private.named_characters()").fetchone() or [{}])[0]))
    assert len(names) == 253
    references = [*(f"a&{name};b" for name in names), *(f"a&#{point};b" for point in range(300)), "&NewLine;", "&ast;"]
    assert answers(database, "text_of_html", [[each] for each in references]) == [*map(text_of_html, references)]


WRITTEN = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<strong>", "</strong>", "<em>", "</em>", "<br>", '<a href="https://a.test/?a=1&b=2">'),
            *(
                "</a>",
                "&amp;",
                "&lt;",
                "&nbsp;",
                "\n",
                "frost",
                "é",
                "e\u0301",
                "👩‍👩‍👧",
                "漢字",
                " ",
                "  ",
                "x" * 30,
                ",",
            ),
        ]
    ),
    max_size=40,
).map("".join)


def problems(database: psycopg.Connection, kind: str, value: str, **bounds: int) -> Any:
    field = {"id": "body", "name": "Body", "type": kind} | bounds
    row = database.execute(
        "select private.text_problem(%s, to_jsonb(%s::text), 'value')", [Jsonb(field), value]
    ).fetchone()
    return (row or ["none"])[0]


@MANY
@given(WRITTEN, st.integers(1, 60))
def test_what_is_trimmed_is_taken(database: psycopg.Connection, markup: str, limit: int) -> None:
    """Text that AI trimmed to a bound is within it on save, and one character less would be refused."""
    value = trim_html(sanitize_html(markup), limit)
    length = len(text_of_html(value))
    for kind, bound in (("html", "maxChars"), ("rich_text", "maxLength")):
        assert problems(database, kind, value, **{bound: limit}) is None
        if length > 1:
            assert problems(database, kind, value, **{bound: length - 1})["code"] == "VALUE_TOO_LONG"


@MANY
@given(st.text(CHARACTERS, max_size=80), st.integers(1, 60))
def test_plain_text_that_is_trimmed_is_taken(database: psycopg.Connection, text: str, limit: int) -> None:
    assert problems(database, "plain_text", trim_text(text, limit), maxChars=limit) is None


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_time_is_linear(database: psycopg.Connection, piece: str) -> None:
    """A text of 400,000 characters takes no square of its length: that would be minutes."""
    database.execute("set statement_timeout = '20s'")
    try:
        for function in ("text_of_html", "html_shows_something", "word_count", "seen_length"):
            database.execute(
                f"select private.{function}(repeat(%s, %s))".encode(), [piece, 400_000 // len(piece)]
            ).fetchone()
    finally:
        database.execute("reset statement_timeout")
