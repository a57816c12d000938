"""One family of errors: what a caller is told, with which status. Codes: domain §11."""

import json
from typing import Any, Final, NotRequired, TypedDict


class ErrorDetail(TypedDict):
    field: NotRequired[str]
    code: str
    message: str


class ApiError(Exception):
    """The root. ``message`` is shown to the caller: it names no table, no host and no secret."""

    status: int = 500
    code: str = "INTERNAL_ERROR"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        details: list[ErrorDetail] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details or []
        self.retry_after = retry_after


class ValidationFailed(ApiError):
    status, code = 400, "VALIDATION_ERROR"


class Unauthorized(ApiError):
    status, code = 401, "UNAUTHORIZED"


class Forbidden(ApiError):
    status, code = 403, "FORBIDDEN"


class NotFound(ApiError):
    status, code = 404, "NOT_FOUND"


class MethodNotAllowed(ApiError):
    status, code = 405, "METHOD_NOT_ALLOWED"


class Conflict(ApiError):
    status, code = 409, "CONFLICT"


class PreconditionFailed(ApiError):
    status, code = 412, "CONFLICT"


class PayloadTooLarge(ApiError):
    status, code = 413, "PAYLOAD_TOO_LARGE"


class UnsupportedMediaType(ApiError):
    status, code = 415, "UNSUPPORTED_MEDIA_TYPE"


class Unprocessable(ApiError):
    status, code = 422, "UNPROCESSABLE"


class PreconditionRequired(ApiError):
    status, code = 428, "PRECONDITION_REQUIRED"


class RateLimitExceeded(ApiError):
    status, code = 429, "RATE_LIMIT_EXCEEDED"


class InternalError(ApiError):
    status, code = 500, "INTERNAL_ERROR"


class ServiceUnavailable(ApiError):
    status, code = 503, "SERVICE_UNAVAILABLE"


class GatewayTimeout(ApiError):
    status, code = 504, "TIMEOUT"


RETRY_AFTER_SECONDS: Final = 5

BY_STATUS: Final[dict[int, type[ApiError]]] = {
    error.status: error
    for error in (
        ValidationFailed,
        Unauthorized,
        Forbidden,
        NotFound,
        MethodNotAllowed,
        Conflict,
        PreconditionFailed,
        PayloadTooLarge,
        UnsupportedMediaType,
        Unprocessable,
        PreconditionRequired,
        RateLimitExceeded,
    )
}

# SQLSTATEs and PostgREST codes (https://docs.postgrest.org/en/stable/references/errors.html) that can
# be the caller's doing. Their own messages name columns and constraints, so none of them is passed on.
_BY_CODE: Final[dict[str, tuple[type[ApiError], str, str | None]]] = {
    "42501": (Forbidden, "this is not allowed", None),
    "23505": (Conflict, "something with the same value exists already", "ALREADY_EXISTS"),
    "23503": (Conflict, "something that this refers to does not exist, or is still in use", None),
    "23502": (ValidationFailed, "a required value is missing", None),
    "23514": (ValidationFailed, "a value is outside of its bounds", None),
    "22001": (ValidationFailed, "a value is too long", None),
    "22003": (ValidationFailed, "a number is out of range", None),
    "22021": (ValidationFailed, "a text holds characters that cannot be stored", None),
    "22023": (ValidationFailed, "a value has the wrong format", None),
    "54000": (ValidationFailed, "the texts are too long", None),
    "54001": (ValidationFailed, "the value is nested too deeply", None),
    "22P02": (ValidationFailed, "a value has the wrong format", None),
    "22P05": (ValidationFailed, "a text holds characters that cannot be stored", None),
    "PGRST116": (NotFound, "not found", None),
    "PGRST301": (Unauthorized, "the access token was refused", "INVALID_TOKEN"),
    "PGRST302": (Unauthorized, "the access token was refused", "INVALID_TOKEN"),
    "PGRST303": (Unauthorized, "the access token has expired", "TOKEN_EXPIRED"),
}
_TIMEOUTS: Final = ("57014", "55P03")
_UNAVAILABLE: Final = ("PGRST000", "PGRST001", "PGRST002", "PGRST003", "53300", "57P01", "57P02", "57P03")
_RETRIABLE: Final = ("40001", "40P01")


def _details(raw: Any) -> list[ErrorDetail]:
    """The JSON array that private.refuse() puts into an error's detail; anything else is not ours."""
    try:
        parsed = json.loads(raw) if isinstance(raw, str) else None
    except ValueError:
        return []
    return parsed if isinstance(parsed, list) else []


def from_data_api(code: str | None, message: str | None, details: Any) -> ApiError | None:
    """The error that a caller should see for an error of the data API; None when it is our own fault."""
    code = code or ""
    if code.startswith("PT") and code[2:].isdecimal() and int(code[2:]) in BY_STATUS:
        return BY_STATUS[int(code[2:])](message or "refused", details=_details(details))
    if code in _BY_CODE:
        error, text, own_code = _BY_CODE[code]
        return error(text, code=own_code)
    if code in _TIMEOUTS:
        return GatewayTimeout("the database took too long", retry_after=RETRY_AFTER_SECONDS)
    # The client gives the HTTP status as the code where the answer was no JSON, as from a gateway.
    is_gateway_error = code == "429" or (len(code) == 3 and code.isdecimal() and code.startswith("5"))
    if code in _UNAVAILABLE or code in _RETRIABLE or is_gateway_error:
        return ServiceUnavailable("the database is not available right now", retry_after=RETRY_AFTER_SECONDS)
    return None
