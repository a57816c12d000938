"""Tests how rows of CSV files are read."""

import pytest
from lib.core.http.csv_rows import MAX_ROWS, read_csv, some_rows, unreadable

from lib.core.http.errors import ValidationFailed


def test_rows_by_the_names_of_the_header() -> None:
    text = '\ufeffname,note\nOat,"two\nlines"\n\n,\nWater,\'=1+1\n'
    # The numbers are those of the last line of each row; empty rows are left out.
    assert list(read_csv(text)) == [
        (3, {"name": "Oat", "note": "two\nlines"}),
        (6, {"name": "Water", "note": "=1+1"}),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,name\na,b\n", "two columns have the same name"),
        ("name,note\na\n", "line 2 has 1 cells, and the header has 2"),
        ('name\n"open\n', "line 2: unexpected end of data"),
    ],
)
def test_what_is_no_table(text: str, reason: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        list(read_csv(text))
    assert refused.value.details == [{"field": "data", "code": "INVALID_FORMAT", "message": reason}]


def test_columns_that_nobody_knows() -> None:
    def check(header: list[str]) -> None:
        raise unreadable(f"no column {header[0]}", "file")

    with pytest.raises(ValidationFailed) as refused:
        list(read_csv("stars\n5\n", check_header=check))
    assert refused.value.details == [{"field": "file", "code": "INVALID_FORMAT", "message": "no column stars"}]


@pytest.mark.parametrize(("count", "reason"), [(0, "no rows"), (MAX_ROWS + 1, "more than 1,000 rows: divide it")])
def test_too_few_and_too_many_rows(count: int, reason: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        some_rows(range(count), advice="divide it")
    assert reason in refused.value.details[0]["message"]
    assert len(some_rows(range(MAX_ROWS), advice="divide it")) == MAX_ROWS
