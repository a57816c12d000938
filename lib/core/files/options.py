"""The formats of tables that callers may ask for, and the options of CSV."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from lib.core import docstrings
from lib.core.http.negotiation import preferred_media_type

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES: Final = {"csv": CSV, "xlsx": XLSX}
type TableFormat = Literal["csv", "xlsx"]
type Written = str | int | float | bool | None
"""A cell to write."""
type AnswerFormat = Literal["json", "csv", "xlsx"]


class TableOptions(BaseModel):
    """How CSV is written."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=docstrings.ARE_DESCRIPTIONS,
        defer_build=True,
    )

    bom: bool = False
    """Whether CSV begins with a byte order mark. Excel takes CSV without one for Windows-1252."""
    delimiter: Literal["comma", "semicolon", "tab"] = "comma"
    """The character between the cells of CSV. Excel expects a semicolon where a comma is the decimal point."""


# The names of the options, which are no filters.
OPTIONS: Final = frozenset(TableOptions.model_fields)


_JSON: Final = "application/json"


def table_format(accept: str, wanted: AnswerFormat | None = None) -> TableFormat | None:
    """Returns the format of a table that a caller asks for; None for JSON.

    ``wanted``: of the query, before which ``Accept`` says nothing. JSON is the answer to an ``Accept`` that names no
    other format, as RFC 9110 §15.5.7 allows.
    """
    if wanted is not None:
        return None if wanted == "json" else wanted
    media_type = preferred_media_type(accept, (_JSON, CSV, XLSX))
    return "csv" if media_type == CSV else "xlsx" if media_type == XLSX else None


def described_files() -> dict[str, Any]:
    """Returns the media types of files, as a route describes them."""
    return {CSV: {"schema": {"type": "string"}}, XLSX: {"schema": {"type": "string"}}}
