"""Describes problems of a request in the words of the API: its own names of fields, and the types of JSON.

Pydantic's own messages and paths speak of Python: dictionaries, tuples, names of classes, members of unions.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError, from_json

from lib.core.http.errors import ErrorDetail

# A body can have a hundred thousand problems. The first few are enough, and all would exceed the platform's limit of a
# response.
MAX_DETAILS: Final = 20
MAX_NAME: Final = 100

_OBJECT: Final = "must be an object"
_ARRAY: Final = "must be an array"
_STRING: Final = "must be a string"
_BOOLEAN: Final = "must be true or false"
_INTEGER: Final = "must be an integer"
_NUMBER: Final = "must be a number"
_DATE: Final = "must be a date, such as 2026-11-24"
_TIME: Final = "must be a time, such as 22:00"
_INSTANT: Final = "must be a date and a time with a time zone, such as 2026-11-24T09:00:00Z"
_DURATION: Final = "must be a duration, such as PT15M"
_URL: Final = "must be a URL"
_UUID: Final = "must be a UUID"
INVALID: Final = "is not valid"

# By the kinds of error that pydantic tells apart (https://docs.pydantic.dev/latest/errors/validation_errors/), with the
# numbers that it gives. Kinds that no request can cause are INVALID.
MESSAGES: Final = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this request",
    "invalid_key": "must have strings as names",
    "none_required": "must be null",
    "recursion_loop": "is nested too deeply",
    "recursion_depth_exceeded": "is nested too deeply",
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "named_tuple_type": _OBJECT,
    "dict_type": _OBJECT,
    "mapping_type": _OBJECT,
    "list_type": _ARRAY,
    "tuple_type": _ARRAY,
    "set_type": _ARRAY,
    "frozen_set_type": _ARRAY,
    "iterable_type": _ARRAY,
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "string_type": _STRING,
    "string_unicode": "must be well-formed Unicode",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match the pattern {pattern}",
    "string_not_ascii": "must have ASCII characters only",
    "bytes_type": _STRING,
    "bytes_too_short": "must have at least {min_length} bytes",
    "bytes_too_long": "must have at most {max_length} bytes",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "bool_type": _BOOLEAN,
    "bool_parsing": _BOOLEAN,
    "int_type": _INTEGER,
    "int_parsing": _INTEGER,
    "int_parsing_size": "must be an integer with fewer digits",
    "int_from_float": _INTEGER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "must be a finite number",
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": "must have at most {max_digits} digits",
    "decimal_max_places": "must have at most {decimal_places} decimal places",
    "decimal_whole_digits": "must have at most {whole_digits} digits before the decimal point",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "value_error": "{error}",
    "assertion_error": "{error}",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "date_past": "must be in the past",
    "date_future": "must be in the future",
    "time_type": _TIME,
    "time_parsing": _TIME,
    "datetime_type": _INSTANT,
    "datetime_parsing": _INSTANT,
    "datetime_object_invalid": _INSTANT,
    "datetime_from_date_parsing": _INSTANT,
    "datetime_past": "must be in the past",
    "datetime_future": "must be in the future",
    "timezone_aware": _INSTANT,
    "timezone_naive": "must have no time zone",
    "time_delta_type": _DURATION,
    "time_delta_parsing": _DURATION,
    "union_tag_invalid": "must be {expected_tags}",
    "union_tag_not_found": "is required",
    "url_type": _URL,
    "url_parsing": _URL,
    "url_syntax_violation": _URL,
    "url_too_long": "must have at most {max_length} characters",
    "url_scheme": "must be a URL that begins with {expected_schemes}",
    "uuid_type": _UUID,
    "uuid_parsing": _UUID,
    "uuid_version": "must be a UUID of version {expected_version}",
}
# The codes of domain §11 for single fields.
_CODES: Final = {
    "missing": "REQUIRED_FIELD_MISSING",
    "union_tag_not_found": "REQUIRED_FIELD_MISSING",
    "string_too_long": "VALUE_TOO_LONG",
    "bytes_too_long": "VALUE_TOO_LONG",
    "url_too_long": "VALUE_TOO_LONG",
    "too_long": "VALUE_TOO_LONG",
}
_CHOICES: Final = ("expected", "expected_tags", "expected_schemes")
_ABSENT: Final = object()
_NAME: Final = re.compile(r"\w+")
_QUOTED: Final = re.compile(r"'((?:[^'\\]|\\.)*)'")
_ONE: Final = re.compile(r"\b(at (?:least|most) 1) (item|character|byte|digit|decimal place)s\b")
# Pydantic writes them as Python does.
_CONSTANTS: Final = {"True": "true", "False": "false", "None": "null"}


def field_problem(field: str, message: str) -> PydanticCustomError:
    """Returns the error for validators of whole models, about one of their fields by its name in the API.

    ``message`` is read after the name, such as ``must not be null``.
    """
    return PydanticCustomError("value_error", "{message}", {"field": field, "message": message})


def missing_field(field: str, message: str = "is required") -> PydanticCustomError:
    """Returns the error for validators of whole models about a field that the other fields make necessary."""
    return PydanticCustomError("missing", "{message}", {"field": field, "message": message})


def item_code(kind: str) -> str:
    """Returns the code of domain §11 for a kind of pydantic's errors."""
    return _CODES.get(kind, "INVALID_FORMAT")


