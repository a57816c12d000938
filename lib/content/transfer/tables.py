"""Reads rows from files and writes them: CSV, JSON and NDJSON."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from lib.content.models import Content
from lib.content.transfer.models import ImportRequest, MappedColumn
from lib.core.http.csv_rows import read_csv, some_rows, unreadable
from lib.core.http.heavy import check_time
from lib.core.http.json_values import MAX_JSON_VALUES, TooManyValues, check_json
from lib.core.http.validation import field_problem
from lib.core.security.spreadsheet import guard_cell

_LISTS: Final = ("tags", "categories", "metadata.keywords")
_JSON: Final = ("fields", "metadata")
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
    *("title", "slug", "type", "excerpt", "body", "tags", "categories", "metadata", "fields", "dueAt", "expiresAt")
}


def read_rows(request: ImportRequest) -> list[tuple[int, dict[str, Any]]]:
    """Returns the rows of a file with the numbers of their lines, or of their places. Raises ValidationFailed."""
    data = request.data
    if isinstance(data, list):
        rows: Iterable[tuple[int, dict[str, Any]]] = enumerate(data, 1)
    elif request.format == "csv":
        rows = read_csv(data)
    elif request.format == "ndjson":
        rows = _read_lines(data)
    else:
        rows = ((number, _checked(row, number)) for number, row in enumerate(_array(data), 1))
    return some_rows(rows, advice="use a stream")


def _read_lines(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        check_time()
        if line.strip():
            yield number, _object(line, number)


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        return _checked(json.loads(check_json(line)), number)
    except (ValueError, RecursionError):
        raise unreadable(f"line {number} is not valid JSON") from None


def _array(text: str) -> list[Any]:
    try:
        parsed = json.loads(check_json(text))
    except TooManyValues:
        raise unreadable(f"the file has more than {MAX_JSON_VALUES:,} values: use NDJSON, or a stream") from None
    except (ValueError, RecursionError):
        raise unreadable("the file is not valid JSON") from None
    if not isinstance(parsed, list):
        raise unreadable("the file is not a list of rows")
    return parsed


def _checked(row: Any, number: int) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise unreadable(f"row {number} is not an object")
    return row


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
        _put(content, mapped.target, _converted(value, mapped, column))
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
}


def _converted(value: Any, mapped: MappedColumn, column: str) -> Any:
    if not isinstance(value, str):
        return value
    wanted = mapped.as_
    if wanted == "text" and mapped.target in _LISTS:
        wanted = "list"
    if wanted == "text" and mapped.target in _JSON:
        wanted = "json"
    try:
        match wanted:
            case "number":
                return int(value) if re.fullmatch(r"[+-]?\d{1,30}", value.strip()) else float(value)
            case "boolean":
                return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[value.lower()]
            case "list":
                return _list(value)
            case "json":
                return _json_for(value, mapped.target)
            case _:
                return value
    except (ValueError, KeyError, OverflowError, RecursionError):
        message = "must be a JSON object" if mapped.target in _JSON else _EXPECTED[wanted]
        raise field_problem(column, message) from None


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
        return guard_cell(";".join(value))
    return guard_cell(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def csv_lines(rows: list[dict[str, Any]], *, with_header: bool) -> str:
    """Returns exported contents as lines of CSV, with the columns of ``EXPORTED``."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    if with_header:
        writer.writerow(EXPORTED)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in EXPORTED])
    return buffer.getvalue()
