"""Imports of the catalogue from files: a report first, and then all rows or those without a problem."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import ConfigDict, Field

from lib.claims.catalogue import repository
from lib.claims.catalogue.repository import Kind
from lib.claims.fields import Description, ItemName
from lib.claims.importing import FileImport, FileImportReport, FileShape, all_problems, is_dry_run, read_lines
from lib.core.auth.principal import Principal
from lib.core.data.db import Row
from lib.core.http.models import RequestModel, ResponseModel

type _Reference = Annotated[str, Field(max_length=255)]


class ClaimBrandImport(FileImport):
    """A file of claim brands."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"data": "name,brands\nAurora,aurora-skincare;aurora-hair\n", "dryRun": True}]}
    )

    data: str | None = Field(default=None, examples=["name,brands\nAurora,aurora-skincare;aurora-hair\n"])
    """The text of a CSV file with a header, at most 1,000 rows. Required unless `file` is given. Columns: `name`, and
    `brands` to link (slugs or ids, separated by semicolons)."""


class ProductImport(FileImport):
    """A file of products."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"data": "claimBrand,name\nAurora,Calm Cream\n", "dryRun": True}]}
    )

    data: str | None = Field(
        default=None, examples=["claimBrand,name,description,ingredients\nAurora,Calm Cream,A cream.,Oat oil;Water\n"]
    )
    """The text of a CSV file with a header, at most 1,000 rows. Required unless `file` is given. Columns:
    `claimBrand` (name or id), `name`, `description`, `ingredients` (names or ids, separated by semicolons)."""


class IngredientImport(FileImport):
    """A file of ingredients."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"data": "name,description\nOat oil,Pressed from oats.\n", "dryRun": True}]}
    )

    data: str | None = Field(default=None, examples=["name,description\nOat oil,Pressed from oats.\n"])
    """The text of a CSV file with a header, at most 1,000 rows. Required unless `file` is given. Columns: `name`,
    `description`."""


class _ImportedClaimBrand(RequestModel):
    name: ItemName
    brands: Annotated[list[_Reference], Field(max_length=100)] = Field(default_factory=list)


class _ImportedProduct(RequestModel):
    claim_brand: _Reference
    name: ItemName
    description: Description = ""
    ingredients: Annotated[list[_Reference], Field(max_length=200)] = Field(default_factory=list)


class _ImportedIngredient(RequestModel):
    name: ItemName
    description: Description = ""


class ImportedItem(ResponseModel):
    """A row that became an item of the catalogue, or would become one."""

    line: int = Field(ge=2, examples=[2])
    """The line of the file."""
    id: UUID | None
    """The id of the item; null in a dry run, and where nothing was written."""


class CatalogueImportReport(FileImportReport):
    """The outcome of an import of the catalogue, or what it would be."""

    created: list[ImportedItem]
    """The rows that become new items."""
    linked: list[int]
    """The lines of items that exist and get links that they lacked. Nothing else of them changes, and no link is
    removed."""
    duplicates: list[int]
    """The lines whose item exists already with all of its links."""


def _lines_of(model: type[RequestModel]) -> Any:
    def as_line(values: dict[str, Any]) -> Row:
        return {"item": model.model_validate(values).model_dump(mode="json")}

    return as_line


_FILES: Final[dict[Kind, FileShape]] = {
    "claim_brand": FileShape(("name", "brands"), _lines_of(_ImportedClaimBrand), lists=("brands",)),
    "product": FileShape(
        ("claimBrand", "name", "description", "ingredients"), _lines_of(_ImportedProduct), lists=("ingredients",)
    ),
    "ingredient": FileShape(("name", "description"), _lines_of(_ImportedIngredient)),
}
_KINDS: Final[dict[type[Any], Kind]] = {
    ClaimBrandImport: "claim_brand",
    ProductImport: "product",
    IngredientImport: "ingredient",
}


async def import_items(
    principal: Principal, *, request: ClaimBrandImport | ProductImport | IngredientImport
) -> CatalogueImportReport:
    """Imports a part of the catalogue from a file, or reports what an import would do.

    Raises Forbidden for other than platform admins, and ValidationFailed for a file that cannot be read or has too many
    rows. Problems of rows are in the report.
    """
    kind = _KINDS[type(request)]
    count, lines, problems = await read_lines(request, _FILES[kind])
    answer = await repository.import_lines(
        principal.db, kind, lines=lines, is_dry_run=is_dry_run(request, problems), is_whole=request.mode == "whole"
    )
    is_written: bool = answer["is_written"]
    return CatalogueImportReport(
        rows=count,
        is_written=is_written,
        created=[ImportedItem(line=row["line"], id=row["id"] if is_written else None) for row in answer["made"]],
        linked=answer["linked"],
        duplicates=answer["duplicates"],
        problems=all_problems(problems, answer["problems"]),
    )
