"""Reads the rows of CSV files that callers send."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from lib.core.http.errors import ErrorDetail, ValidationFailed
from lib.core.http.heavy import check_time
from lib.core.security.spreadsheet import unguard_cell

MAX_ROWS: Final = 1_000
# A body has more characters than Python's reader takes in a cell by itself.
csv.field_size_limit(1_000_000)


def unreadable(message: str, field: str = "data") -> ValidationFailed:
    """Returns the refusal of a file that cannot be read."""
    details: list[ErrorDetail] = [{"field": field, "code": "INVALID_FORMAT", "message": message}]
    return ValidationFailed("the file cannot be read", details=details)


def read_csv(
    text: str, *, check_header: Callable[[list[str]], None] | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields each row of a file with the number of its last line: its cells by the names of the header.

    ``check_header`` raises for columns that nobody knows. Raises ValidationFailed for a text that is not CSV, for two
    columns of one name and for a row with another number of cells than the header.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = next(reader, [])
        if check_header is not None:
            check_header(header)
        if len(set(header)) < len(header):
            raise unreadable("two columns have the same name")
        for cells in reader:
            check_time()
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise unreadable(f"line {reader.line_num} has {len(cells)} cells, and the header has {len(header)}")
            yield reader.line_num, dict(zip(header, map(unguard_cell, cells), strict=True))
    except csv.Error as error:
        raise unreadable(f"line {reader.line_num}: {error}") from None


def some_rows[T](rows: Iterable[T], *, advice: str) -> list[T]:
    """Returns all rows. Raises ValidationFailed for none, and for more than 1,000 with the advice."""
    taken = list(islice(rows, MAX_ROWS + 1))
    if not taken:
        raise unreadable("the file has no rows")
    if len(taken) > MAX_ROWS:
        raise unreadable(f"the file has more than {MAX_ROWS:,} rows: {advice}")
    return taken
