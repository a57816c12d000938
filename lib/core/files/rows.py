"""Names the cells of a table by its header, whatever format the table was in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Final

from lib.core.http.errors import ErrorDetail, ValidationFailed
from lib.core.http.heavy import check_time
from lib.core.http.trimming import trimmed

MAX_ROWS: Final = 1_000
MAX_COLUMNS: Final = 200

type Cell = str | int | float | bool | date | datetime | time | None
type Line = tuple[int, Sequence[Cell]]
"""The number of a line, and its cells."""
type NamedRow = tuple[int, dict[str, Cell]]


def unreadable(message: str, field: str = "data") -> ValidationFailed:
    """Returns the refusal of a file that cannot be read."""
    details: list[ErrorDetail] = [{"field": field, "code": "INVALID_FORMAT", "message": message}]
    return ValidationFailed("the file cannot be read", details=details)


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _names_in(cells: Sequence[Cell], known: Iterable[str]) -> list[str]:
    """Returns the names of a header, without empty ones at its end. A known name may be in any case."""
    names: list[str] = [trimmed("" if cell is None else str(cell)) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise unreadable(f"the file has more than {MAX_COLUMNS} columns")
    canonical = {name.casefold(): name for name in known}
    exact = set(canonical.values())
    names = [name if name in exact else canonical.get(name.casefold(), name) for name in names]
    seen = set[str]()
    for name in filter(None, names):
        if name in seen:
            raise unreadable(f"two columns have the same name: {name[:50]!r}")
        seen.add(name)
    return names


def _check_width(number: int, cells: Sequence[Cell], names: Sequence[str], *, may_be_short: bool) -> None:
    surplus = any(not _is_empty(cell) for cell in cells[len(names) :])
    if surplus or (len(cells) < len(names) and not may_be_short):
        raise unreadable(f"line {number} has {len(cells)} cells, and the header has {len(names)}")
    for position, (name, cell) in enumerate(zip(names, cells, strict=False), 1):
        if not name and not _is_empty(cell):
            raise unreadable(f"column {position} has no name, and line {number} has a value in it")


def named_rows(
    lines: Iterable[Line],
    *,
    check_header: Callable[[list[str]], None] | None = None,
    known: Iterable[str] = (),
    may_be_short: bool = False,
) -> Iterator[NamedRow]:
    """Yields each row with the number of its line: its cells by the names of the header, which is the first row.

    Empty rows, and empty columns at the end, are left out. ``check_header`` raises for columns that nobody knows;
    ``known``: names that a header may write in another case; ``may_be_short``: whether empty cells at the end of a row
    may be missing. Raises ValidationFailed for two columns of one name, for values in columns without a name, and for a
    row with another number of cells than the header.
    """
    names: list[str] | None = None
    for number, cells in lines:
        check_time()
        if all(map(_is_empty, cells)):
            continue
        if names is None:
            names = _names_in(cells, known)
            if check_header is not None:
                check_header([name for name in names if name])
            continue
        _check_width(number, cells, names, may_be_short=may_be_short)
        padded = [*cells, *[None] * (len(names) - len(cells))]
        yield number, {name: cell for name, cell in zip(names, padded, strict=False) if name}
    if names is None and check_header is not None:
        check_header([])


def some_rows[T](rows: Iterable[T], *, advice: str) -> list[T]:
    """Returns all rows. Raises ValidationFailed for none, and for more than 1,000 with the advice."""
    taken = list(islice(rows, MAX_ROWS + 1))
    if not taken:
        raise unreadable("the file has no rows")
    if len(taken) > MAX_ROWS:
        raise unreadable(f"the file has more than {MAX_ROWS:,} rows: {advice}")
    return taken
