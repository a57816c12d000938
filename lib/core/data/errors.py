"""Maps the error codes of PostgreSQL and PostgREST to the errors that the API answers with."""

import json
import re
from typing import Any, Final

from lib.core.data.unique_fields import find_unique_field
from lib.core.http.errors import (
    BY_STATUS,
    RETRY_AFTER_SECONDS,
    ApiError,
    Conflict,
    ErrorDetail,
    Forbidden,
    GatewayTimeout,
    NotFound,
    ServiceUnavailable,
    Unauthorized,
    ValidationFailed,
)


class DataApiError(Exception):
    """A refusal of the data API, as its answer states it."""

    def __init__(self, message: str | None, code: str | None, details: object = None) -> None:
        """``code``: of PostgREST or PostgreSQL, or the HTTP status where the answer has none; ``details``: any JSON."""
        super().__init__(f"{code}: {message}")
        self.message = message
        self.code = code
        self.details = details


# SQLSTATEs and PostgREST codes (https://docs.postgrest.org/en/stable/references/errors.html) that a caller can cause.
# Their own messages name columns and constraints, and are not passed on.
_BY_CODE: Final[dict[str, tuple[type[ApiError], str, str | None]]] = {
    "42501": (Forbidden, "this is not allowed", None),
    "23505": (Conflict, "something with the same value exists already", "ALREADY_EXISTS"),
    "23503": (Conflict, "something that this refers to does not exist, or is still in use", None),
    "23502": (ValidationFailed, "a required value is missing", None),
    "23514": (ValidationFailed, "a value is outside of its bounds", None),
    "22000": (ValidationFailed, "a value has the wrong format", None),
    "22001": (ValidationFailed, "a value is too long", None),
    "22003": (ValidationFailed, "a number is out of range", None),
    "22007": (ValidationFailed, "a date or a time has the wrong format", None),
    "22009": (ValidationFailed, "the UTC offset of a time is out of range", None),
    "22008": (ValidationFailed, "a date or a time is out of range", None),
    "22021": (ValidationFailed, "a text holds characters that cannot be stored", None),
    "22023": (ValidationFailed, "a value has the wrong format", None),
    "54000": (ValidationFailed, "the texts are too long", None),
    "54001": (ValidationFailed, "the value is nested too deeply", None),
    "2201B": (ValidationFailed, "a pattern cannot be run", None),
    "P0002": (NotFound, "not found", None),
    "22P02": (ValidationFailed, "a value has the wrong format", None),
    "22P05": (ValidationFailed, "a text holds characters that cannot be stored", None),
    "PGRST116": (NotFound, "not found", None),
    "PGRST301": (Unauthorized, "the access token was refused", "INVALID_TOKEN"),
    "PGRST302": (Unauthorized, "the access token was refused", "INVALID_TOKEN"),
    "PGRST303": (Unauthorized, "the access token was refused", "INVALID_TOKEN"),
}
# Codes of domain §11 that are more exact than the status: the first detail with one of them gives the error its code.
_OWN_CODES: Final = (
    "MFA_REQUIRED",
    "PLAN_LIMIT_EXCEEDED",
    "QUOTA_EXCEEDED",
    "REAUTHENTICATION_REQUIRED",
    "SESSION_INVALID",
)
_TIMEOUTS: Final = ("57014", "55P03", "PGRST003")
_UNAVAILABLE: Final = ("PGRST000", "PGRST001", "PGRST002", "57P01", "57P02", "57P03")
# Classes of SQLSTATE: a lost connection (08), and no memory, disk or connection left (53).
_UNAVAILABLE_CLASSES: Final = re.compile(r"(08|53)[0-9A-Z]{3}")
_RETRIABLE: Final = ("40001", "40P01")
# Names that PostgREST does not find in its schema cache: it serves the former schema for a moment after a migration,
# and a deployment may be ahead of its migration. The statement was not run.
_NOT_IN_SCHEMA_CACHE: Final = ("PGRST200", "PGRST202", "PGRST204", "PGRST205")
# Answers without a code are the gateway's, not PostgREST's. The client then gives the HTTP status as the code, or none
# where the body was JSON: the gateway refuses our own API key in that way (401). 524 is Cloudflare's timeout.
_GATEWAY_TIMEOUTS: Final = ("504", "524")
_GATEWAY_REFUSALS: Final = ("", "401", "403", "429")


