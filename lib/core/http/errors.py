"""Defines the errors of the API, with their statuses and codes (domain §11).

lib/core/data/errors.py translates those of the database.
"""

from collections.abc import Awaitable, Callable
from typing import Final, NotRequired, TypedDict


class ErrorDetail(TypedDict):
    """One problem of a request. ``message`` is read after the name of the field."""

    field: NotRequired[str]
    code: str
    message: str
    rule: NotRequired[str]
    """The rule that refused, such as ``content.approve.not_own`` (supabase/schemas/content/data/rules.sql)."""


class ApiError(Exception):
    """The root of all errors. ``message`` is shown to the caller: it names no table, no host and no secret."""

    status: int = 500
    code: str = "INTERNAL_ERROR"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        details: list[ErrorDetail] | None = None,
        retry_after: int | None = None,
        afterwards: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details or []
        self.retry_after = retry_after
        self.afterwards = afterwards
        """Runs after the response was sent."""


class ValidationFailed(ApiError):
    """The request is not valid."""

    status, code = 400, "VALIDATION_ERROR"


class Unauthorized(ApiError):
    """The credentials are missing or not valid."""

    status, code = 401, "UNAUTHORIZED"


class Forbidden(ApiError):
    """The caller may not do this."""

    status, code = 403, "FORBIDDEN"


class NotFound(ApiError):
    """The resource does not exist, or the caller may not see it."""

    status, code = 404, "NOT_FOUND"


class MethodNotAllowed(ApiError):
    """The path does not take the method."""

    status, code = 405, "METHOD_NOT_ALLOWED"


class Conflict(ApiError):
    """The current state does not allow this, or a value is taken."""

    status, code = 409, "CONFLICT"


class NotAcceptable(ApiError):
    """The Accept header allows none of the media types of the response."""

    status, code = 406, "NOT_ACCEPTABLE"


class Gone(ApiError):
    """The link has expired or was used."""

    status, code = 410, "GONE"


class PreconditionFailed(ApiError):
    """The resource is no longer at the version that the caller read."""

    status, code = 412, "CONFLICT"


class PayloadTooLarge(ApiError):
    """The body is too large."""

    status, code = 413, "PAYLOAD_TOO_LARGE"


class UnsupportedMediaType(ApiError):
    """The body has a media type that the path does not take."""

    status, code = 415, "UNSUPPORTED_MEDIA_TYPE"


class Unprocessable(ApiError):
    """The request can be read but not carried out."""

    status, code = 422, "UNPROCESSABLE"


class PreconditionRequired(ApiError):
    """The version that the caller read is missing."""

    status, code = 428, "PRECONDITION_REQUIRED"


class RateLimitExceeded(ApiError):
    """A rate limit or a quota was reached."""

    status, code = 429, "RATE_LIMIT_EXCEEDED"


class InternalError(ApiError):
    """An error of our own."""

    status, code = 500, "INTERNAL_ERROR"


class ServiceUnavailable(ApiError):
    """A service that the request needs is not available."""

    status, code = 503, "SERVICE_UNAVAILABLE"


class GatewayTimeout(ApiError):
    """The request took too long."""

    status, code = 504, "TIMEOUT"


RETRY_AFTER_SECONDS: Final = 5

# Errors that a caller can cause, by status.
BY_STATUS: Final = {error.status: error for error in ApiError.__subclasses__() if error.status < 500}
