"""Cells of exported files are no formulas in any spreadsheet, and come back as they were."""

import csv
import io
import re
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.content.transfer.tables import EXPORTED, exported_row
from lib.core.files.options import TableOptions
from lib.core.files.writing import whole_table
from lib.core.security.spreadsheet import FORMULA, SEPARATORS, guard_cell, unguard_cell

PIECES = st.sampled_from(
    [*FORMULA, *SEPARATORS, *",\" '", "\u200b", "\ufeff", "\u00a0", "cmd|' /C calc'!A0", "SUM(1)", "a", "é", "&nbsp;"]
)
TEXTS = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=12).map("".join))
STARTS = tuple(character for character in FORMULA if character != "'")


def shown(cell: str) -> str:
    """The cell as a spreadsheet sees its beginning: without spaces, quotes and invisible characters."""
    return "".join(
        character
        for character in cell
        if character != '"' and not character.isspace() and unicodedata.category(character) not in ("Cf", "Cc")
    )


def cells_of(file: str, separator: str) -> list[str]:
    """All cells of a file, split without regard to quotes, as with a separator that the file does not use."""
    return [cell for line in re.split(r"[\r\n]", file) for cell in line.split(separator)]


def test_the_list_has_every_form_of_a_formula() -> None:
    every = {chr(code) for code in range(sys.maxunicode + 1) if unicodedata.normalize("NFKC", chr(code)) in [*"=+-@"]}
    assert every <= set(FORMULA)
    separating = {chr(code) for code in range(sys.maxunicode + 1) if unicodedata.normalize("NFKC", chr(code)) == ";"}
    assert separating <= set(SEPARATORS)
    invisible = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in ("Cf", "Cc")]
    assert [character for character in invisible if guard_cell(f"{character}=1") == f"{character}=1"] == []


@given(TEXTS)
@example(";=1")
@example("a；=1")
@example("＝1")
@example("\u200b=1")
@example(' "=1')
@example("x\n@y")
@example("\t=1")
@example("''=1")
def test_a_guarded_cell_begins_no_formula_and_comes_back(text: str) -> None:
    guarded = guard_cell(text)
    assert unguard_cell(guarded) == text
    for part in re.split(f"[{SEPARATORS}]", guarded):
        assert not shown(part).startswith(STARTS), part
    assert not guarded.startswith(tuple(SEPARATORS))


@given(title=TEXTS, tags=st.lists(TEXTS, max_size=3), headline=TEXTS)
def test_no_cell_of_an_export_is_a_formula(title: str, tags: list[str], headline: str) -> None:
    row = {"title": title, "excerpt": title, "tags": tags, "fields": {"headline": headline}, "body": headline}
    file = whole_table("csv", TableOptions(), [EXPORTED, exported_row(row)]).decode()
    for separator in (";", "\t"):
        assert [cell for cell in cells_of(file, separator) if shown(cell).startswith(STARTS)] == []
    [read] = list(csv.DictReader(io.StringIO(file, newline="")))
    assert unguard_cell(read["title"]) == title
    assert unguard_cell(read["body"]) == headline


@pytest.mark.parametrize("text", ["", "plain", "5 - 3 = 2", "a, b", "<p>ok</p>", "a;b", "line\nline", '{"a": 1}'])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert guard_cell(text) == text