def _details(raw: Any) -> list[ErrorDetail]:
    """Reads the JSON array that private.refuse() puts into an error's detail; returns [] for any other detail."""
    try:
        parsed = json.loads(raw) if isinstance(raw, str) else None
    except ValueError:
        return []
    return parsed if isinstance(parsed, list) else []


# The code (domain §11) and the message for the field of a broken constraint.
_FIELD_CODES: Final = {
    "23502": ("REQUIRED_FIELD_MISSING", "is required"),
    "23503": ("INVALID_FORMAT", "names something that does not exist, or that is still in use"),
    "23505": ("DUPLICATE_VALUE", "is taken"),
    "23514": ("INVALID_FORMAT", "is outside of its bounds"),
}
_CONSTRAINT: Final = re.compile(
    r'(?:relation|table) "([a-z_]+?)(?:_default|_\d{4})?" violates (?:check|foreign key) constraint '
    r'"([a-z_]+?)(?:_range)?_(?:check|fkey)"$'
)


def _field(code: str, message: str) -> str | None:
    """Returns the field of the API for a broken constraint, or None if it has none.

    PostgreSQL names the column (23502), or the table or its partition and the constraint. Constraints have PostgreSQL's
    default names, ``<table>_<columns>_check`` or ``_fkey``. Rules over several columns have no field.
    """
    if code == "23505":
        return find_unique_field(message)
    column: str | None = None
    if code == "23502":
        missing = re.search(r'column "([a-z_]+)"', message)
        column = missing[1] if missing else None
    elif found := _CONSTRAINT.search(message):
        table, constraint = found.groups()
        # References within a tenant include its column: the other column is at fault.
        column = constraint.removeprefix(table).removeprefix("_").removesuffix("_brand_id")
    if not column:
        return None
    first, *rest = column.split("_")
    return first + "".join(word.title() for word in rest)


def is_clock_error(code: str | None, message: str | None) -> bool:
    """Tells whether PostgREST refused a new token as one of the future. Nothing was run, and a second try succeeds.

    Its clock is cached: https://github.com/PostgREST/postgrest/issues/5159, in 14.x up to 14.16.
    """
    return code == "PGRST303" and message == "JWT issued at future"


def _from_constraint_or_token(code: str, message: str) -> ApiError | None:
    if code not in _BY_CODE:
        return None
    if code == "PGRST303" and message == "JWT expired":
        # Since PostgREST 13 the code stands for every claim that is refused, and only the message says which.
        return Unauthorized("the access token has expired", code="TOKEN_EXPIRED")
    error, text, own_code = _BY_CODE[code]
    field = _field(code, message)
    item_code, problem = _FIELD_CODES.get(code, ("", ""))
    items: list[ErrorDetail] = [{"field": field, "code": item_code, "message": problem}] if field else []
    return error(text, code=own_code, details=items)


def _from_outage(code: str, message: str) -> ApiError | None:
    if code in _TIMEOUTS or code in _GATEWAY_TIMEOUTS:
        return GatewayTimeout("the database took too long", retry_after=RETRY_AFTER_SECONDS)
    if code in _NOT_IN_SCHEMA_CACHE:
        return ServiceUnavailable("the service is being updated right now", retry_after=RETRY_AFTER_SECONDS)
    is_gateway = code in _GATEWAY_REFUSALS or re.fullmatch(r"5\d\d", code) is not None
    is_unavailable = code in _UNAVAILABLE or _UNAVAILABLE_CLASSES.fullmatch(code) is not None
    if is_gateway or is_unavailable or code in _RETRIABLE or is_clock_error(code, message):
        return ServiceUnavailable("the database is not available right now", retry_after=RETRY_AFTER_SECONDS)
    return None


def from_data_api(code: str | int | None, message: str | None, details: Any) -> ApiError | None:
    """Returns the error to show to the caller for an error of the data API; None if the error is our own fault.

    ``code``: of PostgREST or PostgreSQL. An HTTP status, or none, stands for a response of the gateway before them.
    """
    code, message = str(code or ""), message or ""
    if code.startswith("PT") and code[2:].isdecimal() and int(code[2:]) in BY_STATUS:
        items = _details(details)
        own_code = next((item["code"] for item in items if item["code"] in _OWN_CODES), None)
        return BY_STATUS[int(code[2:])](message or "refused", code=own_code, details=items)
    return _from_outage(code, message) or _from_constraint_or_token(code, message)
