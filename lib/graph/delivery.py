"""Delivery of published contents by GraphQL: documents of lib/graph/documents/delivery, asked for by their ids.

Other documents, and the text of any, are for callers who are signed in: see lib/graph/engine.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from fastapi import Request
from graphql import (
    ExecutionResult,
    OperationDefinitionNode,
    execute,
    get_variable_values,
    value_from_ast_untyped,
)
from pydantic_core import from_json, to_json

from lib.core.http.deadline import at_most
from lib.core.http.errors import ErrorDetail, NotFound, ValidationFailed
from lib.graph.engine.context import GraphContext
from lib.graph.engine.documents import FOLDER, Document, read_own
from lib.graph.engine.executor import QuickExecutor
from lib.graph.engine.schema import get_schema
from lib.graph.resolvers.delivery import Deliveries
from lib.publishing.delivery import Delivery, joined_times

PREFIX: Final = "delivery/"
# As the function of delivery by REST has.
SECONDS: Final = 8.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for published contents."""

    digest: str
    document: Document
    variables: dict[str, Any]
    """The variables that differ from their defaults."""

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the one address of this request."""
        spelt = json.dumps(self.variables, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return [("id", self.digest), *([("variables", spelt)] if self.variables else [])]


@lru_cache(maxsize=1)
def _documents() -> dict[str, Document]:
    """Returns the documents of delivery by their ids."""
    paths: dict[str, str] = json.loads((FOLDER / "ids.json").read_text(encoding="utf-8"))
    return {
        digest: read_own((FOLDER / path).read_text(encoding="utf-8"))
        for digest, path in paths.items()
        if path.startswith(PREFIX)
    }


def _refused(field: str, message: str) -> ValidationFailed:
    detail: ErrorDetail = {"field": field, "code": "INVALID_FORMAT", "message": message}
    return ValidationFailed("the request is not valid", details=[detail])


def read_request(digest: str, variables: str | None) -> Asked:
    """Reads the parameters of a request. Raises ValidationFailed, and NotFound for an unknown id."""
    document = _documents().get(digest)
    if document is None:
        raise NotFound("delivery has no document of this id", code="PERSISTED_QUERY_NOT_FOUND")
    try:
        sent: Any = from_json(variables) if variables else {}
    except ValueError:
        raise _refused("variables", "must be JSON") from None
    if not isinstance(sent, dict):
        raise _refused("variables", "must be an object")
    return Asked(digest, document, _without_defaults(document.operation(None), sent))


def _without_defaults(operation: OperationDefinitionNode, sent: dict[str, Any]) -> dict[str, Any]:
    """Returns the variables in the one spelling that they have. Raises ValidationFailed where they do not fit."""
    declared = {each.variable.name.value: each for each in operation.variable_definitions or ()}
    for name in sent:
        if name not in declared:
            raise _refused(f"variables.{name[:100]}", "is not a variable of this document")
    outcome = get_variable_values(get_schema(), list(declared.values()), sent, max_errors=5, hide_suggestions=True)
    if isinstance(outcome, list):
        details: list[ErrorDetail] = [
            {"field": "variables", "code": "INVALID_FORMAT", "message": error.message} for error in outcome
        ]
        raise ValidationFailed("the request is not valid", details=details)
    defaults = {
        name: value_from_ast_untyped(each.default_value) if each.default_value else None
        for name, each in declared.items()
    }
    return {name: value for name, value in outcome.coerced.items() if value != defaults[name]}


async def answer(request: Request, asked: Asked, key: str | None) -> Delivery[bytes]:
    """Answers a request for published contents.

    Raises what a field raises, such as NotFound for contents that are not delivered to this caller: no field is null
    instead, so that nothing would be left to answer with.
    """
    context = GraphContext(request, None)
    context.delivery = Deliveries(key)
    with at_most(SECONDS):
        outcome = execute(
            get_schema(),
            asked.document.node,
            context_value=context,
            variable_values=asked.variables,
            executor_class=QuickExecutor,
            plans=asked.document.plans,
        )
        result = outcome if isinstance(outcome, ExecutionResult) else await outcome
    if result.errors:
        raise result.errors[0].original_error or result.errors[0]
    return _joined(to_json({"data": result.data}), context.delivery.given)


def _joined(body: bytes, given: list[Delivery[Any]]) -> Delivery[bytes]:
    return Delivery(
        data=body,
        is_private=any(each.is_private for each in given),
        cache_tags=tuple(dict.fromkeys(tag for each in given for tag in each.cache_tags)),
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        edge=joined_times(each.edge for each in given),
    )
