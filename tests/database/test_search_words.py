"""Words by which texts are found, in every script: the table of cases, and properties of generated texts."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from local.stack.client import RunningStack
from tests.support.sql import Database

GROUPS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "cases/search.json").read_text())["groups"]
CASES = [(group, case) for group in GROUPS for case in group["cases"] if case.get("by") != "likeness"]
FOUND = """
  with document as (
    select
      entry ->> 'title' as title,
      private.content_words(
        jsonb_populate_record(null::public.contents, entry || jsonb_build_object('brand_id', brand)), language,
        coalesce(entry ->> 'text', '')
      ) as words
    from (select '01900000-0000-7000-8000-000000000000'::uuid as brand, private.search_language(%s) as language) as the
    cross join jsonb_array_elements(%s::jsonb) as entry
  )
  select document.title from document
  where document.words @@ private.search_terms(
    private.search_clauses(%s), array[private.search_language(%s), 'simple'],
    array['01900000-0000-7000-8000-000000000000']::uuid[]
  )
"""
MATCHES = "select private.text_words(%s, %s) @@ private.search_terms(private.search_clauses(%s), %s::regconfig[], '{}')"
ALPHABETS = (
    "abcxyzABCXYZ",
    "äöüßÄÖÜéèêçñøłđæœþıİ",
    "αβγδςάώΣ",
    "дйёїўИЙЖ",
    "训练数据模型京都",
    "がぎカナーｺｰﾋｰ",
    "ภาษาไทยน้ำ",
    "ភាសាខ្មែរ",
    "မြန်မာ",
    "한국어학교",
    "العربيةأ",
    "🎉👍🏽❤️€",
    "0123456789",
)
WORDS = st.one_of([st.text(alphabet, min_size=1, max_size=12) for alphabet in ALPHABETS])
TEXTS = st.lists(WORDS, min_size=1, max_size=8)
SEPARATORS = st.sampled_from([" ", ", ", "\n", " – ", "。", " / ", ". "])


@pytest.fixture(scope="module")
def database(stack: RunningStack) -> Iterator[Database]:
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        yield Database(connection)


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{group['name']}: {case['query']}" for group, case in CASES])
def test_case(database: Database, group: dict[str, Any], case: dict[str, Any]) -> None:
    documents = json.dumps(group["documents"])
    rows = database.rows(FOUND, group["language"], documents, case["query"], group["language"])
    assert {row["title"] for row in rows} == set(case["finds"])


def model(written: str) -> str:
    """Folds a text as private.search_letters does, by the tables of Python."""
    letters = unicodedata.normalize("NFKD", written)
    for letter, kept in zip("ЙйЎўЇї", "\ue000\ue000\ue001\ue001\ue002\ue002", strict=True):
        letters = letters.replace(unicodedata.normalize("NFD", letter), kept)
    hidden = {
        "Mn": "".join(map(chr, range(0x300, 0x370))) + "".join(map(chr, range(0x64B, 0x660))),
        "Cf": "\u00ad\u200b",
    }
    letters = "".join(letter for letter in letters if letter not in hidden["Mn"] + hidden["Cf"] + "\ufe0f")
    letters = "".join(letter.upper().lower() if len(letter.upper()) == 1 else letter.lower() for letter in letters)
    letters = letters.replace("\ue000", "й").replace("\ue001", "ў").replace("\ue002", "ї").replace("ς", "σ")
    pairs = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"}
    return unicodedata.normalize("NFKC", "".join(pairs.get(letter, letter) for letter in letters))


@given(TEXTS)
def test_letters_are_those_of_the_model(database: Database, words: list[str]) -> None:
    text = " ".join(words)
    letters = database.value("select private.search_letters(%s)", text)
    assert letters == model(text)
    assert database.value("select private.search_letters(%s)", letters) == letters


@given(TEXTS, st.data())
@pytest.mark.parametrize("language", ["simple", "english", "german", "french", "russian"])
def test_a_text_is_found_by_each_of_its_words(database: Database, language: str, words: list[str], data: Any) -> None:
    text = "".join(word + data.draw(SEPARATORS) for word in words)
    languages = [language, "simple"]
    word = data.draw(st.sampled_from(words))
    assume(re.search(r"[^\W_]|[🎉👍❤€]", word) and not re.fullmatch("or", word.lower()))
    # Marks that begin a word belong to the letter before.
    assume(
        not unicodedata.category(unicodedata.normalize("NFKD", word)[0]).startswith("M") and word[0] not in "🏽\ufe0f"
    )
    assert database.value(MATCHES, text, language, word, languages), word
    assert not database.value(MATCHES, text, language, f"{words[0]} -{word}", languages), "excluded"
    assert database.value(MATCHES, text, language, " ".join(words), languages), "all of them"


@given(st.text("训练数据模型", min_size=2, max_size=40), st.data())
def test_ideographs_are_found_exactly(database: Database, text: str, data: Any) -> None:
    begin = data.draw(st.integers(0, len(text) - 1))
    piece = text[begin : data.draw(st.integers(begin + 1, len(text)))]
    assert database.value(MATCHES, text, "simple", piece, ["simple"])
    other = data.draw(st.text("训练数据模型", min_size=1, max_size=4))
    assert database.value(MATCHES, text, "simple", other, ["simple"]) == (other in text)


@given(st.text(max_size=600))
def test_any_query_is_read(database: Database, query: str) -> None:
    assume("\x00" not in query and not re.search("[\ud800-\udfff]", query))
    row = database.row(
        "select cardinality(clauses) as clauses, (private.search_marks(clauses, terms)).pattern as pattern"
        " from private.search_clauses(%s) as clauses"
        " cross join lateral private.search_terms(clauses, '{english,simple}', '{}') as terms",
        query,
    )
    assert row["clauses"] <= 32
    if row["pattern"]:
        database.value(
            "select private.marked(%s, row(%s, null)::private.search_marks, 'simple')", query, row["pattern"]
        )


@pytest.mark.parametrize("letters", ["训练", "การ", "학교"])
def test_phrases_are_found_beyond_the_places_of_a_vector(database: Database, letters: str) -> None:
    text = (letters + "的") * 8000 + "深度学习"
    assert database.value(MATCHES, text, "simple", "深度学习", ["simple"])
    words = "the cold wind of every day " * 3500 + "a quokka sleeps"
    assert database.value(MATCHES, words, "english", '"quokka sleeps"', ["english", "simple"])


def test_letters_that_are_marked_are_those_that_are_found(database: Database) -> None:
    """The classes of letter_pattern hold each Latin, Greek, Cyrillic and Arabic letter that search_letters folds."""
    ranges = ((0xC0, 0x24F), (0x370, 0x52F), (0x620, 0x6D3), (0x1E00, 0x1FFF))
    letters = [chr(code) for first, last in ranges for code in range(first, last + 1) if chr(code).isalpha()]
    rows = database.rows(
        "select letter, folded from unnest(%s::text[]) as letter cross join private.search_letters(letter) as folded"
        " where letter !~ ('^(?:' || ("
        "   select string_agg(private.letter_pattern(part[1]), '') from regexp_matches(folded, 'ss|ae|oe|th|.', 'g')"
        "     as found (part)) || ')$')"
        " and folded <> '' and normalize(letter, nfkc) = letter and char_length(folded) = 1",
        letters,
    )
    assert rows == []
