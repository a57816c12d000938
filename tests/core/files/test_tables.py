"""Tables of text: delimiters, headers, encodings, and files that are refused."""

import base64
from typing import Any

import pytest

from lib.core.files.delimited import read_delimited
from lib.core.files.encodings import decode_text
from lib.core.files.requests import TableFile, read_json_lines, read_table, text_of
from lib.core.files.rows import MAX_COLUMNS, MAX_ROWS, Cell, Line, named_rows, some_rows, unreadable
from lib.core.http.errors import ValidationFailed
from tests.support.cases import cases


def refusal(error: pytest.ExceptionInfo[ValidationFailed]) -> str:
    (detail,) = error.value.details
    assert detail["code"] == "INVALID_FORMAT"
    return detail["message"]


@pytest.mark.parametrize("case", cases("files/delimited"), ids=lambda case: repr(case["text"][:40]))
def test_delimited_files(case: dict[str, Any]) -> None:
    source = TableFile.model_validate({"delimiter": case["delimiter"]})
    if "error" in case:
        with pytest.raises(ValidationFailed) as refused:
            list(read_table(source, case["text"], is_workbook=False))
        assert refusal(refused) == case["error"]
    else:
        found = [[number, row] for number, row in read_table(source, case["text"], is_workbook=False)]
        assert found == case["rows"]


@pytest.mark.parametrize("case", cases("files/encodings"), ids=lambda case: f"{case['file'][:20]} {case['encoding']}")
def test_encodings(case: dict[str, Any]) -> None:
    data = base64.b64decode(case["file"])
    if "error" in case:
        with pytest.raises(ValidationFailed) as refused:
            decode_text(data, case["encoding"])
        assert refusal(refused) == case["error"]
    else:
        assert decode_text(data, case["encoding"]) == case["text"]


def test_names_in_another_case_are_those_that_are_known() -> None:
    lines: list[Line] = [(1, ["TITLE", "dueat", "Own"]), (2, ["a", "b", "c"])]
    assert list(named_rows(lines, known=("title", "dueAt"))) == [(2, {"title": "a", "dueAt": "b", "Own": "c"})]
    twice: list[Line] = [(1, ["title", "Title"])]
    with pytest.raises(ValidationFailed) as refused:
        list(named_rows(twice, known=("title",)))
    assert refusal(refused) == "two columns have the same name: 'title'"


def test_rows_of_a_workbook_may_be_short() -> None:
    lines: list[Line] = [(1, ["a", "b", "c"]), (4, [1]), (5, [None, None, None, None])]
    rows: list[tuple[int, dict[str, Cell]]] = list(named_rows(lines, may_be_short=True))
    assert rows == [(4, {"a": 1, "b": None, "c": None})]


def test_columns_that_nobody_knows() -> None:
    def check(header: list[str]) -> None:
        raise unreadable(f"no column {header[0]}", "file")

    with pytest.raises(ValidationFailed) as refused:
        list(named_rows(read_delimited("stars\n5\n"), check_header=check))
    assert refused.value.details == [{"field": "file", "code": "INVALID_FORMAT", "message": "no column stars"}]


@pytest.mark.parametrize(("count", "reason"), [(0, "no rows"), (MAX_ROWS + 1, "more than 1,000 rows: divide it")])
def test_too_few_and_too_many_rows(count: int, reason: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        some_rows(range(count), advice="divide it")
    assert reason in refusal(refused)
    assert len(some_rows(range(MAX_ROWS), advice="divide it")) == MAX_ROWS


@pytest.mark.parametrize("data", [None, "\ufeff"], ids=["as bytes", "as text"])
def test_json_lines_of_windows(data: str | None) -> None:
    text = '{"title": "One"}\r\n\r\n   \r\n{"title": "Two"}\r\n'
    source = TableFile.model_validate({"file": base64.b64encode(b"\xef\xbb\xbf" + text.encode()).decode()})
    read = text_of(source, None if data is None else data + text)
    assert list(read_json_lines(read)) == [(1, {"title": "One"}), (4, {"title": "Two"})]


def test_what_is_no_base64() -> None:
    for file in ("%%%", "YQ", "YQ==\n", "a b"):
        with pytest.raises(ValidationFailed) as refused:
            text_of(TableFile(file=file), None)
        assert refused.value.details[0].get("field") == "file"


def test_a_wide_table_is_refused_before_its_rows_are_read() -> None:
    header = ",".join(f"c{number}" for number in range(MAX_COLUMNS))
    assert len(list(named_rows(read_delimited(f"{header}\n{header}\n")))) == 1
    with pytest.raises(ValidationFailed):
        list(named_rows(read_delimited(f"{header},more\n")))
