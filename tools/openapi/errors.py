"""The answers to failures, as components of the description: one for each status, with its headers and an example."""

from dataclasses import dataclass
from typing import Any, Final

from lib.core.http.errors import ApiError
from tools.openapi.headers import RATE_LIMIT, header_references


@dataclass(frozen=True, slots=True)
class Failure:
    """The failures of one status: the name of the component, what they mean, an example, and their own headers."""

    name: str
    description: str
    message: str
    headers: tuple[str, ...] = ()
    details: tuple[dict[str, str], ...] = ()


FAILURES: Final = {
    400: Failure(
        "BadRequest",
        "The request is not valid. `details` names the fields, parameters and headers at fault: at most 20.",
        "the request is not valid",
        details=({"field": "title", "code": "REQUIRED_FIELD_MISSING", "message": "is required"},),
    ),
    401: Failure(
        "Unauthorized",
        "The credentials are missing or not valid, or the session has ended: `code` says which.",
        "the access token has expired",
        ("WWW-Authenticate",),
    ),
    403: Failure(
        "Forbidden",
        "You may not do this. `MFA_REQUIRED`: after your second factor; `REAUTHENTICATION_REQUIRED`: after you"
        " authenticate once more.",
        "this needs the permission content.publish in the brand",
    ),
    404: Failure("NotFound", "There is no such resource, or none that you may see.", "content not found"),
    406: Failure(
        "NotAcceptable",
        "`Accept` allows none of the media types that the operation can answer with.",
        "the answer can be application/json or text/event-stream",
    ),
    409: Failure(
        "Conflict",
        "The current state does not allow this, or something with the same value exists already (`ALREADY_EXISTS`).",
        "a content that is draft cannot become published",
    ),
    410: Failure("Gone", "The link has expired or was used.", "the link works no longer: ask for a new one"),
    412: Failure(
        "PreconditionFailed",
        "The resource is no longer at the version in `If-Match`. `details` has the current version.",
        "the content was changed by someone else",
        details=({"field": "version", "code": "CONFLICT", "message": "4"},),
    ),
    413: Failure(
        "PayloadTooLarge", "The body has more than 4,500,000 bytes.", "the body may have at most 4500000 bytes"
    ),
    415: Failure("UnsupportedMediaType", "The body has another media type.", "the body must be application/json"),
    422: Failure(
        "UnprocessableContent",
        "The request can be read but not carried out, for example because its `Idempotency-Key` was used for another"
        " request.",
        "this Idempotency-Key was used for another request",
    ),
    428: Failure(
        "PreconditionRequired",
        "`If-Match` is missing.",
        'send the version that you read: If-Match: "3"',
    ),
    429: Failure("TooManyRequests", "A rate limit was reached.", "Rate limit exceeded", ("Retry-After",)),
    500: Failure("InternalError", "An error on our side.", "something went wrong on our side"),
    503: Failure(
        "ServiceUnavailable",
        "Something that the request needs is not available right now.",
        "the database is not available right now",
        ("Retry-After",),
    ),
    504: Failure("GatewayTimeout", "The request took too long.", "the database took too long", ("Retry-After",)),
}
# Every answer has these.
ALWAYS: Final = ("X-Request-Id",)
# Statuses whose class of error gives another code than the usual one.
_OWN_CODES: Final = {401: "TOKEN_EXPIRED"}
_FAILURE: Final = {"$ref": "#/components/schemas/Failure"}


def _codes() -> dict[int, str]:
    found: dict[int, str] = {}
    waiting = list(ApiError.__subclasses__())
    for error in waiting:
        waiting += error.__subclasses__()
        found.setdefault(error.status, error.code)
    return found | _OWN_CODES


def has_own_body(status: str, answer: dict[str, Any]) -> bool:
    """Tells whether the route gives a failure another body than all others have: cron's report of an incomplete run."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", _FAILURE)
    return int(status) >= 400 and schema != _FAILURE


def failure_responses() -> dict[str, dict[str, Any]]:
    """Returns components/responses."""
    codes = _codes()
    found: dict[str, dict[str, Any]] = {}
    for status, failure in FAILURES.items():
        error = {
            "code": codes[status],
            "message": failure.message,
            "details": list(failure.details),
            "requestId": "0b9c4a1f3e5d4c7a8b6f2e1d0c9b8a7f",
        }
        found[failure.name] = {
            "description": failure.description,
            "headers": header_references(*ALWAYS, *failure.headers, *RATE_LIMIT),
            "content": {
                "application/json": {
                    "schema": _FAILURE,
                    "example": {"success": False, "error": error},
                }
            },
        }
    return found
