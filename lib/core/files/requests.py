"""Reads the tables of files that callers send, by the facts that they declare."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from lib.core.files.delimited import Delimiter, read_delimited
from lib.core.files.encodings import Encoding, decode_text
from lib.core.files.locales import LocaleTag, Writing
from lib.core.files.rows import Line, NamedRow, named_rows, unreadable
from lib.core.http.heavy import check_time
from lib.core.http.json_values import MAX_JSON_VALUES, TooManyValues, check_json
from lib.core.http.models import RequestModel
from lib.core.http.validation import field_problem, missing_field
from lib.core.http.zones import MAX_ZONE_CHARACTERS, check_zone
from lib.core.security.spreadsheet import unguard_cell

type FileFormat = Literal["csv", "xlsx", "json", "ndjson"]
# Bytes of a file in base64: a body has at most 4.5 MB.
MAX_FILE_CHARACTERS: Final = 4_400_000


type ZoneName = Annotated[
    str,
    StringConstraints(max_length=MAX_ZONE_CHARACTERS),
    AfterValidator(check_zone),
    Field(examples=["Europe/Berlin"]),
]


class TableFile(RequestModel):
    """The facts that a file tells only in part: how it is encoded, divided and written."""

    file: str | None = Field(default=None, max_length=MAX_FILE_CHARACTERS, examples=["dGl0bGUNClNvYXANCg=="])
    """The bytes of the file in base64, in place of `data`. Required for `xlsx`."""
    encoding: Encoding | None = None
    """The encoding of `file` where it is text. Null: as the mark at its beginning says, or else UTF-8."""
    delimiter: Delimiter | None = None
    """The character between the cells of CSV. Null: as the header shows."""
    locale: LocaleTag | None = None
    """How numbers and times of CSV are written: `31.12.2026` and `1.234,5` in `de-DE`. Null: numbers as in JSON, and
    times by RFC 3339."""
    time_zone: ZoneName = "UTC"
    """Where times without an offset are: those of a workbook, and those that are written as in `locale`."""
    sheet: Annotated[str, StringConstraints(min_length=1, max_length=31)] | None = Field(
        default=None, examples=["Claims"]
    )
    """The sheet of a workbook. Null: the first visible one."""

    @property
    def writing(self) -> Writing:
        """How numbers and times are written."""
        return Writing(self.locale, self.time_zone)


def check_source(data: object, file: str | None, *, is_workbook: bool) -> None:
    """Raises for a request with neither ``data`` nor ``file``, with both, and for a workbook as text."""
    if data is not None and file is not None:
        raise field_problem("file", "must not be sent beside data")
    if is_workbook and file is None:
        raise missing_field("file", "is required for the format xlsx")
    if data is None and file is None:
        raise missing_field("data")


def _bytes_of(source: TableFile) -> bytes:
    try:
        return base64.b64decode(source.file or "", validate=True)
    except (binascii.Error, ValueError):
        raise unreadable("must be base64", "file") from None


def text_of(source: TableFile, data: str | None) -> str:
    """Returns the text of a file, sent as ``data`` or as ``file``. Raises ValidationFailed for other files."""
    text = data if data is not None else decode_text(_bytes_of(source), source.encoding)
    return text.removeprefix("\ufeff")


def _unguarded(row: NamedRow) -> NamedRow:
    number, cells = row
    return number, {name: unguard_cell(cell) if isinstance(cell, str) else cell for name, cell in cells.items()}


def read_table(
    source: TableFile,
    data: str | None,
    *,
    is_workbook: bool,
    check_header: Callable[[list[str]], None] | None = None,
    known: Iterable[str] = (),
) -> Iterator[NamedRow]:
    """Yields the rows of CSV or of a workbook, without the marks that keep spreadsheets from taking texts for formulas.

    See ``named_rows``. Raises ValidationFailed.
    """
    lines: Iterator[Line]
    if is_workbook:
        from lib.core.files.workbooks import read_workbook  # archives, which few requests send

        lines = read_workbook(_bytes_of(source), sheet=source.sheet)
    else:
        lines = iter(read_delimited(text_of(source, data), delimiter=source.delimiter))
    rows = named_rows(lines, check_header=check_header, known=known, may_be_short=is_workbook)
    return map(_unguarded, rows)


def read_json_lines(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields the objects of NDJSON with the numbers of their lines. Empty lines are left out."""
    for number, line in enumerate(text.split("\n"), 1):
        check_time()
        if line.strip():
            yield number, _object(line, number)


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        return checked_object(json.loads(check_json(line)), number)
    except (ValueError, RecursionError):
        raise unreadable(f"line {number} is not valid JSON") from None


def read_json_array(text: str) -> list[Any]:
    """Returns the rows of a JSON file. Raises ValidationFailed for another value than an array."""
    try:
        parsed = json.loads(check_json(text))
    except TooManyValues:
        raise unreadable(f"the file has more than {MAX_JSON_VALUES:,} values: use NDJSON, or a stream") from None
    except (ValueError, RecursionError):
        raise unreadable("the file is not valid JSON") from None
    if not isinstance(parsed, list):
        raise unreadable("the file is not a list of rows")
    return parsed


def checked_object(row: Any, number: int) -> dict[str, Any]:
    """Returns a row that is an object. Raises ValidationFailed."""
    if not isinstance(row, dict):
        raise unreadable(f"row {number} is not an object")
    return row
