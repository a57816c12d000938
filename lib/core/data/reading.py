"""Makes models of rows. A row that cannot be read is left out of a list, and never fails it.

The database refuses what these models do not take, but its rules are younger than some rows, and it has other writers.
So each list of each context is read here (a test looks for others). An answer says in ``meta.omitted`` how many rows it
leaves out, and the log says which.
"""

import logging
import math
from collections.abc import Callable, Iterable
from functools import cache
from types import GenericAlias
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from lib.core.data.db import Row
from lib.core.http.errors import Unprocessable
from lib.core.telemetry.context import current_context
from lib.core.telemetry.logs import log

# A repaired answer (json_answers) has values of 100 levels where it was cut. No row that can be stored has as many.
MAX_LEVELS: Final = 60
# Rows and places that a record of the log names.
NAMED_ROWS: Final = 5
NAMED_PLACES: Final = 5
# Exceptions of reading a value of another shape. OverflowError is an ArithmeticError; a KeyError is a LookupError.
UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)

type Shape = Callable[[Row], Row]


def _unchanged(row: Row) -> Row:
    return row


def read_rows[T: BaseModel](model: type[T], rows: Iterable[Row], *, shape: Shape = _unchanged) -> list[T]:
    """Returns the rows as models, without those that cannot be read.

    ``shape`` makes the model's values of a row, and leaves the row as it is: it may be called twice.
    """
    listed = list(rows)
    whole = _read_at_once(model, listed, shape)
    if whole is not None:
        return whole
    items: list[T] = []
    problems: list[dict[str, Any]] = []
    for row in listed:
        try:
            items.append(_read(model, row, shape))
        except UNREADABLE as error:
            problems.append(_described(row, error))
    if problems:
        _omit(model, problems)
    return items


def read_row[T: BaseModel](model: type[T], row: Row, *, shape: Shape = _unchanged) -> T:
    """Returns a row as a model. Raises Unprocessable where it cannot be read (domain §4)."""
    try:
        return _read(model, row, shape)
    except UNREADABLE as error:
        log(logging.ERROR, "a row cannot be read", fields={"model": model.__name__, "rows": [_described(row, error)]})
        raise Unprocessable("what is stored of this cannot be read") from None


def _read[T: BaseModel](model: type[T], row: Row, shape: Shape) -> T:
    if current_context().has_repaired_answer:
        _require_whole(row)
    return model.model_validate(shape(row))


def _read_at_once[T: BaseModel](model: type[T], rows: list[Row], shape: Shape) -> list[T] | None:
    """Returns all rows as models; None where at least one of them cannot be read."""
    context = current_context()
    omitted = context.omitted
    if context.has_repaired_answer:
        return None
    try:
        return _list_of(model).validate_python([shape(row) for row in rows])
    except UNREADABLE:
        # The rows are read again, one by one, and their parts are counted then.
        context.omitted = omitted
        return None


@cache
def _list_of[T: BaseModel](model: type[T]) -> TypeAdapter[list[T]]:
    listed: Any = GenericAlias(list, (model,))
    return TypeAdapter(listed)


def _require_whole(row: Row) -> None:
    """Raises ValueError for a row of which a part was left out when the answer was read."""
    values: list[tuple[Any, int]] = [(row, 0)]
    while values:
        value, level = values.pop()
        if level > MAX_LEVELS or (isinstance(value, float) and not math.isfinite(value)):
            raise ValueError("the row is not whole")
        if isinstance(value, dict):
            values += [(item, level + 1) for item in value.values()]
        elif isinstance(value, list):
            values += [(item, level + 1) for item in value]


def _described(row: Any, error: Exception) -> dict[str, Any]:
    """Returns the id of a row and where its values are at fault: names and types, and no value."""
    places: list[str] = []
    if isinstance(error, ValidationError):
        for problem in error.errors(include_url=False, include_context=False, include_input=False)[:NAMED_PLACES]:
            place = ".".join(str(part) for part in problem["loc"])
            places.append(f"{place[:100]}: {problem['type']}")
    row_id = row.get("id") if isinstance(row, dict) else None
    return {"id": str(row_id)[:36] if row_id else None, "at": places or [type(error).__name__]}


def _omit(model: type[BaseModel], problems: list[dict[str, Any]]) -> None:
    current_context().omitted += len(problems)
    fields = {"model": model.__name__, "omitted": len(problems), "rows": problems[:NAMED_ROWS]}
    log(logging.ERROR, "rows that cannot be read were left out", fields=fields)


def _read_parts(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValidationError as error:
        if not isinstance(value, list):
            raise
        whole = error
    parts: list[Any] = []
    omitted = 0
    for part in value:
        try:
            parts += handler([part])
        except ValidationError:
            omitted += 1
    current_context().omitted += omitted
    places = [str(problem["loc"])[:100] for problem in whole.errors(include_url=False, include_input=False)]
    log(logging.ERROR, "parts that cannot be read were left out", fields={"omitted": omitted, "at": places[:5]})
    return parts


Parts = WrapValidator(_read_parts)
"""Marks a list within a row, as in ``Annotated[list[Attachment], Parts]``: parts that cannot be read are left out."""


def _read_part(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(value)
    except ValidationError as error:
        current_context().omitted += 1
        places = [str(problem["loc"])[:100] for problem in error.errors(include_url=False, include_input=False)]
        log(logging.ERROR, "a part that cannot be read was left out", fields={"at": places[:5]})
        return None


Part = WrapValidator(_read_part)
"""Marks an object within a row, as in ``Annotated[ReviewRun | None, Part]``: null where it cannot be read."""
