"""Imports of claims from files: a report first, and then all rows or those without a problem."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import ConfigDict, Field

from lib.claims.fields import ClaimStatus, Level
from lib.claims.importing import FileImport, FileImportReport, FileShape, all_problems, is_dry_run, read_lines
from lib.claims.statements import repository
from lib.claims.statements.models import Address, Category, Countries, Notes, RegulatoryReference, Texts
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.http.models import RequestModel, ResponseModel
from lib.core.http.times import StorableInstant

_LISTS: Final = ("subjects", "countries", "regulatoryReferences", "documentationUrls")
_INSTANTS: Final = ("effectiveFrom", "effectiveTo")
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


class ClaimImport(FileImport):
    """A file of claims."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"data": "text,level,subjects,status\nKind to skin,product,Calm Cream,allowed\n", "dryRun": True}
            ]
        }
    )

    data: str | None = Field(
        default=None, examples=["text,level,subjects,status,countries\nKind to skin,product,Calm Cream,allowed,GB;IE\n"]
    )
    """The text of a CSV file with a header, at most 1,000 rows. Required unless `file` is given. Columns: `text`,
    `text.de` and other languages, `level`, `subjects` (names or ids of claim brands, products or ingredients),
    `claimBrand` (whose products), `status`, `countries`, `effectiveFrom`, `effectiveTo`, `category`, `notes`,
    `regulatoryReferences`, `documentationUrls`. Lists are separated by semicolons."""


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


class ClaimImportReport(FileImportReport):
    """The outcome of an import, or what it would be."""

    created: list[ImportedRow]
    """The rows without a problem."""
    duplicates: list[int]
    """The lines whose claim exists already; they are left out, so that a file may be sent again."""


def _as_line(values: dict[str, Any]) -> Row:
    texts = {name.removeprefix(_TEXT): value for name, value in values.items() if name.startswith(_TEXT)}
    if "text" in values:
        texts["original"] = values["text"]
    claim = {name: value for name, value in values.items() if name != "text" and not name.startswith(_TEXT)}
    return {"claim": _ImportedClaim.model_validate(claim | {"text": texts}).as_row()}


_FILE: Final = FileShape(columns=COLUMNS, as_line=_as_line, lists=_LISTS, instants=_INSTANTS, prefix=_TEXT)


async def import_claims(principal: Principal, *, request: ClaimImport) -> ClaimImportReport:
    """Imports claims from a file, or reports what an import would do.

    Raises ValidationFailed for a file that cannot be read or has too many rows. Problems of rows are in the report.
    """
    count, lines, problems = await read_lines(request, _FILE)
    answer = await repository.import_lines(
        principal.db, lines=lines, is_dry_run=is_dry_run(request, problems), is_whole=request.mode == "whole"
    )
    is_written: bool = answer["is_written"]
    return ClaimImportReport(
        rows=count,
        is_written=is_written,
        created=[ImportedRow(line=row["line"], claim_id=row["id"] if is_written else None) for row in answer["made"]],
        duplicates=answer["duplicates"],
        problems=all_problems(problems, answer["problems"]),
    )
