"""Imports of claims from CSV: a report first, and then all rows or those without a problem."""

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field, ValidationError

from lib.claims.fields import ClaimStatus, Level
from lib.claims.statements import repository
from lib.claims.statements.models import Address, Category, Countries, Notes, RegulatoryReference, Texts
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.data.errors import from_data_api
from lib.core.http.errors import ErrorDetail, ValidationFailed
from lib.core.http.heavy import check_time, run_heavy
from lib.core.http.models import RequestModel, ResponseModel, StorableInstant
from lib.core.http.validation import details_of
from lib.core.security.spreadsheet import unguard_cell

MAX_ROWS: Final = 1_000
# The problems that a report lists.
MAX_PROBLEMS: Final = 200
READ_SECONDS: Final = 5.0
csv.field_size_limit(1_000_000)

_LISTS: Final = ("subjects", "countries", "regulatoryReferences", "documentationUrls")
_TEXT: Final = "text."
COLUMNS: Final = (
    "text",
    "level",
    "subjects",
    "claimBrand",
    "status",
    "effectiveFrom",
    "effectiveTo",
    "category",
    "notes",
    *_LISTS[1:],
)


class ClaimImport(RequestModel):
    """A file of claims."""

    data: str = Field(
        examples=["text,level,subjects,status,countries\nKind to skin,product,Calm Cream,allowed,GB;IE\n"]
    )
    """The text of a CSV file with a header, at most 1,000 rows. Columns: `text`, `text.de` and other languages,
    `level`, `subjects` (names or ids of claim brands, products or ingredients), `claimBrand` (whose products),
    `status`, `countries`, `effectiveFrom`, `effectiveTo`, `category`, `notes`, `regulatoryReferences`,
    `documentationUrls`. Lists are separated by semicolons."""
    dry_run: bool = True
    """Whether to check only: nothing is created."""
    mode: Literal["whole", "rows"] = "whole"
    """`whole`: all rows, or none if one has a problem; `rows`: those without a problem."""


class _ImportedClaim(RequestModel):
    text: Texts
    level: Level
    subjects: Annotated[list[Annotated[str, Field(max_length=255)]], Field(min_length=1, max_length=500)]
    claim_brand: Annotated[str, Field(max_length=255)] | None = None
    status: ClaimStatus
    countries: Countries = Field(default_factory=list)
    effective_from: StorableInstant | None = None
    effective_to: StorableInstant | None = None
    category: Category | None = None
    regulatory_references: Annotated[list[RegulatoryReference], Field(max_length=50)] = Field(default_factory=list)
    documentation_urls: Annotated[list[Address], Field(max_length=50)] = Field(default_factory=list)
    notes: Notes = ""

    def as_row(self) -> Row:
        """Returns the claim as the database takes it."""
        details = {"category", "regulatory_references", "documentation_urls", "notes"}
        return self.model_dump(mode="json", exclude=details) | {
            "details": self.model_dump(mode="json", include=details)
        }


class ImportedRow(ResponseModel):
    """A row that became a claim, or would become one."""

    line: int = Field(ge=2, examples=[2])
    """The line of the file."""
    claim_id: UUID | None
    """The id of the claim; null in a dry run, and where nothing was written."""


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


class ClaimImportReport(ResponseModel):
    """The outcome of an import, or what it would be."""

    rows: int = Field(ge=0, examples=[120])
    """How many rows the file has."""
    is_written: bool
    """Whether anything could be written: false for a dry run, and for a whole file with a problem."""
    created: list[ImportedRow]
    """The rows without a problem."""
    duplicates: list[int]
    """The lines whose claim exists already; they are left out, so that a file may be sent again."""
    problems: list[RowProblem]
    """Problems of other rows: at most 200."""


def _refuse(message: str) -> ValidationFailed:
    details: list[ErrorDetail] = [{"field": "data", "code": "INVALID_FORMAT", "message": message}]
    return ValidationFailed("the file cannot be read", details=details)


def _rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = next(reader, [])
        unknown = [name for name in header if name not in COLUMNS and not name.startswith(_TEXT)]
        if unknown:
            raise _refuse(
                f"there is no column {unknown[0][:50]!r}: {', '.join(COLUMNS)} are known, and {_TEXT}<language>"
            )
        if len(set(header)) < len(header):
            raise _refuse("two columns have the same name")
        for cells in reader:
            check_time()
            if not any(cells):
                continue
            if len(cells) != len(header):
                raise _refuse(f"line {reader.line_num} has {len(cells)} cells, and the header has {len(header)}")
            yield reader.line_num, dict(zip(header, map(unguard_cell, cells), strict=True))
    except csv.Error as error:
        raise _refuse(f"line {reader.line_num}: {error}") from None


def _shaped(row: dict[str, str]) -> dict[str, Any]:
    claim: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for name, cell in row.items():
        value = cell.strip()
        if not value:
            continue
        if name == "text":
            texts["original"] = value
        elif name.startswith(_TEXT):
            texts[name.removeprefix(_TEXT)] = value
        elif name in _LISTS:
            claim[name] = [item.strip() for item in value.split(";") if item.strip()]
        else:
            claim[name] = value
    return claim | {"text": texts}


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


def _read(text: str) -> tuple[int, list[Row], list[RowProblem]]:
    """Returns how many rows a file has, the claims to create, and the problems of other rows."""
    rows = list(islice(_rows(text), MAX_ROWS + 1))
    if not rows:
        raise _refuse("the file has no rows")
    if len(rows) > MAX_ROWS:
        raise _refuse(f"the file has more than {MAX_ROWS:,} rows: divide it")
    lines: list[Row] = []
    problems: list[RowProblem] = []
    for line, row in rows:
        shaped = _shaped(row)
        try:
            lines.append({"line": line, "claim": _ImportedClaim.model_validate(shaped).as_row()})
        except ValidationError as error:
            details = details_of(error.errors(), shaped)
            problems += _problems(line, details, "the row is not valid", "INVALID_FORMAT")
    return len(rows), lines, problems


def _refused(row: Row) -> list[RowProblem]:
    error = from_data_api(row["code"], row["message"], row["details"])
    if error is None:
        return _problems(row["line"], [], "the row cannot be imported", "INVALID_FORMAT")
    return _problems(row["line"], list(error.details), error.message, error.code)


async def import_claims(principal: Principal, *, request: ClaimImport) -> ClaimImportReport:
    """Imports claims from a file, or reports what an import would do.

    Raises ValidationFailed for a file that cannot be read or has too many rows. Problems of rows are in the report.
    """
    count, lines, problems = await run_heavy(_read, request.data, seconds=READ_SECONDS)
    is_whole = request.mode == "whole"
    # A whole file with a problem is not written: the database checks the other rows, for the report.
    is_dry_run = request.dry_run or (is_whole and bool(problems))
    answer = await repository.import_lines(principal.db, lines=lines, is_dry_run=is_dry_run, is_whole=is_whole)
    problems += [problem for row in answer["problems"] for problem in _refused(row)]
    problems.sort(key=lambda problem: problem.line)
    is_written: bool = answer["is_written"]
    return ClaimImportReport(
        rows=count,
        is_written=is_written,
        created=[ImportedRow(line=row["line"], claim_id=row["id"] if is_written else None) for row in answer["made"]],
        duplicates=answer["duplicates"],
        problems=problems[:MAX_PROBLEMS],
    )
