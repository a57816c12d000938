"""The common part of imports from files: the request, the report, and how rows of a file become lines of a command."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from lib.core.data.db import Row
from lib.core.data.errors import from_data_api
from lib.core.files.locales import Writing
from lib.core.files.options import TableFormat
from lib.core.files.requests import TableFile, check_source, read_table
from lib.core.files.rows import Cell, some_rows, unreadable
from lib.core.http.errors import ErrorDetail
from lib.core.http.heavy import run_heavy
from lib.core.http.models import ResponseModel
from lib.core.http.validation import details_of

# The problems that a report lists.
MAX_PROBLEMS: Final = 200
READ_SECONDS: Final = 5.0


class FileImport(TableFile):
    """A file to import, and what to do with it."""

    data: str | None = Field(default=None, examples=["name,description\nOat oil,Pressed from oats.\n"])
    """The text of a CSV file. Required unless `file` is given."""
    format: TableFormat = "csv"
    """The format of `data` or `file`."""
    dry_run: bool = True
    """Whether to check only: nothing is created."""
    mode: Literal["whole", "rows"] = "whole"
    """`whole`: all rows, or none if one has a problem; `rows`: those without a problem."""

    @model_validator(mode="after")
    def _has_a_source(self) -> Self:
        check_source(self.data, self.file, is_workbook=self.format == "xlsx")
        return self


class RowProblem(ResponseModel):
    """A problem of a row."""

    line: int = Field(ge=2, examples=[3])
    """The line of the file."""
    field: str | None = Field(examples=["countries"])
    """The column, if it is about one."""
    code: str = Field(examples=["INVALID_FORMAT"])
    """The kind of the problem."""
    message: str = Field(examples=["there is no such country: ZZ"])
    """The problem in words."""


class FileImportReport(ResponseModel):
    """The outcome of an import, or what it would be."""

    rows: int = Field(ge=0, examples=[120])
    """How many rows the file has."""
    is_written: bool
    """Whether anything could be written: false for a dry run, and for a whole file with a problem."""
    problems: list[RowProblem]
    """Problems of rows that cannot be imported: at most 200."""


@dataclass(frozen=True)
class FileShape:
    """The columns of a file, and how a row becomes a line of the command."""

    columns: tuple[str, ...]
    as_line: Callable[[dict[str, Any]], Row]
    """Returns a line. Raises ValidationError."""
    lists: tuple[str, ...] = ()
    """Columns of several values, separated by semicolons."""
    instants: tuple[str, ...] = ()
    """Columns of times."""
    prefix: str | None = None
    """The beginning of the names of further columns."""

    def check_header(self, header: list[str]) -> None:
        """Raises ValidationFailed for a column that is not known."""
        unknown = [name for name in header if name not in self.columns and not self._has_prefix(name)]
        if unknown:
            more = "" if self.prefix is None else f", and {self.prefix}<language>"
            known = ", ".join(self.columns)
            raise unreadable(f"there is no column {unknown[0][:50]!r}: {known} are known{more}")

    def _has_prefix(self, name: str) -> bool:
        return self.prefix is not None and name.startswith(self.prefix)

    def values_of(self, row: dict[str, Cell], writing: Writing) -> dict[str, Any]:
        """Returns the cells of a row that are not empty, those of lists in parts, and those of times by RFC 3339."""
        texts = {name: self._text_of(name, cell, writing) for name, cell in row.items() if cell is not None}
        return {
            name: [item.strip() for item in text.split(";") if item.strip()] if name in self.lists else text
            for name, text in texts.items()
            if text
        }

    def _text_of(self, name: str, cell: Cell, writing: Writing) -> str:
        if name in self.instants and isinstance(cell, str | date) and cell:
            with suppress(ValueError):  # the model refuses the text as it is
                return writing.instant(cell)
        if isinstance(cell, date | time):
            return cell.isoformat()
        return str(cell).lower() if isinstance(cell, bool) else str(cell).strip()


def _problems(line: int, details: list[ErrorDetail], message: str, code: str) -> list[RowProblem]:
    return [
        RowProblem(
            line=line,
            field=detail.get("field"),
            code=detail.get("code", code),
            message=detail.get("message", message),
        )
        for detail in details or [ErrorDetail(code=code, message=message)]
    ]


def _details(error: ValidationError, values: dict[str, Any]) -> list[ErrorDetail]:
    """Returns what is wrong with a row, by its columns."""
    found: list[dict[str, Any]] = []
    columns = dict.fromkeys(values)
    for item in error.errors(include_url=False):
        # A column that begins with the prefix has a name of two parts.
        name = ".".join(str(part) for part in item["loc"][:2])
        column = name if name in values else str(next(iter(item["loc"]), ""))
        columns[column] = None
        found.append({**item, "loc": ("body", column)})
    return details_of(found, columns)


def _read(request: FileImport, shape: FileShape) -> tuple[int, list[Row], list[RowProblem]]:
    is_workbook, writing = request.format == "xlsx", request.writing
    table = read_table(
        request, request.data, is_workbook=is_workbook, check_header=shape.check_header, known=shape.columns
    )
    rows = some_rows(table, advice="divide it")
    lines: list[Row] = []
    problems: list[RowProblem] = []
    for line, row in rows:
        values = shape.values_of(row, writing)
        try:
            lines.append({"line": line} | shape.as_line(values))
        except ValidationError as error:
            problems += _problems(line, _details(error, values), "the row is not valid", "INVALID_FORMAT")
    return len(rows), lines, problems


async def read_lines(request: FileImport, shape: FileShape) -> tuple[int, list[Row], list[RowProblem]]:
    """Returns how many rows a file has, the lines of the command, and the problems of other rows.

    Raises ValidationFailed for a file that cannot be read, has no rows or too many.
    """
    return await run_heavy(_read, request, shape, seconds=READ_SECONDS)


def is_dry_run(request: FileImport, problems: list[RowProblem]) -> bool:
    """Returns whether nothing may be written. The database checks the other rows even so, for the report."""
    return request.dry_run or (request.mode == "whole" and bool(problems))


def all_problems(read: list[RowProblem], refused: list[Row]) -> list[RowProblem]:
    """Returns the problems of reading, and those of the lines that the database refused, by line."""
    return sorted(
        [*read, *(problem for row in refused for problem in _refused(row))], key=lambda problem: problem.line
    )[:MAX_PROBLEMS]


def _refused(row: Row) -> list[RowProblem]:
    error = from_data_api(row["code"], row["message"], row["details"])
    if error is None:
        return _problems(row["line"], [], "the row cannot be imported", "INVALID_FORMAT")
    return _problems(row["line"], list(error.details), error.message, error.code)
