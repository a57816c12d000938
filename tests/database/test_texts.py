"""The database folds, cuts and reads texts as Python does, whatever its locale."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.core.texts import cut, folded
from tests.database.office import Office, refused
from tests.support.sql import Database

CASES = Path(__file__).parents[1] / "cases"
# Python knows the characters of Unicode 15.0.
CHARACTERS = st.characters(exclude_characters="\x00", exclude_categories=["Cs", "Cn"])
LETTERS = st.sampled_from(
    [chr(code) for code in range(0x41, 0x20000) if unicodedata.category(chr(code)) in ("Lu", "Ll", "Lt")]
)
MARKS = ["\u0301", "\u0307", "\u0323", "\u200d", "\ufe0f", "\u094d", "\u1100", "\u1161", "\u11a8"]
MARKED = st.sampled_from([*MARKS, "👩", "🇩", "🇪", "न", "각", " "])
TEXTS = st.one_of(st.text(CHARACTERS, max_size=40), st.lists(LETTERS | MARKED, max_size=30).map("".join))
EXAMPLES = settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def office(database: psycopg.Connection) -> Iterator[Office]:
    with Office.open(database) as opened:
        yield opened


def cases(name: str) -> list[dict[str, Any]]:
    return json.loads((CASES / f"{name}.json").read_text())


def value(database: psycopg.Connection, expression: str, *arguments: Any) -> Any:
    row = database.execute(f"select {expression}".encode(), arguments).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("case", cases("case_folding"), ids=lambda case: case["why"])
def test_what_is_one_text_in_another_case(database: psycopg.Connection, case: dict[str, Any]) -> None:
    keys = [value(database, "private.folded_case(%s)", case[name]) for name in ("first", "second")]
    assert (keys[0] == keys[1]) is case["same"]
    assert keys == [folded(case["first"]), folded(case["second"])]


@EXAMPLES
@given(text=TEXTS)
def test_python_and_the_database_fold_alike(database: psycopg.Connection, text: str) -> None:
    assert value(database, "private.folded_case(%s)", text) == folded(text)


def test_every_letter_is_folded_alike(database: psycopg.Connection) -> None:
    known = [chr(code) for code in range(1, 0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")]
    rows = database.execute(
        "select letter, private.folded_case(letter) from unnest(%s::text[]) as letter", [known]
    ).fetchall()
    assert {letter: key for letter, key in rows if key != folded(letter)} == {}


@pytest.mark.parametrize("case", cases("text_cuts"), ids=lambda case: case["why"])
def test_where_a_text_is_cut(database: psycopg.Connection, case: dict[str, Any]) -> None:
    assert value(database, "private.cut_text(%s, %s)", case["text"], case["most"]) == case["cut"]


@EXAMPLES
@given(text=TEXTS, most=st.integers(min_value=0, max_value=30))
def test_a_cut_is_between_clusters(database: psycopg.Connection, text: str, most: int) -> None:
    head = value(database, "private.cut_text(%s, %s)", text, most)
    assert text.startswith(head)
    assert head == text or len(head) <= most
    # The database leaves out more where it is in doubt.
    assert len(head) <= len(cut(text, most))
    clusters = regex.findall(r"\X", head)
    assert regex.findall(r"\X", text)[: len(clusters)] == clusters


@pytest.mark.parametrize("case", cases("slugs"), ids=lambda case: f"{case['why']}: {case['title'][:20]}")
def test_what_slug_a_title_gets(database: psycopg.Connection, case: dict[str, Any]) -> None:
    assert value(database, "private.slugify(%s)", case["title"]) == case["slug"]


def test_a_latin_letter_is_read_as_the_letter_of_its_name(database: psycopg.Connection) -> None:
    """The model is the name of the letter in Unicode, such as LATIN SMALL LETTER L WITH STROKE."""
    named: dict[str, str] = {}
    for code in range(0x80, 0x10000):
        found = re.fullmatch(r"LATIN (?:SMALL|CAPITAL) LETTER ([A-Z])(?: WITH .*)?", unicodedata.name(chr(code), ""))
        # Digraphs, and an l that stands for two where another one follows
        if found and not re.search("WITH SMALL LETTER|MIDDLE DOT", found[0]):
            named[chr(code)] = found[1].lower()
    rows = database.execute(
        "select letter, private.slugify('x' || letter || 'y') from unnest(%s::text[]) as letter", [list(named)]
    ).fetchall()
    assert len(rows) > 700
    assert {letter: slug for letter, slug in rows if slug != f"x{named[letter]}y"} == {}


def test_words_of_alphabets_are_read(database: psycopg.Connection) -> None:
    """Each letter of these alphabets is in the slug: none is dropped but the silent ones."""
    alphabets = [*range(0x3B1, 0x3CA), *range(0x430, 0x450), *range(0x561, 0x587), *range(0x10D0, 0x10F1)]
    letters = [chr(code) for code in alphabets if chr(code) not in "ъь"]
    rows = database.execute(
        "select letter, private.slugify(letter) from unnest(%s::text[]) as letter", [letters]
    ).fetchall()
    assert [letter for letter, slug in rows if not re.fullmatch("[a-z]{1,4}", slug)] == []


@pytest.mark.parametrize("case", cases("reserved_slugs"), ids=lambda case: case["title"])
def test_a_reserved_name_is_no_slug_of_a_title(office: Office, case: dict[str, Any]) -> None:
    assert slug_of(office, office.draft(title=case["title"])) == case["slug"]


def slug_of(office: Office, content: UUID) -> str:
    return office.database.value("select slug from public.contents where id = %s", content)


def test_whoever_asks_for_a_reserved_slug_has_it(office: Office) -> None:
    assert slug_of(office, office.draft(slug="index")) == "index"
    with refused("PT409"):
        office.draft(slug="index")


def test_titles_without_a_letter_that_can_be_read_get_slugs_that_differ(office: Office) -> None:
    slugs = [slug_of(office, office.draft(title=title)) for title in ("深度学习", "深度学习", "🧴", "!")]
    assert all(re.fullmatch("content-[0-9a-f]{10}", slug) for slug in slugs)
    assert len(set(slugs)) == len(slugs)


def test_numbered_slugs_stay_within_the_bound(office: Office) -> None:
    title = "word " * 40
    slugs = [slug_of(office, office.draft(title=title.strip())) for _ in range(12)]
    assert len(set(slugs)) == len(slugs)
    assert all(len(slug) <= 80 and re.fullmatch("word(-word)*(-[0-9a-f]+)?", slug) for slug in slugs)


def test_names_are_unique_in_every_case(office: Office) -> None:
    """As the owner of the database, whom no policy stops."""
    keys = {
        "brands": ("name, slug", "%s, gen_random_uuid()::text"),
        "ingredients": ("name", "%s"),
        "master_claim_brands": ("name", "%s"),
    }
    mark = str(office.brand)[:8]
    for table, (columns, values) in keys.items():
        office.database.run(f"insert into public.{table} ({columns}) values ({values})", f"Café Straße {mark}")
        for other in (f"CAFÉ STRASSE {mark}", f"Cafe\u0301 straße {mark}", f"café\u200b ＳＴＲＡＳＳＥ {mark}"):
            with office.database.connection.transaction(force_rollback=True), refused("23505"):
                office.database.run(f"insert into public.{table} ({columns}) values ({values})", other)
        office.database.run(f"insert into public.{table} ({columns}) values ({values})", f"Cafe Straße {mark}")


def test_a_name_of_the_longest_letters_fits_its_index(office: Office) -> None:
    for letter in ("\U0001d160", "ẞ", "𐐀", "é"):
        office.database.run("insert into public.ingredients (name) values (%s)", letter * 255)
        office.database.run("insert into public.ingredients (name) values (%s)", letter * 254 + "2")
        with office.database.connection.transaction(force_rollback=True), refused("23505"):
            office.database.run("insert into public.ingredients (name) values (%s)", letter.upper()[:1] + letter * 254)


def test_no_index_or_check_compares_by_the_locale_of_the_database(database: psycopg.Connection) -> None:
    found = Database(database).rows(
        "select indexrelid::regclass::text as name from pg_index inner join pg_class on pg_class.oid = indrelid "
        "where pg_class.relnamespace in ('public'::regnamespace, 'private'::regnamespace) "
        "and pg_get_indexdef(indexrelid) ~ '(lower|upper)[(]'"
    )
    assert [row["name"] for row in found if "content_search" not in row["name"]] == []


def test_the_collations_that_texts_need(database: psycopg.Connection) -> None:
    rows = database.execute(
        "select collname, collprovider::text, collisdeterministic from pg_collation "
        "where collname in ('pg_c_utf8', 'und-x-icu', 'sv-x-icu') "
        "and collnamespace = 'pg_catalog'::regnamespace order by 2, 1"
    ).fetchall()
    assert rows == [("pg_c_utf8", "b", True), ("sv-x-icu", "i", True), ("und-x-icu", "i", True)]
