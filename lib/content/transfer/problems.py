"""The errors of single contents in a transfer."""

from typing import Final

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from lib.content.transfer.models import ImportProblem, ItemError
from lib.core.data.db import Row
from lib.core.data.errors import from_data_api
from lib.core.http.envelope import failure
from lib.core.http.errors import ApiError, ErrorDetail, InternalError, ValidationFailed
from lib.core.http.validation import details_of, details_of_model

MAX_PROBLEMS: Final = 100
MAX_LINE_DETAILS: Final = 5
# To read a file. Two megabytes of rows take a second.
READ_SECONDS: Final = 15.0


def item_error(error: ApiError) -> ItemError:
    """Returns an error as one of many is told."""
    problem = failure(error, "").error
    return ItemError(code=problem.code, message=problem.message, details=problem.details)


def error_of(row: Row) -> ApiError:
    """Returns the error that the request for this one alone would have had."""
    return from_data_api(row["code"], row["message"], row["details"]) or InternalError("something went wrong")


def invalid(error: ValidationError | PydanticCustomError, line: bytes = b"") -> ValidationFailed:
    """Returns the refusal of one content; ``line``: its JSON, if it was read from a stream."""
    if isinstance(error, ValidationError):
        details = details_of_model(error, line)[:MAX_LINE_DETAILS]
    else:
        details = details_of([{"type": error.type, "loc": (), "ctx": error.context or {}}], None)
    return ValidationFailed("the content is not valid", details=details)


def as_details(problems: list[ImportProblem]) -> list[ErrorDetail]:
    """Returns the problems of a file, of its first lines, each with its line."""
    details: list[ErrorDetail] = []
    for problem in problems[:MAX_PROBLEMS]:
        for item in problem.error.details or [{}]:
            place = f"line {problem.line}"
            details.append(
                {
                    "field": f"{place}: {item['field']}" if "field" in item else place,
                    "code": item.get("code", problem.error.code),
                    "message": item.get("message", problem.error.message),
                }
            )
    return details
