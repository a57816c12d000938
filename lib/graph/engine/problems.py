"""Errors of services as GraphQL tells them: as a problem in the payload of a mutation, or in `errors` with a code."""

import re
from dataclasses import dataclass
from typing import Any, Final

from graphql import GraphQLError, GraphQLField, GraphQLInputObjectType, get_named_type

from lib.core.http.errors import (
    ApiError,
    Conflict,
    ErrorDetail,
    InternalError,
    PreconditionFailed,
    Unprocessable,
    ValidationFailed,
)
from lib.core.telemetry.context import current_context
from lib.core.telemetry.reports import report
from lib.graph.engine.limits import INVALID, TOO_COMPLEX

# How validation says that it took too long.
_GAVE_UP: Final = "Validation aborted"
# Refusals that a client acts on, and so finds in the payload.
ACTED_ON: Final = (PreconditionFailed, Conflict, ValidationFailed, Unprocessable)


@dataclass(frozen=True, slots=True)
class StaleVersion:
    """Another change came first."""

    code: str
    message: str
    current_version: int | None


@dataclass(frozen=True, slots=True)
class ConflictProblem:
    """The present state does not allow the change, or a value is taken."""

    code: str
    message: str
    details: list[ErrorDetail]


@dataclass(frozen=True, slots=True)
class ValidationProblem:
    """The input is not valid."""

    code: str
    message: str
    details: list[ErrorDetail]


# The arguments of lists, by what lists of REST call them.
_PLACES: Final = {"cursor": "after", "page": "pagination.page", "pageSize": "first"}

type Problem = StaleVersion | ConflictProblem | ValidationProblem


def place(error: ApiError, field: GraphQLField) -> None:
    """Gives the details of an error, which services name as REST does, the places of the arguments of a field."""
    for detail in error.details:
        name = detail.get("field") or ""
        first = re.split(r"[.\[]", name, maxsplit=1)[0]
        if first in field.args:
            continue
        if "pagination" in field.args and name in _PLACES:
            detail["field"] = _PLACES[name]
            continue
        for argument, described in field.args.items():
            kind = get_named_type(described.type)
            if isinstance(kind, GraphQLInputObjectType) and first in kind.fields:
                detail["field"] = f"{argument}.{name}"


def problem_of(error: ApiError) -> Problem:
    """Returns the problem that an error of ACTED_ON tells of."""
    if isinstance(error, PreconditionFailed):
        versions = [detail["message"] for detail in error.details if detail.get("field") == "version"]
        current = int(versions[0]) if versions and versions[0].isdecimal() else None
        return StaleVersion("STALE_VERSION", error.message, current)
    if isinstance(error, Conflict):
        return ConflictProblem(error.code, error.message, error.details)
    return ValidationProblem(error.code, error.message, error.details)


def failure_of(error: GraphQLError) -> dict[str, Any]:
    """Returns an error of the execution as the answer tells it. An unforeseen one is reported and not told."""
    cause = error.original_error
    if cause is not None and not isinstance(cause, ApiError | GraphQLError):
        report(cause)
        cause = InternalError("something went wrong on our side")
    if isinstance(cause, ApiError):
        told = GraphQLError(
            cause.message, nodes=error.nodes, path=error.path, extensions=extensions_of(cause)
        ).formatted
    else:
        told = error.formatted
        code = TOO_COMPLEX if error.message.startswith(_GAVE_UP) else INVALID
        told["extensions"] = {"code": code, **(told.get("extensions") or {})}
    return dict(told)


def extensions_of(error: ApiError) -> dict[str, Any]:
    """Returns what programs read of an error: the code and the details of REST."""
    told: dict[str, Any] = {"code": error.code, "status": error.status, "requestId": current_context().request_id}
    if error.details:
        told["details"] = error.details
    if error.retry_after is not None:
        told["retryAfter"] = error.retry_after
    return told


def failure_before(error: ApiError) -> dict[str, Any]:
    """Returns an error that came before any execution, as the answer tells it."""
    return {"message": error.message, "extensions": extensions_of(error)}
