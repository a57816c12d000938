"""Makes contents of the rows of files, and rows of contents."""

import json
from collections.abc import Callable, Iterable
from datetime import date, time
from typing import Any, Final

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from lib.content.models import Content
from lib.content.transfer.models import ImportRequest, MappedColumn
from lib.core.files.locales import Writing, read_boolean
from lib.core.files.requests import checked_object, read_json_array, read_json_lines, read_table, text_of
from lib.core.files.rows import NamedRow, some_rows
from lib.core.http.validation import field_problem

_LISTS: Final = ("tags", "categories", "metadata.keywords")
_JSON: Final = ("fields", "metadata")
_INSTANTS: Final = ("dueAt", "expiresAt")
# Where a workbook's number is a text: a title may be 2026.
_TEXTS: Final = ("title", "slug", "type", "excerpt", "body", *_LISTS)
EXPORTED: Final = (
    "id",
    "title",
    "slug",
    "type",
    "status",
    "version",
    "excerpt",
    "body",
    "tags",
    "categories",
    "metadata",
    "fields",
    "dueAt",
    "publishedAt",
    "expiresAt",
    "createdAt",
    "updatedAt",
)


# Columns of an export that an import does not set.
TOLD: Final = frozenset(to_camel(name) for name in Content.model_fields) - {
    *("title", "slug", "type", "excerpt", "body", "tags", "categories", "metadata", "fields"),
    *_INSTANTS,
}


_TARGETS: Final = ("title", "slug", "type", "excerpt", "body", "tags", "categories", "metadata", "fields", *_INSTANTS)


def read_rows(request: ImportRequest) -> list[NamedRow]:
    """Returns the rows of a file with the numbers of their lines, or of their places. Raises ValidationFailed."""
    data = request.data
    if isinstance(data, list):
        rows: Iterable[NamedRow] = enumerate(data, 1)
    elif request.format in ("csv", "xlsx"):
        known = (*EXPORTED, *_TARGETS) if request.mapping is None else request.mapping
        rows = read_table(request, data, is_workbook=request.format == "xlsx", known=known)
    elif request.format == "ndjson":
        rows = read_json_lines(text_of(request, data))
    else:
        array = read_json_array(text_of(request, data))
        rows = ((number, checked_object(row, number)) for number, row in enumerate(array, 1))
    return some_rows(rows, advice="use a stream")


def as_content(row: dict[str, Any], request: ImportRequest) -> dict[str, Any]:
    """Returns a row as the body of a request that creates a content.

    Raises `field_problem` with the column for values that a content cannot have.
    """
    content: dict[str, Any] = {"brandId": str(request.brand_id)}
    if request.template_id:
        content["templateId"] = str(request.template_id)
    if request.type:
        content["type"] = request.type
    for column, value in row.items():
        column_of = _unmapped(column) if request.mapping is None else request.mapping.get(column)
        if column_of is None:
            continue
        mapped = column_of if isinstance(column_of, MappedColumn) else MappedColumn(target=column_of)
        if value in ("", None):
            continue
        _put(content, mapped.target, _converted(value, mapped, column, request))
    return content


def _unmapped(column: str) -> MappedColumn | None:
    """Returns the target of a column by its name; None for exported columns that an import does not set."""
    if column in TOLD:
        return None
    try:
        return MappedColumn(target=column)
    except ValidationError:
        raise field_problem(column, "is not a field of a content: leave the column out, or map it") from None


def _put(content: dict[str, Any], target: str, value: Any) -> None:
    name, _, key = target.partition(".")
    if key:
        content.setdefault(name, {})[key] = value
    elif name in _JSON:
        if not isinstance(value, dict):
            raise field_problem(name, "must be an object")
        content.setdefault(name, {}).update(value)
    else:
        content[name] = value


_EXPECTED: Final = {
    "number": "must be a number",
    "boolean": "must be true or false",
    "list": "must be a list",
    "json": "must be valid JSON",
    "date": "must be a date, such as 2026-12-31",
    "instant": "must be a date and a time with a time zone, such as 2026-12-31T09:00:00Z",
}


def _way_of(mapped: MappedColumn) -> str:
    """Returns how a cell is read: as it was declared, or else as its target needs it."""
    if mapped.as_ != "text":
        return mapped.as_
    if mapped.target in _LISTS:
        return "list"
    if mapped.target in _INSTANTS:
        return "instant"
    return "json" if mapped.target in _JSON else "text"


def _converted(value: Any, mapped: MappedColumn, column: str, request: ImportRequest) -> Any:
    way, writing = _way_of(mapped), request.writing
    if request.format == "xlsx" and isinstance(value, int | float) and _is_text(value, way, mapped.target):
        value = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        if isinstance(value, date | time):  # of a workbook
            return _of_time(value, way, writing)
        return _of_text(value, way, mapped.target, writing) if isinstance(value, str) else value
    except (ValueError, OverflowError, RecursionError):
        message = "must be a JSON object" if mapped.target in _JSON else _EXPECTED.get(way, "is not valid")
        if writing.locale and way in ("number", "date", "instant"):
            message = f"{message}, or as it is written in {writing.locale}"
        raise field_problem(column, message) from None


def _is_text(value: float, way: str, target: str) -> bool:
    """Tells whether a number or a truth value of a workbook is read like a text."""
    if way == "text":
        return target in _TEXTS
    return not (way == "number" and not isinstance(value, bool)) and not (way == "boolean" and isinstance(value, bool))


def _of_text(value: str, way: str, target: str, writing: Writing) -> Any:
    readers: dict[str, Callable[[], Any]] = {
        "number": lambda: writing.number(value),
        "boolean": lambda: read_boolean(value),
        "list": lambda: _list(value),
        "json": lambda: _json_for(value, target),
        "date": lambda: writing.day(value).isoformat(),
        "instant": lambda: writing.instant(value),
    }
    return readers[way]() if way in readers else value


def _of_time(value: date | time, way: str, writing: Writing) -> str:
    """Returns a time of a workbook as text: an instant where one is needed, and else as ISO 8601 writes it."""
    if way == "instant":
        if isinstance(value, time):
            raise ValueError("no day")
        return writing.instant(value)
    if way == "date":
        if isinstance(value, time):
            raise ValueError("no day")
        return writing.day(value).isoformat()
    if way == "text":
        return value.isoformat()
    raise ValueError("a time")


def _list(value: str) -> list[Any]:
    if value.startswith("["):
        return json.loads(value)
    return [item.strip() for item in value.split(";") if item.strip()]


def _json_for(value: str, target: str) -> Any:
    parsed = json.loads(value)
    if target in _JSON and not isinstance(parsed, dict):
        raise ValueError("not an object")
    return parsed


def _cell(value: Any) -> str:
    if value is None:
        return ""
    plain = isinstance(value, list) and all(isinstance(item, str) and ";" not in item for item in value)
    if plain and not str((value or [""])[0]).startswith("["):
        return ";".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def exported_row(content: dict[str, Any]) -> list[str]:
    """Returns the cells of an exported content, in the columns of ``EXPORTED``."""
    return [_cell(content.get(name)) for name in EXPORTED]