def _choices(text: str) -> str:
    """``'a', 'b' or 'c'`` in the words of the API: ``one of a, b, c``."""
    names = _QUOTED.findall(text) or re.split(r", | or ", text)
    written = [_CONSTANTS.get(name, name) for name in names]
    return written[0] if len(written) == 1 else f"one of {', '.join(written)}"


def message_of(kind: str, context: Mapping[str, Any]) -> str:
    """Returns the message about a field, to be read after its name: ``must have at most 20 items``."""
    if "message" in context:  # of field_problem and missing_field
        return context["message"]
    template = MESSAGES.get(kind, INVALID)
    known = {name: _choices(str(value)) if name in _CHOICES else value for name, value in context.items()}
    return _ONE.sub(r"\1 \2", template.format_map(known))


def _inner(value: Any, part: int | str) -> Any:
    if isinstance(value, Mapping):
        return value.get(part, _ABSENT)
    return value[part] if isinstance(part, int) and isinstance(value, list) and part < len(value) else _ABSENT


def _steps(location: Sequence[int | str], value: Any, *, is_missing: bool) -> list[str]:
    """The parts of ``location`` that lead through ``value``; the others name members of unions and the like.

    Where nothing is known of the value (None), those that may be names of fields.
    """
    if value is None:
        return [str(part)[:MAX_NAME] for part in location if _NAME.fullmatch(str(part))]
    steps: list[str] = []
    for index, part in enumerate(location):
        inner = _inner(value, part)
        if inner is not _ABSENT:
            value = inner
        elif not (is_missing and index == len(location) - 1):
            continue
        steps.append(str(part)[:MAX_NAME])
    return steps


def _field(item: Mapping[str, Any], body: Any) -> str:
    where, *rest = item["loc"] or ("body",)
    if item["type"] == "json_invalid":
        return "body"
    if where == "body":
        steps = _steps(rest, body, is_missing=item["type"] == "missing")
    else:
        names = [part for index, part in enumerate(rest) if index == 0 or isinstance(part, int)]
        steps = [to_camel(str(part)) if where == "path" else str(part)[:MAX_NAME] for part in names]
    context = item.get("ctx", {})
    if item["type"].startswith("union_tag"):
        steps.append(context["discriminator"].strip("'"))
    elif "message" in context:  # of field_problem and missing_field
        steps.append(context["field"][:MAX_NAME])
    return ".".join(steps) or str(where)


def details_of(errors: Iterable[Any], body: Any) -> list[ErrorDetail]:
    """Returns the details of a refusal, at most MAX_DETAILS.

    ``errors``: pydantic's, with locations that begin with the part of the request: body, query, path, header or cookie.
    ``body``: what was read of the request's body.
    """
    details: list[ErrorDetail] = []
    for item in errors:
        kind = item["type"]
        message = "is not valid JSON" if kind == "json_invalid" else message_of(kind, item.get("ctx", {}))
        detail: ErrorDetail = {"field": _field(item, body), "code": item_code(kind), "message": message}
        if detail not in details:
            details.append(detail)
        if len(details) == MAX_DETAILS:
            break
    return details


def details_of_model(error: ValidationError, text: bytes | str) -> list[ErrorDetail]:
    """Returns the details of a refusal of one item of a file or a stream, at most MAX_DETAILS.

    ``text``: its JSON; empty where it was none.
    """
    try:
        body = from_json(text)
    except ValueError:
        body = None
    return details_of([item | {"loc": ("body", *item["loc"])} for item in error.errors(include_url=False)], body)
