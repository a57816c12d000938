"""Writes tables: CSV as callers ask for it, and workbooks (XLSX), piece by piece.

Texts are guarded in both, so that no spreadsheet takes one for a formula: a workbook may be saved as CSV and opened
elsewhere. Imports take the guard off again.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Protocol

from starlette.responses import Response

from lib.core.files.delimited import DELIMITERS
from lib.core.files.options import MEDIA_TYPES, TableFormat, TableOptions, Written
from lib.core.security.spreadsheet import guard_cell


class TableWriter(Protocol):
    """A file that is written piece by piece."""

    def add(self, rows: Iterable[Sequence[Written]]) -> bytes:
        """Returns the next piece."""
        ...

    def end(self) -> bytes:
        """Returns the last piece."""
        ...


class DelimitedFile:
    """A CSV file that is written piece by piece."""

    def __init__(self, options: TableOptions) -> None:
        self._delimiter = DELIMITERS[options.delimiter]
        self._mark = "\ufeff" if options.bom else ""

    def add(self, rows: Iterable[Sequence[Written]]) -> bytes:
        """Returns the next piece."""
        buffer = io.StringIO(newline="")
        buffer.write(self._mark)
        self._mark = ""
        writer = csv.writer(buffer, delimiter=self._delimiter)
        writer.writerows([_guarded(cell) for cell in row] for row in rows)
        return buffer.getvalue().encode()

    def end(self) -> bytes:
        """Returns the last piece."""
        return b""


def _guarded(cell: Written) -> Written:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return guard_cell(cell) if isinstance(cell, str) else cell


def table_file(form: TableFormat, options: TableOptions) -> TableWriter:
    """Returns a file to write rows into."""
    if form == "csv":
        return DelimitedFile(options)
    from lib.core.files.workbook_writing import WorkbookFile  # archives, which few requests ask for

    return WorkbookFile()


def whole_table(form: TableFormat, options: TableOptions, rows: Iterable[Sequence[Written]]) -> bytes:
    """Returns a file with these rows."""
    file = table_file(form, options)
    return file.add(rows) + file.end()


def table_answer(form: TableFormat, data: bytes, *, name: str) -> Response:
    """Answers with a file to be saved, ``name`` without its ending."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Vary": "Accept"}
    return Response(data, media_type=MEDIA_TYPES[form], headers=headers)
